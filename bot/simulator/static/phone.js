// One phone: who holds it, its chat with the bot, and what can be done there. The skins draw what differs.
import { post } from "./api.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import * as dingtalk from "./dingtalk.js";
import { div, h, icon, span, tap } from "./dom.js";
import * as feishu from "./feishu.js";
import { Picker } from "./picker.js";
import { Scanner } from "./scanner.js";
import * as wecom from "./wecom.js";
import { word } from "./words.js";

const SKINS = { wecom, dingtalk, feishu };
const TOAST_MS = 2600;

export class Phone {
  // `place`: phone number `n` starts with the n-th person. `moved()`: another account is looked at.
  constructor(platform, place, moved) {
    this.platform = platform.name;
    this.moved = moved;
    this.place = place;
    this.unread = {};
    this.accounts = platform.accounts;
    this.account = this.first();
    this.picker = new Picker((account) => this.become(account));
    this.chat = new Chat(SKINS[this.platform], this.hands());
    this.composer = new Composer(this.platform, this.hands());
    this.menu = h("nav", { class: "app-menu", "aria-label": word("menu") });
    this.clock = h("time", { class: "clock" });
    this.toasts = h("div", { class: "toasts", role: "status" });
    this.scanner = new Scanner(this, (veil) => this.toasts.before(veil));
    this.node = this.draw();
    this.become(this.account);
  }

  draw() {
    const title = div("nav-title", word("bot"), span("nav-kind", word(this.platform === "wecom" ? "app" : "robot")));
    return h(
      "section",
      { class: `phone ${this.platform}`, "aria-label": word(this.platform) },
      h("h2", { class: "platform" }, word(this.platform)),
      this.picker.node,
      div("device",
        div("status", this.clock, span("signal", h("i"), h("i"), h("i"), h("i")), span("battery")),
        div("nav", icon("back", 22), title, this.scanner.sign),
        this.chat.node,
        div("foot", this.menu, this.composer.node),
        this.toasts,
      ),
    );
  }

  first() {
    const kept = localStorage.getItem(`account.${this.platform}`);
    return this.accounts.find((account) => account.id === kept) ?? this.accounts[this.place] ?? this.accounts[0];
  }

  become(account) {
    if (!account) return;
    this.account = account;
    localStorage.setItem(`account.${this.platform}`, account.id);
    this.chat.become(account);
    this.composer.speakAs(account);
    this.picker.show(this.accounts, account, this.unread);
    this.order("open", {});
    this.moved();
  }

  // What a person can do here; each ends in a request, and in a toast where it fails.
  hands() {
    return {
      say: (text) => this.order("say", { text }),
      voice: (transcript) => this.order("voice", { transcript }),
      picture: (file) => this.picture(file),
      press: (bubble, press) => this.order("press", { bubble, press }),
      draft: (text) => this.draft(text),
      toast: (text) => this.toast(text),
      ask: (title, text) => this.ask(title, text),
    };
  }

  async order(name, body) {
    try {
      const done = await post(this.platform, name, { account: this.account.id, ...body });
      this.toast(done.toast);
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  async picture(file) {
    const form = new FormData();
    form.set("account", this.account.id);
    form.set("picture", file);
    try {
      await post(this.platform, "picture", form);
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  show(platform, state, seen) {
    if (!platform) return;
    this.accounts = platform.accounts;
    this.unread = state.unread[this.platform] ?? {};
    this.scanner.see(state.bubbles);
    this.clock.textContent = new Date(state.now).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
    this.clock.dateTime = state.now;
    const isMine = (bubble) => bubble.platform === this.platform && bubble.account === this.account?.id;
    this.chat.show(state.bubbles.filter(isMine), state.now);
    this.picker.show(this.accounts, this.account, this.unread);
    this.showMenu(platform.menu);
    if (seen) this.seen();
  }

  showMenu(items) {
    const keys = JSON.stringify(items);
    if (this.menu.dataset.keys === keys) return;
    this.menu.dataset.keys = keys;
    this.menu.hidden = !items.length;
    this.menu.replaceChildren(
      ...items.map((item) => tap("menu-item", () => this.order("menu", { key: item.key }), item.label)),
    );
  }

  // The person looks at the chat.
  seen() {
    if (this.unread[this.account?.id]) this.order("read", {});
  }

  waiting() {
    return Object.keys(this.unread).length > 0;
  }

  people() {
    return this.accounts;
  }

  draft(text) {
    this.composer.draft(text);
  }

  toast(text) {
    if (!text) return;
    const node = div("toast", text);
    this.toasts.replaceChildren(node);
    setTimeout(() => node.remove(), TOAST_MS);
  }

  // The client's own question before a press; resolves to yes or no.
  ask(title, text) {
    return new Promise((resolve) => {
      const end = (yes) => () => {
        dialog.remove();
        resolve(yes);
      };
      const yes = tap("yes", end(true), word("confirm"));
      const dialog = div("veil",
        h(
          "div",
          { class: "dialog", role: "alertdialog", "aria-label": title },
          h("strong", {}, title),
          h("p", {}, text),
          div("dialog-row", h("button", { type: "button", onclick: end(false) }, word("cancel")), yes),
        ),
      );
      this.toasts.before(dialog);
      yes.focus();
    });
  }
}
