// @ts-check

/**
 * One request at a time, of each kind the latest: what is typed while an answer is on its way makes a single new
 * question, and what somebody waits for goes before what is only marked.
 */
export function requestQueue() {
  /** @type {Map<string, { run: () => Promise<void>, drop: () => void, isUrgent: boolean }>} */
  const waiting = new Map();
  let isBusy = false;

  const next = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      while (waiting.size > 0) {
        const entries = [...waiting];
        const [kind, { run }] = entries.find(([, { isUrgent }]) => isUrgent) ?? entries[0];
        waiting.delete(kind);
        await run();
      }
    } finally {
      isBusy = false;
    }
  };

  return {
    /**
     * What becomes of a request when it is its turn; null if a later one of its kind came first, or if it failed.
     * @template T
     * @param {string} kind
     * @param {() => Promise<T | null>} request
     * @param {{ isUrgent?: boolean }} [options]
     * @returns {Promise<T | null>}
     */
    ask(kind, request, { isUrgent = false } = {}) {
      return new Promise((done) => {
        waiting.get(kind)?.drop();
        // Set again, so that it is the last.
        waiting.delete(kind);
        const run = async () => {
          try {
            done(await request());
          } catch {
            // Nothing is shown then, as without the extension.
            done(null);
          }
        };
        waiting.set(kind, { run, drop: () => done(null), isUrgent });
        void next();
      });
    },
  };
}

/** @typedef {ReturnType<typeof requestQueue>} RequestQueue */
