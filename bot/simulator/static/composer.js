// The line to write on: text, a voice message (typed, as the words it would be heard as), a picture with a preview.
import { h, icon, sign, tap } from "./dom.js";
import { word } from "./words.js";

const PICTURES = "image/png,image/jpeg,image/gif,image/webp,image/bmp";

export class Composer {
  constructor(platform, hands) {
    this.hands = hands;
    this.speaking = false;
    this.line = h("textarea", { rows: "1", maxlength: "5000", placeholder: word("message"), enterkeyhint: "send" });
    this.line.addEventListener("keydown", (event) => this.key(event));
    this.line.addEventListener("input", () => this.resize());
    this.mic = h("button", { type: "button", class: "round", onclick: () => this.toggle() });
    this.file = h("input", { type: "file", accept: PICTURES, hidden: true, tabindex: "-1", "aria-label": word("picture") });
    this.file.addEventListener("change", () => this.preview(this.file.files[0]));
    this.shown = h("div", { class: "preview", hidden: true });
    this.node = h(
      "form",
      { class: "composer" },
      this.shown,
      this.mic,
      this.line,
      this.file,
      sign("round", word("picture"), () => this.file.click(), icon("picture", 22)),
      h("button", { type: "submit", class: "send" }, word("send")),
    );
    this.node.addEventListener("submit", (event) => this.submit(event));
    this.showMode();
  }

  speakAs(account) {
    this.line.setAttribute("aria-label", word("messageLabel", { name: account.name }));
  }

  draft(text) {
    this.line.value = text;
    this.resize();
    this.line.focus();
  }

  // Enter sends, unless it ends the choice of a Chinese word or breaks a line on purpose.
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.node.requestSubmit();
  }

  async submit(event) {
    event.preventDefault();
    const said = this.line.value.trim();
    if (!said) return;
    this.draft("");
    const done = await (this.speaking ? this.hands.voice(said) : this.hands.say(said));
    if (!done && !this.line.value) this.draft(said);
  }

  toggle() {
    this.speaking = !this.speaking;
    this.showMode();
    this.line.focus();
  }

  showMode() {
    const label = word(this.speaking ? "keyboard" : "voice");
    this.mic.replaceChildren(icon(this.speaking ? "keyboard" : "mic", 22));
    this.mic.setAttribute("aria-label", label);
    this.mic.title = label;
    this.node.classList.toggle("speaking", this.speaking);
    this.line.placeholder = word(this.speaking ? "voiceHint" : "message");
  }

  resize() {
    this.line.style.height = "auto";
    this.line.style.height = `${Math.min(Math.max(this.line.scrollHeight, 36), 96)}px`;
  }

  preview(file) {
    if (!file) return;
    const address = URL.createObjectURL(file);
    const end = () => {
      URL.revokeObjectURL(address);
      this.file.value = "";
      this.shown.hidden = true;
    };
    const send = async () => {
      if (await this.hands.picture(file)) end();
    };
    this.shown.replaceChildren(
      h("img", { src: address, alt: file.name }),
      h("span", {}, file.name),
      tap("quiet", end, word("cancel")),
      tap("strong", send, word("sendPicture")),
    );
    this.shown.hidden = false;
  }
}
