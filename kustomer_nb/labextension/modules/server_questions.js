// @ts-check

/** @typedef {{ ServerConnection: { makeRequest(url: string, init: object, settings: any): Promise<Response> } }} ServicesPackage */
/** What asks the server extension. @typedef {{ post(question: string, posted: object): Promise<any>, get(name: string, query?: [string, string][]): Promise<any> }} Questions */

/** Milliseconds for which a server without the extension is not asked again. */
const PAUSE = 60_000;

/** Milliseconds after which a server that does not answer is left alone, so that the list goes on without it. */
export const PATIENCE = 15_000;

/**
 * What a promise becomes, if it does so in time.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} [limit]
 * @returns {Promise<T>}
 */
export async function within(promise, limit = PATIENCE) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => refuse(new Error("The server does not answer.")), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The server has no extension of ours, as in JupyterLite. */
export class NoServerError extends Error {}

const ENABLE = "To enable it: jupyter server extension enable kustomer_nb.server - then restart JupyterLab.";

/** Whether this is JupyterLite, where there can be no server. */
export function isLite() {
  // Each page of it has the script with its configuration.
  return Boolean(globalThis.document?.querySelector("[data-jupyter-lite-root]"));
}

/**
 * What is missing without the server extension, and what to do.
 * @param {string} subject what needs it, as the beginning of a sentence
 */
export function missingServer(subject) {
  if (isLite()) return `${subject} needs Python, which is starting in this browser.`;
  return `${subject} needs the server extension of kustomer-nb, which this server does not have. ${ENABLE}`;
}

/**
 * Ask the server extension, with the token and the XSRF header of JupyterLab.
 * @param {ServicesPackage} services
 * @param {{ baseUrl: string }} settings
 * @param {() => number} [now]
 * @returns {Questions}
 */
export function serverQuestions({ ServerConnection }, settings, now = Date.now) {
  let missingSince = -Infinity;
  /**
   * @param {string} path
   * @param {object} init
   */
  const ask = async (path, init) => {
    if (now() - missingSince < PAUSE) throw new NoServerError();
    const response = await within(ServerConnection.makeRequest(`${settings.baseUrl}kustomer-nb/${path}`, init, settings));
    if ([404, 405, 501].includes(response.status)) {
      missingSince = now();
      throw new NoServerError();
    }
    missingSince = -Infinity;
    const answer = await within(response.json()).catch(() => ({}));
    if (!response.ok) throw new Error(answer.message || `The server returned ${response.status}.`);
    return answer;
  };
  return {
    post: (question, posted) => ask(question, { method: "POST", body: JSON.stringify(posted) }),
    get: (name, query = []) => ask(`${name}?${new URLSearchParams(query)}`, {}),
  };
}
