// The page: three phones, the guide, the drawer. State flows one way: the control API → `show` → each phone.
import { Watch } from "./api.js";
import { div, h, icon, sign, tap } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Phone } from "./phone.js";
import { language, otherLanguage, step, word } from "./words.js";

const NARROW = matchMedia("(max-width: 1039px)");
const phones = [];
const stage = h("main", { class: "stage" });
const tabs = h("div", { class: "tabs", role: "tablist" });
const lost = h("div", { class: "lost", role: "status", hidden: true }, word("lost"));
const guide = h("div", { class: "guide", hidden: true });
const drawer = new Drawer();
let active = 0;

const watch = new Watch(
  () => phones.map((phone) => `${phone.platform}:${phone.account?.id ?? ""}`),
  show,
  () => (lost.hidden = false),
);

function show(state) {
  lost.hidden = true;
  if (!phones.length && state.platforms.length) return begin(state);
  const names = new Map(state.platforms.map((platform) => [platform.name, platform]));
  for (const phone of phones) phone.show(names.get(phone.platform), state, isSeen(phone));
  drawer.show(state);
  showTabs();
}

function begin(state) {
  state.platforms.forEach((platform, place) => {
    const phone = new Phone(platform, place, () => watch.again());
    phones.push(phone);
    stage.append(phone.node);
  });
  drawer.begin(state.platforms.map((platform) => platform.name));
  choose(0);
  showGuide();
  watch.again();
}

function isSeen(phone) {
  return !document.hidden && (!NARROW.matches || phones.indexOf(phone) === active);
}

function choose(place) {
  active = place;
  phones.forEach((phone, number) => phone.node.classList.toggle("active", number === place));
  showTabs();
  phones[place]?.seen();
}

function showTabs() {
  tabs.replaceChildren(...phones.map(tab));
}

function tab(phone, place) {
  const chosen = String(place === active);
  const dot = phone.waiting() ? h("span", { class: "dot", "aria-label": word("waiting") }) : null;
  const props = { type: "button", role: "tab", class: "tab", "aria-selected": chosen, onclick: () => choose(place) };
  return h("button", props, word(phone.platform), dot);
}

// Who the guide speaks of: the first phone's person, and that person's manager.
function showGuide() {
  const employee = phones[0]?.account;
  if (localStorage.getItem("guided") || !employee?.person) return;
  const manager = phones[0].people().find((account) => account.id === employee.manager);
  const values = { employee: employee.name, manager: manager?.name ?? word("bot") };
  const say = (name) => {
    const [who, said] = step(name, values);
    const act = () => {
      choose(0);
      phones[0].draft(said);
    };
    return h("li", {}, who, tap("say", act, said));
  };
  const close = () => {
    localStorage.setItem("guided", "yes");
    guide.hidden = true;
  };
  guide.replaceChildren(
    h("strong", {}, word("guideHead")),
    h("ol", {}, say("guide1"), say("guide2"), h("li", {}, step("guide3", values).join(language === "en" ? " " : ""))),
    sign("quiet", word("dismiss"), close, icon("close", 14), h("span", {}, word("dismiss"))),
  );
  guide.hidden = false;
}

function tool(name, act, text, label = text) {
  return sign("tool", label, act, icon(name, 18), h("span", {}, text));
}

document.documentElement.lang = language === "en" ? "en" : "zh-CN";
document.title = word("title");
document.body.append(
  h(
    "header",
    { class: "top" },
    h("img", { src: "/sim/static/icon.svg", alt: "", width: 26, height: 26 }),
    h("h1", {}, word("title")),
    guide,
    div("tools",
      tool("traffic", () => drawer.open("traffic"), word("traffic")),
      tool("clock", () => drawer.open("clock"), word("clock")),
      tool("fault", () => drawer.open("faults"), word("faults")),
      tool("globe", otherLanguage, word("language"), word("languageLabel")),
    ),
  ),
  tabs,
  stage,
  lost,
  drawer.node,
);
document.addEventListener("visibilitychange", () => phones.filter(isSeen).forEach((phone) => phone.seen()));
watch.run();
