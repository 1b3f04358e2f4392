// 企业微信: text, markdown and template cards (模板卡片), as its client draws them.
// A press is {key, selected: {question_key: [option ids]}}.
import { div, h, icon, link, span, tap } from "./dom.js";
import { markdown as md, plain } from "./markdown.js";
import { word } from "./words.js";

export const text = (said) => plain(said, "plain");
export const markdown = (content) => md(content.text ?? "", "wecom");

export function card(native, hands) {
  const questions = new Map();
  const press = (key) => {
    const selected = Object.fromEntries([...questions].map(([name, read]) => [name, read()]));
    return hands.press({ key, selected });
  };
  return div(`wecom-card ${native.card_type ?? ""}`,
    source(native, press),
    title(native),
    emphasis(native.emphasis_content),
    quote(native.quote_area),
    native.sub_title_text ? h("p", { class: "sub" }, native.sub_title_text) : null,
    rows(native.horizontal_content_list),
    (native.vertical_content_list ?? []).map((one) => div("vertical", h("strong", {}, one.title), h("p", {}, one.desc))),
    native.checkbox ? checkbox(native.checkbox, questions) : null,
    [native.button_selection, ...(native.select_list ?? [])].filter(Boolean).map((one) => select(one, questions)),
    (native.jump_list ?? []).map((one) => div("jump", link(one.url ?? "", one.title), icon("right", 14))),
    buttons(native, press),
    native.card_action?.url ? div("jump", link(native.card_action.url, word("openLink")), icon("right", 14)) : null,
  );
}

const SOURCE_INKS = ["grey", "black", "red", "green"];

function source(native, press) {
  const menu = native.action_menu;
  if (!native.source?.desc && !menu) return null;
  return div("source",
    span(`ink-source-${SOURCE_INKS[native.source?.desc_color ?? 0] ?? "grey"}`, native.source?.desc ?? ""),
    menu
      ? h(
          "details",
          { class: "action-menu" },
          h("summary", { "aria-label": menu.desc ?? word("menu") }, icon("more", 18)),
          menu.action_list.map((one) => h("button", { type: "button", onclick: () => press(one.key) }, one.text)),
        )
      : null,
  );
}

function title(native) {
  const { title: head = "", desc = "" } = native.main_title ?? {};
  return div("title", head ? h("h3", {}, head) : null, desc ? h("p", {}, desc) : null);
}

function emphasis(content) {
  return content ? div("emphasis", h("strong", {}, content.title ?? ""), h("span", {}, content.desc ?? "")) : null;
}

function quote(area) {
  if (!area?.title && !area?.quote_text) return null;
  return h("blockquote", {}, area.title ? h("strong", {}, area.title) : null, h("p", {}, area.quote_text ?? ""));
}

function rows(list) {
  if (!list?.length) return null;
  const value = (one) => (one.type === 1 ? link(one.url ?? "", one.value) : one.value);
  return h("dl", {}, list.map((one) => h("div", {}, h("dt", {}, one.keyname), h("dd", {}, value(one) ?? ""))));
}

function checkbox(box, questions) {
  const shared = { type: box.mode === 1 ? "checkbox" : "radio", name: box.question_key, disabled: box.disable === true };
  const inputs = box.option_list.map((one) => h("input", { ...shared, value: one.id, checked: one.is_checked === true }));
  questions.set(box.question_key, () => inputs.filter((input) => input.checked).map((input) => input.value));
  return h("form", { class: "votes" }, box.option_list.map((one, place) => h("label", {}, inputs[place], one.text)));
}

// The client preselects the first option where the card names none.
function select(one, questions) {
  const [first] = one.option_list;
  const chosen = one.option_list.find((option) => option.id === one.selected_id) ?? first;
  const box = h(
    "select",
    { disabled: one.disable === true },
    one.option_list.map((option) => h("option", { value: option.id, selected: option === chosen }, option.text)),
  );
  questions.set(one.question_key, () => [box.value]);
  return h("label", { class: "select" }, h("span", {}, one.title ?? word("choose")), box);
}

function buttons(native, press) {
  const replaced = native.replace_text;
  if (replaced) return div("buttons", h("button", { type: "button", class: "b2", disabled: true }, replaced));
  const list = native.button_list ?? (native.submit_button ? [{ style: 1, ...native.submit_button }] : []);
  if (!list.length) return null;
  return div("buttons", list.map((one) => button(one, press)));
}

function button(one, press) {
  const look = `b${one.style ?? 1}`;
  if (one.type === 1) return span(`button ${look}`, link(one.url ?? "", one.text));
  return tap(look, () => press(one.key), one.text || word("submit"));
}
