// @ts-check
import { listenTo, make } from "./dom.js";
import { newId } from "./ids.js";
import { KEYS } from "./keys.js";
import { opener, submitOnEnter } from "./popover.js";
import { receive } from "./protocol.js";

/** @import { Child, Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */

/** Milliseconds for which the row says what was undone. */
const SAID_FOR = 8000;

/**
 * The row above a definition that is edited: whether it is saved, Undo, Redo and Save. A definition without a file gets a
 * name first, and of one that its file refuses, a copy can be saved.
 * @param {{
 *   model: Model,
 *   signal: AbortSignal,
 *   say: (message: Message) => void,
 *   whenSettled: (act: () => void) => void,
 *   isSettled: () => boolean,
 *   left?: Child[],
 *   right?: Child[],
 * }} options `whenSettled` acts once Python has all that was typed
 */
export function definitionHead({ model, signal, say, whenSettled, isSettled, left = [], right = [] }) {
  const state = make("span", { class: "knb-quiet knb-saved", role: "status" });
  const said = make("span", { class: "knb-quiet knb-ellipsis knb-undone", role: "status" });
  const undo = mover(false);
  const redo = mover(true);
  const named = make("button", { type: "button", class: "knb-small", hidden: true }, "Save…");
  const saver = make("button", { type: "button", class: "knb-small", onclick: () => save() }, "Save");
  const namer = opener(named, nameForm, { label: "Save the definition", align: "end" });
  const file = make("span", { class: "knb-ellipsis knb-deffile" });
  const head = make(
    "div",
    { class: "knb-resultbar knb-defhead" },
    make("div", { class: "knb-headwords" }, file, ...left),
    ...right,
    make("span", { class: "knb-side" }, said, state, undo, redo, saver, named, namer.box),
  );

  /** @param {boolean} isRedo */
  function mover(isRedo) {
    return make("button", { type: "button", class: "knb-small", onclick: () => move(isRedo) }, isRedo ? "Redo" : "Undo");
  }
  /** Undo or redo, once Python has all that was typed. @param {boolean} isRedo */
  function move(isRedo) {
    whenSettled(() => say({ kind: "undo_text", redo: isRedo }));
  }
  /**
   * What a button would do is its tooltip, and its description.
   * @param {HTMLElement} button
   * @param {string} name
   * @param {string} words
   * @param {string} key
   */
  function describe(button, name, words, key) {
    button.setAttribute("aria-disabled", String(!words));
    button.title = words ? `${name} ${words} (${key})` : `Nothing to ${name.toLowerCase()}`;
  }
  /** @param {() => void} close */
  function nameForm(close) {
    const id = newId();
    const name = make("input", { type: "text", id, class: "knb-mono", spellcheck: "false" });
    name.value = String(model.get("copy_name") || "app.json");
    const form = make("form", { class: "knb-pad" }, make("label", { for: id }, "File name"), name, make("div", { class: "knb-actions" }, make("button", { type: "submit", class: "knb-primary" }, "Save")));
    submitOnEnter(name, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = name.value.trim();
      if (!words) return;
      close();
      whenSettled(() => say({ kind: "save", name: words }));
    });
    return form;
  }
  const draw = () => {
    const isSaved = Boolean(model.get("is_saved")) && isSettled();
    const hasFile = Boolean(model.get("has_file"));
    const words = isSaved ? "Saved" : "● Edited";
    if (state.textContent !== words) state.textContent = words;
    file.textContent = String(model.get("file"));
    const hadFocus = document.activeElement === named;
    saver.hidden = !hasFile;
    const copyName = String(model.get("copy_name") ?? "");
    named.hidden = hasFile && copyName === "";
    named.textContent = hasFile ? "Save As…" : "Save…";
    // It has a name now: what saves it from here on takes over.
    if (hadFocus && named.hidden) saver.focus({ preventScroll: true });
    saver.setAttribute("aria-disabled", String(isSaved));
    describe(undo, "Undo", String(model.get("undo_words") ?? ""), `${KEYS.mod}Z`);
    describe(redo, "Redo", String(model.get("redo_words") ?? ""), KEYS.redo);
  };
  /** Save the file, or ask for its name. */
  function save() {
    if (!model.get("has_file")) namer.open();
    else if (!model.get("is_saved") || !isSettled()) whenSettled(() => say({ kind: "save" }));
  }
  listenTo(model, ["is_saved", "has_file", "copy_name", "file", "undo_words", "redo_words"], draw, signal);
  let timer = 0;
  receive(
    model,
    "undone",
    ({ words }) => {
      clearTimeout(timer);
      said.textContent = words;
      said.title = words;
      timer = window.setTimeout(() => {
        said.textContent = "";
        said.title = "";
      }, SAID_FOR);
    },
    signal,
  );
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return { head, draw, save, move };
}
