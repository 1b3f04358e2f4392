// 飞书: text, and cards of JSON 2.0. A press is {tag, name, value, form_value}.
import { div, h, link, span, tap } from "./dom.js";
import { CONTROLS } from "./feishu_fields.js";
import { markdown as md, plain } from "./markdown.js";
import { word } from "./words.js";

export const text = (said) => plain(said);
export const markdown = (content) => md(content.text ?? "", "feishu");

export function card(content, hands) {
  const elements = content.body?.elements ?? content.elements ?? [];
  return div("feishu-card",
    header(content.header),
    div("body", all(elements, { hands, form: null })),
  );
}

function header(head) {
  if (!head) return null;
  const tags = (head.text_tag_list ?? []).map((one) => span(`tag tag-${one.color ?? "neutral"}`, words(one.text)));
  return div(`header header-${head.template ?? "default"}`,
    div("header-line", h("h3", {}, words(head.title)), tags),
    head.subtitle ? h("p", {}, words(head.subtitle)) : null,
  );
}

const words = (text) => text?.content ?? "";
const mediaOf = (one) => `/sim/media/${encodeURIComponent(one.img_key)}`;
const callbackOf = (one) => one.behaviors?.find((behavior) => behavior.type === "callback");

// One component; `at` holds the hands and the form it stands in.
function element(one, at) {
  const draw = DRAW[one.tag] ?? (CONTROLS[one.tag] ? field : unknown);
  return draw(one, at);
}

const all = (list, at) => (list ?? []).map((one) => element(one, at));

const DRAW = {
  markdown: (one) => div(`size-${one.text_size ?? "normal"}`, md(one.content ?? "", "feishu")),
  div: ({ text: said = {} }) => {
    const look = `div size-${said.text_size ?? "normal"} ink-${said.text_color ?? "default"}`;
    return div(look, said.tag === "lark_md" ? md(words(said), "feishu") : words(said));
  },
  hr: () => h("hr"),
  img: (one) => h("a", { class: "image", href: mediaOf(one), target: "_blank", rel: "noopener" },
    h("img", { src: mediaOf(one), alt: words(one.alt) })),
  column_set: (one, at) => div("columns", (one.columns ?? []).map((column) => columnOf(column, at))),
  column: columnOf,
  interactive_container: container,
  collapsible_panel: (one, at) => {
    const title = h("summary", {}, words(one.header?.title));
    return h("details", { class: "collapse", open: one.expanded === true }, title, all(one.elements, at));
  },
  table,
  form,
  button,
};

function unknown(one) {
  return h("p", { class: "unknown" }, word("unsupported", { tag: one.tag }));
}

function columnOf(column, at) {
  const node = div("column", all(column.elements, at));
  if (column.width === "weighted") node.style.flex = `${column.weight ?? 1} 1 0`;
  return node;
}

function container(one, at) {
  const node = div("container", all(one.elements, at));
  node.addEventListener("click", () => act(one, at));
  return node;
}

function table(one) {
  const columns = one.columns ?? [];
  const cell = (row, column) => {
    const value = row[column.name] ?? "";
    if (column.data_type === "lark_md" || column.data_type === "markdown") return md(String(value), "feishu");
    if (!Array.isArray(value)) return String(value);
    return value.map((option) => span(`tag tag-${option.color ?? "neutral"}`, option.text ?? String(option)));
  };
  return div("table",
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column.display_name ?? "")))),
      h("tbody", {}, (one.rows ?? []).map((row) => h("tr", {}, columns.map((column) => h("td", {}, cell(row, column)))))),
    ),
  );
}

function form(one, at) {
  const own = { name: one.name, fields: [] };
  const node = div("form", all(one.elements, { ...at, form: own }));
  own.node = node;
  return node;
}

function button(one, at) {
  const label = h("span", {}, words(one.text));
  const web = one.behaviors?.find((behavior) => behavior.type === "open_url");
  const look = `button type-${one.type ?? "default"} size-${one.size ?? "medium"}`;
  if (web && !callbackOf(one)) return span(look, link(web.default_url ?? "", label));
  const node = tap(look, () => act(one, at), label);
  node.disabled = one.disabled === true;
  return node;
}

function field(one, at) {
  const control = CONTROLS[one.tag](one);
  const label = words(one.label);
  const title = label ? h("span", { class: one.required ? "required" : null }, label) : null;
  const drawn = { one, label: label || words(one.placeholder) || one.name, ...control };
  if (at.form) at.form.fields.push(drawn);
  else control.node.addEventListener("change", () => changed(drawn, at));
  return h("label", { class: "field" }, title, control.node);
}

// The client refuses a button without a value, asks where the card wants it, and checks what a form requires.
async function act(one, at) {
  const value = callbackOf(one)?.value ?? one.value;
  const marker = one.form_action_type ?? { form_submit: "submit", form_reset: "reset" }[one.action_type];
  if (marker === "reset") return at.form?.fields.forEach((drawn) => drawn.reset());
  if (value === undefined) return at.hands.toast(word("noValue"));
  const submits = marker === "submit" && at.form;
  const missing = submits && at.form.fields.find((drawn) => drawn.one.required && !drawn.value());
  if (missing) return at.hands.toast(word("missing", { label: missing.label }));
  if (one.confirm && !(await at.hands.ask(words(one.confirm.title), words(one.confirm.text)))) return undefined;
  const press = { tag: one.tag, name: one.name ?? "", value };
  return at.hands.press(submits ? { ...press, form_value: values(at.form) } : press);
}

function values(own) {
  return Object.fromEntries(own.fields.map((drawn) => [drawn.one.name, drawn.value()]));
}

// A control outside a form reports each change.
function changed(drawn, at) {
  const { tag, name = "" } = drawn.one;
  const callback = callbackOf(drawn.one);
  if (callback) at.hands.press({ tag, name, value: callback.value, [drawn.reports]: drawn.value() });
}
