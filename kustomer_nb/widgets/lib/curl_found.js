// @ts-check
import { make } from "./dom.js";
import { newId } from "./ids.js";
import { icon } from "./icons.js";

/**
 * @typedef {{ name: string, where: string, place: string, type: string, example: string, isSelected: boolean, isFixed: boolean }} FoundInput
 * @typedef {{ key: string, variable: string, where: string, place: string, isSecret: boolean }} FoundSetting
 * @typedef {{
 *   app: string,
 *   name: string,
 *   inputs: FoundInput[],
 *   settings: FoundSetting[],
 *   notes: { severity: "error" | "warning" | "hint", message: string, fix: string }[],
 *   template: string,
 * }} Found
 */

/**
 * What was found in a command: inputs and settings to tick, and what is sent in another way.
 * @param {Found} found
 * @param {{ isOpen: boolean, whenTicked: () => void }} options whether the values of the API itself are shown
 */
export function curlFound({ inputs, settings, notes }, { isOpen, whenTicked }) {
  const usual = inputs.filter(({ isFixed }) => !isFixed);
  const fixed = inputs.filter(({ isFixed }) => isFixed);
  /** @param {FoundInput[]} rows */
  const ticks = (rows) => make("ul", { class: "knb-ticks" }, ...rows.map((row) => inputTick(row, whenTicked)));
  return [
    make("div", { class: "knb-h4" }, "Inputs: what is different each time"),
    usual.length > 0 ? ticks(usual) : make("p", { class: "knb-quiet" }, "Nothing in this command looks as if it was different each time."),
    fixed.length > 0 && make("details", { class: "knb-curlmore", open: isOpen }, make("summary", {}, `More values (${fixed.length}): parts of the path, headers`), ticks(fixed)),
    settings.length > 0 && make("div", { class: "knb-h4" }, "App settings: credentials, kept out of the definition"),
    settings.length > 0 && make("ul", { class: "knb-ticks" }, ...settings.map((row) => settingRow(row, whenTicked))),
    notes.length > 0 && make("div", { class: "knb-h4" }, "Differences from the command"),
    notes.length > 0 && make("ul", { class: "knb-ticks" }, ...notes.map(({ severity, message, fix }) => make("li", {}, icon(severity, severity), make("span", {}, `${message}${fix ? ` Fix: ${fix}` : ""}`)))),
  ];
}

/**
 * @param {FoundInput} input
 * @param {() => void} whenTicked
 */
function inputTick({ name, where, place, type, example, isSelected }, whenTicked) {
  const id = newId();
  const check = make("input", { type: "checkbox", id, "data-input": `${name}=${where}`, onchange: whenTicked });
  check.checked = isSelected;
  return make("li", {}, check, make("label", { for: id }, make("code", {}, name), " ", make("span", { class: "knb-quiet" }, example)), make("small", { class: "knb-quiet", title: where }, `${place}, ${type}`));
}

/**
 * A credential; what only looks like one can be unticked.
 * @param {FoundSetting} setting
 * @param {() => void} whenTicked
 */
function settingRow({ key, variable, where, place, isSecret }, whenTicked) {
  if (!where) return make("li", {}, icon("lock"), make("code", { class: "knb-grow" }, key), make("small", { class: "knb-quiet" }, `value hidden; environment variable ${variable}`));
  const id = newId();
  const check = make("input", { type: "checkbox", id, "data-public": where, onchange: whenTicked });
  check.checked = isSecret;
  const words = isSecret ? "looks like a credential; untick it if it is none" : "no credential: stays in the definition as it is";
  return make("li", {}, check, make("label", { for: id }, make("code", {}, key), " ", make("span", { class: "knb-quiet" }, words)), make("small", { class: "knb-quiet", title: where }, place));
}

/**
 * What is ticked: inputs as in id=path[1], and the places of what is no credential.
 * @param {Element} element
 */
export function tickedIn(element) {
  const checks = /** @type {HTMLInputElement[]} */ ([...element.querySelectorAll("input[type=checkbox]")]);
  return {
    inputs: checks.filter((check) => check.checked && check.dataset.input).map((check) => check.dataset.input ?? ""),
    public: checks.filter((check) => !check.checked && check.dataset.public).map((check) => check.dataset.public ?? ""),
  };
}
