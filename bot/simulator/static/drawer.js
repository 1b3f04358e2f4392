// The drawer: what went over the wire both ways, and the switches for what may go wrong.
import { post, traffic, travel } from "./api.js";
import { div, h, icon, sign, span, tap } from "./dom.js";
import { word } from "./words.js";

const JUMPS = ["day", "friday", "month"];
const OVERLAP = 20; // exchanges may be recorded a little out of order
const FAULTS = ["duplicate", "delay", "server_error", "expire_token", "rate_limit", "lose_answer", "refuse_upload"];

export class Drawer {
  constructor() {
    this.exchanges = new Map();
    this.filter = { platform: "", direction: "" };
    this.open_at = "";
    this.now = h("time", { class: "now" });
    this.tabs = new Map(["traffic", "faults", "clock"].map((name) => [name, this.tab(name)]));
    this.body = div("drawer-body");
    this.list = h("ol", { class: "exchanges" });
    const close = sign("round", word("close"), () => this.close(), icon("close", 20));
    const tabs = h("div", { class: "drawer-tabs", role: "tablist" }, ...this.tabs.values());
    const label = `${word("traffic")}, ${word("faults")}, ${word("clock")}`;
    this.node = h("aside", { class: "drawer", hidden: true, "aria-label": label }, div("drawer-top", tabs, close), this.body);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  tab(name) {
    return h("button", { type: "button", role: "tab", onclick: () => this.open(name) }, word(name));
  }

  begin(platforms) {
    this.platforms = platforms;
  }

  open(name) {
    if (!this.platforms) return;
    this.open_at = name;
    this.node.hidden = false;
    this.tabs.forEach((tab, other) => tab.setAttribute("aria-selected", String(other === name)));
    const draw = { traffic: () => this.drawTraffic(), faults: () => this.drawFaults(), clock: () => this.drawClock() };
    this.body.replaceChildren(...draw[name]());
    if (name === "traffic") this.fetch();
  }

  close() {
    this.node.hidden = true;
    this.open_at = "";
  }

  show(state) {
    this.faults = state.faults;
    this.now.textContent = new Date(state.now).toLocaleString();
    if (this.open_at === "traffic") this.fetch();
    if (this.open_at === "faults") this.showFaults();
  }

  drawTraffic() {
    const choice = (name, pairs) => {
      const change = (event) => {
        this.filter[name] = event.target.value;
        this.showList();
      };
      const option = ([value, label]) => h("option", { value, selected: this.filter[name] === value }, label);
      return h("select", { onchange: change, "aria-label": word(name) }, pairs.map(option));
    };
    const platforms = [["", word("all")], ...this.platforms.map((name) => [name, word(name)])];
    const directions = [["", word("all")], ["to_bot", word("toBot")], ["from_bot", word("fromBot")]];
    this.showList();
    return [div("filters", choice("platform", platforms), choice("direction", directions)), this.list];
  }

  async fetch() {
    const newest = Math.max(0, ...this.exchanges.keys());
    const found = await traffic(Math.max(0, newest - OVERLAP)).catch(() => []);
    const fresh = found.filter((one) => !this.exchanges.has(one.id));
    fresh.forEach((one) => this.exchanges.set(one.id, { ...one, node: this.exchange(one) }));
    if (fresh.length) this.showList();
  }

  showList() {
    const wanted = Object.entries(this.filter).filter(([, value]) => value);
    const seen = [...this.exchanges.values()].filter((one) => wanted.every(([name, value]) => one[name] === value));
    const nodes = seen.sort((a, b) => b.id - a.id).map((one) => one.node);
    this.list.replaceChildren(...(nodes.length ? nodes : [h("li", { class: "none" }, word("noTraffic"))]));
  }

  exchange(one) {
    const inwards = one.direction === "to_bot";
    const path = inwards ? new URL(one.path, location.href).pathname : one.path;
    const good = one.status >= 200 && one.status < 300;
    const row = h(
      "summary",
      {},
      h("span", { class: `way ${one.direction}`, title: word(inwards ? "toBot" : "fromBot") }, inwards ? "→" : "←"),
      span(`mark ${one.platform}`, word(one.platform)),
      h("code", { class: "path" }, `${one.method} ${path}`),
      h("span", { class: good ? "status good" : "status bad" }, one.status || word("noAnswer")),
      span("ms", `${Math.round(one.milliseconds)} ms`),
    );
    const details = h("details", {}, row);
    details.addEventListener("toggle", () => details.childElementCount > 1 || details.append(this.detail(one)));
    return h("li", {}, details);
  }

  detail(one) {
    const headers = Object.entries(one.request_headers).map(([name, value]) => `${name}: ${value}`).join("\n");
    const parts = [
      [word("plain"), pretty(one.plain)],
      [word("request"), `${one.method} ${one.path}`],
      [word("headers"), headers],
      [word("body"), pretty(one.request_body)],
      [word("response"), pretty(one.response_body)],
    ];
    const shown = parts.filter(([, text]) => text).map(([name, text]) => [h("h4", {}, name), h("pre", {}, text)]);
    return div("detail", h("time", {}, new Date(one.at).toLocaleString()), shown);
  }

  drawFaults() {
    this.inputs = [];
    const names = this.platforms.map((name) => h("th", { scope: "col" }, word(name)));
    const row = (fault) => h("tr", {}, this.faultName(fault), this.platforms.map((platform) => this.faultInput(platform, fault)));
    const table = h("table", { class: "faults" }, h("thead", {}, h("tr", {}, h("td"), names)), h("tbody", {}, FAULTS.map(row)));
    this.showFaults();
    return [h("p", { class: "lead" }, word("faultsLead")), table, tap("quiet", () => this.calm(), word("faultsOff"))];
  }

  drawClock() {
    const jump = (name) => tap("quiet", () => travel(name).catch(() => {}), word(`jump_${name}`));
    return [h("p", { class: "lead" }, word("clockLead")), h("p", {}, this.now), div("jumps", ...JUMPS.map(jump))];
  }

  faultName(fault) {
    return h("th", { scope: "row" }, word(fault), h("small", {}, word(`${fault}Help`)));
  }

  faultInput(platform, fault) {
    const label = `${word(platform)} ${word(fault)}`;
    const node = h("input", { type: "number", min: "0", max: fault === "delay" ? "60" : "50", "aria-label": label });
    const set = () => post(platform, "faults", { [fault]: Number(node.value) || 0 });
    node.addEventListener("change", () => set().catch(() => this.showFaults()));
    this.inputs.push({ platform, fault, node });
    return h("td", {}, node);
  }

  showFaults() {
    for (const { platform, fault, node } of this.inputs ?? []) {
      const value = this.faults?.[platform]?.[fault] ?? 0;
      if (document.activeElement !== node) node.value = String(value);
      node.classList.toggle("on", value > 0);
    }
  }

  calm() {
    const nothing = Object.fromEntries(FAULTS.map((fault) => [fault, 0]));
    this.platforms.forEach((platform) => post(platform, "faults", nothing));
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
