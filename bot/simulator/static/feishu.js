// 飞书: text, and cards of JSON 2.0. What a person does on one is {tag, name, value, form_value}, as the client sends it.
import { h, icon, link } from "./dom.js";
import { CONTROLS } from "./feishu_fields.js";
import { markdown as md, plain } from "./markdown.js";
import { word } from "./words.js";

export const text = (said) => plain(said);
export const markdown = (content) => md(content.text ?? "", "feishu");

export function card(content, hands) {
  const elements = content.body?.elements ?? content.elements ?? [];
  return h(
    "div",
    { class: "feishu-card" },
    header(content.header),
    h("div", { class: "body" }, elements.map((one) => element(one, { hands, form: null }))),
  );
}

function header(head) {
  if (!head) return null;
  const tags = (head.text_tag_list ?? []).map((one) => h("span", { class: `tag tag-${one.color ?? "neutral"}` }, words(one.text)));
  return h(
    "div",
    { class: `header header-${head.template ?? "default"}` },
    h("div", { class: "header-line" }, h("h3", {}, words(head.title)), tags),
    head.subtitle ? h("p", {}, words(head.subtitle)) : null,
  );
}

const words = (text) => text?.content ?? "";

// One component; `at` holds the hands and the form it stands in.
function element(one, at) {
  const draw = DRAW[one.tag] ?? (CONTROLS[one.tag] ? field : unknown);
  return draw(one, at);
}

const all = (list, at) => (list ?? []).map((one) => element(one, at));

const DRAW = {
  markdown: (one) => h("div", { class: `size-${one.text_size ?? "normal"}` }, md(one.content ?? "", "feishu")),
  div: (one) => h("p", { class: `div size-${one.text?.text_size ?? "normal"} ink-${one.text?.text_color ?? "default"}` }, one.text?.tag === "lark_md" ? md(words(one.text), "feishu") : words(one.text)),
  hr: () => h("hr"),
  img: (one) => h("div", { class: "placeholder" }, icon("picture", 22), words(one.alt)),
  column_set: (one, at) => h("div", { class: `columns flex-${one.flex_mode ?? "none"}` }, (one.columns ?? []).map((column) => columnOf(column, at))),
  column: columnOf,
  interactive_container: container,
  collapsible_panel: (one, at) => h("details", { class: "collapse", open: one.expanded === true }, h("summary", {}, words(one.header?.title)), all(one.elements, at)),
  table,
  form,
  button,
};

function unknown(one) {
  return h("p", { class: "unknown" }, word("unsupported", { tag: one.tag }));
}

function columnOf(column, at) {
  const node = h("div", { class: "column" }, all(column.elements, at));
  if (column.width === "weighted") node.style.flex = `${column.weight ?? 1} 1 0`;
  return node;
}

function container(one, at) {
  return h("div", { class: "container", role: "button", tabindex: "0", onclick: () => act(one, at) }, all(one.elements, at));
}

function table(one) {
  const columns = one.columns ?? [];
  const cell = (row, column) => {
    const value = row[column.name] ?? "";
    if (column.data_type === "lark_md" || column.data_type === "markdown") return md(String(value), "feishu");
    if (!Array.isArray(value)) return String(value);
    return value.map((option) => h("span", { class: `tag tag-${option.color ?? "neutral"}` }, option.text ?? String(option)));
  };
  return h(
    "div",
    { class: "table" },
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
  const node = h("div", { class: "form" }, all(one.elements, { ...at, form: own }));
  own.node = node;
  return node;
}

function button(one, at) {
  const label = h("span", {}, words(one.text));
  const web = one.behaviors?.find((behavior) => behavior.type === "open_url");
  const look = `button type-${one.type ?? "default"} size-${one.size ?? "medium"}`;
  if (web && !one.behaviors.some((behavior) => behavior.type === "callback")) return h("span", { class: look }, link(web.default_url ?? "", label));
  return h("button", { type: "button", class: look, disabled: one.disabled === true, title: words(one.hover_tips), onclick: () => act(one, at) }, label);
}

function field(one, at) {
  const control = CONTROLS[one.tag](one);
  const label = words(one.label);
  const drawn = { one, label: label || words(one.placeholder) || one.name, ...control };
  if (at.form) at.form.fields.push(drawn);
  else control.node.addEventListener("change", () => changed(drawn, at));
  return h("label", { class: `field ${one.tag}` }, label ? h("span", { class: one.required ? "required" : null }, label) : null, control.node);
}

// The client refuses a button without a value, asks where the card wants it, and checks what a form requires.
async function act(one, at) {
  const callback = one.behaviors?.find((behavior) => behavior.type === "callback");
  const marker = one.form_action_type ?? { form_submit: "submit", form_reset: "reset" }[one.action_type];
  if (marker === "reset") return at.form?.fields.forEach((drawn) => drawn.reset());
  if (callback?.value === undefined && one.value === undefined) return at.hands.toast(word("noValue"));
  const submits = marker === "submit" && at.form;
  const missing = submits && at.form.fields.find((drawn) => drawn.one.required && !drawn.value());
  if (missing) return at.hands.toast(word("missing", { label: missing.label }));
  if (one.confirm && !(await at.hands.ask(words(one.confirm.title), words(one.confirm.text)))) return undefined;
  const press = { tag: one.tag, name: one.name ?? "", value: callback?.value ?? one.value };
  return at.hands.press(submits ? { ...press, form_value: values(at.form) } : press);
}

function values(own) {
  return Object.fromEntries(own.fields.map((drawn) => [drawn.one.name, drawn.value()]));
}

// A control outside a form reports each change.
function changed(drawn, at) {
  const callback = drawn.one.behaviors?.find((behavior) => behavior.type === "callback");
  if (callback) at.hands.press({ tag: drawn.one.tag, name: drawn.one.name ?? "", value: callback.value, [drawn.reports]: drawn.value() });
}
