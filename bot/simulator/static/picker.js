// Who holds the phone: the person, the others who have something unread, and a list to search.
import { avatar, badge, div, h, icon, sign, span, tap } from "./dom.js";
import { word } from "./words.js";

const CHIPS = 3;
let serial = 0;

export class Picker {
  constructor(choose) {
    this.choose = choose;
    this.known = "";
    this.accounts = [];
    this.unread = {};
    const id = `people${serial++}`;
    this.button = tap("who", () => this.toggle());
    this.button.setAttribute("aria-controls", id);
    this.button.setAttribute("aria-expanded", "false");
    this.chips = div("chips");
    const find = word("find");
    this.search = h("input", { type: "search", placeholder: find, "aria-label": find, autocomplete: "off" });
    this.search.addEventListener("input", () => this.list());
    this.results = h("ul", { class: "people" });
    const label = h("label", { class: "find" }, icon("search", 16), this.search);
    this.panel = h("div", { class: "panel", id, hidden: true }, label, this.results);
    this.node = div("picker", this.button, this.chips, this.panel);
    this.node.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => this.node.contains(event.target) || this.toggle(false));
  }

  show(accounts, account, unread) {
    const known = JSON.stringify([accounts, account, unread]);
    if (known === this.known) return;
    Object.assign(this, { known, accounts, account, unread });
    this.names = new Map(accounts.map((one) => [one.id, one.name]));
    this.button.replaceChildren(
      avatar(account.name),
      span("who-text", h("strong", {}, account.name), h("small", {}, this.place(account))),
      span("caret", word("change"), icon("down", 14)),
    );
    this.button.setAttribute("aria-label", `${word("iAm")} ${account.name}, ${word("change")}`);
    this.chips.replaceChildren(...this.waiting().slice(0, CHIPS).map((one) => this.chip(one)));
    if (!this.panel.hidden) this.list();
  }

  waiting() {
    return this.accounts.filter((one) => this.unread[one.id] && one.id !== this.account.id);
  }

  chip(account) {
    const number = this.unread[account.id];
    const label = `${account.name} ${word("unread", { number })}`;
    return sign("chip", label, () => this.take(account), avatar(account.name), badge(number));
  }

  place(account) {
    const department = account.department.split("/").at(-1);
    const manager = this.names.get(account.manager);
    if (!account.person) return `${department} · ${word("stranger")}`;
    return manager ? `${department} · ${word("reportsTo", { name: manager })}` : department;
  }

  toggle(open = this.panel.hidden) {
    if (open === !this.panel.hidden) return;
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.search.value = "";
    this.list();
    this.search.focus();
  }

  take(account) {
    this.toggle(false);
    this.choose(account);
  }

  found() {
    const wanted = this.search.value.trim().toLowerCase();
    const text = (one) => [one.name, one.id, one.person, one.department].join(" ").toLowerCase();
    const hits = this.accounts.filter((one) => text(one).includes(wanted));
    return hits.sort((a, b) => (this.unread[b.id] ?? 0) - (this.unread[a.id] ?? 0));
  }

  list() {
    const found = this.found();
    const entries = found.map((one) => this.entry(one));
    this.results.replaceChildren(...(found.length ? entries : [h("li", { class: "none" }, word("nobody"))]));
  }

  entry(account) {
    const number = this.unread[account.id];
    const is = account.id === this.account.id;
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "person", "aria-current": is ? "true" : null, onclick: () => this.take(account) },
        avatar(account.name),
        span("who-text", h("strong", {}, account.name), h("small", {}, this.place(account))),
        is ? icon("check", 16) : badge(number, word("unread", { number })),
      ),
    );
  }

  // Enter takes the first person found, Escape closes, the arrows walk.
  key(event) {
    if (event.key === "Escape") return this.toggle(false);
    if (event.key === "Enter" && event.target === this.search && !event.isComposing) {
      const [first] = this.found();
      return first && this.take(first);
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return undefined;
    const stops = [this.search, ...this.results.querySelectorAll("button")];
    const place = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    return stops[Math.max(0, Math.min(place, stops.length - 1))].focus();
  }
}
