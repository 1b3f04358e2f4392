// Building nodes. Text always becomes a text node: nothing a person wrote is ever read as HTML.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected"]);

export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

export const div = (look, ...children) => h("div", { class: look }, ...children);
export const span = (look, ...children) => h("span", { class: look }, ...children);
export const tap = (look, act, ...children) => h("button", { type: "button", class: look, onclick: act }, ...children);

// A button with a name that is read aloud and shown on hovering: for one that may show a picture alone.
export function sign(look, label, act, ...children) {
  const node = tap(look, act, ...children);
  node.setAttribute("aria-label", label);
  node.title = label;
  return node;
}

// Stroke icons on a grid of 24.
const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  back: "M15 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  search: "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM16 16l4 4",
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  keyboard: "M4 6h16v12H4zM8 10h.01M12 10h.01M16 10h.01M8 14h8",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  send: "M12 19V6M6 11l6-6 6 6",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  traffic: "M7 20V5M3 9l4-4 4 4M17 4v15M13 15l4 4 4-4",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2",
  fault: "M13 3L5 14h6l-1 7 8-11h-6z",
  globe: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  check: "M5 12l5 5 9-10",
  menu: "M4 7h16M4 12h16M4 17h16",
};

export function icon(name, size = 20) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// Web addresses only; a link of any other kind is shown as plain words.
export function link(address, ...children) {
  return /^https?:\/\//i.test(address)
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children)
    : h("span", {}, ...children);
}

const SHADES = ["#3b82c4", "#2f9e77", "#c2703d", "#7a67c7", "#c05a79", "#4b8f9e", "#8a7a3a", "#5b6ee1"];

// The last two characters of a Chinese name, the initials of another.
export function avatar(name) {
  const words = name.split(/\s+/);
  const initials = words.length > 1 ? words.map((word) => word[0]).join("").slice(0, 2) : [...name].slice(-2).join("");
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, initials);
  const sum = [...name].reduce((total, letter) => total * 31 + letter.codePointAt(0), 7);
  node.style.background = SHADES[Math.abs(sum) % SHADES.length];
  return node;
}

export function badge(number, label) {
  return number ? h("span", { class: "badge", "aria-label": label }, number > 99 ? "99+" : String(number)) : null;
}
