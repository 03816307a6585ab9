// @ts-check
import { plural } from "../../widgets/lib/dom.js";

/** @import { CaseOutcome, Definition, TestRun, Workspace } from "./workspace_files.js" */
/**
 * A row of the tree. `target` is what Enter opens; `isOpen` is null for a row that has no others below it.
 * @typedef {{ path: string, line: number, action: string, isDefinition: boolean }} Target
 * @typedef {{ id: string, level: number, kind: string, label: string, detail: string, tip: string, counts: Record<string, number>, target: Target | null, isOpen: boolean | null, at: number, of: number }} Row
 */

/** Up to this many definitions, each is open at first. */
const OPEN_AT_FIRST = 20;
export const MOST_ROWS = 2000;
const OUTCOMES = { error: ["error", "errors"], failed: ["failed", "failed"], warned: ["with warnings", "with warnings"], passed: ["passed", "passed"] };
const MINUTE = 60_000;

/**
 * The rows of a workspace that are visible, in their order.
 * @param {Workspace} workspace
 * @param {{ filter: string, toggled: Set<string>, now: number }} view what a person typed, and opened or closed
 * @returns {Row[]}
 */
export function rowsOf({ definitions, runs }, { filter, toggled, now }) {
  const words = filter.trim().toLowerCase();
  const isOpenAtFirst = definitions.length <= OPEN_AT_FIRST;
  const groups = [...definitions.map(definitionRows), ...runs.map((run) => runRows(run, now))];
  /** @type {Row[][]} */
  const matching = [];
  for (const [head, ...below] of groups) {
    const isWhole = matches(head, words);
    const inner = isWhole ? below : below.filter((row) => matches(row, words));
    if (!isWhole && inner.length === 0) continue;
    // What is searched for is seen.
    const isOpen = words ? true : isOpenAtFirst !== toggled.has(head.id);
    matching.push([{ ...head, isOpen: inner.length > 0 ? isOpen : null }, ...(isOpen ? numbered(inner) : [])]);
  }
  const heads = numbered(matching.map(([head]) => head));
  return matching.flatMap(([, ...below], index) => [heads[index], ...below]).slice(0, MOST_ROWS);
}

/** @param {Definition} definition */
function definitionRows({ path, overview, reason }) {
  const [folder, name] = [path.slice(0, Math.max(0, path.lastIndexOf("/"))), path.slice(path.lastIndexOf("/") + 1)];
  const counts = overview?.counts ?? {};
  const head = row(`f:${path}`, 1, "file", name, folder, { tip: path, counts, target: target(path, { isDefinition: true }) });
  const actions = (overview?.actions ?? []).map((action, index) =>
    row(`a:${path}:${index}`, 2, "action", shortName(action.name), "", { tip: action.name, target: target(path, { line: action.line, action: action.name, isDefinition: true }) }),
  );
  const problems = (overview?.problems ?? []).map((problem, index) =>
    row(`p:${path}:${index}:${problem.code}`, 2, problem.severity, `${problem.code} ${problem.message}`, `Line ${problem.line}`, {
      tip: problem.fix && `Fix: ${problem.fix}`,
      target: target(path, { line: problem.line }),
    }),
  );
  const reasons = reason ? [row(`r:${path}`, 2, "error", reason, "", { target: target(path) })] : [];
  return [head, ...reasons, ...actions, ...problems];
}

/**
 * @param {TestRun} run
 * @param {number} now
 */
function runRows({ folder, at, counts, results }, now) {
  const detail = `${outcomeWords(counts)} · ${age(now - Date.parse(at))}`;
  const head = row(`t:${folder}`, 1, worstKind(counts), folder ? `Test results of ${folder}` : "Test results", detail, { tip: `Run at ${new Date(at).toLocaleString("en")}` });
  const cases = results.map((result, index) =>
    row(`c:${folder}:${index}:${result.name}`, 2, kindOf(result), result.name, OUTCOMES[result.outcome][0], { tip: result.path, target: result.path ? target(result.path) : null }),
  );
  return [head, ...cases];
}

/** @param {Record<string, number>} counts */
function worstKind(counts) {
  return counts.error || counts.failed ? "error" : counts.warned ? "warning" : "ok";
}

/** @param {CaseOutcome} result */
function kindOf({ outcome }) {
  return outcome === "passed" ? "ok" : outcome === "warned" ? "warning" : "error";
}

/**
 * @param {string} id
 * @param {number} level
 * @param {string} kind
 * @param {string} label
 * @param {string} detail
 * @param {Partial<Row>} more
 * @returns {Row}
 */
function row(id, level, kind, label, detail, more) {
  return { id, level, kind, label, detail, tip: "", counts: {}, target: null, isOpen: null, at: 1, of: 1, ...more };
}

/**
 * @param {string} path
 * @param {Partial<Target>} more
 * @returns {Target}
 */
function target(path, more = {}) {
  return { path, line: 1, action: "", isDefinition: false, ...more };
}

/**
 * Rows with their place among each other, which screen readers say.
 * @param {Row[]} rows
 */
function numbered(rows) {
  return rows.map((each, index) => ({ ...each, at: index + 1, of: rows.length }));
}

/**
 * @param {Row} row
 * @param {string} words
 */
function matches({ label, detail, tip }, words) {
  return `${label}\n${detail}\n${tip}`.toLowerCase().includes(words);
}

/**
 * The name of an action without what all of its app have.
 * @param {string} name
 */
export function shortName(name) {
  return name.replace(/^kustomer\.app\.[^.]+\.(?=.)/, "");
}

/** @param {Record<string, number>} counts */
export function outcomeWords(counts) {
  const words = Object.entries(OUTCOMES).flatMap(([outcome, [single, several]]) => (counts[outcome] ? `${counts[outcome]} ${counts[outcome] === 1 ? single : several}` : []));
  return words.join(", ") || "no cases";
}

/** @param {number} milliseconds */
export function age(milliseconds) {
  const minutes = Math.floor(milliseconds / MINUTE);
  if (!(minutes >= 1)) return "just now";
  if (minutes < 60) return `${plural(minutes, "minute")} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${plural(hours, "hour")} ago` : `${plural(Math.floor(hours / 24), "day")} ago`;
}

/**
 * What a workspace has, in words.
 * @param {Workspace} workspace
 */
export function summary({ definitions }) {
  const actions = definitions.reduce((sum, { overview }) => sum + (overview?.actions.length ?? 0), 0);
  const errors = definitions.reduce((sum, { overview, reason }) => sum + (overview?.counts.error ?? 0) + (reason ? 1 : 0), 0);
  const warnings = definitions.reduce((sum, { overview }) => sum + (overview?.counts.warning ?? 0), 0);
  const parts = [plural(definitions.length, "definition"), plural(actions, "action")];
  if (errors) parts.push(plural(errors, "error"));
  if (warnings) parts.push(plural(warnings, "warning"));
  return errors || warnings ? parts.join(", ") : `${parts.join(", ")}, no problems`;
}
