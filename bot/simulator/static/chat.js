// The list of bubbles. A bubble whose content changed is drawn anew in its place and shines for a moment.
import { avatar, div, h, icon, link, span, tap } from "./dom.js";
import { language, word } from "./words.js";

const PAUSE_MS = 5 * 60 * 1000; // after so long the time stands between two bubbles
const NEAR = 120; // pixels from the end where a new bubble still scrolls the chat

export class Chat {
  constructor(skin, hands) {
    Object.assign(this, { skin, hands, drawn: new Map(), name: "" });
    this.list = div("bubbles");
    this.empty = this.drawEmpty();
    // A picture comes in after its message: whoever looked at the end still does.
    this.list.addEventListener("load", () => this.follows && this.toEnd(), true);
    this.node = h("div", { class: "chat", role: "log", tabindex: "0" }, this.empty, this.list);
    this.node.addEventListener("scroll", () => (this.follows = this.isAtEnd()));
    this.follows = true;
  }

  drawEmpty() {
    const tries = ["try1", "try2", "try3"].map((name) => {
      const said = word(name);
      return tap("try", () => this.hands.draft(said), said);
    });
    return div("empty", h("p", {}, word("empty")), tries);
  }

  become(account) {
    this.name = account.name;
    this.drawn.clear();
    this.follows = true;
    this.list.replaceChildren();
  }

  show(bubbles, now) {
    this.empty.hidden = bubbles.length > 0;
    const atEnd = this.isAtEnd();
    const fresh = this.drawn.size === 0;
    let added = false;
    bubbles.forEach((bubble, place) => {
      const before = bubbles[place - 1];
      const json = JSON.stringify([bubble.kind, bubble.content]);
      const drawn = this.drawn.get(bubble.id);
      if (!drawn) {
        if (!before || new Date(bubble.at) - new Date(before.at) > PAUSE_MS) {
          this.list.append(this.time(bubble.at, now));
        }
        const node = this.row(bubble);
        node.classList.toggle("arrived", !fresh);
        this.list.append(node);
        this.drawn.set(bubble.id, { node, json });
        added = true;
      } else if (drawn.json !== json) {
        const node = this.row(bubble);
        node.classList.add("changed");
        drawn.node.replaceWith(node);
        this.drawn.set(bubble.id, { node, json });
        added ||= place === bubbles.length - 1;
      }
    });
    if (added && (fresh || atEnd || bubbles.at(-1).author === "me")) this.toEnd();
  }

  isAtEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR;
  }

  toEnd() {
    requestAnimationFrame(() => (this.node.scrollTop = this.node.scrollHeight));
  }

  time(at, now) {
    const when = new Date(at);
    const locale = language === "en" ? "en-GB" : "zh-CN";
    const isToday = when.toDateString() === new Date(now).toDateString();
    const day = isToday ? {} : { month: "numeric", day: "numeric", weekday: "short" };
    const shape = { hour: "2-digit", minute: "2-digit", ...day };
    return h("time", { class: "moment", datetime: at }, when.toLocaleString(locale, shape));
  }

  row(bubble) {
    if (bubble.kind === "notice" || bubble.author === "client") {
      return h("div", { class: "notice", "data-bubble": bubble.id }, bubble.content.text ?? "");
    }
    const bot = () => h("img", { class: "avatar", src: "/sim/static/icon.svg", alt: "" });
    const face = bubble.author === "me" ? avatar(this.name) : bot();
    return h("div", { class: `row ${bubble.author}`, "data-bubble": bubble.id }, face, this.content(bubble));
  }

  content(bubble) {
    const { card, image, file, voice, markdown } = this;
    const draw = { card, image, file, voice, markdown }[bubble.kind] ?? this.text;
    return draw.call(this, bubble);
  }

  card(bubble) {
    const hands = { ...this.hands, press: (press) => this.press(bubble, press) };
    return div("card", this.skin.card(bubble.content, hands));
  }

  // One press at a time: the card is dimmed until the bot has answered.
  async press(bubble, press) {
    const node = this.drawn.get(bubble.id)?.node;
    node?.classList.add("busy");
    await this.hands.press(bubble.id, press);
    node?.classList.remove("busy");
  }

  text(bubble) {
    return div("bubble", this.skin.text(bubble.content.text ?? ""));
  }

  markdown(bubble) {
    return div("bubble wide", this.skin.markdown(bubble.content, this.hands));
  }

  image(bubble) {
    const address = `/sim/media/${encodeURIComponent(bubble.content.media)}`;
    const picture = h("img", { src: address, alt: bubble.content.name ?? word("picture") });
    return h("a", { class: "bubble picture", href: address, target: "_blank", rel: "noopener" }, picture);
  }

  file(bubble) {
    const address = new URL(`/sim/media/${encodeURIComponent(bubble.content.media)}`, location.href).href;
    const name = h("span", {}, bubble.content.name ?? "");
    return div("bubble document", icon("file", 26), name, link(address, word("openFile")));
  }

  voice(bubble) {
    const said = bubble.content.transcript ?? bubble.content.text ?? "";
    const seconds = Math.max(1, Math.round(said.length / 4));
    const bar = span("voice-bar", icon("mic", 16), word("voiceSeconds", { n: seconds }));
    return div("bubble voice", bar, span("transcript", said));
  }
}
