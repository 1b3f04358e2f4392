// The small markdown that the three clients share, as nodes. What a client does not know stays as it was typed.
import { div, h, link, span, tap } from "./dom.js";

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function entity(name) {
  if (!name.startsWith("#")) return NAMED[name] ?? `&${name};`;
  const code = name[1] === "x" ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

// [pattern, (match, nested) → node]; `nested` reads what is inside, by the same rules.
const COMMON = [
  [/\\([!-/:-@[-`{-~])/, (m) => m[1]],
  [/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,6});/i, (m) => entity(m[1].toLowerCase())],
  [/`([^`\n]+)`/, (m) => h("code", {}, m[1])],
  [/\*\*((?:\\.|[^\\])+?)\*\*/, (m, nested) => h("strong", {}, nested(m[1]))],
  [/~~((?:\\.|[^\\])+?)~~/, (m, nested) => h("s", {}, nested(m[1]))],
  [/(?<![\w*])\*((?:\\.|[^\\*\s])(?:\\.|[^\\*])*?)\*(?!\*)/, (m, nested) => h("em", {}, nested(m[1]))],
  [/\[((?:\\.|[^\]\\])+)\]\(([^)\s]+)\)/, (m, nested, go) => go(m[2], nested(m[1]))],
];
const FONT = [/<font color=["']?([\w-]+)["']?>([^]*?)<\/font>/, (m, nested) => span(`ink-${m[1]}`, nested(m[2]))];
const TAG = [
  /<text_tag color=["']?(\w+)["']?>([^]*?)<\/text_tag>/,
  (m, nested) => span(`tag tag-${m[1]}`, nested(m[2])),
];
const AT = [/<at id=["']?([\w-]+)["']?>([^]*?)<\/at>/, (m) => span("mention", `@${m[2] || m[1]}`)];
const BREAK = [/<br\s*\/?>/, () => h("br")];
const ANCHOR = [/<a href="([^"]+)">([^<]*)<\/a>/, (m, nested, go) => go(m[1], nested(m[2]))];

const RULES = {
  plain: [ANCHOR],
  wecom: [...COMMON, FONT],
  dingtalk: [...COMMON, FONT, BREAK],
  feishu: [...COMMON, FONT, TAG, AT, BREAK],
};

function inline(text, rules, go) {
  const nodes = [];
  for (let rest = text; rest; ) {
    let first = null;
    for (const [pattern, make] of rules) {
      const match = pattern.exec(rest);
      if (match && (first === null || match.index < first.match.index)) first = { match, make };
    }
    if (first === null) return [...nodes, rest];
    const { match, make } = first;
    nodes.push(rest.slice(0, match.index), make(match, (part) => inline(part, rules, go), go));
    rest = rest.slice(match.index + match[0].length);
  }
  return nodes;
}

const BLOCKS = [
  [/^(#{1,6})\s+(.*)$/, (m) => ["heading", m[2]]],
  [/^>\s?(.*)$/, (m) => ["quote", m[1]]],
  [/^[-*+]\s+(.*)$/, (m) => ["item", m[1]]],
  [/^(?:---+|\*\*\*+)$|^<hr\s*\/?>$/, () => ["rule", ""]],
];

function block(line) {
  for (const [pattern, make] of BLOCKS) {
    const match = pattern.exec(line);
    if (match) return make(match);
  }
  return line ? ["line", line] : ["gap", ""];
}

const MAKE = {
  heading: (words) => h("p", { class: "md-heading" }, words),
  quote: (words) => h("p", { class: "md-quote" }, words),
  item: (words) => h("p", { class: "md-item" }, words),
  line: (words) => h("p", {}, words),
  gap: () => div("md-gap"),
  rule: () => h("hr"),
};

// `follow(address)` → what a tap on a link does where the address is no web page, else undefined.
export function markdown(text, dialect, follow = () => undefined) {
  const go = (address, words) => {
    const act = follow(address);
    return act ? tap("md-say", act, words) : link(address, words);
  };
  const lines = text.split("\n").map((line) => block(line.trim()));
  return div("md", lines.map(([kind, words]) => MAKE[kind](inline(words, RULES[dialect], go))));
}

// A plain message: line breaks, and on WeCom links.
export function plain(text, dialect = "none") {
  const go = (address, words) => link(address, words);
  return div("plain", inline(text, RULES[dialect] ?? [], go));
}
