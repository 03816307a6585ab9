// @ts-check

/** @import { Report } from "./document_report.js" */
/** Objects of JupyterLab. @typedef {any} SessionContext @typedef {any} Kernel @typedef {any} Comm */
/**
 * What a panel shows: the widget of a model, or why there is none.
 * @typedef {{ model: string, report: null } | { model: "", report: Report }} Shown
 */
/**
 * @typedef {{
 *   sessionContext: SessionContext,
 *   prepare(isJoined: boolean): Promise<unknown>,
 *   folderOf(): string,
 *   opening(): object | null,
 *   hear(message: any): void,
 *   show(shown: Shown): void,
 * }} Connection `prepare` is awaited once there is a kernel, also one in which the widgets of another window are, `folderOf` returns where it was started, `opening` is the first message, null if nothing is open
 */

const TARGET = "kustomer_nb.document";
// A string of JSON is one of Python.
const serveIn = (/** @type {string} */ folder) => `from kustomer_nb.widgets.document_panels import serve as _serve\n_serve(${JSON.stringify(folder)})\ndel _serve`;
const RESTARTING = ["restarting", "autorestarting"];
const GONE = ["dead", "terminating"];

/** A failure that says itself what to do. */
export class Reported extends Error {
  /** @param {Report} report */
  constructor(report) {
    super(report.title);
    this.report = report;
  }
}

/**
 * The way from a document to the workbench in its kernel, which is made again whenever there is another kernel.
 * @param {Connection} connection
 */
export function documentKernel({ sessionContext, prepare, folderOf, opening, hear, show }) {
  /** The kernel that is asked, or answers. @type {Kernel | null} */
  let connected = null;
  /** @type {Comm | null} */
  let comm = null;
  let isInterrupted = false;
  let isOpen = false;
  let isJoined = false;
  /** Each connection ends the one before it. */
  let turn = 0;

  /** @param {Report} report */
  const report = (report) => show({ model: "", report });
  const forget = () => {
    turn += 1;
    [connected, comm] = [null, null];
  };
  /** End the connection to a kernel that goes on. */
  const disconnect = () => {
    const last = comm;
    forget();
    try {
      last?.close();
    } catch {
      // It went with its kernel.
    }
  };
  /** @param {Report} why */
  const lose = (why) => {
    forget();
    report(why);
  };
  const starting = () => report({ title: "Starting the kernel…", isBusy: true });
  /** @param {string} title */
  const gone = (title) => {
    const words = "The text of the document is not lost: edits that are not saved stay in this tab.";
    lose({ title, words, choices: [{ title: "Start Kernel Again", act: restart }] });
  };
  /** @param {Kernel} kernel @param {number} own */
  const serve = async (kernel, own) => {
    const future = kernel.requestExecute({ code: serveIn(folderOf()), silent: true, store_history: false, allow_stdin: false });
    const { content } = await future.done;
    if (own !== turn) return;
    if (content.status !== "ok") {
      lose({ ...notServed(content, sessionContext.kernelDisplayName), choices: [{ title: "Restart Kernel", act: restart }] });
      return;
    }
    const hasWidgets = isJoined;
    isJoined = false;
    await prepare(hasWidgets);
    if (own !== turn || !opening()) return;
    const opened = kernel.createComm(TARGET);
    opened.onMsg = (/** @type {any} */ message) => comm === opened && hear(message.content.data);
    comm = opened;
    opened.open(opening());
  };
  const connect = async () => {
    const kernel = sessionContext.session?.kernel ?? null;
    if (!kernel) {
      gone("The document has no kernel.");
      return;
    }
    disconnect();
    const own = turn;
    connected = kernel;
    try {
      await serve(kernel, own);
    } catch (error) {
      // Of a kernel that went meanwhile, its status tells.
      if (own !== turn || RESTARTING.includes(kernel.status)) return;
      if (error instanceof Reported) lose(error.report);
      else gone(`The kernel does not answer: ${error instanceof Error ? error.message : error}`);
    }
  };
  const begin = async () => {
    starting();
    try {
      const needsChoice = await sessionContext.initialize();
      if (needsChoice && !sessionContext.session?.kernel) throw new Error("no kernel for Python is installed.");
    } catch (error) {
      gone(`No kernel could be started: ${error instanceof Error ? error.message : error}`);
      return;
    }
    await connect();
  };
  /** Start a kernel, or join the one that another window has started for the document: JupyterLab would start a second one. */
  const startOrJoin = async () => {
    const { sessionManager, path } = sessionContext;
    await sessionManager?.refreshRunning();
    const running = [...(sessionManager?.running() ?? [])].find((model) => model.path === path && model.kernel);
    isJoined = running !== undefined;
    await (running ? sessionContext.changeKernel({ id: running.kernel.id }) : sessionContext.startKernel());
  };
  const restart = async () => {
    lose({ title: "Starting the kernel…", isBusy: true });
    try {
      if (sessionContext.session?.kernel) await sessionContext.session.kernel.restart();
      else await startOrJoin();
    } catch {
      // The server may know the kernel no more.
    }
    // Nor its session, which JupyterLab notes at the first attempt, and keeps to itself.
    if (!sessionContext.session?.kernel) await startOrJoin().catch(() => {});
    if (!connected) await connect();
  };
  /** @param {unknown} _sender @param {string} status */
  const followStatus = (_sender, status) => {
    if (!isOpen) return;
    if (RESTARTING.includes(status)) lose({ title: "Restarting the kernel…", isBusy: true });
    else if (GONE.includes(status) && sessionContext.session?.kernel) gone("The kernel has died.");
    else if (status === "idle" && !connected) void connect();
  };
  /** @param {unknown} _sender @param {{ newValue: Kernel | null }} change */
  const followKernel = (_sender, { newValue }) => {
    if (!isOpen) return;
    if (!newValue) gone("The kernel was shut down.");
    else if (newValue !== connected) void connect();
  };
  /** @param {unknown} _sender @param {string} status */
  const followConnection = (_sender, status) => {
    // What was sent in between has not arrived.
    if (status === "connected" && isInterrupted && connected) void connect();
    isInterrupted = status !== "connected";
  };

  return {
    /** Begin, or begin again with a document that was opened again. */
    async open() {
      isOpen = true;
      if (!sessionContext.isReady && !connected) {
        await begin();
        sessionContext.statusChanged.connect(followStatus);
        sessionContext.kernelChanged.connect(followKernel);
        sessionContext.connectionStatusChanged.connect(followConnection);
      } else if (sessionContext.session?.kernel) await connect();
      else await restart();
    },
    /** @param {object} message */
    send(message) {
      try {
        comm?.send(message);
      } catch {
        // The kernel is gone, of which its status tells.
      }
    },
    /** The document is closed; its kernel goes on, as that of a notebook does. */
    close() {
      isOpen = false;
      // The kernel ends the connection when it has heard of it: in another thread, an end could come before that.
      forget();
    },
    restart,
  };
}

/**
 * @param {{ ename?: string, evalue?: string }} reply
 * @param {string} kernel
 * @returns {Report}
 */
export function notServed({ ename = "", evalue = "" }, kernel) {
  const isMissing = ename === "ModuleNotFoundError";
  if (isMissing && /'kustomer_nb'/.test(evalue)) {
    return { title: `The kernel ${kernel} does not have kustomer-nb.`, fix: "install it where that kernel runs: pip install kustomer-nb. Then restart the kernel." };
  }
  if (isMissing && /kustomer_nb/.test(evalue)) {
    return { title: `The kernel ${kernel} has another version of kustomer-nb than JupyterLab.`, fix: "upgrade it where that kernel runs: pip install --upgrade kustomer-nb. Then restart the kernel." };
  }
  return { title: `The kernel ${kernel} cannot show a workbench.`, words: `${ename}: ${evalue}`, fix: "choose a kernel for Python that has kustomer-nb, then restart it." };
}
