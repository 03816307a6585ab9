// @ts-check

const CONTROLS = "button, input, select, textarea, summary, [tabindex]";

/**
 * Redraw, and keep the focus: on the control that is called the same, or else on the next best one. A control that
 * is removed while it has the focus would leave it to the page, where keys are those of the notebook.
 * @param {HTMLElement} el
 * @param {() => void} draw
 * @param {() => Element | null | undefined} next
 */
export function keepFocus(el, draw, next) {
  const active = document.activeElement;
  const had = active instanceof HTMLElement && el.contains(active) ? nameOf(active) : null;
  draw();
  if (had === null || el.contains(document.activeElement)) return;
  const controls = [...el.querySelectorAll(CONTROLS)].filter((control) => isReachable(control));
  const again = controls.find((control) => nameOf(control) === had) ?? next();
  // What is beside it stays where it was: the page is not scrolled.
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/**
 * Whether nothing hides a control: neither a part of the page, nor a popover that is closed.
 * @param {Element} control
 */
export function isReachable(control) {
  const box = control.closest("[popover]");
  return !control.closest("[hidden]") && (box === null || box.matches(":popover-open"));
}

/** @param {Element} control */
function nameOf(control) {
  const name = control instanceof HTMLElement ? control.dataset.stop : undefined;
  return `${control.tagName} ${name ?? control.getAttribute("aria-label") ?? control.textContent}`;
}
