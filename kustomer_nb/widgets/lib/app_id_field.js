// @ts-check
import { make } from "./dom.js";
import { newId } from "./ids.js";

/** @import { Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */

/**
 * The field with the id of the app that a pasted command begins: the proposed id until another is typed.
 *
 * Nothing is shown of an app that exists already: its id stays as it is.
 * @param {Model} model
 * @param {(message: Message) => void} say
 */
export function appIdField(model, say) {
  const ids = [newId(), newId()];
  const box = make("input", { id: ids[0], type: "text", class: "knb-mono", spellcheck: "false", autocomplete: "off", "aria-describedby": ids[1] });
  const element = make("span", { class: "knb-curlkeep" }, make("label", { for: ids[0] }, "App"), box);
  const problem = make("p", { class: "knb-fileproblem", role: "alert", id: ids[1] });
  let isTyped = false;
  const typed = () => (isTyped && !model.get("target") ? box.value.trim() : "");
  box.addEventListener("input", () => {
    isTyped = true;
    say({ kind: "choose_app", app: typed() });
  });
  // An empty field has the proposal again, but not while another id is typed into it.
  box.addEventListener("blur", () => {
    if (typed() !== "") return;
    isTyped = false;
    box.value = box.placeholder;
  });
  /** @param {string} id the id that the action gets; "" before a command was read */
  const paint = (id) => {
    const words = String(model.get("app_problem") ?? "");
    element.hidden = Boolean(model.get("target"));
    problem.textContent = words;
    box.setAttribute("aria-invalid", String(words !== ""));
    if (typed() === "") box.placeholder = id;
    if (!isTyped) box.value = id;
  };
  return { element, problem, paint, typed, focus: () => box.focus({ preventScroll: true }) };
}
