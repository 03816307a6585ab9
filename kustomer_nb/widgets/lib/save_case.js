// @ts-check
import { make } from "./dom.js";
import { newId } from "./ids.js";
import { opener, submitOnEnter } from "./popover.js";
import { receive } from "./protocol.js";

/** @import { Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */

/**
 * What saves the run that is shown as a test case: a button that asks for its name, and a line that says where it is.
 * @param {{ model: Model, say: (message: Message) => void }} context
 * @param {AbortSignal} signal
 */
export function caseSaver({ model, say }, signal) {
  const title = "Write this run as a test case, which is replayed without a network";
  const button = make("button", { type: "button", class: "knb-quietbutton", title }, "Save as Test Case");
  const line = make("div", { class: "knb-changerow", role: "status", hidden: true });
  let asked = { name: "", words: "" };
  /** @param {() => void} close */
  const fill = (close) => {
    const id = newId();
    const name = make("input", { type: "text", id, spellcheck: "false", maxlength: 200 });
    name.value = asked.name || proposed();
    const words = make("p", { hidden: !asked.words }, asked.words);
    const replaces = () => Boolean(asked.words) && name.value.trim() === asked.name;
    const submit = make("button", { type: "submit", class: "knb-primary" });
    const paint = () => {
      submit.textContent = replaces() ? "Replace" : "Save";
      words.hidden = !replaces();
    };
    const form = make("form", { class: "knb-pad" }, make("label", { for: id }, "Name of the test case"), name, words, make("div", { class: "knb-actions" }, submit));
    submitOnEnter(name, form);
    name.addEventListener("input", paint);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = name.value.trim();
      if (!text) return;
      const message = /** @type {Message} */ ({ kind: "save_case", name: text, replaces: replaces() });
      forget();
      close();
      say(message);
    });
    paint();
    return form;
  };
  const popover = opener(button, fill, { label: "Save as test case", align: "end" });
  /** @returns {string} */
  const proposed = () => model.get("tally").case_name ?? "";
  receive(
    model,
    "case_exists",
    ({ name, words }) => {
      asked = { name, words };
      popover.open();
    },
    signal,
  );
  receive(
    model,
    "case_saved",
    ({ path }) => {
      line.replaceChildren("Saved as test case: ", make("code", {}, path));
      line.hidden = false;
    },
    signal,
  );
  const paint = () => {
    button.hidden = !proposed();
  };
  const forget = () => {
    // It is of the run before.
    line.hidden = true;
    asked = { name: "", words: "" };
  };
  return { paint, forget, line, elements: [button, popover.box] };
}
