// @ts-check
import { kernelModels } from "./kernel_models.js";
import { resultView } from "./result_view.js";
import { addStyle } from "./style_sheets.js";

/** @import { KernelModels, SessionContext } from "./kernel_models.js" */
/** @import { Lumino, Rendermime } from "./result_view.js" */

/** One for all outputs of a notebook. @type {WeakMap<SessionContext, KernelModels>} */
const MODELS = new WeakMap();

/**
 * Make what shows an output of ours: a card of what is saved, or a widget while its kernel has it.
 * @param {Lumino} lumino
 * @param {Rendermime} rendermime
 * @param {SessionContext | null} sessionContext that of a notebook; null where the kernel is not known
 * @param {string} mimeType
 * @param {{ toggleClass(name: string, force: boolean): unknown }} host what the output is for the page
 */
export function makeResult(lumino, rendermime, sessionContext, mimeType, host) {
  addStyle("card.css");
  if (mimeType.includes(".record+")) host.toggleClass("knb-lab-record", true);
  /** @param {boolean} isLive */
  const mark = (isLive) => host.toggleClass("knb-lab-live", isLive);
  return resultView(lumino, rendermime, mimeType, sessionContext && modelsOf(sessionContext), mark);
}

/** @param {SessionContext} context */
function modelsOf(context) {
  const known = MODELS.get(context) ?? kernelModels(context);
  MODELS.set(context, known);
  return known;
}
