// @ts-check

/**
 * The lines that are drawn in an element. A line that shows what it showed before stays the same element: at a key,
 * only the line that it is typed in is drawn again.
 * @param {HTMLElement} layer
 */
export function drawnLines(layer) {
  /** The lines by all that they show. @type {Map<string, HTMLElement>} */
  let drawn = new Map();
  /**
   * Draw lines from the first one up to the last one, without that.
   * @param {number} first
   * @param {number} last
   * @param {(number: number) => string} factsOf what a line shows, its number included
   * @param {(number: number) => HTMLElement} make draws a line, from its facts alone
   */
  return (first, last, factsOf, make) => {
    /** @type {typeof drawn} */
    const lines = new Map();
    for (let number = first; number < last; number += 1) {
      const facts = factsOf(number);
      lines.set(facts, drawn.get(facts) ?? make(number));
    }
    drawn = lines;
    let next = layer.firstElementChild;
    for (const line of lines.values()) {
      if (line === next) next = next.nextElementSibling;
      else layer.insertBefore(line, next);
    }
    while (next) {
      const gone = next;
      next = gone.nextElementSibling;
      gone.remove();
    }
  };
}
