// @ts-check

const RESULT = "application/vnd.kustomer.run+json";
/** That of a workbench. */
const RECORD = "application/vnd.kustomer.record+json";
/** Characters of inputs that are sent with a question. */
const MOST_INPUTS = 100_000;

/** @typedef {{ length: number, get(at: number): { data: Record<string, any> } }} Outputs */
/** @typedef {{ content: { model: { cells: Iterable<{ type: string, executionCount?: number | null, outputs?: Outputs }> } | null } }} OpenNotebook */

/** What is known of a run: its inputs, and the names and types in its response, never a value of that. @typedef {{ inputs?: object, shape?: object }} KnownRun */

/**
 * What is known of the last run of each action, as the results in the open notebooks show it; a later notebook counts
 * more than an earlier one, and the workbench of the file most.
 * @param {Iterable<OpenNotebook>} notebooks
 * @param {Record<string, object>} [shapes] those of the responses in the workbench of the file
 * @returns {Record<string, KnownRun>}
 */
export function lastRuns(notebooks, shapes = {}) {
  /** @type {Record<string, KnownRun>} */
  const runs = Object.create(null);
  let size = 0;
  const published = Object.entries(shapes).map(([action, shape]) => ({ action, shape }));
  for (const { action, ...known } of [...published, ...shownRuns(notebooks)]) {
    const run = runs[action] ?? {};
    const more = Object.entries(known).filter(([name, value]) => isObject(value) && !(name in run));
    const { length } = JSON.stringify(Object.fromEntries(more));
    if (more.length === 0 || size + length > MOST_INPUTS) continue;
    size += length;
    runs[action] = { ...run, ...Object.fromEntries(more) };
  }
  return runs;
}

/** @param {Iterable<OpenNotebook>} notebooks @returns {({ action: string } & KnownRun)[]} the latest first */
function shownRuns(notebooks) {
  const shown = [];
  for (const { content } of notebooks) {
    const cells = [];
    for (const cell of content.model?.cells ?? []) if (cell.type === "code" && cell.outputs) cells.push(cell);
    // By when they ran; cells that did not run in this session keep their order.
    cells.sort((a, b) => (a.executionCount ?? 0) - (b.executionCount ?? 0));
    for (const { outputs } of cells) {
      for (let at = 0; at < (outputs?.length ?? 0); at += 1) {
        const { [RESULT]: result, [RECORD]: record } = outputs?.get(at).data ?? {};
        const facts = result ?? record;
        const known = facts?.card?.known;
        const action = facts?.action ?? known?.action;
        if (typeof action === "string") shown.push({ action, inputs: facts.inputs, shape: known?.shape });
      }
    }
  }
  return shown.reverse();
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
