// @ts-check
import { make } from "./dom.js";
import { icon } from "./icons.js";

/** More are not counted: each key typed would take longer, and nobody goes through them one by one. */
const MOST_MATCHES = 5000;

/**
 * The offsets at which a text has what is searched, whatever its case.
 * @param {string} text
 * @param {string} query
 */
export function offsetsOf(text, query) {
  /** @type {number[]} */
  const offsets = [];
  const needle = query.toLowerCase();
  if (!needle) return offsets;
  const lower = text.toLowerCase();
  // A few letters have a longer lower case, with which offsets would be wrong.
  const haystack = lower.length === text.length ? lower : text;
  for (let at = haystack.indexOf(needle); at >= 0 && offsets.length < MOST_MATCHES; at = haystack.indexOf(needle, at + needle.length)) offsets.push(at);
  return offsets;
}

/**
 * A bar that finds text in a code pane, all of it and not only the lines in sight. Enter and Shift+Enter go through
 * the matches, Escape closes it and gives the focus back.
 * @param {{ text: () => string, caret: () => number, select: (start: number, end: number) => void, mark: (query: string) => void, leave: () => void }} pane
 */
export function codeFindBar({ text, caret, select, mark, leave }) {
  const input = make("input", { type: "search", placeholder: "Find", "aria-label": "Find in the definition" });
  const count = make("span", { class: "knb-quiet knb-found", role: "status" });
  const closer = make("button", { type: "button", class: "knb-iconbutton", onclick: () => close() }, icon("close", "Close find"));
  const bar = make("div", { class: "knb-findbar", role: "search", "aria-label": "Find in the definition", hidden: true }, input, count, closer);
  let from = 0;

  /** @param {number} step 0 for a new search */
  const search = (step) => {
    const query = input.value;
    const offsets = offsetsOf(text(), query);
    mark(query);
    const total = offsets.length;
    count.textContent = query ? "No matches" : "";
    if (total === 0) return;
    const next = offsets.findIndex((offset) => (step > 0 ? offset > from : offset >= from));
    const at = step < 0 ? offsets.filter((offset) => offset < from).length - 1 : next;
    const index = (at + total) % total;
    // Without one ahead, the first; without one behind, the last.
    const chosen = at < 0 && step >= 0 ? 0 : index;
    from = offsets[chosen] ?? 0;
    count.textContent = `${chosen + 1} of ${total}${total === MOST_MATCHES ? "+" : ""}`;
    select(from, from + query.length);
  };
  const close = () => {
    if (bar.hidden) return;
    bar.hidden = true;
    mark("");
    leave();
  };
  /** @param {string} [query] what to begin with */
  const open = (query = "") => {
    bar.hidden = false;
    from = caret();
    if (query) input.value = query;
    input.focus();
    input.select();
    if (input.value) search(0);
  };
  input.addEventListener("input", () => search(0));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === input && !event.ctrlKey && !event.metaKey) search(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { bar, open, close };
}
