// @ts-check
/** @import { Model } from "./lib/dom.js" */
/** @import { IconName } from "./lib/icons.js" */
import { emptyState, hidden, listenTo, make, plural, setUpLeaf } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { opener } from "./lib/popover.js";
import { sendOrNotice } from "./lib/protocol.js";

/**
 * @typedef {{
 *   id: string, severity: "error" | "warning" | "hint", code: string, message: string, fix: string,
 *   line: number | null, place: string, action: string, canFix: boolean,
 * }} Problem
 */
/** @typedef {{ effect: string, title: string, isFolded: boolean, problems: Problem[] }} ProblemGroup */
/** @typedef {{ showsLines: boolean, fix: (id: string) => void, goTo: (line: number) => void }} ProblemActs */

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
  el.append(make("section", { class: "knb-pane knb-problempane", "aria-label": "Problems" }, make("div", { class: "knb-tools" }, count), notice, body));
  /** Which groups a person folded or unfolded. @type {Map<string, boolean>} */
  const folds = new Map();

  function paint() {
    /** @type {ProblemGroup[]} */
    const groups = model.get("groups");
    const focus = focusedProblem(body);
    const summary = String(model.get("summary"));
    if (count.textContent !== summary) count.textContent = summary;
    body.replaceChildren(...(groups.length > 0 ? groups.map((group) => groupOf(group, folds, acts)) : [emptyState(summary)]));
    if (focus !== null) focusProblem(body, focus);
  }
  listenTo(model, ["groups", "summary"], paint, signal);
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

  const paint = () => {
    const focus = focusedProblem(line);
    const hadFocus = document.activeElement === toggle;
    const [first] = groups();
    const problem = first?.problems[0];
    /** @type {{ pointer: string, label: string }[]} */
    const faults = model.get("faults");
    if (!first || !problem) {
      popover.close();
      const none = make("span", { class: "knb-good knb-ellipsis" }, icon("ok"), ` ${model.get("summary")}`);
      line.replaceChildren(...(faults.length > 0 ? faultLinks(faults) : [none]));
      return;
    }
    const total = groups().reduce((sum, group) => sum + group.problems.length, 0);
    toggle.title = groups().map((group) => `${group.title} (${group.problems.length})`).join(" · ");
    toggle.replaceChildren(icon(problem.severity, SEVERITY_WORDS[problem.severity]), make("span", { class: "knb-pcount" }, plural(total, "problem")), icon("below"));
    const words = [toggle, ...firstProblem(problem, first, acts), ...blocking(groups(), first)];
    line.replaceChildren(...(faults.length > 0 ? [...faultLinks(faults), toggle] : words));
    if (hadFocus) toggle.focus();
    else if (focus !== null) focusProblem(line, focus);
  };
  listenTo(model, ["groups", "summary", "faults"], paint, signal);
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
 * @param {Problem} problem
 * @param {ProblemGroup} group
 * @param {ProblemActs} acts
 */
function firstProblem(problem, group, acts) {
  const later = group.isFolded && make("span", { class: "knb-quiet" }, " (may change with other values)");
  const where = [problem.action, problem.place].filter(Boolean).join(" ");
  const words = make("span", { class: "knb-ellipsis knb-firstproblem", title: problem.message }, where && make("code", {}, where), where && " ", problem.message, later);
  return [words, lineCell(problem, acts), ...(problem.canFix ? [fixButton(problem, acts)] : [])];
}

/**
 * How many problems block registering, where another one comes first.
 * @param {ProblemGroup[]} groups
 * @param {ProblemGroup} first
 */
function blocking(groups, first) {
  const blocks = groups.find((group) => group.effect === "blocks");
  if (!blocks || blocks === first) return [];
  const count = blocks.problems.length;
  return [make("span", { class: "knb-bad knb-blocks" }, icon("error"), `${count} ${count === 1 ? "blocks" : "block"} registering`)];
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
  const fix = problem.canFix ? fixButton(problem, acts) : null;
  const place = [problem.action, problem.place].filter(Boolean).join(" ");
  return make(
    "li",
    {},
    icon(symbol, SEVERITY_WORDS[problem.severity]),
    make("span", { class: "knb-code" }, problem.code),
    where,
    make("div", { class: "knb-grow" }, make("div", { class: "knb-problemwords" }, problem.message), make("small", { class: "knb-quiet" }, [place, problem.fix && `Fix: ${problem.fix}`].filter(Boolean).join(" · "))),
    fix,
  );
}

/**
 * @param {Problem} problem
 * @param {ProblemActs} acts
 */
function fixButton({ id, code, place }, acts) {
  return make("button", { type: "button", class: "knb-small", "data-problem": id, onclick: () => acts.fix(id) }, "Fix", hidden(`: ${code} ${place}`));
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
