// 钉钉: text, markdown whose dtmd:// links say a sentence, and the interactive card of our own template.
// A press is {actionIds, params}: {do} for a button, {form: {field: value}} for the form, as its component sends it.
import { div, h, link, span, tap } from "./dom.js";
import { markdown as md, plain } from "./markdown.js";
import { word } from "./words.js";

const SAY = "dtmd://dingtalkclient/sendMessage?";
const PAGE = "dingtalk://dingtalkclient/page/link?";

export const text = (said) => plain(said);

export function markdown(content, hands) {
  return md(content.text ?? "", "dingtalk", (address) => follow(address, hands));
}

function follow(address, hands) {
  const asked = (start, name) => new URLSearchParams(address.slice(start.length)).get(name) ?? "";
  if (address.startsWith(SAY)) return () => hands.say(asked(SAY, "content"));
  if (address.startsWith(PAGE)) return () => link(asked(PAGE, "url")).click();
  return undefined;
}

export function card(content, hands) {
  const { params } = content;
  const part = (name) => (params[name] ? div("part", markdown({ text: params[name] }, hands)) : null);
  return div(`ding-card tone-${params.tone ?? "neutral"}`,
    head(params),
    params.subtitle ? h("p", { class: "sub" }, params.subtitle) : null,
    [1, 2, 3, 4, 5, 6].map((number) => part(`body${number}`)),
    form(params, hands),
    part("outcome"),
    part("outcome2"),
    buttons(params, hands),
    params.hint ? h("p", { class: "hint" }, params.hint) : null,
  );
}

function head(params) {
  if (!params.title && !params.status) return null;
  return div("head", h("h3", {}, params.title ?? ""), params.status ? span("state", params.status) : null);
}

// A variable of the card is a string; lists and objects are JSON in it.
function read(value, otherwise) {
  try {
    return JSON.parse(value) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function buttons(params, hands) {
  const list = read(params.buttons, []);
  if (!list.length) return null;
  const press = (one) => () => hands.press({ actionIds: ["press"], params: { do: one.do } });
  const look = (one) => one.style ?? "default";
  return div("buttons", list.map((one) => tap(look(one), press(one), one.text)));
}

function form(params, hands) {
  const fields = read(params.form, {}).fields ?? [];
  if (!fields.some((field) => !field.hidden)) return null;
  const drawn = fields.map((field) => ({ field, ...control(field) }));
  const submit = (event) => {
    event.preventDefault();
    const missing = drawn.find(({ field, value }) => field.required && empty(value()));
    if (missing) return hands.toast(missing.field.requiredMsg ?? word("missing", { label: missing.field.label }));
    const values = drawn.map(({ field, value }) => [field.name, value()]).filter(([, value]) => !empty(value));
    return hands.press({ actionIds: ["form"], params: { form: Object.fromEntries(values) } });
  };
  return h(
    "form",
    { class: "fields", onsubmit: submit, novalidate: true },
    drawn.filter(({ field }) => !field.hidden).map(({ field, node }) => h("label", {}, label(field), node)),
    h("button", { type: "submit", class: "primary" }, params.submit || word("submit")),
  );
}

const empty = (value) => value === undefined || value === "";

function label(field) {
  return h("span", { class: field.required ? "required" : null }, field.label);
}

// The control of a field, and how its value is sent.
function control(field) {
  if (field.hidden) return { node: null, value: () => field.defaultValue };
  if (field.type === "SELECT") return choice(field);
  const shared = { placeholder: field.placeholder, value: field.defaultValue ?? "", disabled: field.readOnly === true };
  const node =
    field.type === "TEXT_AREA"
      ? h("textarea", { ...shared, rows: String(field.minRows ?? 3) })
      : h("input", { ...shared, type: { DATE: "date", NUMBER: "number" }[field.type] ?? "text" });
  return { node, value: () => node.value.trim() };
}

function choice(field) {
  const options = field.options ?? [];
  const chosen = field.defaultValue?.value;
  const node = h(
    "select",
    { disabled: field.readOnly === true },
    chosen === undefined ? h("option", { value: "" }, field.placeholder ?? word("choose")) : null,
    options.map((one) => h("option", { value: one.value, selected: one.value === chosen }, one.text)),
  );
  const value = () => {
    const index = options.findIndex((one) => one.value === node.value);
    return index < 0 ? undefined : { index, value: node.value };
  };
  return { node, value };
}
