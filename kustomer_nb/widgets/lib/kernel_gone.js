// @ts-check
import { receive, send } from "./protocol.js";

/** @import { Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */
/** @typedef {{ connect(act: (...values: any[]) => void): unknown, disconnect(act: (...values: any[]) => void): unknown }} HostSignal */
/** @typedef {{ statusChanged?: HostSignal, disposed?: HostSignal }} HostKernel */

/** What JupyterLab calls a kernel that no longer knows the widgets of its page, or soon will not. */
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/** Milliseconds without an answer after which a kernel is said to be busy or gone. */
const SILENCE = 8000;

// The host puts it on the outermost view.
const DISCONNECTED = ".jupyter-widgets-disconnected";

/**
 * Whether a widget is drawn from a saved state alone, as in a notebook that is opened again or in an HTML file:
 * nobody would answer it.
 * @param {HTMLElement} el
 */
export function isWithoutKernel(el) {
  return el.closest(DISCONNECTED) !== null;
}

/**
 * Call act as soon as the kernel of a widget has gone. A host tells of it by the event comm_live_update, as
 * JupyterLab does after a restart; the kernel of JupyterLab tells of the rest, such as Shut Down and Change Kernel.
 * Without either, a message that could not be sent does ("knb-kernel-gone").
 * @param {Pick<Model, "get" | "on" | "off" | "send" | "widget_manager">} model
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

/** @param {Pick<Model, "get" | "send">} model */
function isLive(model) {
  try {
    send(model, { kind: "ping" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Notice a kernel that does not answer, as it runs another cell, or has gone where the host does not say so (Voila).
 * Returns what asks it, which says whether the question could be sent; `act` is told when it is late, and when it
 * answers after all.
 * @param {Pick<Model, "on" | "off">} model
 * @param {(message: Message) => boolean} say
 * @param {(isSilent: boolean) => void} act
 * @param {AbortSignal} signal
 */
export function whenKernelIsSilent(model, say, act, signal) {
  let timer = 0;
  const heard = () => {
    clearTimeout(timer);
    timer = 0;
    act(false);
  };
  receive(model, "pong", heard, signal);
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return () => {
    if (!say({ kind: "ping" })) return false;
    // The oldest question without an answer counts.
    timer ||= globalThis.setTimeout(() => act(true), SILENCE);
    return true;
  };
}
