// @ts-check
import { listenTo, make, newId } from "./dom.js";
import { opener, submitOnEnter } from "./popover.js";

/** @import { Child, Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */

/**
 * The row above a definition that is edited: whether it is saved, Undo and Save. A definition without a file gets a
 * name first.
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
  const undo = make("button", { type: "button", class: "knb-small", onclick: () => whenSettled(() => say({ kind: "undo_text", redo: false })) }, "Undo");
  const named = make("button", { type: "button", class: "knb-small", hidden: true }, "Save…");
  const saver = make("button", { type: "button", class: "knb-small", onclick: () => save() }, "Save");
  const namer = opener(named, nameForm, { label: "Save the definition", align: "end" });
  const file = make("span", { class: "knb-ellipsis knb-deffile" });
  const head = make(
    "div",
    { class: "knb-resultbar knb-defhead" },
    make("div", { class: "knb-headwords" }, file, ...left),
    ...right,
    make("span", { class: "knb-side" }, state, undo, saver, named, namer.box),
  );

  /** @param {() => void} close */
  function nameForm(close) {
    const id = newId();
    const name = make("input", { type: "text", id, class: "knb-mono", spellcheck: "false" });
    name.value = "app.json";
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
    named.hidden = hasFile;
    // It has a name now: what saves it from here on takes over.
    if (hadFocus && hasFile) saver.focus({ preventScroll: true });
    saver.setAttribute("aria-disabled", String(isSaved));
    undo.setAttribute("aria-disabled", String(!model.get("can_undo")));
  };
  /** Save the file, or ask for its name. */
  function save() {
    if (!model.get("has_file")) namer.open();
    else if (!model.get("is_saved") || !isSettled()) whenSettled(() => say({ kind: "save" }));
  }
  listenTo(model, ["is_saved", "has_file", "file", "can_undo"], draw, signal);
  return { head, draw, save };
}
