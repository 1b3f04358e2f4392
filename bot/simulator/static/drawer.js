// The drawer: what went over the wire both ways, and the switches for what may go wrong.
import { post, traffic } from "./api.js";
import { h, icon } from "./dom.js";
import { word } from "./words.js";

const OVERLAP = 20; // exchanges may be recorded a little out of order
const FAULTS = ["duplicate", "delay", "server_error", "expire_token", "rate_limit", "lose_answer"];

export class Drawer {
  constructor() {
    this.exchanges = new Map();
    this.filter = { platform: "", direction: "" };
    this.open_at = "";
    this.tabs = ["traffic", "faults"].map((name) => h("button", { type: "button", role: "tab", "data-name": name, onclick: () => this.open(name) }, word(name)));
    this.body = h("div", { class: "drawer-body" });
    this.list = h("ol", { class: "exchanges" });
    const close = h("button", { type: "button", class: "round", "aria-label": word("close"), onclick: () => this.close() }, icon("close", 20));
    this.node = h("aside", { class: "drawer", hidden: true, "aria-label": word("traffic") }, h("div", { class: "drawer-top", role: "tablist" }, this.tabs, close), this.body);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  begin(platforms) {
    this.platforms = platforms;
  }

  open(name) {
    if (!this.platforms) return;
    this.open_at = name;
    this.node.hidden = false;
    this.tabs.forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.name === name)));
    this.body.replaceChildren(...(name === "traffic" ? this.drawTraffic() : this.drawFaults()));
    if (name === "traffic") this.fetch();
  }

  close() {
    this.node.hidden = true;
    this.open_at = "";
  }

  show(state) {
    this.faults = state.faults;
    if (this.open_at === "traffic") this.fetch();
    if (this.open_at === "faults") this.showFaults();
  }

  drawTraffic() {
    const choice = (name, pairs) => {
      const change = (event) => {
        this.filter[name] = event.target.value;
        this.showList();
      };
      return h("select", { onchange: change, "aria-label": name }, pairs.map(([value, label]) => h("option", { value, selected: this.filter[name] === value }, label)));
    };
    const platforms = [["", word("all")], ...this.platforms.map((name) => [name, word(name)])];
    const directions = [["", word("all")], ["to_bot", word("toBot")], ["from_bot", word("fromBot")]];
    this.showList();
    return [h("div", { class: "filters" }, choice("platform", platforms), choice("direction", directions)), this.list];
  }

  async fetch() {
    const newest = Math.max(0, ...this.exchanges.keys());
    const found = await traffic(Math.max(0, newest - OVERLAP)).catch(() => []);
    const fresh = found.filter((one) => !this.exchanges.has(one.id));
    fresh.forEach((one) => this.exchanges.set(one.id, { ...one, node: this.exchange(one) }));
    if (fresh.length) this.showList();
  }

  showList() {
    const seen = [...this.exchanges.values()].filter((one) => Object.entries(this.filter).every(([name, value]) => !value || one[name] === value));
    const nodes = seen.sort((a, b) => b.id - a.id).map((one) => one.node);
    this.list.replaceChildren(...(nodes.length ? nodes : [h("li", { class: "none" }, word("noTraffic"))]));
  }

  exchange(one) {
    const path = one.direction === "to_bot" ? new URL(one.path, location.href).pathname : one.path;
    const good = one.status >= 200 && one.status < 300;
    const row = h(
      "summary",
      {},
      h("span", { class: `way ${one.direction}`, title: word(one.direction === "to_bot" ? "toBot" : "fromBot") }, one.direction === "to_bot" ? "→" : "←"),
      h("span", { class: `mark ${one.platform}` }, word(one.platform)),
      h("code", { class: "path" }, `${one.method} ${path}`),
      h("span", { class: good ? "status good" : "status bad" }, one.status || word("noAnswer")),
      h("span", { class: "ms" }, `${Math.round(one.milliseconds)} ms`),
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
    return h("div", { class: "detail" }, h("time", {}, new Date(one.at).toLocaleString()), parts.filter(([, text]) => text).map(([name, text]) => [h("h4", {}, name), h("pre", {}, text)]));
  }

  drawFaults() {
    this.inputs = [];
    const input = (platform, fault) => {
      const change = () => post(platform, "faults", { [fault]: Number(node.value) || 0 }).catch(() => this.showFaults());
      const node = h("input", { type: "number", min: "0", max: fault === "delay" ? "60" : "50", "aria-label": `${word(platform)} ${word(fault)}`, onchange: change });
      this.inputs.push({ platform, fault, node });
      return h("td", {}, node);
    };
    const row = (fault) => h("tr", {}, h("th", { scope: "row" }, word(fault), h("small", {}, word(`${fault}Help`))), this.platforms.map((platform) => input(platform, fault)));
    const table = h(
      "table",
      { class: "faults" },
      h("thead", {}, h("tr", {}, h("th", {}), this.platforms.map((name) => h("th", { scope: "col" }, word(name))))),
      h("tbody", {}, FAULTS.map(row)),
    );
    this.showFaults();
    return [h("p", { class: "lead" }, word("faultsLead")), table, h("button", { type: "button", class: "quiet", onclick: () => this.calm() }, word("faultsOff"))];
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
