// A phone's camera: what there is to scan is what the phones' chats show. It opens in a browser of this phone's person.
import { div, h, icon, link, sign, tap } from "./dom.js";
import { word } from "./words.js";

const CODE = /https?:\/\/[^\s"\\]+\/f\/[^\s"\\]+/g;

export class Scanner {
  // `phone`: whose camera it is. `lay(veil)`: put something over its screen.
  constructor(phone, lay) {
    Object.assign(this, { phone, lay, codes: [] });
    this.sign = sign("scan", word("scan"), () => this.open(), icon("scan", 22));
  }

  see(bubbles) {
    this.codes = [...new Set(bubbles.flatMap((bubble) => JSON.stringify(bubble.content).match(CODE) ?? []))];
  }

  open() {
    const close = () => veil.remove();
    const links = this.codes.map((code) => h("li", { onclick: close }, link(this.address(code), this.label(code))));
    const body = links.length ? h("ul", { class: "codes" }, links) : h("p", {}, word("scanNothing"));
    const label = word("scan");
    const cancel = tap("", close, word("cancel"));
    const dialog = h("div", { class: "dialog", role: "dialog", "aria-label": label }, h("strong", {}, label), body, div("dialog-row", cancel));
    const veil = div("veil", dialog);
    this.lay(veil);
    (dialog.querySelector("a") ?? cancel).focus();
  }

  label(code) {
    const written = decodeURIComponent(code.split("/f/")[1]);
    const person = written.slice(0, written.lastIndexOf("."));
    return this.phone.accounts.find((account) => account.person === person)?.name ?? written;
  }

  address(code) {
    const query = new URLSearchParams({ account: this.phone.account.id, url: code });
    return new URL(`/sim/${this.phone.platform}/scan?${query}`, location.href).href;
  }
}
