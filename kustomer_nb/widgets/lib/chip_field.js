// @ts-check
import { completionList, insertCompletion } from "./code_completion.js";
import { TEMPLATE_PATTERN } from "./code_tokens.js";
import { make } from "./dom.js";

/** @import { Completions } from "./code_completion.js" */
/**
 * Which template of a text an offset is in, or at the end of; -1 if in none.
 * @param {string} text
 * @param {number} offset
 */
export function templateAt(text, offset) {
  let end = 0;
  return text.split(TEMPLATE_PATTERN).findIndex((part, index) => {
    const start = end;
    end += part.length;
    return index % 2 === 1 && start < offset && offset <= end;
  }) >> 1;
}

/**
 * @param {HTMLElement} layer
 * @param {number} x
 * @param {number} y
 */
function chipUnder(layer, x, y) {
  return [...layer.querySelectorAll(".knb-tchip")].findIndex((chip) =>
    [...chip.getClientRects()].some(({ left, right, top, bottom }) => left <= x && x <= right && top <= y && y <= bottom),
  );
}

/** @typedef {Record<string, string[]>} KnownNames the names that a template can read, by what they are */

/**
 * What a template reads first: an input, a setting, a helper, something of the platform, or something else.
 * @param {string} template
 * @param {KnownNames} known
 */
export function kindOfTemplate(template, known) {
  const words = template.replace(/^\{\{\{?|\}?\}\}$|^\/#/g, "").trim();
  const name = words.split(/[\s.[\]:,]/)[0] ?? "";
  if (name === "_env") return "env";
  const kind = Object.keys(known).find((one) => known[one]?.includes(name));
  return kind ?? (/^[#/^>!]/.test(words) ? "helper" : "default");
}

const REST_AFTER = 200;

/**
 * A text field in which templates stand out, in the colours of where their values come from. It is a textarea: a
 * plain input would lose the line breaks of a text.
 * @param {{
 *   label: string,
 *   known: () => KnownNames,
 *   onInput: (text: string) => void,
 *   onAsk: (offset: number) => void,
 *   onTemplate?: (index: number, isHovered: boolean) => void,
 *   onLeave?: () => void,
 *   onKey?: (event: KeyboardEvent) => boolean,
 * }} options `onTemplate` is called with the number of the template in which the caret rests, or that is under the
 *   pointer; `onKey` returns whether a key was for it
 */
export function chipField({ label, known, onInput, onAsk, onTemplate, onLeave = () => {}, onKey = () => false }) {
  const layer = make("div", { class: "knb-chiplayer", "aria-hidden": "true" });
  const field = make("textarea", { class: "knb-chipinput", rows: 1, spellcheck: "false", autocomplete: "off", "aria-label": label });
  const list = completionList(field, {
    placeAt: () => field.getBoundingClientRect(),
    accept: (item, offered) => {
      insertCompletion(field, item, offered);
      paint();
      onInput(field.value);
    },
  });
  const box = make("div", { class: "knb-chipbox" }, layer, field, list.box, list.said);

  function paint() {
    const parts = field.value.split(TEMPLATE_PATTERN);
    layer.replaceChildren(...parts.map((part, index) => (index % 2 ? make("span", { class: `knb-tchip knb-o-${kindOfTemplate(part, known())}` }, part) : part)));
    field.rows = Math.min(12, field.value.split("\n").length);
    layer.scrollTop = field.scrollTop;
  }
  field.addEventListener("input", () => {
    paint();
    onInput(field.value);
    const before = field.value.slice(0, field.selectionStart);
    if (/(?:\{\{[^{}]*|\/#[\w@.[\]:,$-]*)$/.test(before)) onAsk(field.selectionStart);
    else list.hide();
  });
  field.addEventListener("scroll", () => {
    layer.scrollTop = field.scrollTop;
  });
  let timer = 0;
  const atCaret = () => (document.activeElement === field && field.selectionStart === field.selectionEnd && !list.isOpen ? templateAt(field.value, field.selectionStart) : -1);
  /** @param {() => number} [under] the number of the template under the pointer, -1 for none */
  const lookAtRest = (under = () => -1) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const hovered = under();
      const index = hovered < 0 ? atCaret() : hovered;
      if (index >= 0) onTemplate?.(index, hovered >= 0);
      else onLeave();
    }, REST_AFTER);
  };
  for (const name of ["keyup", "pointerup", "focus"]) field.addEventListener(name, () => lookAtRest());
  field.addEventListener("input", onLeave);
  field.addEventListener("blur", () => lookAtRest());
  field.addEventListener("pointermove", ({ clientX, clientY, buttons }) => {
    if (!buttons) lookAtRest(() => chipUnder(layer, clientX, clientY));
  });
  field.addEventListener("pointerleave", () => lookAtRest());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.press(event)) return;
    if (onKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.ctrlKey && event.key === " ") {
      event.preventDefault();
      onAsk(field.selectionStart);
    }
    // One line stays one line; a text of several may get more.
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !field.value.includes("\n")) event.preventDefault();
  });
  return {
    box,
    field,
    repaint: paint,
    /** The number of the template that the caret is in, -1 for none. */
    get template() {
      return templateAt(field.value, field.selectionStart);
    },
    /** @param {number} index */
    chipAt: (index) => layer.querySelectorAll(".knb-tchip")[index],
    /** @param {string} text */
    setText(text) {
      // A text field has newlines alone: to set another line end would move the caret.
      if (field.value !== text.replace(/\r\n?/g, "\n")) field.value = text;
      paint();
    },
    /** @param {Completions} completions */
    offer: (completions) => list.offer(completions),
  };
}
