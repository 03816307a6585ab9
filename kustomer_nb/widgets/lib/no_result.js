// @ts-check
import { emptyState, make } from "./dom.js";
import { KEYS } from "./keys.js";

/** @typedef {{ state?: string, words?: string, simulated?: string, can_go_live?: boolean }} RunOutcome */

/**
 * What a pane says while it has no result: that nothing was run, or why there is none.
 * @param {RunOutcome} outcome
 */
export function noResult({ state, words, simulated }) {
  if (state === "running") return emptyState("Sending…", "The result appears here.");
  if (state === "no response") {
    const next = "The step fails in Kustomer, and the next step gets no output.";
    return emptyState(simulated ? "No response (simulated)." : "No response.", `${words ?? ""} ${next}`);
  }
  if (state === "cancelled") return emptyState("Cancelled.", words);
  if (state === "sent") return emptyState("Sent, no result.", words);
  return emptyState("Not run yet.", `Results appear here and are saved with the notebook. Press ${KEYS.runWords} to run.`);
}

/**
 * Whether a run is on its way: an older result is not shown under it.
 * @param {RunOutcome} outcome
 */
export function isRunning({ state }) {
  return state === "running";
}

/**
 * Which run a pane shows, while it has none.
 * @param {RunOutcome} outcome
 */
export function noResultWords({ state, simulated }) {
  if (state === "running") return make("span", { class: "knb-quiet" }, "Sending…");
  if (state === "sent") return make("span", {}, "Sent, no result");
  if (state !== "no response" && state !== "cancelled") return make("span", { class: "knb-quiet" }, "Not run yet");
  return make("span", {}, `${state === "cancelled" ? "Cancelled" : "No response"}${simulated ? ", simulated" : ""}`);
}

/**
 * What leads from a simulated result back to the latest live one.
 * @param {RunOutcome} outcome
 * @param {() => void} act
 */
export function liveButton({ can_go_live: canGoLive }, act) {
  return canGoLive ? make("button", { type: "button", class: "knb-small knb-golive", onclick: act }, "Back to Live Result") : null;
}
