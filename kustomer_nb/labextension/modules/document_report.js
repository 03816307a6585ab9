// @ts-check
import { make } from "../../widgets/lib/dom.js";
import { icon } from "../../widgets/lib/icons.js";

/** @typedef {{ title: string, act: () => unknown }} Choice */
/**
 * What a document panel shows in place of a workbench: what is wrong, what to do, and buttons that do it.
 * @typedef {{ title: string, words?: string, fix?: string, isBusy?: boolean, choices?: Choice[] }} Report
 */

/** @param {Report} report */
export function drawReport({ title, words = "", fix = "", isBusy = false, choices = [] }) {
  const buttons = choices.map((choice) => make("button", { type: "button", class: "knb-small", onclick: () => void choice.act() }, choice.title));
  const head = make("div", { class: "knb-h3" }, isBusy ? "" : icon("warning"), isBusy ? "" : " ", title);
  const lines = [words && make("p", {}, words), fix && make("p", {}, make("strong", {}, "Fix: "), fix)];
  const row = buttons.length > 0 && make("div", { class: "knb-documentchoices" }, ...buttons);
  return make("div", { class: "knb knb-documentreport", role: isBusy ? "status" : "alert" }, head, ...lines, row);
}
