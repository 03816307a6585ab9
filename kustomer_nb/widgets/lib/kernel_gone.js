// @ts-check
import { send } from "./protocol.js";

/** @import { Model } from "./dom.js" */
/** @typedef {{ connect(act: (...values: any[]) => void): unknown, disconnect(act: (...values: any[]) => void): unknown }} HostSignal */
/** @typedef {{ statusChanged?: HostSignal, disposed?: HostSignal }} HostKernel */

/** What JupyterLab calls a kernel that no longer knows the widgets of its page, or soon will not. */
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/**
 * Call act as soon as the kernel of a widget has gone. A host tells of it by the event comm_live_update, as
 * JupyterLab does after a restart; the kernel of JupyterLab tells of the rest, such as Shut Down and Change Kernel.
 * Without either, a message that could not be sent does ("knb-kernel-gone").
 * @param {Pick<Model, "on" | "off" | "send" | "widget_manager">} model
 * @param {HTMLElement} el
 * @param {() => void} act
 * @param {AbortSignal} signal
 */
export function whenKernelGoes(model, el, act, signal) {
  if (signal.aborted) return;
  // The event says that something changed, and the model of anywidget not what: only sending does. After the
  // event, because the host closes the comms when it has told all models.
  const look = () => {
    setTimeout(() => {
      if (!signal.aborted && !isLive(model)) act();
    });
  };
  /** @param {unknown} _kernel @param {string} status */
  const follow = (_kernel, status) => {
    if (GONE.includes(status)) act();
  };
  const kernel = kernelOf(model.widget_manager);
  el.addEventListener("knb-kernel-gone", act, { signal });
  model.on("comm_live_update", look);
  kernel?.statusChanged?.connect(follow);
  kernel?.disposed?.connect(act);
  const stop = () => {
    model.off("comm_live_update", look);
    kernel?.statusChanged?.disconnect(follow);
    kernel?.disposed?.disconnect(act);
  };
  signal.addEventListener("abort", stop, { once: true });
}

/**
 * The kernel of a page, as JupyterLab's widget manager has it; other hosts have none.
 * @param {object | undefined} manager
 * @returns {HostKernel | null}
 */
function kernelOf(manager) {
  return manager && "kernel" in manager ? /** @type {HostKernel | null} */ (manager.kernel) : null;
}

/** @param {Pick<Model, "send">} model */
function isLive(model) {
  try {
    send(model, { kind: "ping" });
    return true;
  } catch {
    return false;
  }
}
