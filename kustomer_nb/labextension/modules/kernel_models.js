// @ts-check

/**
 * What is needed of a signal, a kernel and a session context of JupyterLab.
 * @typedef {{ connect(act: (sender: unknown, value: any) => void): unknown, disconnect(act: (sender: unknown, value: any) => void): unknown }} Signal
 */
/** @typedef {{ status: string, requestCommInfo(content: { target_name: string }): Promise<{ content: { status?: string, comms?: Record<string, unknown> } }> }} Kernel */
/**
 * @typedef {{
 *   session: { kernel: Kernel | null } | null,
 *   iopubMessage: Signal, statusChanged: Signal, kernelChanged: Signal, connectionStatusChanged: Signal, disposed?: Signal,
 * }} SessionContext
 */

const TARGET = "jupyter.widget";
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/**
 * The models of widgets that the kernel of a session has. A page cannot know it by itself: after a restart it still
 * has the models of before, and after a reload it has none yet.
 * @param {SessionContext} context
 */
export function kernelModels(context) {
  /** The models of which this page saw the kernel make them: to ask a busy kernel would take until it is idle. @type {Set<string>} */
  const opened = new Set();
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tell = () => {
    for (const act of [...listeners]) act();
  };
  const forget = () => {
    opened.clear();
    tell();
  };
  /** @param {unknown} _sender @param {{ header: { msg_type: string }, content: { comm_id?: string, target_name?: string } }} message */
  const hear = (_sender, { header, content }) => {
    if (!content.comm_id) return;
    if (header.msg_type === "comm_open" && content.target_name === TARGET) opened.add(content.comm_id);
    if (header.msg_type === "comm_close" && opened.delete(content.comm_id)) tell();
  };
  /** @param {unknown} _sender @param {string} status */
  const follow = (_sender, status) => {
    if (GONE.includes(status)) forget();
  };
  /** @param {unknown} _sender @param {string} status */
  const reconnect = (_sender, status) => {
    if (status === "connected") tell();
  };
  context.iopubMessage.connect(hear);
  context.statusChanged.connect(follow);
  context.kernelChanged.connect(forget);
  context.connectionStatusChanged.connect(reconnect);

  return {
    /**
     * Whether the kernel has a model now.
     * @param {string} id
     */
    async has(id) {
      const kernel = context.session?.kernel;
      if (!kernel || GONE.includes(kernel.status)) return false;
      if (opened.has(id)) return true;
      try {
        const { content } = await kernel.requestCommInfo({ target_name: TARGET });
        return id in (content.comms ?? {});
      } catch {
        // It went while it was asked.
        return false;
      }
    },
    /**
     * Call act whenever the kernel may have other models, until the returned function is called.
     * @param {() => void} act
     */
    listen(act) {
      listeners.add(act);
      return () => {
        listeners.delete(act);
      };
    },
  };
}

/** @typedef {ReturnType<typeof kernelModels>} KernelModels */
