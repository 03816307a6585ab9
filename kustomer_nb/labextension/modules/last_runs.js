// @ts-check

const RESULT = "application/vnd.kustomer.run+json";
/** Characters of inputs that are sent with a question. */
const MOST_INPUTS = 100_000;

/** @typedef {{ length: number, get(at: number): { data: Record<string, any> } }} Outputs */
/** @typedef {{ content: { model: { cells: Iterable<{ type: string, executionCount?: number | null, outputs?: Outputs }> } | null } }} OpenNotebook */

/**
 * The inputs of the last run of each action, as the results in the open notebooks show them; a later notebook counts
 * more than an earlier one.
 * @param {Iterable<OpenNotebook>} notebooks
 * @returns {Record<string, { inputs: Record<string, any> }>}
 */
export function lastRuns(notebooks) {
  /** @type {Record<string, { inputs: Record<string, any> }>} */
  const runs = Object.create(null);
  let size = 0;
  for (const { action, inputs } of shownRuns(notebooks)) {
    if (action in runs) continue;
    const { length } = JSON.stringify(inputs);
    if (size + length > MOST_INPUTS) continue;
    size += length;
    runs[action] = { inputs };
  }
  return runs;
}

/** @param {Iterable<OpenNotebook>} notebooks @returns {{ action: string, inputs: Record<string, any> }[]} the latest first */
function shownRuns(notebooks) {
  const shown = [];
  for (const { content } of notebooks) {
    const cells = [];
    for (const cell of content.model?.cells ?? []) if (cell.type === "code" && cell.outputs) cells.push(cell);
    // By when they ran; cells that did not run in this session keep their order.
    cells.sort((a, b) => (a.executionCount ?? 0) - (b.executionCount ?? 0));
    for (const { outputs } of cells) {
      for (let at = 0; at < (outputs?.length ?? 0); at += 1) {
        const run = outputs?.get(at).data[RESULT];
        if (run && typeof run === "object" && typeof run.action === "string" && isObject(run.inputs)) shown.push(run);
      }
    }
  }
  return shown.reverse();
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
