// @ts-check
import { kernelComm } from "./kernel_comm.js";
import { pythonKernel } from "./python_kernel.js";
import { NoServerError } from "./server_questions.js";

/** @import { Questions } from "./server_questions.js" */
/** @import { KernelComm } from "./kernel_comm.js" */

/** The path of its session, by which it is listed under Running. */
const PATH = "kustomer-nb";
/** What a person waits for; everything else is answered as soon as there is a kernel. */
const AWAITED = ["starter"];
/** What starts the kernel; the profile in the status bar is not worth it. */
const STARTING = ["starter", "overview"];

/** Python is starting in this page. */
export class StartingError extends NoServerError {}

/** @type {WeakMap<object, ReturnType<typeof makeKernel>>} */
const KERNELS = new WeakMap();

/**
 * The kernel that answers what belongs to no notebook, such as the panel and editors of files: one for each page.
 * @param {any} app
 */
export function liteKernel(app) {
  const known = KERNELS.get(app) ?? makeKernel(app.serviceManager);
  KERNELS.set(app, known);
  return known;
}

/** @param {any} services */
export function makeKernel({ sessions, kernelspecs }) {
  /** What the editor takes for the session of a notebook. @type {{ session: { kernel: any }, statusChanged: any } | null} */
  let context = null;
  /** @type {KernelComm | null} */
  let comm = null;
  /** @type {Promise<void> | null} */
  let starting = null;
  /** @type {Set<() => void>} */
  const listeners = new Set();

  const startOnce = async () => {
    await kernelspecs.ready;
    const name = pythonKernel(kernelspecs.specs);
    const made = await sessions.startNew({ path: PATH, name: "Kustomer", type: "kustomer", kernel: { name } });
    const asked = kernelComm(made.kernel, 60_000);
    // It loads what answers, which takes a while.
    await asked.ask("lint", { text: "{}" });
    context = { session: made, statusChanged: made.kernel.statusChanged };
    comm = asked;
    for (const act of listeners) act();
  };
  const start = () => {
    starting ??= startOnce();
    // The next question tries it again.
    starting.catch(() => (starting = null));
    return starting;
  };

  /**
   * @param {string} question
   * @param {object} posted
   */
  const ask = async (question, posted) => {
    if (!comm && AWAITED.includes(question)) await start();
    if (!comm) {
      if (STARTING.includes(question)) void start().catch(() => {});
      throw new StartingError();
    }
    return comm.ask(question, posted);
  };
  /** @type {Questions} */
  const questions = {
    post: ask,
    // Test results are in a hidden file that no API of files gives, and there is no terminal for tests.
    get: async (name, query = []) => (name === "tests" ? { runs: [], command: "" } : ask(name, Object.fromEntries(query))),
  };

  return {
    questions,
    /** Its session, once it answers. */
    get context() {
      return context;
    },
    start,
    /** Call an act as soon as it answers. @param {() => void} act */
    whenReady(act) {
      listeners.add(act);
      return () => listeners.delete(act);
    },
  };
}
