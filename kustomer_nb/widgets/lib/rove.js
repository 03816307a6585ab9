// @ts-check

/**
 * Let arrow keys, Home and End move the focus among the stops of a container.
 * @param {HTMLElement} container
 * @param {string} selector
 * @param {[string, string]} [keys] back and forward
 */
export function rove(container, selector, keys = ["ArrowUp", "ArrowDown"]) {
  container.addEventListener("keydown", (event) => {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !container.contains(active)) return;
    const step = event.key === keys[0] ? -1 : event.key === keys[1] ? 1 : 0;
    const isEdge = event.key === "Home" || event.key === "End";
    const isText = active.matches("input, textarea");
    if ((!step && !isEdge) || (isText && isEdge)) return;
    const stops = stopsIn(container, selector);
    const at = stops.indexOf(active);
    // From a text field above a list an arrow enters the list; other keys stay with the field.
    if (at < 0 && !step) return;
    const to = event.key === "Home" ? 0 : event.key === "End" ? stops.length - 1 : at + step;
    const next = stops[Math.max(0, Math.min(stops.length - 1, to))];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/**
 * Keep one of the stops of a container in the tab order: the one that had the focus last.
 * @param {HTMLElement} container
 * @param {string} selector
 */
export function keepOneStop(container, selector) {
  resetStops(container, selector);
  container.addEventListener("focusin", (event) => {
    const stop = event.target;
    if (!(stop instanceof HTMLElement) || !stop.matches(selector)) return;
    for (const other of container.querySelectorAll(selector)) {
      if (other !== stop && other instanceof HTMLElement) other.tabIndex = -1;
    }
    stop.tabIndex = 0;
  });
}

/**
 * Put the first stop into the tab order if none is.
 * @param {HTMLElement} container
 * @param {string} selector
 */
export function resetStops(container, selector) {
  const stops = [...container.querySelectorAll(selector)];
  if (stops.some((stop) => stop instanceof HTMLElement && stop.tabIndex === 0)) return;
  if (stops[0] instanceof HTMLElement) stops[0].tabIndex = 0;
}

/**
 * The stops that are visible.
 * @param {HTMLElement} container
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
function stopsIn(container, selector) {
  /** @type {HTMLElement[]} */
  const stops = [];
  for (const stop of container.querySelectorAll(selector)) {
    if (stop instanceof HTMLElement && !stop.closest("[hidden]")) stops.push(stop);
  }
  return stops;
}
