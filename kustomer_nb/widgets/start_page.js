// @ts-check
import { tokensOf, withTemplates } from "./lib/code_tokens.js";
import { listenTo, make, newId, setUpLeaf } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { menuItem, submitOnEnter } from "./lib/popover.js";
import { sendOrNotice } from "./lib/protocol.js";

/** @import { Model } from "./lib/dom.js" */
/** @import { IconName } from "./lib/icons.js" */
/** @import { LineState } from "./lib/code_tokens.js" */
/** @import { CreateAction, Message } from "./lib/protocol.js" */
/**
 * @typedef {{
 *   name: string,
 *   inputs: { name: string, where: string, type: string, example: string, isSelected: boolean }[],
 *   settings: { key: string, variable: string }[],
 *   notes: { severity: "error" | "warning" | "hint", message: string, fix: string }[],
 *   template: string,
 * }} Found
 */

/** So that not each key of a typed command is read by itself. */
const READ_PAUSE = 250;
const HIDDEN = "The command is hidden, because it may contain credentials. It was read as shown here.";

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const page = make("div", { class: "knb-start", role: "group", "aria-label": "Start" });
  /** @param {Message} message */
  const say = (message) => sendOrNotice(model, message, notice);
  el.append(page, notice);

  /** @param {IconName} glyph @param {string} title @param {string} text @param {() => void} act */
  const card = (glyph, title, text, act) => make("button", { type: "button", class: "knb-startcard", onclick: act }, icon(glyph), make("span", {}, make("b", {}, title), make("small", {}, text)));
  const list = make("div", { class: "knb-startfiles" });

  const first = () => {
    const target = String(model.get("target"));
    const id = newId();
    const path = make("input", { id, type: "text", class: "knb-mono", spellcheck: "false", placeholder: "folder/definition.json" });
    const form = make("form", { class: "knb-startopen" }, make("label", { for: id }, "Or a path"), path, make("button", { type: "submit", class: "knb-small" }, "Open"));
    submitOnEnter(path, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (path.value.trim()) say({ kind: "open_file", path: path.value.trim() });
    });
    const open = card("file", "Open File", "A definition in this folder", () => {
      const target = list.querySelector("button") ?? path;
      target.focus();
    });
    const files = make("div", { class: "knb-startrecent" }, make("div", { class: "knb-h4" }, `Definitions in ${model.get("folder") || "this folder"}`), list, form);
    page.replaceChildren(
      make("div", { class: "knb-starthead" }, target && make("button", { type: "button", class: "knb-small", onclick: () => say({ kind: "close_start" }) }, "Back"), make("div", { class: "knb-h3" }, target ? `New action in ${target}` : "What do you want to work on?")),
      make(
        "div",
        { class: "knb-startcards" },
        card("plus", "New Action", "Start from an empty GET request", () => say({ kind: "new_action" })),
        card("copy", "Paste a curl", "From API docs or browser tools; credentials become app settings", () => curl()),
        // They would put another app in the place of the one that gets a new action.
        !target && open,
        !target && card("play", "Demo", "A store on this machine, no account needed", () => say({ kind: "demo" })),
      ),
      ...(target ? [] : [files]),
    );
    if (!target) say({ kind: "files" });
  };
  const paintFiles = () => {
    const files = /** @type {{ path: string, title: string, note: string }[]} */ (model.get("files"));
    const items = files.map(({ path, title, note }) => menuItem(title, note, () => say({ kind: "open_file", path })));
    list.replaceChildren(...(items.length > 0 ? items : [make("p", { class: "knb-quiet" }, "There are none yet.")]));
  };

  // -- a pasted command

  /** @type {(() => void) | null} */
  let paintFound = null;
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  function curl() {
    const ids = [newId(), newId(), newId()];
    const box = make("textarea", { id: ids[0], class: "knb-mono knb-curlbox", rows: 7, spellcheck: "false", autocomplete: "off", placeholder: "curl -X POST … -H '…' -d '…'" });
    const said = make("p", { class: "knb-msg", role: "status" });
    const found = make("div", { class: "knb-curlfound" });
    const view = make("div", { class: "knb-curlview", tabindex: 0, role: "group", "aria-label": "inputTemplate" });
    const name = make("input", { id: ids[1], type: "text", class: "knb-mono", spellcheck: "false" });
    const where = make("select", { id: ids[2] });
    where.append(make("option", { value: "memory" }, "Only in memory"), make("option", { value: "env" }, ".env of this folder"), make("option", { value: "keyring" }, "Keyring of this computer"));
    const keeps = make("span", { class: "knb-curlkeep", hidden: true }, make("label", { for: ids[2] }, "Keep credentials"), where);
    const create = make("button", { type: "button", class: "knb-primary", "aria-disabled": "true" }, "Create Action");
    /** The read that was sent last, and whether the box has another text since. */
    let sentRead = "";
    let isEdited = false;
    let isAnswered = false;
    let wasPasted = false;
    let isNamed = false;

    const read = () => {
      clearTimeout(timer);
      sentRead = newId();
      isEdited = isAnswered = false;
      say({ kind: "read_curl", text: box.value, read_id: sentRead });
    };
    /** What may hold a credential leaves the page: at once if it was pasted, else when it is typed to its end. */
    const hide = () => {
      const isOfBox = !isEdited && sentRead !== "" && model.get("read_id") === sentRead;
      if (!isOfBox || !model.get("is_hidden") || box.readOnly || (document.activeElement === box && !wasPasted)) return;
      box.value = HIDDEN;
      box.readOnly = true;
    };
    create.addEventListener("click", () => {
      // Python reads what is in the box before it creates the action.
      if (isEdited) read();
      if (create.getAttribute("aria-disabled") === "true" && model.get("read_id") === sentRead) return;
      // A name that was proposed may be that of the command before.
      say({ kind: "create_action", name: isNamed ? name.value.trim() : "", secrets: /** @type {CreateAction["secrets"]} */ (where.value) });
    });
    box.addEventListener("input", (event) => {
      isEdited = true;
      clearTimeout(timer);
      wasPasted = event instanceof InputEvent && (event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop");
      if (wasPasted) read();
      else timer = setTimeout(read, READ_PAUSE);
    });
    box.addEventListener("blur", () => {
      if (isEdited) read();
      hide();
    });
    const another = make("button", { type: "button", class: "knb-small", onclick: () => {
      box.readOnly = false;
      box.value = "";
      isNamed = false;
      read();
      box.focus({ preventScroll: true });
    } }, "Paste Another");
    const choose = () => {
      const ticks = /** @type {HTMLInputElement[]} */ ([...found.querySelectorAll("input[data-input]")]);
      if (isEdited) read();
      else say({ kind: "choose_inputs", inputs: ticks.filter((one) => one.checked).map((one) => one.dataset.input ?? "") });
    };
    name.addEventListener("input", () => {
      isNamed = true;
    });
    paintFound = () => {
      if (isAnswered && model.get("read_id") === "") {
        // Created: the command is forgotten, and the page begins again.
        paintFound = null;
        first();
        return;
      }
      isAnswered ||= sentRead !== "" && model.get("read_id") === sentRead;
      const now = /** @type {Found | Record<string, never>} */ (model.get("imported"));
      const isFound = "inputs" in now;
      const problem = box.value ? String(model.get("problem")) : "";
      hide();
      create.setAttribute("aria-disabled", String(!isFound));
      box.setAttribute("aria-invalid", String(Boolean(problem)));
      said.className = `knb-msg${problem ? " knb-bad" : ""}`;
      said.textContent = problem || (isFound ? "Nothing was sent. Credentials are kept in memory and are not written to the definition." : "Nothing is sent. The command is only read.");
      keeps.hidden = !isFound || now.settings.length === 0;
      if (!isFound) {
        found.replaceChildren(make("p", { class: "knb-quiet" }, "Inputs and app settings are proposed here."));
        view.replaceChildren("The request is shown here.");
        return;
      }
      if (!isNamed) name.value = now.name;
      const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement.dataset.input : undefined;
      const tick = (/** @type {Found["inputs"][number]} */ { name: input, where: at, type, example, isSelected }) => {
        const id = newId();
        const check = make("input", { type: "checkbox", id, "data-input": `${input}=${at}` });
        check.checked = isSelected;
        check.addEventListener("change", choose);
        return make("li", {}, check, make("label", { for: id }, make("code", {}, input), " ", make("span", { class: "knb-quiet" }, example)), make("small", { class: "knb-quiet" }, [at, type].filter(Boolean).join(", ")));
      };
      found.replaceChildren(
        make("div", { class: "knb-h4" }, "Inputs"),
        now.inputs.length > 0 ? make("ul", { class: "knb-ticks" }, ...now.inputs.map(tick)) : make("p", { class: "knb-quiet" }, "Nothing of it varies."),
        ...(now.settings.length > 0 ? [make("div", { class: "knb-h4" }, "App settings"), make("ul", { class: "knb-ticks" }, ...now.settings.map(({ key, variable }) => make("li", {}, icon("lock"), make("code", {}, key), make("small", { class: "knb-quiet" }, `value hidden, read from ${variable}`))))] : []),
        ...(now.notes.length > 0 ? [make("div", { class: "knb-h4" }, "Sent in another way"), make("ul", { class: "knb-ticks" }, ...now.notes.map(({ severity, message, fix }) => make("li", {}, icon(severity, severity), make("span", {}, `${message}${fix ? ` Fix: ${fix}` : ""}`))))] : []),
      );
      const again = focused && found.querySelector(`[data-input="${CSS.escape(focused)}"]`);
      if (again instanceof HTMLInputElement) again.focus();
      view.replaceChildren(...coloured(now.template));
    };
    page.replaceChildren(
      make("div", { class: "knb-starthead" }, make("button", { type: "button", class: "knb-small", onclick: () => back() }, "Back"), make("div", { class: "knb-h3" }, "Paste a curl"), make("span", { class: "knb-grow" }), another),
      make("div", { class: "knb-curl" }, make("section", { "aria-label": "Command" }, make("label", { for: ids[0], class: "knb-h4" }, "curl command"), box, said, found), make("section", { "aria-label": "Preview" }, make("div", { class: "knb-h4" }, "inputTemplate"), view)),
      make("div", { class: "knb-startfoot" }, make("label", { for: ids[1] }, "Name"), name, keeps, make("span", { class: "knb-grow" }), create),
    );
    paintFound();
    box.focus({ preventScroll: true });
  }
  const back = () => {
    clearTimeout(timer);
    paintFound = null;
    say({ kind: "forget_curl" });
    first();
    const paste = page.querySelectorAll(".knb-startcard")[1];
    if (paste instanceof HTMLElement) paste.focus({ preventScroll: true });
  };
  listenTo(model, ["files"], paintFiles, signal);
  listenTo(model, ["target", "folder"], () => paintFound === null && first(), signal);
  listenTo(model, ["imported", "problem", "read_id", "is_hidden"], () => paintFound?.(), signal);
}

/**
 * JSON text in the colours of code, its templates marked.
 * @param {string} text
 */
function coloured(text) {
  /** @type {LineState} */
  let open = "";
  return text.split("\n").flatMap((line) => {
    const { tokens, state } = tokensOf(line, open);
    open = state;
    return [...tokens.flatMap(withTemplates).map(({ kind, text: words }) => (kind ? make("span", { class: `knb-t-${kind}` }, words) : words)), "\n"];
  });
}

export default { render };
