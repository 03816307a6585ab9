// @ts-check
import { make } from "./dom.js";
import { icon } from "./icons.js";

const NAME = "knb-find";
/** More would make each key typed slow, and nobody goes through them one by one. */
const MOST = 5000;

/**
 * The ranges of an element's text that contain what is searched, whatever its case. Hidden text is left out.
 * @param {HTMLElement} scope
 * @param {string} query
 */
export function rangesOf(scope, query) {
  /** @type {Range[]} */
  const ranges = [];
  const needle = query.toLowerCase();
  if (!needle) return ranges;
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < MOST; node = walker.nextNode()) {
    if (node.parentElement?.closest("[hidden], .knb-hidden")) continue;
    const text = (node.nodeValue ?? "").toLowerCase();
    for (let at = text.indexOf(needle); at >= 0 && ranges.length < MOST; at = text.indexOf(needle, at + needle.length)) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + needle.length);
      ranges.push(range);
    }
  }
  return ranges;
}

/**
 * Mark ranges without touching the page (CSS Custom Highlight). Browsers without it only count them.
 * @param {Range[]} ranges
 */
function mark(ranges) {
  if (!("highlights" in CSS)) return;
  if (ranges.length > 0) CSS.highlights.set(NAME, new Highlight(...ranges));
  else CSS.highlights.delete(NAME);
}

/**
 * A bar that finds text in a result: Enter and Shift+Enter go through the matches, Escape closes it.
 * @param {() => HTMLElement} scope
 * @param {AbortSignal} signal
 * @param {() => boolean} [isPartial] whether the scope lacks something of the result, which the bar then says
 */
export function findBar(scope, signal, isPartial = () => false) {
  const input = make("input", { type: "search", placeholder: "Find", "aria-label": "Find in this view" });
  const count = make("span", { class: "knb-quiet knb-found", role: "status" });
  const closer = make("button", { type: "button", class: "knb-iconbutton", onclick: () => close() }, icon("close", "Close find"));
  const bar = make("div", { class: "knb-findbar", role: "search", "aria-label": "Find in this view", hidden: true }, input, count, closer);
  let at = 0;
  /** @type {HTMLElement | null} */
  let back = null;
  /** @type {HTMLElement | null} */
  let searched = null;

  const leave = () => searched?.classList.remove("knb-searched");
  /** @param {number} step 0 for a new search */
  const search = (step) => {
    const ranges = rangesOf(scope(), input.value);
    const total = ranges.length;
    at = step === 0 || total === 0 ? 0 : (at + step + total) % total;
    leave();
    searched = scope();
    searched.classList.add("knb-searched");
    mark(ranges);
    const words = total > 0 ? `${at + 1} of ${total}${total === MOST ? "+" : ""}` : "No matches";
    count.textContent = input.value ? `${words}${isPartial() ? " in what is open" : ""}` : "";
    ranges[at]?.startContainer.parentElement?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    bar.hidden = true;
    input.value = "";
    count.textContent = "";
    leave();
    mark([]);
    back?.focus();
  };
  const open = () => {
    back = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    bar.hidden = false;
    input.focus();
    input.select();
  };
  /** Search again after the result was drawn again. */
  const refresh = () => {
    if (!bar.hidden && input.value) search(0);
  };

  input.addEventListener("input", () => search(0));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      search(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  signal.addEventListener("abort", () => mark([]), { once: true });
  return { bar, open, close, refresh };
}
