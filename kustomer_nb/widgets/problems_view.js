// @ts-check
/** @import { IconName } from "./lib/icons.js" */
import { emptyState, hidden, listenTo, make, setUpLeaf } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { isShown, opener } from "./lib/popover.js";
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
  if (model.get("is_compact")) {
    problemStrip(model, el, notice, signal);
    return;
  }
  const count = make("div", { class: "knb-headwords", role: "status" });
  const body = make("div", { class: "knb-scroll knb-problist", tabindex: 0, role: "group", "aria-label": "Problems" });
  el.append(make("section", { class: "knb-pane knb-problempane", "aria-label": "Problems" }, make("div", { class: "knb-tools" }, count), notice, body));
  /** Which groups a person folded or unfolded. @type {Map<string, boolean>} */
  const folds = new Map();
  /** @type {ProblemActs} */
  const acts = {
    showsLines: Boolean(model.get("shows_lines")),
    fix: (id) => sendOrNotice(model, { kind: "fix", id }, notice),
    goTo: (line) => sendOrNotice(model, { kind: "goto", line }, notice),
  };

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
 * One line: the fields that need attention, or the worst problem with its fix; the rest opens below it.
 * @param {any} model
 * @param {HTMLElement} el
 * @param {HTMLElement} notice
 * @param {AbortSignal} signal
 */
function problemStrip(model, el, notice, signal) {
  const strip = make("section", { class: "knb-problems", "aria-label": "Problems" });
  const toggle = make("button", { type: "button", class: "knb-toggle" });
  const folds = new Map();
  /** @param {() => void} close @returns {ProblemActs} */
  const acts = (close) => ({
    showsLines: true,
    fix: (id) => sendOrNotice(model, { kind: "fix", id }, notice),
    goTo: (line) => {
      close();
      sendOrNotice(model, { kind: "goto", line }, notice);
    },
  });
  const list = make("div", { class: "knb-pad knb-problist" });
  let close = () => {};
  const fillList = () => {
    /** @type {ProblemGroup[]} */
    const groups = model.get("groups");
    const focus = focusedProblem(list);
    list.replaceChildren(...(groups.length > 0 ? groups.map((group) => groupOf(group, folds, acts(close))) : [emptyState(String(model.get("summary")))]));
    if (focus !== null) focusProblem(list, focus);
  };
  const popover = opener(
    toggle,
    (closeBox) => {
      close = closeBox;
      fillList();
      return list;
    },
    { label: "Problems", style: "knb-pop-problems" },
  );
  const paint = () => {
    /** @type {ProblemGroup[]} */
    const groups = model.get("groups");
    /** @type {{ pointer: string, label: string }[]} */
    const faults = model.get("faults");
    const count = groups.reduce((sum, group) => sum + group.problems.length, 0);
    const [worst] = groups;
    const effect = worst?.effect;
    const symbol = effect === "changes_now" ? "warning" : effect === "blocks" ? "error" : "hint";
    toggle.replaceChildren(icon(symbol), make("span", { class: "knb-pcount" }, `${count} ${count === 1 ? "problem" : "problems"}`), icon("below"));
    toggle.title = groups.map((group) => `${group.title}: ${group.problems.length}`).join(", ");
    toggle.hidden = count === 0;
    const words = faults.length > 0 ? faultLinks(faults) : worst ? worstWords(groups, acts(() => {})) : [make("span", { class: "knb-good" }, icon("ok"), ` ${model.get("summary")}`)];
    const hadFocus = strip.contains(document.activeElement) && document.activeElement !== toggle;
    strip.replaceChildren(...(faults.length > 0 ? [...words, toggle] : [toggle, ...words]));
    if (hadFocus) toggle.focus();
    if (isShown(popover.box)) fillList();
  };
  el.append(strip, popover.box, notice);
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
 * The first problem by effect, with its fix or its line, and how many prevent a registration.
 * @param {ProblemGroup[]} groups
 * @param {ProblemActs} acts
 */
function worstWords(groups, acts) {
  const [first] = groups;
  const problem = first?.problems[0];
  if (!first || !problem) return [];
  const blocking = groups.find((group) => group.effect === "blocks");
  const words = make("span", { class: "knb-ellipsis knb-firstproblem", title: problem.message }, problem.message);
  const act = problem.canFix ? make("button", { type: "button", class: "knb-small", onclick: () => acts.fix(problem.id) }, "Fix", hidden(`: ${problem.code}`)) : lineCell(problem, acts);
  const count = blocking?.problems.length ?? 0;
  const blocks = first.effect !== "blocks" && count > 0 ? [make("span", { class: "knb-bad knb-blocks" }, icon("error"), `${count} ${count === 1 ? "blocks" : "block"} registering`)] : [];
  return [words, act, ...blocks];
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
  const fix = problem.canFix ? make("button", { type: "button", class: "knb-small", "data-problem": problem.id, onclick: () => acts.fix(problem.id) }, "Fix", hidden(`: ${problem.code} ${problem.place}`)) : null;
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
