// @ts-check
import { changeLine } from "./lib/change_line.js";
import { emptyState, grouped, hidden, listenTo, make, plural, present, setUpLeaf, withCode } from "./lib/dom.js";
import { findIn } from "./lib/find.js";
import { keepFocus } from "./lib/focus.js";
import { icon } from "./lib/icons.js";
import { jsonView } from "./lib/json_view.js";
import { KEYS } from "./lib/keys.js";
import { isRunning, liveButton, noResult, noResultWords } from "./lib/no_result.js";
import { opener } from "./lib/popover.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { caseSaver } from "./lib/save_case.js";

/** @import { Child, Model } from "./lib/dom.js" */
/** @import { IconName } from "./lib/icons.js" */
/** @import { RunOutcome } from "./lib/no_result.js" */
/** @import { Message } from "./lib/protocol.js" */
/** @typedef {{ type: string, size: number, text: string }} OutputCell */
/** @typedef {{ pointer: string, kind: string, words: string, value?: OutputCell, label?: string }} OutputLoss */
/**
 * @typedef {{
 *   id: string, pointer: string, output_pointer: string | null, key: string | number,
 *   mark: "" | "added" | "changed" | "missing", is_ignored: boolean, losses: OutputLoss[], touched: number,
 *   count: number, actual: OutputCell | null, sample: OutputCell | null, children?: OutputRow[],
 * }} OutputRow
 */
/** @typedef {{ name: string, count: number, losses: OutputLoss[], note: string }} OutputStage */
/** @typedef {{ added: number, changed: number, missing: number, ignored: number, has_sample: boolean, acceptable: number, lost: number, can_infer: boolean, can_edit: boolean, case_name: string, can_keep: "" | "file" | "new" }} OutputTally */
/** @typedef {{ kind: "none" | "run", status: number, words: string, simulated: string, mode: string, profile: string, at: string, is_stale: boolean }} OutputHead */
/** @typedef {{ row: OutputRow, depth: number, isOpen: boolean | null }} OutputLine */
/** @typedef {{ say: (message: Message) => void, redraw: () => void, state: OutputState, model: Model, stageValues: Map<string, HTMLElement> }} OutputContext */
/** @typedef {{ folds: Map<string, boolean>, more: Map<string, OutputRow[]>, active: string, onlyDifferences: boolean, isMissingOpen: boolean, why: Map<string, { name: string, words: string, is_cause: boolean }[]> }} OutputState */

const MARK_WORDS = { added: "Added", changed: "Changed", missing: "Missing" };
const LOSS_WORDS = /** @type {Record<string, string>} */ ({
  dropped: "Dropped",
  converted: "Converted",
  "not-converted": "Not converted",
  "no-value": "No value",
  required: "Required",
});
const OUTPUT_MODES = /** @type {Record<string, string>} */ ({ live: "Live", record: "Recorded", replay: "Replayed", sample: "Sample" });

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function renderOutputView({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const words = make("div", { class: "knb-headwords" });
  const tools = make("span", { class: "knb-contents" });
  const changeRow = make("div", { class: "knb-changerow", role: "group", "aria-label": "Latest change of the file" });
  const stageRow = make("div", { class: "knb-stages", role: "group", "aria-label": "Stages" });
  const counts = make("div", { class: "knb-tools knb-outhead" });
  const scroll = make("div", { class: "knb-scroll", tabindex: 0, role: "group", "aria-label": "Output beside sample" });
  const find = findIn(el, scroll, signal, { isOffered: () => !stageRow.hidden });
  const bar = make("div", { class: "knb-resultbar" }, words, make("span", { class: "knb-side" }, find.bar, find.opener, tools));
  /** @type {OutputState} */
  const state = { folds: new Map(), more: new Map(), active: "", onlyDifferences: false, isMissingOpen: false, why: new Map() };
  /** @type {OutputContext} */
  const context = {
    model,
    state,
    stageValues: new Map(),
    say: (message) => {
      sendOrNotice(model, message, notice);
    },
    redraw: () => keepFocus(scroll, paintRows, () => scroll),
  };
  const create = createButton(context, signal);
  const saver = caseSaver(context, signal);
  tools.append(...saver.elements, ...create.elements);
  const drawChange = changeLine(
    () => paint(),
    () => context.say({ kind: "undo" }),
  );
  const paintRows = () => drawRows(context, scroll);
  const paint = () => keepFocus(el, drawAll, () => scroll);
  const drawAll = () => {
    /** @type {OutputHead} */
    const head = model.get("head");
    const isRun = head.kind === "run" && !isRunning(model.get("outcome") ?? {});
    bar.classList.toggle("knb-sim", Boolean(head.simulated));
    const outcome = /** @type {RunOutcome} */ (model.get("outcome") ?? {});
    const goLive = () => {
      // The button goes when the result is another one.
      scroll.focus({ preventScroll: true });
      context.say({ kind: "live" });
    };
    words.replaceChildren(...present([...outputWords(head, outcome), liveButton(outcome, goLive)]));
    stageRow.hidden = !isRun;
    counts.hidden = !isRun;
    find.opener.hidden = !isRun;
    tools.hidden = !isRun;
    create.paint();
    saver.paint();
    changeRow.replaceChildren(...(isRun ? drawChange(model.get("change") ?? {}) : []));
    changeRow.hidden = changeRow.childElementCount === 0;
    if (isRun) {
      stageRow.replaceChildren(...present(stageButtons(context)));
      counts.replaceChildren(...present(tallyWords(context)));
    }
    paintRows();
  };
  const forget = () => {
    // They are of the rows before, so they go before the new ones are drawn.
    state.more.clear();
    state.why.clear();
  };
  el.append(bar, notice, saver.line, changeRow, stageRow, counts, scroll);
  listenTo(model, ["rows"], forget, signal);
  listenTo(model, ["head"], saver.forget, signal);
  listenTo(model, ["head", "rows", "stages", "tally", "change", "outcome"], paint, signal);
  receive(
    model,
    "stage",
    ({ name, node, depth }) => {
      const shown = node ? jsonView(node, { label: name, depth: Math.min(depth, 2) }).root : make("p", { class: "knb-quiet" }, "No value.");
      context.stageValues.get(name)?.replaceChildren(shown);
    },
    signal,
  );
  receive(
    model,
    "rows",
    ({ id, from, rows }) => {
      const known = state.more.get(id) ?? [];
      if (from === knownCount(context, id)) state.more.set(id, [...known, ...rows]);
      paintRows();
    },
    signal,
  );
  receive(
    model,
    "why",
    ({ pointer, stages }) => {
      state.why.set(pointer, stages);
      context.redraw();
    },
    signal,
  );
}

/**
 * @param {OutputHead} head
 * @param {RunOutcome} outcome
 */
function outputWords(head, outcome) {
  if (head.kind === "none" || isRunning(outcome)) return [noResultWords(outcome)];
  const pill = head.status > 0 && make("span", { class: `knb-pill knb-${head.status < 400 ? "good" : "bad"}` }, String(head.status));
  if (head.simulated) return [pill, make("b", {}, "Simulated"), make("span", { class: "knb-ellipsis" }, "nothing was sent")];
  if (head.is_stale) {
    const title = "The result below is of the inputs before this change";
    return [pill, make("span", { class: "knb-stale", title }, icon("warning"), "Inputs changed since this run")];
  }
  const facts = [OUTPUT_MODES[head.mode] ?? head.mode, head.profile, head.at].filter(Boolean).join(" · ");
  return [pill, make("span", { class: "knb-ellipsis" }, facts)];
}

/**
 * What writes outputSchema and the sample as the response has them; where there is one of them already, it asks first.
 * @param {OutputContext} context
 * @param {AbortSignal} signal
 */
function createButton({ model, say }, signal) {
  const title = "Write outputSchema and sampleOutputContext as this response has them";
  const button = make("button", { type: "button", class: "knb-quietbutton", title, onclick: () => say({ kind: "infer" }) }, "Create", make("span", { class: "knb-longwords" }, " outputSchema + Sample"), hidden(" from this response"));
  const anchor = make("button", { type: "button", hidden: true }, "Replace");
  let asked = { words: "", diff: "" };
  const popover = opener(
    anchor,
    (close) => {
      const leave = () => {
        close();
        button.focus();
      };
      const replace = () => {
        leave();
        say({ kind: "infer", replaces: true });
      };
      return make(
        "div",
        { class: "knb-pad" },
        make("div", { class: "knb-h4" }, icon("warning"), "Replace what is there?"),
        make("p", {}, asked.words),
        make("div", { class: "knb-raw knb-change", tabindex: 0, role: "group", "aria-label": "Changed lines" }, asked.diff),
        make("div", { class: "knb-actions" }, make("button", { type: "button", onclick: leave }, "Cancel"), make("button", { type: "button", class: "knb-primary", autofocus: true, onclick: replace }, "Replace Both")),
      );
    },
    { label: "Replace outputSchema and sample", align: "end", style: "knb-pop-stage", anchor: () => button },
  );
  receive(
    model,
    "replacing",
    ({ words, diff }) => {
      asked = { words, diff };
      popover.open();
    },
    signal,
  );
  const paint = () => {
    /** @type {OutputTally} */
    const tally = model.get("tally");
    button.hidden = !tally.can_infer;
  };
  return { paint, elements: [button, anchor, popover.box] };
}

/**
 * The stages from the response to the next step; each opens what was lost at it, and its value.
 * @param {OutputContext} context
 * @returns {Child[]}
 */
function stageButtons(context) {
  /** @type {OutputStage[]} */
  const stages = context.model.get("stages");
  return stages.flatMap((stage, index) => {
    const { name, count, note } = stage;
    const title = name === "next step" ? "Next step" : name === "response" ? "Response" : name;
    const words = count > 0 ? plural(count, "loss") : note;
    const button = make("button", { type: "button", class: `knb-stage${count > 0 ? " knb-stage-bad" : ""}` }, count > 0 && icon("warning"), make("b", {}, title), make("span", {}, words));
    const value = make("div", {}, make("p", { class: "knb-quiet" }, "Loading…"));
    context.stageValues.set(name, value);
    const { box } = opener(
      button,
      () => {
        context.say({ kind: "stage", name });
        return make("div", { class: "knb-pad" }, make("div", { class: "knb-h4" }, title), stageLosses(stage), value);
      },
      { label: title, style: "knb-pop-stage" },
    );
    const next = index > 0 && make("span", { class: "knb-gt", "aria-hidden": "true" }, "›");
    return [next, button, box];
  });
}

/** @param {OutputStage} stage */
function stageLosses({ losses, count }) {
  if (count === 0) return make("p", { class: "knb-quiet" }, "Nothing was lost or changed here.");
  const rows = losses.map((loss) =>
    make("li", { class: "knb-ch" }, make("span", { class: "knb-loss" }, icon(lossIcon(loss.kind)), make("b", {}, LOSS_WORDS[loss.kind] ?? loss.kind)), make("span", { class: "knb-mono knb-grow" }, `${loss.label}: `, ...withCode(loss.words))),
  );
  const rest = count > losses.length && make("p", { class: "knb-quiet" }, `and ${grouped(count - losses.length)} more`);
  return make("div", {}, make("ul", { class: "knb-changes" }, ...rows), rest);
}

/**
 * @param {string} kind
 * @returns {IconName}
 */
function lossIcon(kind) {
  return kind === "converted" ? "changed" : "warning";
}

/** @param {OutputContext} context */
function tallyWords({ model, state, say, redraw }) {
  /** @type {OutputTally} */
  const tally = model.get("tally");
  const kinds = /** @type {("added" | "changed" | "missing")[]} */ (["added", "changed", "missing"]).filter((kind) => tally[kind] > 0);
  const parts = kinds.map((kind) => make("span", { class: `knb-tally knb-d-${kind}` }, icon(kind), `${grouped(tally[kind])} ${kind}`));
  const same = tally.has_sample ? make("span", { class: "knb-good" }, icon("ok"), " Same as sample") : make("span", { class: "knb-quiet" }, "No sampleOutputContext to compare with");
  const ignored = tally.ignored > 0 && make("span", { class: "knb-quiet" }, `${grouped(tally.ignored)} ignored`);
  const only = make("input", { type: "checkbox", checked: state.onlyDifferences });
  only.addEventListener("change", () => {
    state.onlyDifferences = only.checked;
    redraw();
  });
  const total = tally.added + tally.changed + tally.missing;
  // What the run lost is no news of the service, so one click does not delete it from the sample.
  const title = tally.lost > 0 ? `${plural(tally.lost, "value")} that this run lost ${tally.lost === 1 ? "stays" : "stay"} in the sample. Update the sample in ${tally.lost === 1 ? "its row" : "their rows"}.` : null;
  const words = tally.lost > 0 ? `Accept ${grouped(tally.acceptable)} of ${grouped(total)}` : `Accept All (${grouped(total)})`;
  const all =
    tally.acceptable > 0 &&
    make("button", { type: "button", class: "knb-small", title, "data-stop": "accept all", onclick: () => say({ kind: "accept", pointers: [] }) }, words, hidden(" into sampleOutputContext"));
  return [...(parts.length > 0 ? parts : [same]), ignored, make("span", { class: "knb-grow" }), make("label", { class: "knb-check" }, only, "Only differences"), all];
}

/**
 * @param {OutputContext} context
 * @param {HTMLElement} scroll
 */
function drawRows(context, scroll) {
  const { model, state } = context;
  /** @type {OutputHead} */
  const head = model.get("head");
  if (head.kind === "none" || isRunning(model.get("outcome") ?? {})) {
    scroll.replaceChildren(noResult(model.get("outcome") ?? {}));
    return;
  }
  // A control of a row gets the focus again by its name.
  const focused = document.activeElement?.matches(".knb-or") && scroll.contains(document.activeElement) ? state.active : null;
  const top = scroll.scrollTop;
  /** @type {OutputRow[]} */
  const rows = hasRootRow(model) ? model.get("rows") : [...model.get("rows"), ...(state.more.get("") ?? [])];
  // Without a body to compare, what is missing is one line: it says one thing.
  const gone = head.status >= 400 ? rows.filter((row) => row.actual === null && (row.mark === "missing" || row.losses.some(({ kind }) => kind === "no-value"))) : [];
  const shown = gone.length > 1 && !state.isMissingOpen ? rows.filter((row) => !gone.includes(row)) : rows;
  const lines = linesBelow(context, shown, 0);
  if (!lines.some(({ row }) => row.id === state.active)) state.active = lines[0]?.row.id ?? "";
  const table = make("div", { role: "treegrid", class: "knb-out", "aria-label": "Output beside sampleOutputContext" }, columnHeads(), ...lines.map((line) => outputLine(context, line, scroll)));
  const total = Number(model.get("count"));
  scroll.replaceChildren(
    ...present([
      head.status >= 400 && stepGoesOn(head.status),
      lines.length > 0 ? table : emptyState("No differences from sample.", "This output has the keys and values of sampleOutputContext."),
      rows.length < total && moreRowsButton(context, "", rows.length, total),
      gone.length > 1 && missingLine(context, gone, head.status),
    ]),
  );
  scroll.scrollTop = top;
  if (focused !== null) lineElement(scroll, state.active)?.focus({ preventScroll: true });
}

/** @param {number} status */
function stepGoesOn(status) {
  const words = `Kustomer does not fail the step on ${status}: the workflow continues with this output. Branch on `;
  return make("div", { class: "knb-banner" }, icon("hint"), make("span", {}, words, make("code", {}, "statusCode"), "."));
}

function columnHeads() {
  const heads = ["Key", "Actual", "Sample", "Difference"];
  return make("div", { role: "row", class: "knb-orhead" }, ...heads.map((head, index) => make("div", { role: "columnheader", class: index === 3 ? "knb-hidden" : "" }, head)));
}

/**
 * The lines of rows that are open, in order.
 * @param {OutputContext} context
 * @param {OutputRow[]} rows
 * @param {number} depth
 * @returns {OutputLine[]}
 */
function linesBelow(context, rows, depth) {
  const { state } = context;
  return rows.flatMap((row) => {
    if (state.onlyDifferences && row.touched === 0) return [];
    const isOpen = row.count > 0 ? (state.folds.get(row.id) ?? row.children !== undefined) : null;
    const below = isOpen ? linesBelow(context, childrenOf(state, row), depth + 1) : [];
    return [{ row, depth, isOpen }, ...below];
  });
}

/**
 * @param {OutputState} state
 * @param {OutputRow} row
 */
function childrenOf(state, row) {
  return [...(row.children ?? []), ...(state.more.get(row.id) ?? [])];
}

/**
 * Whether the whole output is a row: it is of another type than the sample.
 * @param {OutputContext["model"]} model
 */
function hasRootRow(model) {
  return model.get("rows")[0]?.id === "";
}

/**
 * How many of the rows below one are here.
 * @param {OutputContext} context
 * @param {string} id
 */
function knownCount({ model, state }, id) {
  const more = state.more.get(id)?.length ?? 0;
  return more + (id === "" && !hasRootRow(model) ? model.get("rows").length : (findRow(model.get("rows"), state, id)?.children?.length ?? 0));
}

/**
 * @param {OutputRow[]} rows
 * @param {OutputState} state
 * @param {string} id
 * @returns {OutputRow | undefined}
 */
function findRow(rows, state, id) {
  for (const row of rows) {
    if (row.id === id) return row;
    if (id.startsWith(`${row.id}/`)) return findRow(childrenOf(state, row), state, id);
  }
  return undefined;
}

/**
 * @param {OutputContext} context
 * @param {OutputLine} line
 * @param {HTMLElement} scroll
 */
function outputLine(context, { row, depth, isOpen }, scroll) {
  const { state } = context;
  const dropped = row.losses.find(({ kind }) => kind === "dropped");
  const notes = rowNotes(row);
  const actions = rowActions(context, row);
  const tone = row.mark && !row.is_ignored ? ` knb-d-${row.mark}` : row.losses.length > 0 ? " knb-d-loss" : "";
  const isOld = row.mark === "changed" || row.mark === "missing";
  const fold = isOpen !== null && make("span", { class: "knb-or-fold", "aria-hidden": "true", onclick: () => toggle(context, row, !isOpen, scroll) }, icon(isOpen ? "down" : "right"));
  const actual = dropped?.value && row.actual === null ? make("span", { class: "knb-was" }, cellOf(dropped.value, "", false), hidden(" dropped")) : cellOf(row.actual, "not in output", Boolean(isOpen));
  const rest = isOpen && childrenOf(state, row).length < row.count ? moreRowsButton(context, row.id, childrenOf(state, row).length, row.count) : null;
  const line = make(
    "div",
    {
      role: "row",
      class: `knb-or${tone}`,
      "data-id": row.id,
      "aria-level": depth + 1,
      "aria-expanded": isOpen === null ? null : String(isOpen),
      tabindex: row.id === state.active ? 0 : -1,
    },
    make("div", { role: "rowheader", class: "knb-or-key" }, fold, make("span", {}, typeof row.key === "number" ? `[${row.key}]` : row.key || (row.id === "" ? "output" : '""'))),
    make("div", { role: "gridcell", class: "knb-or-actual" }, actual),
    make("div", { role: "gridcell", class: `knb-or-sample${isOld ? " knb-or-old" : ""}` }, cellOf(row.sample, "not in sample", Boolean(isOpen))),
    make("div", { role: "gridcell", class: "knb-or-notes", hidden: notes.length === 0 && !state.why.has(row.pointer) }, make("span", { class: "knb-or-words" }, ...notes, whyWords(context, row)), make("span", { class: "knb-or-acts" }, ...actions)),
    rest,
  );
  line.style.setProperty("--depth", String(depth));
  line.addEventListener("focusin", () => {
    if (state.active === row.id) return;
    lineElement(scroll, state.active)?.setAttribute("tabindex", "-1");
    state.active = row.id;
    line.tabIndex = 0;
  });
  line.addEventListener("keydown", (event) => lineKey(context, event, { row, depth, isOpen }, line, scroll));
  return line;
}

/**
 * @param {OutputContext} context
 * @param {KeyboardEvent} event
 * @param {OutputLine} at
 * @param {HTMLElement} line
 * @param {HTMLElement} scroll
 */
function lineKey(context, event, { row, isOpen }, line, scroll) {
  if (KEYS.isRun(event)) return;
  if (event.target !== line) {
    if (event.key === "Escape") {
      event.stopPropagation();
      line.focus();
    }
    return;
  }
  const lines = [...scroll.querySelectorAll(".knb-or")];
  const index = lines.indexOf(line);
  const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: lines.length - 1 }[event.key];
  if (target !== undefined) {
    const next = lines[Math.max(0, Math.min(lines.length - 1, target))];
    if (next instanceof HTMLElement) next.focus();
  } else if (event.key === "ArrowRight") {
    if (isOpen === false) toggle(context, row, true, scroll);
    else line.querySelector("button")?.focus();
  } else if (event.key === "ArrowLeft" && isOpen) toggle(context, row, false, scroll);
  else if (event.key === "Enter" && isOpen !== null) toggle(context, row, !isOpen, scroll);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {OutputContext} context
 * @param {OutputRow} row
 * @param {boolean} isOpen
 * @param {HTMLElement} scroll
 */
function toggle(context, row, isOpen, scroll) {
  const { state } = context;
  state.folds.set(row.id, isOpen);
  state.active = row.id;
  if (isOpen && childrenOf(state, row).length === 0) context.say({ kind: "rows", id: row.id, from: 0 });
  context.redraw();
  lineElement(scroll, row.id)?.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} scroll
 * @param {string} id
 * @returns {HTMLElement | undefined}
 */
function lineElement(scroll, id) {
  for (const line of scroll.querySelectorAll(".knb-or")) {
    if (line instanceof HTMLElement && line.dataset.id === id) return line;
  }
  return undefined;
}

/**
 * @param {OutputCell | null} cell
 * @param {string} none
 * @param {boolean} isOpen
 */
function cellOf(cell, none, isOpen) {
  if (cell === null) return make("span", { class: "knb-quiet knb-nothing" }, none);
  if (cell.text !== "") return make("span", { class: `knb-v knb-${cell.type}` }, cell.text);
  const [open, close] = cell.type === "array" ? ["[", "]"] : ["{", "}"];
  const what = plural(cell.size, cell.type === "array" ? "item" : "key");
  return make("span", { class: "knb-quiet" }, `${open} ${what} ${close}`, hidden(isOpen ? "" : ", folded"));
}

/**
 * @param {OutputRow} row
 * @returns {Node[]}
 */
function rowNotes(row) {
  /** @type {Node[]} */
  const notes = [];
  if (row.is_ignored && row.mark) notes.push(make("span", { class: "knb-quiet" }, `Ignored: ${MARK_WORDS[row.mark].toLowerCase()}`));
  // A value that was dropped is shown, so it is not called missing: that it was dropped says both.
  else if (row.mark && !(row.mark === "missing" && row.losses.some(({ kind }) => kind === "dropped"))) notes.push(make("span", { class: "knb-tag" }, icon(row.mark), MARK_WORDS[row.mark]));
  for (const { kind, words } of row.losses) {
    notes.push(make("span", { class: "knb-loss" }, icon(lossIcon(kind)), make("b", {}, LOSS_WORDS[kind] ?? kind), " ", ...withCode(words)));
  }
  return notes;
}

/**
 * @param {OutputContext} context
 * @param {OutputRow} row
 */
function rowActions({ model, say, state, redraw }, row) {
  /** @type {OutputTally} */
  const tally = model.get("tally");
  const name = String(row.key) || "output";
  /** @param {string} title @param {string} about @param {() => void} act */
  const button = (title, about, act) => make("button", { type: "button", class: "knb-small", tabindex: -1, "data-stop": `${row.id} ${title.replace("Hide ", "")}`, onclick: act }, title, hidden(about));
  const hasWhy = state.why.has(row.pointer);
  const why = () => {
    if (!hasWhy) {
      say({ kind: "why", pointer: row.pointer });
      return;
    }
    state.why.delete(row.pointer);
    redraw();
  };
  const isDropped = row.losses.some(({ kind }) => kind === "dropped");
  const { output_pointer: declarable } = row;
  return present([
    row.mark && !row.is_ignored && tally.can_edit && button("Update Sample", ` for ${name}`, () => say({ kind: "accept", pointers: [row.id] })),
    declarable !== null && (isDropped || row.mark === "added") && tally.can_edit && button("Add to outputSchema", `: ${name}`, () => say({ kind: "declare", pointer: declarable })),
    row.mark && !row.is_ignored && button("Ignore", ` ${name} until the kernel restarts`, () => say({ kind: "ignore", pointer: row.pointer })),
    row.mark && !row.is_ignored && tally.can_keep && button("Ignore Always", ` ${name}, ${tally.can_keep === "new" ? "creates" : "in"} kustomer-nb.toml`, () => say({ kind: "ignore", pointer: row.pointer, keep: true })),
    row.is_ignored && button("Stop Ignoring", ` ${name}`, () => say({ kind: "unignore", pointer: row.pointer })),
    row.id !== "" && button(hasWhy ? "Hide Why" : "Why", ` ${name}`, why),
  ]);
}

/**
 * @param {OutputContext} context
 * @param {OutputRow} row
 */
function whyWords({ state }, row) {
  const stages = state.why.get(row.pointer);
  if (!stages) return "";
  const lines = stages.map(({ name, words, is_cause: isCause }) => make("li", { class: isCause ? "knb-warn" : "" }, isCause && icon("warning", "Cause"), make("b", {}, name), " ", ...withCode(words)));
  return make("ol", { class: "knb-why", "aria-label": "Why" }, ...lines);
}

/**
 * @param {OutputContext} context
 * @param {string} id
 * @param {number} known
 * @param {number} total
 */
function moreRowsButton({ say }, id, known, total) {
  const left = total - known;
  return make("button", { type: "button", class: "knb-link knb-more-rows", onclick: () => say({ kind: "rows", id, from: known }) }, `Show ${grouped(Math.min(100, left))} More (${grouped(left)} left)`);
}

/**
 * @param {OutputContext} context
 * @param {OutputRow[]} gone
 * @param {number} status
 */
function missingLine({ state, redraw }, gone, status) {
  const open = () => {
    state.isMissingOpen = !state.isMissingOpen;
    redraw();
  };
  return make(
    "button",
    { type: "button", class: "knb-foldline", "aria-expanded": String(state.isMissingOpen), onclick: open },
    icon(state.isMissingOpen ? "down" : "right"),
    make("b", {}, `${gone.length} keys have no value in this ${status}`),
    make("span", { class: "knb-quiet knb-ellipsis" }, gone.map((row) => row.key).join(", ")),
  );
}

export default { render: renderOutputView };
