// @ts-check
/** @import { Render } from "@anywidget/types" */

/** Milliseconds within which two presses are one. */
const TWICE = 600;

/** @typedef {{ name: string, words: string }} Fault */

/** @type {Render<{ html: string, busy: boolean, label: string, confirm_name: string, confirm_why: string, notice: string, faults: Fault[] }>} */
function render({ model, el }) {
  const { notice, release } = leaf(model, el);
  let pressed = -TWICE;
  const id = newId();
  const button = make("button", { type: "submit", class: "knb-run" });
  const typed = make("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
  const question = make("label", { for: id });
  const confirm = make("div", { class: "knb-confirm" }, question, typed);
  const state = make("span", { class: "knb-state", role: "status" });
  const result = make("section", { "aria-label": "Result" });
  const cancel = make("button", { type: "button", class: "knb-cancel" }, "Cancel");
  const form = make("form", { class: "knb-press", autocomplete: "off" }, confirm, button, cancel, state);
  const palette = faultPalette(model.get("faults"), (name) => {
    if (!model.get("busy")) onceTaken(() => intend(model, notice, { kind: "fault", name }));
  });
  el.append(form, palette, notice, result);
  cancel.addEventListener("click", () => intend(model, notice, { kind: "cancel" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The second click of a double one comes after a quick answer: it must not send again.
    if (model.get("busy") || event.timeStamp - pressed < TWICE) return;
    pressed = event.timeStamp;
    const name = typed.value;
    typed.value = "";
    onceTaken(() => intend(model, notice, { kind: "run", confirm: name }));
  });

  enterSubmits(typed, form);

  const paintBusy = () => {
    const busy = model.get("busy");
    button.setAttribute("aria-busy", String(busy));
    // A disabled button would lose the focus of who pressed it.
    button.setAttribute("aria-disabled", String(busy));
    if (!busy && document.activeElement === cancel) button.focus();
    cancel.hidden = !busy;
    state.textContent = busy ? "Waiting for the answer…" : model.get("html") ? "Done." : "";
  };
  const paintNames = () => {
    const name = model.get("confirm_name");
    confirm.hidden = name === "";
    question.textContent = `${model.get("confirm_why")} Type ${name} to confirm`;
    button.textContent = model.get("label");
  };
  const paintResult = () => {
    result.innerHTML = model.get("html");
    for (const block of result.querySelectorAll("pre")) block.tabIndex = 0;
  };
  const paints = { busy: paintBusy, label: paintNames, confirm_name: paintNames, confirm_why: paintNames, html: paintResult };
  for (const [name, paint] of Object.entries(paints)) {
    model.on(`change:${name}`, paint);
    paint();
  }
  return () => {
    release();
    for (const [name, paint] of Object.entries(paints)) model.off(`change:${name}`, paint);
  };
}

/**
 * A list of the ways a service can fail, and a button that shows what an action makes of the chosen one.
 * @param {Fault[]} faults
 * @param {(name: string) => void} show
 */
function faultPalette(faults, show) {
  const id = newId();
  const options = faults.map(({ name, words }) => make("option", { value: name }, `${name}: ${words}`));
  const choice = make("select", { id }, ...options);
  const label = make("label", { for: id }, "What if the service answers like this? Nothing is sent.");
  const button = make("button", { type: "submit" }, "Show what comes of it");
  const form = make("form", { class: "knb-press" }, make("div", { class: "knb-confirm" }, label, choice), button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(choice.value);
  });
  return make("details", { class: "knb-faults" }, make("summary", {}, "Faults"), form);
}

export default { render };
