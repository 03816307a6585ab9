// @ts-check

/** A connection to a kernel of JupyterLab. @typedef {any} Kernel */

const TARGET = "kustomer_nb.questions";
/** It is executed once for each kernel; what is asked later leaves no trace in its history. */
const SERVE = "from kustomer_nb.kernel_questions import serve as _serve\n_serve()\ndel _serve";
/** Milliseconds after which an answer is not waited for. */
const PATIENCE = 15_000;

/** Milliseconds from an answer to an idle kernel; what takes longer is something else. */
const MOST_AFTER = 2000;

/** The kernel has no kustomer_nb that answers. */
export class NoAnswersError extends Error {}

/** An answer that is a failure: its status is that of a server. */
export class RefusedError extends Error {
  /** @param {number} status @param {string} words */
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

/**
 * Ask a kernel by a comm, as that of JupyterLite, which evaluates no expressions.
 * @param {Kernel} kernel
 * @param {number} [patience]
 */
export function kernelComm(kernel, patience = PATIENCE) {
  /** @type {Map<number, (reply: { status: number, answer: any }) => void>} */
  const waiting = new Map();
  let count = 0;
  /** @type {Promise<any> | null} */
  let opening = null;

  const open = async () => {
    const future = kernel.requestExecute({ code: SERVE, silent: true, store_history: false, allow_stdin: false });
    const { content } = await future.done;
    if (content.status !== "ok") throw new NoAnswersError(`${content.ename}: ${content.evalue}`);
    const comm = kernel.createComm(TARGET);
    comm.onMsg = (/** @type {any} */ { content: { data } }) => waiting.get(data.id)?.(data);
    comm.open({});
    return comm;
  };
  const forget = () => {
    opening = null;
  };
  kernel.statusChanged.connect((/** @type {unknown} */ _sender, /** @type {string} */ status) => {
    if (status === "restarting" || status === "autorestarting") forget();
  });

  return {
    /**
     * The answer to a question.
     * @param {string} question
     * @param {object} posted
     * @returns {Promise<any>}
     */
    async ask(question, posted) {
      opening ??= open();
      opening.catch(forget);
      const comm = await opening;
      const id = (count += 1);
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      try {
        const { status, answer } = await new Promise((done, refuse) => {
          timer = setTimeout(() => refuse(new Error("The kernel does not answer.")), patience);
          waiting.set(id, done);
          // As text: the null of JavaScript is no None in the Python of browsers.
          comm.send({ id, question, posted: JSON.stringify(posted) });
        });
        await settled(kernel);
        if (status !== 200) throw new RefusedError(status, answer);
        return answer;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
  };
}

/** Wait until a kernel that has answered is idle again: it says so after the answer. @param {Kernel} kernel */
async function settled(kernel) {
  if (kernel.status === "idle") return;
  await new Promise((done) => {
    const timer = setTimeout(end, MOST_AFTER);
    /** @param {unknown} _sender @param {string} status */
    function follow(_sender, status) {
      if (status === "idle") end();
    }
    function end() {
      clearTimeout(timer);
      kernel.statusChanged.disconnect(follow);
      done(null);
    }
    kernel.statusChanged.connect(follow);
  });
}

/** @typedef {ReturnType<typeof kernelComm>} KernelComm */
