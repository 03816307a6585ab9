// @ts-check

const SAVED_CONTROLS = "input, textarea, select, button, a[href], [contenteditable]";
const NOT_RECORDED = "[hidden], [popover], dialog, datalist, [role=menu], [role=listbox], [role=dialog]";
const ROLES_OF_CONTROLS = ["tree", "treeitem", "tab", "tablist", "toolbar", "textbox", "combobox", "option", "switch", "button", "slider"];
const OPENS_MORE = /^⋯|…$/;
const SAVED_NOTE = "Saved with the notebook. Run the cell again to use it.";

/**
 * Show the record of a leaf that is drawn from a saved state, once all of it is drawn.
 * @param {HTMLElement} el
 * @param {AbortSignal} signal
 */
export function showRecordWhenDrawn(el, signal) {
  const later = () => setTimeout(() => !signal.aborted && showRecord(el));
  requestAnimationFrame(() => requestAnimationFrame(later));
}

/**
 * Show in place of a leaf what it shows, as text without controls: nobody would answer them. The leaf goes on where
 * nobody sees it.
 * @param {HTMLElement} el
 */
function showRecord(el) {
  const record = /** @type {HTMLElement} */ (el.cloneNode(true));
  // What was typed or chosen is no attribute, so a clone does not have it.
  const originals = [...el.querySelectorAll(SAVED_CONTROLS)];
  [...record.querySelectorAll(SAVED_CONTROLS)].forEach((control, index) => {
    const original = originals[index];
    if (original instanceof HTMLElement) replaceControl(/** @type {HTMLElement} */ (control), original);
  });
  for (const part of record.querySelectorAll(NOT_RECORDED)) part.remove();
  for (const part of record.querySelectorAll("[role], [tabindex], [draggable]")) {
    part.removeAttribute("tabindex");
    part.removeAttribute("draggable");
    if (ROLES_OF_CONTROLS.includes(part.getAttribute("role") ?? "")) part.removeAttribute("role");
  }
  const note = document.createElement("p");
  note.className = "knb-quiet knb-savednote";
  note.textContent = SAVED_NOTE;
  el.replaceChildren(note, ...record.childNodes);
}

/**
 * @param {HTMLElement} control
 * @param {HTMLElement} original
 */
function replaceControl(control, original) {
  const text = valueOfControl(original);
  if (text === null) {
    // What opens or folds something is named by what it shows; any other button does something.
    const isShown = original.tagName === "A" || original.hasAttribute("aria-expanded") || original.hasAttribute("aria-haspopup");
    const words = original.textContent?.trim() ?? "";
    if (isShown && words && !OPENS_MORE.test(words)) control.replaceWith(textInPlaceOf(control));
    else control.remove();
    return;
  }
  const value = document.createElement("span");
  value.className = "knb-mono knb-savedvalue";
  value.textContent = text;
  // A field over coloured text shows the same twice.
  const isField = original.tagName !== "SELECT";
  if (isField && text && control.parentElement?.textContent?.includes(text)) control.remove();
  else control.replaceWith(value);
}

/**
 * The text of a field, null for another control; what is typed for a secret is never shown.
 * @param {HTMLElement} original
 */
function valueOfControl(original) {
  if (original instanceof HTMLSelectElement) return original.selectedOptions[0]?.textContent ?? "";
  if (original instanceof HTMLTextAreaElement) return original.value;
  if (!(original instanceof HTMLInputElement)) return null;
  if (original.type === "password") return "";
  if (original.type === "checkbox" || original.type === "radio") return original.checked ? "✓ " : "– ";
  return original.value;
}

/** @param {HTMLElement} control */
function textInPlaceOf(control) {
  const text = document.createElement("span");
  text.className = control.className;
  text.append(...control.childNodes);
  return text;
}
