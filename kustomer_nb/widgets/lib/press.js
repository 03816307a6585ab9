// @ts-check

/**
 * Tells when a press of a pointer in an element is over. What is painted between pressing and releasing could move
 * the button away from under the pointer, which then gets no click.
 * @param {HTMLElement} el
 * @param {AbortSignal} signal
 */
export function afterPress(el, signal) {
  let isPressed = false;
  /** @type {Set<() => void>} */
  const waiting = new Set();
  const release = () => {
    if (!isPressed) return;
    isPressed = false;
    // The click comes after the release.
    setTimeout(() => {
      const acts = [...waiting];
      waiting.clear();
      for (const act of acts) act();
    });
  };
  el.addEventListener("pointerdown", () => (isPressed = true), { signal, capture: true });
  // A key shows that a release was missed, such as one in another window.
  el.addEventListener("keydown", release, { signal, capture: true });
  for (const name of ["pointerup", "pointercancel", "dragend"]) document.addEventListener(name, release, { signal, capture: true });
  /**
   * Do something now, or after the press.
   * @param {() => void} act
   */
  const then = (act) => {
    if (isPressed) waiting.add(act);
    else act();
  };
  return { then };
}
