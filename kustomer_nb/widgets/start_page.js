// @ts-check
import { curlPage } from "./lib/curl_page.js";
import { listenTo, make, setUpLeaf } from "./lib/dom.js";
import { filePage } from "./lib/file_page.js";
import { icon } from "./lib/icons.js";
import { menuItem } from "./lib/popover.js";
import { sendOrNotice } from "./lib/protocol.js";

/** @import { Model } from "./lib/dom.js" */
/** @import { IconName } from "./lib/icons.js" */
/** @import { Message } from "./lib/protocol.js" */

const RECENT = 8;

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const page = make("div", { class: "knb-start", role: "group", "aria-label": "Start" });
  /** @param {Message} message */
  const say = (message) => sendOrNotice(model, message, notice);
  el.append(page, notice);
  /** What ends the page that is open. */
  let opened = new AbortController();
  signal.addEventListener("abort", () => opened.abort(), { once: true });
  /** @type {ReturnType<typeof curlPage> | null} */
  let paste = null;
  let isFirst = true;

  /** @param {IconName} glyph @param {string} title @param {string} text @param {() => void} act */
  const card = (glyph, title, text, act) => make("button", { type: "button", class: "knb-startcard", "data-card": title, onclick: act }, icon(glyph), make("span", {}, make("b", {}, title), make("small", {}, text)));
  const list = make("div", { class: "knb-startfiles" });
  const drafts = make("div", { class: "knb-startfiles knb-startdrafts" });
  const recent = make("div", { class: "knb-startrecent" });

  /** @param {HTMLElement[]} parts */
  const open = (...parts) => page.replaceChildren(...parts);
  /** @param {string} title */
  const focusCard = (title) => {
    const found = page.querySelector(`[data-card="${title}"]`) ?? page.querySelector(".knb-startcard");
    if (found instanceof HTMLElement) found.focus({ preventScroll: true });
  };
  /** @param {string} [title] the card that gets the focus; without it, only what had the focus is replaced */
  const first = (title) => {
    const hadFocus = page.contains(document.activeElement);
    opened.abort();
    opened = new AbortController();
    paste = null;
    isFirst = true;
    const target = String(model.get("target"));
    open(
      make("div", { class: "knb-starthead" }, target && make("button", { type: "button", class: "knb-small", onclick: () => say({ kind: "close_start" }) }, "Back"), make("div", { class: "knb-h3" }, target ? `New action in ${target}` : "What do you want to work on?")),
      make(
        "div",
        { class: "knb-startcards" },
        card("plus", "New Action", "Start from an empty GET request", () => say({ kind: "new_action" })),
        card("copy", "Paste a curl", "From API docs or browser tools; credentials become app settings", curl),
        // They would put another app in the place of the one that gets a new action.
        !target && card("file", "Open File", "Choose a definition, or type its path", file),
        !target && card("play", "Demo", "A store on this machine, no account needed", () => say({ kind: "demo" })),
      ),
      ...(target ? [] : [recent]),
    );
    if (title !== undefined || hadFocus) focusCard(title ?? "");
    askForFiles();
  };
  // Python reads them: not for a page that nobody sees, as in a workbench that has a definition.
  const askForFiles = () => {
    if (!model.get("target") && el.closest("[hidden]") === null) say({ kind: "files" });
  };
  const paintFiles = () => {
    if (!isFirst) return;
    const files = /** @type {{ path: string, title: string, note: string, kind: string }[]} */ (model.get("files")).filter(({ kind }) => kind === "file");
    const unsaved = /** @type {{ id: string, title: string, note: string }[]} */ (model.get("drafts") ?? []);
    drafts.replaceChildren(...unsaved.map(({ id, title, note }) => menuItem(title, note, () => say({ kind: "open_draft", id }))));
    recent.replaceChildren(...(unsaved.length > 0 ? [make("div", { class: "knb-h4" }, "Not saved"), drafts] : []), ...(files.length > 0 ? [make("div", { class: "knb-h4" }, model.get("folder") ? `Definitions in the folder ${model.get("folder")}` : "Definitions in this folder"), list] : []));
    list.replaceChildren(...files.slice(0, RECENT).map(({ path, title, note }) => menuItem(title, note, () => {
      file();
      say({ kind: "open_file", path });
    })));
  };

  function file() {
    leave();
    const shown = filePage(model, say, () => first("Open File"), opened.signal);
    open(shown.element);
    shown.focus();
  }
  function curl() {
    leave();
    const goBack = () => {
      say({ kind: "forget_curl" });
      first("Paste a curl");
    };
    // Created: the command is forgotten, and the page begins again.
    const shown = curlPage(model, say, { goBack, whenDone: () => first() }, opened.signal);
    paste = shown;
    open(shown.element);
    shown.focus();
  }
  function leave() {
    opened.abort();
    opened = new AbortController();
    isFirst = false;
  }
  // It is shown again, and begins again.
  el.addEventListener("knb-focus-start", () => first(""), { signal });
  el.addEventListener("knb-show-start", askForFiles, { signal });
  listenTo(model, ["files", "drafts"], paintFiles, signal);
  listenTo(model, ["target", "folder"], () => paste === null && first(), signal);
  listenTo(model, ["imported", "problems", "read_id", "is_hidden", "app_problem", "target"], () => paste?.paint(), signal);
}

export default { render };
