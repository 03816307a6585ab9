// @ts-check
import { receive } from "./protocol.js";

/** @import { Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */

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
 * Call act when the kernel of a widget has gone: a message could not be sent ("knb-kernel-gone"), or the host
 * says that the widget is disconnected, as after a restart.
 * @param {Pick<Model, "on" | "off">} model
 * @param {HTMLElement} el
 * @param {() => void} act
 * @param {AbortSignal} signal
 */
export function whenKernelGoes(model, el, act, signal) {
  // Models are disconnected one after another.
  const look = () => {
    setTimeout(() => {
      if (isWithoutKernel(el)) act();
    });
  };
  el.addEventListener("knb-kernel-gone", act, { signal });
  model.on("comm_live_update", look);
  signal.addEventListener("abort", () => model.off("comm_live_update", look), { once: true });
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
