// @ts-check
import { emptyState, grouped, hidden, listenTo, make, plural, present, setUpLeaf } from "./lib/dom.js";
import { findIn } from "./lib/find.js";
import { keepFocus } from "./lib/focus.js";
import { icon } from "./lib/icons.js";
import { newPress } from "./lib/presses.js";
import { sendOrNotice } from "./lib/protocol.js";

/** @import { Child, Model } from "./lib/dom.js" */
/** @import { Message } from "./lib/protocol.js" */
/** @typedef {{ id: string, time: string, date: string, status: string, is_bad: boolean, mode: string, profile: string, milliseconds: number, inputs: string, host: string, is_redacted: boolean }} RunRow */
/** @typedef {{ kind: "added" | "removed" | "changed", label: string, before: string, after: string }} RunDifference */
/** @typedef {{ before: RunRow, after: RunRow, rows: RunDifference[], more: number } | Record<string, never>} Compared */

/** Milliseconds without a key before the history is searched. */
const PAUSE = 200;

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  /** @param {Message} message */
  const say = (message) => {
    sendOrNotice(model, message, notice);
  };
  /** The runs that are chosen to be compared, at most two. @type {string[]} */
  let chosen = [];
  let timer = 0;
  const search = make("input", { type: "search", class: "knb-filter", placeholder: "Search runs", "aria-label": "Search runs" });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => say({ kind: "search", text: search.value }), PAUSE);
  });
  const compare = make("button", { type: "button", class: "knb-small" });
  compare.addEventListener("click", () => {
    const [a, b] = chosen;
    if (a && b) say({ kind: "compare", a, b });
  });
  /** @param {string} id */
  const rerun = (id) => say({ kind: "rerun", id, press: newPress(el), turn: model.get("turn") });
  const words = make("span", { class: "knb-quiet knb-ellipsis" });
  const scroll = make("div", { class: "knb-scroll", tabindex: 0, role: "group", "aria-label": "History" });

  const paintTools = () => {
    compare.textContent = `Compare Chosen (${chosen.length} of 2)`;
    compare.setAttribute("aria-disabled", String(chosen.length !== 2));
  };
  /**
   * @param {string} id
   * @param {boolean} isChosen
   */
  const choose = (id, isChosen) => {
    chosen = isChosen ? [...chosen, id].slice(-2) : chosen.filter((one) => one !== id);
    for (const box of scroll.querySelectorAll("input[data-run]")) {
      if (box instanceof HTMLInputElement) box.checked = chosen.includes(box.dataset.run ?? "");
    }
    paintTools();
  };
  let hasComparison = false;
  const paint = () => keepFocus(el, draw, () => scroll);
  const draw = () => {
    /** @type {RunRow[]} */
    const runs = model.get("runs");
    chosen = chosen.filter((id) => runs.some((run) => run.id === id));
    const hiddenRuns = model.get("hidden_runs");
    words.textContent = hiddenRuns > 0 ? `The latest ${runs.length}; ${grouped(hiddenRuns)} older ones match` : "Runs of this action, without secrets";
    paintTools();
    const compared = /** @type {Compared} */ (model.get("compared"));
    const isNew = Boolean(compared.rows) && !hasComparison;
    hasComparison = Boolean(compared.rows);
    if (compared.rows) {
      scroll.replaceChildren(...present(comparison(compared, () => say({ kind: "compare", a: "", b: "" }))));
      // Once it opens, and not each time that a run ends.
      if (isNew) scroll.querySelector("button")?.focus({ preventScroll: true });
    } else if (runs.length === 0) {
      scroll.replaceChildren(noRuns(model, search.value));
    } else {
      const back = anchorOf(scroll);
      scroll.replaceChildren(runTable(runs, chosen, { choose, rerun, say }));
      back();
    }
  };
  const find = findIn(el, scroll, signal);
  el.append(make("div", { class: "knb-resultbar" }, make("div", { class: "knb-headwords" }, words), make("span", { class: "knb-side" }, find.bar, search, compare)), scroll, notice);
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  listenTo(model, ["runs", "hidden_runs", "compared", "is_kept"], paint, signal);
}

/**
 * Keep the runs where they are in the window while a newer one is added above them: whoever presses Run Again twice
 * means the same run. Returns what puts them back.
 * @param {HTMLElement} scroll
 */
function anchorOf(scroll) {
  const run = [...scroll.querySelectorAll("tbody")].find((body) => body.contains(document.activeElement));
  const at = run ? run.offsetTop - scroll.scrollTop : 0;
  return () => {
    const again = run && [...scroll.querySelectorAll("tbody")].find((body) => body.dataset.run === run.dataset.run);
    if (!again) return;
    const top = Math.max(0, again.offsetTop - at);
    // There may not be enough below it to scroll so far.
    const table = scroll.querySelector("table");
    table?.style.setProperty("margin-bottom", `${Math.max(0, top + scroll.clientHeight - scroll.scrollHeight)}px`);
    scroll.scrollTop = top;
  };
}

/**
 * @param {Model} model
 * @param {string} query
 */
function noRuns(model, query) {
  if (query) return emptyState("No runs match.", `No run of this action contains "${query}".`);
  if (!model.get("is_kept")) return emptyState("The history is off.", "A profile or KUSTOMER_NB_HISTORY turns it off, so runs are not listed.");
  return emptyState("No runs yet.", "Each finished run is listed here with its inputs, so that it can be entered again or compared.");
}

/**
 * @param {RunRow[]} runs
 * @param {string[]} chosen
 * @param {{ choose: (id: string, isChosen: boolean) => void, rerun: (id: string) => void, say: (message: Message) => void }} on
 */
function runTable(runs, chosen, { choose, rerun, say }) {
  const titles = ["", "Run", "Status", "Mode", "Sent to"];
  const head = make("tr", {}, ...titles.map((title) => make("th", { scope: "col" }, title || hidden("Choose"))));
  const bodies = runs.map((run, index) => {
    const name = `run of ${run.time}`;
    const box = make("input", {
      type: "checkbox",
      "data-run": run.id,
      checked: chosen.includes(run.id),
      "aria-label": `Choose the ${name} to compare`,
    });
    box.addEventListener("change", () => choose(run.id, box.checked));
    const previous = runs[index + 1];
    const facts = make(
      "tr",
      {},
      make("td", {}, box),
      make("th", { scope: "rowgroup" }, make("b", {}, run.time), make("small", {}, run.date)),
      make("td", {}, make("span", { class: `knb-pill knb-${run.is_bad ? "bad" : "good"}` }, icon(run.is_bad ? "error" : "ok"), run.status), make("small", {}, run.milliseconds > 0 ? `${grouped(run.milliseconds)} ms` : "")),
      make("td", {}, run.mode, make("small", {}, run.profile)),
      make("td", {}, run.host),
    );
    const acts = make(
      "span",
      { class: "knb-rowactions" },
      action(`restore ${run.id}`, "Restore Inputs", ` of the ${name}`, () => say({ kind: "restore", id: run.id })),
      action(`rerun ${run.id}`, "Run Again", `: ${name}`, () => rerun(run.id)),
      previous && action(`compare ${run.id}`, "Compare with Previous", `: ${name}`, () => say({ kind: "compare", a: previous.id, b: run.id })),
    );
    const inputs = make("tr", {}, make("td", {}), make("td", { colspan: 4 }, make("div", { class: "knb-mono knb-runinputs", title: run.inputs }, run.inputs), acts));
    return make("tbody", { "data-run": run.id }, facts, inputs);
  });
  return make("table", { class: "knb-diff knb-hist" }, make("caption", { class: "knb-hidden" }, "Runs"), make("thead", {}, head), ...bodies);
}

/**
 * @param {string} stop
 * @param {string} title
 * @param {string} about
 * @param {() => void} act
 */
function action(stop, title, about, act) {
  return make("button", { type: "button", class: "knb-small", "data-stop": stop, onclick: act }, title, hidden(about));
}

/**
 * @param {Compared} compared
 * @param {() => void} close
 * @returns {Child[]}
 */
function comparison({ before, after, rows = [], more }, close) {
  const title = `${before?.date} ${before?.time} → ${after?.date} ${after?.time}: ${plural(rows.length + (more ?? 0), "difference")} in the output`;
  const banner = make("div", { class: "knb-banner" }, make("b", {}, title), make("span", { class: "knb-grow" }), make("button", { type: "button", class: "knb-small", onclick: close }, "Close"));
  if (rows.length === 0) return [banner, emptyState("No differences.", "Both runs have the same output.")];
  const body = rows.map(({ kind, label, before: old, after: now }) => {
    const mark = kind === "removed" ? "missing" : kind;
    return make(
      "tr",
      { class: `knb-d-${mark}` },
      make("th", { scope: "row" }, make("code", {}, label)),
      make("td", {}, make("span", { class: "knb-tag" }, icon(mark), `${kind[0]?.toUpperCase()}${kind.slice(1)}`)),
      make("td", {}, kind === "added" ? "" : make("code", {}, old)),
      make("td", {}, kind === "removed" ? "" : make("code", {}, now)),
    );
  });
  const head = make("tr", {}, ...["Key", "Difference", "Before", "After"].map((name) => make("th", { scope: "col" }, name)));
  const rest = more ? make("p", { class: "knb-quiet" }, `${plural(more, "further difference")}.`) : null;
  return [banner, make("table", { class: "knb-diff" }, make("thead", {}, head), make("tbody", {}, ...body)), rest];
}

export default { render };
