// @ts-check
/** @import { Model } from "./dom.js" */

/**
 * Call act when the kernel of a widget has gone: a message could not be sent ("knb-kernel-gone"), or the host
 * says that the widget is disconnected, as after a restart.
 * @param {Pick<Model, "on" | "off">} model
 * @param {HTMLElement} el
 * @param {() => void} act
 * @param {AbortSignal} signal
 */
export function whenKernelGoes(model, el, act, signal) {
  // Models are disconnected one after another, and the mark is on the outermost view.
  const look = () => {
    setTimeout(() => {
      if (el.closest(".jupyter-widgets-disconnected")) act();
    });
  };
  el.addEventListener("knb-kernel-gone", act, { signal });
  model.on("comm_live_update", look);
  signal.addEventListener("abort", () => model.off("comm_live_update", look), { once: true });
}
