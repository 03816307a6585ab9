// @ts-check
/** @import { Model } from "./lib/dom.js" */
/** @import { IconName } from "./lib/icons.js" */
import { changeLine } from "./lib/change_line.js";
import { emptyState, hidden, listenTo, make, plural, present, setUpLeaf, withCode } from "./lib/dom.js";
import { keepFocus } from "./lib/focus.js";
import { icon } from "./lib/icons.js";
import { opener } from "./lib/popover.js";
import { sendOrNotice } from "./lib/protocol.js";

/**
 * @typedef {{
 *   id: string, severity: "error" | "warning" | "hint", code: string, message: string, fix: string,
 *   line: number | null, place: string, action: string, fixTitle: string, isHere: boolean,
 * }} Problem
 */
/** @typedef {{ effect: string, title: string, isFolded: boolean, problems: Problem[] }} ProblemGroup */
/** @typedef {{ showsLines: boolean, fix: (id: string) => void, goTo: (line: number) => void, undo: () => void }} ProblemActs */

/** @type {(keyof typeof SEVERITY_WORDS)[]} */
const SEVERITIES = ["error", "warning", "hint"];
const SEVERITY_WORDS = { error: "Error", warning: "Warning", hint: "Hint" };

/**
 * @param {{ model: any, el: HTMLElement, signal: AbortSignal }} view
 */
function renderProblemsView({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  /** @type {ProblemActs} */
  const acts = {
    showsLines: Boolean(model.get("shows_lines")),
    fix: (id) => sendOrNotice(model, { kind: "fix", id }, notice),
    goTo: (line) => sendOrNotice(model, { kind: "goto", line }, notice),
    undo: () => sendOrNotice(model, { kind: "undo" }, notice),
  };
  if (model.get("is_compact")) problemLine({ model, el, signal }, acts);
  else problemList({ model, el, signal }, acts, notice);
  if (model.get("is_compact")) el.append(notice);
}

/**
 * All problems.
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} view
 * @param {ProblemActs} acts
 * @param {HTMLElement} notice
 */
function problemList({ model, el, signal }, acts, notice) {
  const count = make("div", { class: "knb-headwords", role: "status" });
  const body = make("div", { class: "knb-scroll knb-problist", tabindex: 0, role: "group", "aria-label": "Problems" });
  const changeRow = make("div", { class: "knb-changerow", role: "group", "aria-label": "Latest change of the file" });
  el.append(make("section", { class: "knb-pane knb-problempane", "aria-label": "Problems" }, make("div", { class: "knb-tools" }, count), notice, changeRow, body));
  const drawChange = changeLine(() => paint(), acts.undo);
  /** Which groups a person folded or unfolded. @type {Map<string, boolean>} */
  const folds = new Map();

  function paint() {
    keepFocus(el, draw, () => body);
  }
  function draw() {
    /** @type {ProblemGroup[]} */
    const groups = model.get("groups");
    const focus = focusedProblem(body);
    changeRow.replaceChildren(...drawChange(model.get("change") ?? {}));
    changeRow.hidden = changeRow.childElementCount === 0;
    const summary = String(model.get("summary"));
    if (count.textContent !== summary) count.textContent = summary;
    body.replaceChildren(...(groups.length > 0 ? groups.map((group) => groupOf(group, folds, acts)) : [emptyState(summary)]));
    if (focus !== null) focusProblem(body, focus);
  }
  listenTo(model, ["groups", "summary", "change"], paint, signal);
}

/**
 * One line: how many problems there are, which opens them all, the first by effect, and its fix.
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} view
 * @param {ProblemActs} acts
 */
function problemLine({ model, el, signal }, acts) {
  const line = make("div", { class: "knb-problems", role: "group", "aria-label": "Problems" });
  const toggle = make("button", { type: "button", class: "knb-toggle" });
  /** @type {Map<string, boolean>} */
  const folds = new Map();
  /** @returns {ProblemGroup[]} */
  const groups = () => model.get("groups");
  const popover = opener(
    toggle,
    (close) => {
      // What is chosen in the list changes it, or shows a line that the list would hide.
      const closing = {
        ...acts,
        fix: (/** @type {string} */ id) => (close(), acts.fix(id)),
        goTo: (/** @type {number} */ number) => (close(), acts.goTo(number)),
      };
      return [make("div", { class: "knb-pad knb-problist" }, ...groups().map((group) => groupOf(group, folds, closing)))];
    },
    { label: "Problems", style: "knb-pop-problems" },
  );
  el.append(line, popover.box);

  const drawChange = changeLine(() => paint(), acts.undo);
  const paint = () => keepFocus(line, draw, () => line.querySelector("button"));
  const draw = () => {
    /** @type {Problem | {}} */
    const lead = model.get("lead") ?? {};
    /** @type {{ pointer: string, label: string }[]} */
    const faults = model.get("faults");
    const change = drawChange(model.get("change") ?? {});
    if (!("id" in lead)) {
      popover.close();
      const none = [make("span", { class: "knb-good knb-ellipsis" }, icon("ok"), ` ${model.get("summary")}`)];
      line.replaceChildren(...(faults.length > 0 ? faultLinks(faults) : change.length > 0 ? change : none));
      return;
    }
    paintToggle(toggle, groups());
    if (faults.length > 0) line.replaceChildren(...faultLinks(faults), toggle);
    else if (change.length > 0) line.replaceChildren(toggle, ...change);
    else line.replaceChildren(toggle, ...firstProblem(lead, acts));
  };
  listenTo(model, ["groups", "summary", "lead", "faults", "change"], paint, signal);
}

/**
 * How many problems there are, and how many of them block registering.
 * @param {HTMLElement} toggle
 * @param {ProblemGroup[]} groups
 */
function paintToggle(toggle, groups) {
  const problems = groups.flatMap((group) => group.problems);
  const worst = SEVERITIES.find((severity) => problems.some((problem) => problem.severity === severity)) ?? "hint";
  const blocks = groups.find((group) => group.effect === "blocks")?.problems.length ?? 0;
  const blocking = blocks > 0 && make("span", { class: "knb-bad knb-blocks" }, `${blocks} ${blocks === 1 ? "blocks" : "block"} registering`);
  toggle.title = groups.map((group) => `${group.title} (${group.problems.length})`).join(" · ");
  toggle.replaceChildren(...present([icon(worst, SEVERITY_WORDS[worst]), make("span", { class: "knb-pcount" }, plural(problems.length, "problem")), blocking, icon("below")]));
}

/** @param {{ pointer: string, label: string }[]} faults */
function faultLinks(faults) {
  const words = faults.length === 1 ? "1 field needs attention:" : `${faults.length} fields need attention:`;
  const links = faults.slice(0, 3).map(({ pointer, label }) => {
    const link = make("button", { type: "button", class: "knb-link knb-bad" }, label);
    link.addEventListener("click", () => link.dispatchEvent(new CustomEvent("knb-reveal", { bubbles: true, detail: { kind: "fields", targets: [{ pointer }] } })));
    return link;
  });
  const rest = faults.length > 3 ? [make("span", {}, `and ${faults.length - 3} more`)] : [];
  return [icon("error"), make("b", { class: "knb-bad" }, words), ...links, ...rest];
}

/**
 * The first problem of the selected action. One of another action is in the list alone: its Fix would change what is
 * not on the page.
 * @param {Problem} problem
 * @param {ProblemActs} acts
 */
function firstProblem(problem, acts) {
  if (!problem.isHere) return [make("span", { class: "knb-quiet knb-ellipsis" }, "None in this action")];
  const title = [problem.place, problem.message].filter(Boolean).join(": ");
  const words = make("span", { class: "knb-ellipsis knb-firstproblem", title }, icon(problem.severity, SEVERITY_WORDS[problem.severity]), ...withCode(problem.message), problem.place && make("code", {}, ` ${problem.place}`));
  return [words, lineCell(problem, acts), ...(problem.fixTitle ? [fixButton(problem, acts)] : [])];
}

/**
 * @param {ProblemGroup} group
 * @param {Map<string, boolean>} folds
 * @param {ProblemActs} acts
 */
function groupOf(group, folds, acts) {
  const list = make("ul", {}, ...group.problems.map((problem) => problemItem(problem, acts)));
  const title = `${group.title} (${group.problems.length})`;
  const isOpen = folds.get(group.effect) ?? !group.isFolded;
  const details = make("details", { open: isOpen }, make("summary", {}, title), list);
  details.addEventListener("toggle", () => folds.set(group.effect, details.open));
  return details;
}

/**
 * @param {Problem} problem
 * @param {ProblemActs} acts
 */
function problemItem(problem, acts) {
  /** @type {IconName} */
  const symbol = problem.severity;
  const where = lineCell(problem, acts);
  const fix = problem.fixTitle ? fixButton(problem, acts) : null;
  const place = [problem.action, problem.place].filter(Boolean).join(" ");
  return make(
    "li",
    {},
    icon(symbol, SEVERITY_WORDS[problem.severity]),
    make("span", { class: "knb-code" }, problem.code),
    where,
    make("div", { class: "knb-grow" }, make("div", { class: "knb-problemwords" }, ...withCode(problem.message)), make("small", { class: "knb-quiet" }, ...withCode([place, problem.fix && `Fix: ${problem.fix}`].filter(Boolean).join(" · ")))),
    fix,
  );
}

/**
 * @param {Problem} problem
 * @param {ProblemActs} acts
 */
function fixButton({ id, code, place, fixTitle }, acts) {
  return make("button", { type: "button", class: "knb-small", "data-problem": id, onclick: () => acts.fix(id) }, fixTitle, hidden(`: ${code} ${place}`));
}

/**
 * @param {Problem} problem
 * @param {ProblemActs} acts
 */
function lineCell({ line, code }, acts) {
  if (line === null || !acts.showsLines) return make("span", { class: "knb-where knb-quiet" }, line === null ? "" : `line ${line}`);
  const words = [`line ${line}`, hidden(`: ${code}`)];
  return make("button", { type: "button", class: "knb-link knb-where", onclick: () => acts.goTo(line) }, ...words);
}

/**
 * The place of the focused Fix among the others; null if none is focused.
 * @param {HTMLElement} body
 */
function focusedProblem(body) {
  const active = document.activeElement;
  if (active === null || !body.contains(active)) return null;
  return Math.max(0, [...body.querySelectorAll("button[data-problem]")].indexOf(active));
}

/**
 * Focus the Fix that took the place of one that is gone, so that Enter goes through all of them.
 * @param {HTMLElement} body
 * @param {number} place
 */
function focusProblem(body, place) {
  const buttons = [...body.querySelectorAll("button[data-problem]")];
  const next = buttons[Math.min(place, buttons.length - 1)] ?? body;
  if (next instanceof HTMLElement) next.focus();
}

export default { render: renderProblemsView };
