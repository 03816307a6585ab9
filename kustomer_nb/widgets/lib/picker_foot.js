// @ts-check
import { make } from "./dom.js";
import { newId } from "./ids.js";
import { icon } from "./icons.js";
import { submitOnEnter } from "./popover.js";

/** @import { Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */

/**
 * What can be done to the actions of the app, below the list of them: a new one, and a copy, another name or the end
 * of the selected one.
 * @param {Model} model
 * @param {(message: Message) => boolean} say
 * @param {() => void} close
 */
export function pickerFoot(model, say, close) {
  const place = make("div", { class: "knb-pickform" });
  const short = String(model.get("action").short);
  /** @param {Message} message */
  const tell = (message) => {
    close();
    say(message);
  };
  /**
   * Ask for a name.
   * @param {string} title
   * @param {string} name
   * @param {(name: string) => Message} message
   */
  const ask = (title, name, message) => {
    const id = newId();
    const field = make("input", { type: "text", id, class: "knb-mono", spellcheck: "false", autocomplete: "off" });
    field.value = name;
    const form = make("form", {}, make("label", { for: id }, `${title} ${short}`), field, make("button", { type: "submit", class: "knb-primary" }, title));
    submitOnEnter(field, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = field.value.trim();
      if (words) tell(message(words));
    });
    place.replaceChildren(form);
    field.focus();
    field.select();
  };
  /** @param {string} title @param {() => void} act */
  const button = (title, act) => make("button", { type: "button", class: "knb-small", onclick: act }, title);
  return make(
    "div",
    { class: "knb-pickfoot", role: "group", "aria-label": "Actions of the app" },
    make("button", { type: "button", class: "knb-small", onclick: () => tell({ kind: "new_action" }) }, icon("plus"), "New…"),
    button("Duplicate", () => ask("Duplicate", `${short}Copy`, (name) => ({ kind: "duplicate_action", name }))),
    button("Rename", () => ask("Rename", short, (name) => ({ kind: "rename_action", name }))),
    button("Delete", () => tell({ kind: "remove_action" })),
    place,
  );
}
