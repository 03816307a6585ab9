// @ts-check
import { hidden, make } from "./dom.js";
import { newId } from "./ids.js";
import { isShown } from "./popover.js";

/** @typedef {{ label: string, kind: string, detail: string, insert: string }} Completion */
/** @typedef {{ start: number, end: number, items: Completion[] }} Completions */

const WINDOW_MARGIN = 8;
const MOST_SHOWN = 200;

/**
 * The completions that go with what was typed since they were made: first those that begin with it.
 * @param {Completion[]} items
 * @param {string} typed
 */
export function completionsFor(items, typed) {
  // A key or a value may be typed with its quote, which its label has not.
  const lower = typed.replace(/^["'\x60]/, "").toLowerCase();
  const begin = items.filter(({ label }) => label.toLowerCase().startsWith(lower));
  const contain = items.filter(({ label }) => !label.toLowerCase().startsWith(lower) && label.toLowerCase().includes(lower));
  return [...begin, ...contain].slice(0, MOST_SHOWN);
}

/**
 * What closes the template that a completion is inserted into: its braces, if they are open and nothing closes them.
 * @param {string} before the text before the completion
 * @param {string} after the text after it
 */
export function closerOf(before, after) {
  const open = /(\{\{\{?)[^{}]*$/.exec(before)?.[1];
  if (!open || /^[^{}"\n]*\}\}/.test(after)) return "";
  return "}".repeat(open.length);
}

/**
 * Insert a completion into a field, close its template, and put the caret where one goes on: behind the braces, or
 * before them where arguments follow.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {Completion} item
 * @param {Completions} offered
 */
export function insertCompletion(field, { insert, kind }, { start, end }) {
  const until = Math.max(end, field.selectionStart ?? 0);
  const closer = closerOf(field.value.slice(0, start), field.value.slice(until));
  field.setRangeText(insert + closer, start, until, "end");
  if (kind === "helper" && closer) {
    const caret = start + insert.length;
    field.setSelectionRange(caret, caret);
  }
}

/**
 * The list of completions of a text field: up, down, Enter or Tab, Escape. The focus stays in the field.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {{ accept: (item: Completion, offered: Completions) => void, placeAt: (offset: number) => DOMRect | null }} options
 */
export function completionList(field, { accept, placeAt }) {
  const box = make("div", { class: "knb-pop knb-complete", popover: "manual", role: "listbox", id: newId(), "aria-label": "Completions" });
  const said = hidden("");
  said.setAttribute("role", "status");
  /** @type {Completions} */
  let offered = { start: 0, end: 0, items: [] };
  /** @type {Completion[]} */
  let items = [];
  let at = 0;

  const hide = () => {
    if (isShown(box)) box.hidePopover();
    field.removeAttribute("aria-activedescendant");
    said.textContent = "";
  };
  const mark = () => {
    [...box.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    field.setAttribute("aria-activedescendant", `${box.id}-${at}`);
    box.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const choose = () => {
    const item = items[at];
    hide();
    if (item) accept(item, offered);
  };
  const draw = () => {
    const caret = field.selectionStart ?? 0;
    items = caret < offered.start ? [] : completionsFor(offered.items, field.value.slice(offered.start, caret));
    const isComplete = items.length === 1 && items[0]?.insert === field.value.slice(offered.start, offered.end);
    if (items.length === 0 || isComplete) {
      hide();
      return;
    }
    at = 0;
    box.replaceChildren(
      ...items.map((item, index) =>
        make(
          "div",
          {
            role: "option",
            id: `${box.id}-${index}`,
            class: "knb-option",
            onmousedown: (event) => {
              // The field keeps the focus.
              event.preventDefault();
              at = index;
              choose();
            },
          },
          make("code", {}, item.label),
          make("small", { class: "knb-kindtag" }, item.kind),
          make("small", { class: "knb-ellipsis knb-quiet" }, item.detail),
        ),
      ),
    );
    if (!isShown(box)) box.showPopover();
    said.textContent = `${items.length} completion${items.length === 1 ? "" : "s"}`;
    const target = placeAt(offered.start);
    if (target) {
      const size = box.getBoundingClientRect();
      const below = target.bottom + size.height <= innerHeight - WINDOW_MARGIN || target.top < size.height;
      box.style.left = `${Math.max(WINDOW_MARGIN, Math.min(target.left, innerWidth - size.width - WINDOW_MARGIN))}px`;
      box.style.top = `${below ? target.bottom : target.top - size.height}px`;
    }
    mark();
  };
  /**
   * Act on a key while the list is open; returns whether it was for the list.
   * @param {KeyboardEvent} event
   */
  const press = (event) => {
    if (!isShown(box) || event.isComposing) return false;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Escape") hide();
    else if (event.key === "ArrowDown" && isPlain) at = (at + 1) % items.length;
    else if (event.key === "ArrowUp" && isPlain) at = (at - 1 + items.length) % items.length;
    else if ((event.key === "Enter" || event.key === "Tab") && isPlain && !event.shiftKey) choose();
    else return false;
    if (isShown(box)) mark();
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", box.id);
  field.addEventListener("blur", hide);
  return {
    box,
    said,
    hide,
    press,
    get isOpen() {
      return isShown(box);
    },
    /** @param {Completions} completions */
    offer(completions) {
      offered = completions;
      draw();
    },
    /** Show what still fits after more was typed. */
    narrow() {
      if (isShown(box)) draw();
    },
  };
}
