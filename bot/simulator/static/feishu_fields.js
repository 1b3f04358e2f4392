// The controls of Feishu's cards: tag → component → {node, value(), reset(), reports}.
// `reports`: where a control outside a form puts its value. The simulator adds the zone to days and times.
import { div, h, span } from "./dom.js";
import { word } from "./words.js";

const words = (text) => text?.content ?? "";

function box(node, first, reports) {
  node.value = first;
  return { node, reports, value: () => node.value.trim(), reset: () => (node.value = first) };
}

function input(one) {
  const maxlength = String(one.max_length ?? 1000);
  const shared = { placeholder: words(one.placeholder), maxlength, disabled: one.disabled === true };
  const node =
    one.input_type === "multiline_text"
      ? h("textarea", { ...shared, rows: String(one.rows ?? 3) })
      : h("input", { ...shared, type: one.input_type === "password" ? "password" : "text" });
  return box(node, one.default_value ?? "", "input_value");
}

function select(one) {
  const options = one.options ?? [];
  const first = one.initial_option ?? options[(one.initial_index ?? 0) - 1]?.value ?? "";
  const node = h(
    "select",
    { disabled: one.disabled === true },
    h("option", { value: "" }, words(one.placeholder) || word("choose")),
    options.map((option) => h("option", { value: option.value }, words(option.text) || option.value)),
  );
  return box(node, first, "option");
}

function many(one) {
  const inputs = (one.options ?? []).map((option) => h("input", { type: "checkbox", value: option.value }));
  const label = (mark, place) => h("label", {}, mark, words(one.options[place].text) || mark.value);
  const node = div("many", inputs.map(label));
  const reset = () => inputs.forEach((mark) => (mark.checked = (one.selected_values ?? []).includes(mark.value)));
  reset();
  const value = () => {
    const chosen = inputs.filter((mark) => mark.checked).map((mark) => mark.value);
    return chosen.length ? chosen : "";
  };
  return { node, reset, reports: "options", value };
}

function moment(type, initial) {
  return (one) => box(h("input", { type, disabled: one.disabled === true }), one[initial] ?? "", "option");
}

function checker(one) {
  const mark = h("input", { type: "checkbox", checked: one.checked === true, disabled: one.disabled === true });
  const node = span("checker", mark, words(one.text));
  return { node, reports: "checked", value: () => mark.checked, reset: () => (mark.checked = one.checked === true) };
}

export const CONTROLS = {
  input,
  select_static: select,
  select_person: select,
  multi_select_static: many,
  multi_select_person: many,
  date_picker: moment("date", "initial_date"),
  picker_time: moment("time", "initial_time"),
  picker_datetime: moment("datetime-local", "initial_datetime"),
  checker,
};
