// @ts-check
import { kernelComm, NoAnswersError, RefusedError } from "./kernel_comm.js";

/** @import { KernelComm } from "./kernel_comm.js" */
/** @typedef {{ status: string, id: string, info?: Promise<{ language_info?: { name?: string } }>, statusChanged: { connect(act: (sender: unknown, status: string) => void): unknown }, requestExecute(content: object, disposeOnDone?: boolean): { done: Promise<any>, dispose(): void }, createComm?(target: string): any }} AskedKernel */
/** @typedef {{ session: { kernel: AskedKernel | null } | null }} AskedSession */
/** @typedef {"lint" | "complete" | "hover" | "fixes" | "rename" | "definition"} Question */
/** An answer of kustomer_nb.language.questions, with the version that gave it; `mayComeLater` if a kernel was not asked, or is not asked again before a restart: waiting for it sends no requests. @typedef {Record<string, any> & { version?: string, isTooLarge?: boolean, mayComeLater?: boolean }} Answer */

/** Milliseconds after which an answer is not waited for. */
const PATIENCE = 15_000;
/** What a server says that has no such page. */
const ABSENT = [404, 405, 501];
const TOO_LARGE = 413;
/** How a kernel fails that has no kustomer_nb, or an old version; "" where it looked for it first. */
const LACKING = ["", "ModuleNotFoundError", "ImportError"];
/** A kernel without kustomer_nb, such as one of another language, is not asked a second time. */
const LACKS = "lacks";

/**
 * Where the answers about a text come from: the server where it has our extension, else a kernel that has
 * kustomer_nb and nothing to do, else nowhere.
 * @param {{ makeRequest(url: string, init: RequestInit, settings: object): Promise<Response>, makeSettings(): { baseUrl: string } }} connection of JupyterLab: it adds the token, and the XSRF token
 * @param {string} version that of kustomer_nb in the server; "" without our server extension
 */
export function answerSource(connection, version) {
  let isServed = version !== "";
  /** @type {WeakMap<AskedKernel, string>} */
  const known = new WeakMap();
  /** @type {WeakSet<AskedKernel>} */
  const followed = new WeakSet();
  /** The comms of kernels that evaluate no expressions. @type {WeakMap<AskedKernel, KernelComm>} */
  const comms = new WeakMap();

  /** @param {Question} question @param {object} posted @returns {Promise<Answer | null>} */
  async function askServer(question, posted) {
    const settings = connection.makeSettings();
    const url = `${settings.baseUrl.replace(/\/?$/, "/")}kustomer-nb/${question}`;
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), PATIENCE);
    try {
      const init = { method: "POST", body: JSON.stringify(posted), signal: ending.signal };
      const response = await connection.makeRequest(url, init, settings);
      if (ABSENT.includes(response.status)) isServed = false;
      if (response.status === TOO_LARGE) return { isTooLarge: true };
      return response.ok ? await response.json() : null;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The content of the reply; null if it is late. @param {AskedKernel} kernel @param {string} expression @returns {Promise<any>} */
  async function evaluate(kernel, expression) {
    const content = { code: "", silent: true, store_history: false, allow_stdin: false, stop_on_error: false, user_expressions: { value: expression } };
    const future = kernel.requestExecute(content, true);
    /** @type {any} */
    let timer;
    const late = new Promise((done) => {
      timer = setTimeout(() => done(null), PATIENCE);
    });
    try {
      const reply = await Promise.race([future.done, late]);
      return reply?.content ?? null;
    } finally {
      clearTimeout(timer);
      future.dispose();
    }
  }

  /** Whether a kernel may be asked now: never while it works. @param {AskedKernel | null | undefined} kernel */
  async function isFree(kernel) {
    if (!kernel || kernel.status !== "idle" || known.get(kernel) === LACKS) return false;
    const info = await kernel.info;
    return info?.language_info?.name === "python" && kernel.status === "idle";
  }

  /** Keep what is known of a kernel until it is another process. @param {AskedKernel} kernel @param {string} fact */
  function remember(kernel, fact) {
    known.set(kernel, fact);
    if (followed.has(kernel)) return;
    followed.add(kernel);
    kernel.statusChanged.connect((_sender, status) => {
      if (status === "restarting" || status === "autorestarting") known.delete(kernel);
    });
  }

  /** @param {Question} question @param {object} posted @param {AskedSession | null} session @returns {Promise<Answer | null>} */
  async function askKernel(question, posted, session) {
    const kernel = session?.session?.kernel;
    if (!kernel || !(await isFree(kernel))) return { mayComeLater: true };
    if (comms.has(kernel)) return askByComm(question, posted, kernel);
    const content = await evaluate(kernel, questionInPython(question, posted));
    const value = content?.user_expressions?.value ?? null;
    // As in JupyterLite: no value at all.
    if (!value && content?.status === "ok") return askByComm(question, posted, kernel);
    if (value?.ename === "TooLargeError") return { isTooLarge: true };
    const answer = value?.data?.["application/json"] ?? null;
    if (answer || !value || !LACKING.includes(value.ename ?? "")) return answer;
    remember(kernel, LACKS);
    return { mayComeLater: true };
  }

  /** @param {Question} question @param {object} posted @param {AskedKernel} kernel @returns {Promise<Answer | null>} */
  async function askByComm(question, posted, kernel) {
    const comm = comms.get(kernel) ?? kernelComm(kernel);
    comms.set(kernel, comm);
    try {
      return await comm.ask(question, posted);
    } catch (error) {
      if (error instanceof RefusedError) return error.status === TOO_LARGE ? { isTooLarge: true } : null;
      if (!(error instanceof NoAnswersError)) throw error;
      remember(kernel, LACKS);
      return { mayComeLater: true };
    }
  }

  return {
    /**
     * The answer to a question; null if the one who was asked has none.
     * @param {Question} question
     * @param {object} posted
     * @param {AskedSession | null} session that of the notebook or the file
     */
    async ask(question, posted, session) {
      if (isServed) {
        const answer = await askServer(question, posted);
        if (isServed) return answer;
      }
      return askKernel(question, posted, session);
    },
    /**
     * What to say of a kernel that has another kustomer_nb than the server, once for each; "" if nothing.
     * @param {AskedSession | null} session
     */
    async difference(session) {
      const kernel = session?.session?.kernel;
      if (!isServed || !kernel || known.has(kernel) || !(await isFree(kernel))) return "";
      const content = await evaluate(kernel, VERSION);
      const own = String(content?.user_expressions?.value?.data?.["text/plain"] ?? "").replace(/^['"]|['"]$/g, "");
      // Not imported yet: its version is not known.
      if (own === "") return "";
      remember(kernel, own);
      if (own === version) return "";
      return `kustomer_nb ${version} of the server checks this cell while you type; the kernel runs it with ${own}. Install the same version in both.`;
    },
  };
}

/** @typedef {ReturnType<typeof answerSource>} AnswerSource */

const VERSION = "getattr(__import__('sys').modules.get('kustomer_nb'), '__version__', '')";

/**
 * A question as an expression of Python. Its value is shown as JSON, and is None without kustomer_nb.
 * @param {Question} question
 * @param {object} posted
 */
export function questionInPython(question, posted) {
  // A JSON text is also a string of Python.
  const text = JSON.stringify(JSON.stringify(posted));
  const load = "__import__('importlib').import_module";
  const call = `load('kustomer_nb.language.questions').answer('${question}', load('json').loads(${text}))`;
  const version = "load('kustomer_nb').__version__";
  const json = `load('IPython.display').JSON({**${call}, 'version': ${version}})`;
  return `(lambda load: ${json} if load('importlib.util').find_spec('kustomer_nb') else None)(${load})`;
}
