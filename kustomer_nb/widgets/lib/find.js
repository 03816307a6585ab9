// @ts-check
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { KEYS } from "./keys.js";

const FOUND = "knb-find";
const FOUND_NOW = "knb-find-now";
/** More would make each key typed slow, and nobody goes through them one by one. */
const MOST = 5000;
/** What holds text that is not in the page yet: a fold that is closed, and a button that shows more. */
const CLOSED = '[aria-expanded="false"], .knb-more-rows';

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
 * Mark ranges without touching the page (CSS Custom Highlight), in place of those that were marked before. The marks
 * of a page are shared: another pane or workbench keeps its own. Browsers without them only count.
 * @param {string} name
 * @param {Range[]} before
 * @param {Range[]} ranges
 */
function mark(name, before, ranges) {
  if (!("highlights" in CSS)) return;
  const marks = CSS.highlights.get(name) ?? new Highlight();
  for (const range of before) marks.delete(range);
  for (const range of ranges) marks.add(range);
  if (marks.size > 0) CSS.highlights.set(name, marks);
  else CSS.highlights.delete(name);
}

/**
 * Find in a pane: Ctrl+F with the focus anywhere in it, or the event "knb-find", opens a bar. Enter and Shift+Enter
 * go through the matches, and Escape closes it and gives the focus back.
 * @param {HTMLElement} pane
 * @param {HTMLElement} scope what is searched; it takes the focus if nothing else had it
 * @param {AbortSignal} signal
 * @param {{ isOffered?: () => boolean, isPartial?: () => boolean }} [rules] whether there is something to search, and
 *   whether the scope lacks something of it, which the bar then says
 */
export function findIn(pane, scope, signal, { isOffered = () => true, isPartial = () => scope.querySelector(CLOSED) !== null } = {}) {
  const input = make("input", { type: "search", placeholder: "Find", "aria-label": "Find in this view", autocomplete: "off" });
  const count = make("span", { class: "knb-quiet knb-found", role: "status" });
  const closer = make("button", { type: "button", class: "knb-iconbutton", onclick: () => close() }, icon("close", "Close find"));
  const bar = make("div", { class: "knb-findbar", role: "search", "aria-label": "Find in this view", hidden: true }, input, count, closer);
  const opener = make("button", { type: "button", class: "knb-iconbutton", title: `Find (${KEYS.mod}F)`, onclick: () => open() }, icon("search", "Find"));
  let at = 0;
  /** @type {Range[]} */
  let ranges = [];
  /** @type {Range[]} */
  let current = [];
  /** @type {HTMLElement | null} */
  let back = null;

  /** @param {Range[]} found */
  const show = (found) => {
    const now = found.slice(at, at + 1);
    scope.classList.toggle("knb-searched", found.length > 0);
    mark(FOUND, ranges, found);
    mark(FOUND_NOW, current, now);
    [ranges, current] = [found, now];
  };
  /** @param {(total: number) => number} next which of the matches is shown */
  const search = (next) => {
    const found = rangesOf(scope, input.value);
    const total = found.length;
    at = total === 0 ? 0 : (next(total) + total) % total;
    show(found);
    const words = total > 0 ? `${at + 1} of ${total}${total === MOST ? "+" : ""}` : "No matches";
    const told = input.value ? `${words}${isPartial() ? " in what is open" : ""}` : "";
    if (count.textContent !== told) count.textContent = told;
  };
  const scrollToMatch = () => current[0]?.startContainer.parentElement?.scrollIntoView({ block: "nearest" });
  const close = () => {
    bar.hidden = true;
    input.value = "";
    count.textContent = "";
    show([]);
    watcher.disconnect();
    // What had the focus may have been drawn again since, or hidden.
    if (back?.isConnected && !back.closest("[hidden]")) back.focus();
    else scope.focus();
  };
  const open = () => {
    if (!isOffered()) return;
    if (bar.hidden) {
      const { activeElement } = document;
      back = activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : null;
      bar.hidden = false;
      watcher.observe(scope, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
    }
    input.focus();
    input.select();
  };
  // A result that is drawn again, unfolded or followed by more is searched again.
  const watcher = new window.MutationObserver(() => {
    if (!isOffered()) close();
    else if (input.value) search(() => at);
  });

  input.addEventListener("input", () => {
    search(() => 0);
    scrollToMatch();
  });
  bar.addEventListener("keydown", (event) => {
    const isStep = event.key === "Enter" && event.target === input && !KEYS.isRun(event);
    if (event.key !== "Escape" && !isStep) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") close();
    else {
      search(() => at + (event.shiftKey ? -1 : 1));
      scrollToMatch();
    }
  });
  pane.addEventListener(
    "keydown",
    (event) => {
      if (!KEYS.isFind(event) || !isOffered()) return;
      event.preventDefault();
      event.stopPropagation();
      open();
    },
    { signal },
  );
  pane.addEventListener("knb-find", open, { signal });
  const stop = () => {
    watcher.disconnect();
    show([]);
  };
  signal.addEventListener("abort", stop, { once: true });
  return { bar, opener };
}
