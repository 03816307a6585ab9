// @ts-check
import { make } from "./dom.js";
import { newId } from "./ids.js";
import { icon } from "./icons.js";
import { submitOnEnter } from "./popover.js";

/** @import { Allow } from "./protocol.js" */
/** @typedef {{ id: string, asks: "button" | "name" | "refused", method: string, target: string, name: string, reason: string, every_time: boolean }} Question */
/** @typedef {Omit<Allow, "kind" | "press">} Answer */

/**
 * What is asked before a request is sent: a button that names method and host, or the name to type.
 * @param {Question} question
 * @param {string} action
 * @param {string} profile
 * @param {{ cancel: () => void, allow: (answer: Answer) => void }} on
 */
export function guardForm(question, action, profile, on) {
  const { method, target, name, reason, every_time: isEachTime } = question;
  if (question.asks === "refused") return refusedForm(method, profile, on.cancel);
  const isTyped = question.asks === "name";
  const id = newId();
  const typed = make("input", { id, type: "text", autocomplete: "off", spellcheck: "false", autofocus: isTyped });
  const until = make(
    "select",
    { id: newId() },
    make("option", { value: "minutes" }, "in 15 minutes"),
    make("option", { value: "restart" }, "when the kernel restarts"),
  );
  const send = make(
    "button",
    { type: "submit", class: `knb-primary knb-send${isTyped ? " knb-senddanger" : ""}`, autofocus: !isTyped, "aria-disabled": String(isTyped) },
    `Send ${method} to ${target}`,
  );
  const subject = `${method} of ${action}${profile ? ` with profile ${profile}` : ""}.`;
  const words = make("p", { class: "knb-guardwords" }, icon("warning"), [subject, reason].filter(Boolean).join(" "));
  const field = isTyped && make("div", {}, make("label", { for: id }, "Type ", make("code", {}, name), " to confirm"), typed);
  const again = isEachTime ? make("span", { class: "knb-quiet" }, "every time") : until;
  const form = make(
    "form",
    { class: "knb-pad" },
    words,
    field,
    make("div", { class: "knb-ask" }, make("label", { for: until.id }, "Ask again"), again),
    make("div", { class: "knb-actions" }, make("button", { type: "button", onclick: on.cancel }, "Cancel"), send),
  );
  const isHidden = !/^[\w.:[\]-]+$/.test(name);
  const isReady = () => !isTyped || typed.value === name || (isHidden && typed.value !== "");
  typed.addEventListener("input", () => send.setAttribute("aria-disabled", String(!isReady())));
  // A key that is held down was pressed for what is behind this form.
  form.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  });
  submitOnEnter(typed, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!isReady()) {
      typed.focus();
      return;
    }
    const holds = isEachTime ? "once" : until.value === "restart" ? "restart" : "minutes";
    on.allow({ question: question.id, until: holds, typed: typed.value });
  });
  return [form];
}

/**
 * @param {string} method
 * @param {string} profile
 * @param {() => void} cancel
 */
function refusedForm(method, profile, cancel) {
  const title = make("div", { class: "knb-h4" }, icon("lock"), profile ? `Profile ${profile} is read-only` : "Requests are read-only here");
  const words = `${method} is refused here. Choose another profile, or change guard in kustomer-nb.toml.`;
  return [make("div", { class: "knb-pad" }, title, make("p", {}, words), make("div", { class: "knb-actions" }, make("button", { type: "button", onclick: cancel }, "Close")))];
}
