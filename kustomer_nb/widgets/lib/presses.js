// @ts-check
import { newId } from "./ids.js";

/**
 * The name of one press in a view. Several views may show a widget at once, and what Python answers reaches them all:
 * the name tells which of them pressed.
 * @param {Element} element
 */
export function newPress(element) {
  const root = rootOf(element);
  root.dataset.view ||= newId();
  return `${root.dataset.view} ${newId()}`;
}

/**
 * Whether a press was made in the view that an element is in.
 * @param {Element} element
 * @param {string} press
 */
export function isPressIn(element, press) {
  const { view } = rootOf(element).dataset;
  return Boolean(view) && press.startsWith(`${view} `);
}

/**
 * The element of the whole view: a workbench, or a leaf that is shown alone.
 * @param {Element} element
 * @returns {HTMLElement}
 */
function rootOf(element) {
  const root = element.closest(".knb-shell") ?? element.closest(".knb");
  return root instanceof HTMLElement ? root : document.body;
}
