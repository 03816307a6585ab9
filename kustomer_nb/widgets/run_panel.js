// @ts-check
/** @import { Render } from "@anywidget/types" */

/** Milliseconds within which two clicks count as one. */
const DOUBLE = 600;

/** Milliseconds between two updates of the time that a request has taken so far. */
const TICK = 100;

/** @typedef {{ name: string, label: string }} Fault */

/** @type {Render<{ html: string, busy: boolean, label: string, confirm_name: string, confirm_label: string, notice: string, status: string, faults: Fault[] }>} */
function render({ model, el }) {
  const { notice, release } = setUp(model, el);
  let pressed = -DOUBLE;
  let timer = 0;
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
    if (!model.get("busy")) onceReceived(() => intend(model, notice, { kind: "fault", name }));
  });
  el.append(form, palette, notice, result);
  cancel.addEventListener("click", () => intend(model, notice, { kind: "cancel" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The second click of a double click may come after a quick response: it must not send again.
    if (model.get("busy") || event.timeStamp - pressed < DOUBLE) return;
    pressed = event.timeStamp;
    const name = typed.value;
    typed.value = "";
    onceReceived(() => intend(model, notice, { kind: "run", confirm: name }));
  });

  enterSubmits(typed, form);

  const paintBusy = () => {
    const busy = model.get("busy");
    button.setAttribute("aria-busy", String(busy));
    // A disabled button would lose the focus.
    button.setAttribute("aria-disabled", String(busy));
    if (!busy && document.activeElement === cancel) button.focus();
    cancel.hidden = !busy;
    clearInterval(timer);
    if (busy) {
      const start = performance.now();
      // Hidden from screen readers, which would read each update.
      const time = make("span", { "aria-hidden": "true" });
      timer = setInterval(() => (time.textContent = ` ${((performance.now() - start) / 1000).toFixed(1)} s`), TICK);
      state.replaceChildren("Sending…", time);
    } else state.textContent = model.get("status");
  };
  const paintNames = () => {
    const name = model.get("confirm_name");
    confirm.hidden = name === "";
    question.textContent = model.get("confirm_label");
    button.textContent = model.get("label");
  };
  const paintResult = () => {
    result.innerHTML = model.get("html");
    for (const block of result.querySelectorAll("pre")) block.tabIndex = 0;
  };
  const paints = { busy: paintBusy, status: paintBusy, label: paintNames, confirm_name: paintNames, confirm_label: paintNames, html: paintResult };
  for (const [name, paint] of Object.entries(paints)) {
    model.on(`change:${name}`, paint);
    paint();
  }
  return () => {
    release();
    clearInterval(timer);
    for (const [name, paint] of Object.entries(paints)) model.off(`change:${name}`, paint);
  };
}

/**
 * A list of failures, and a button that shows what an action does with the chosen one.
 * @param {Fault[]} faults
 * @param {(name: string) => void} show
 */
function faultPalette(faults, show) {
  const id = newId();
  const options = faults.map(({ name, label }) => make("option", { value: name }, label));
  const choice = make("select", { id }, ...options);
  const label = make("label", { for: id }, "Simulate this response (nothing is sent)");
  const button = make("button", { type: "submit" }, "Simulate");
  const form = make("form", { class: "knb-press" }, make("div", { class: "knb-confirm" }, label, choice), button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(choice.value);
  });
  return make("details", { class: "knb-faults" }, make("summary", {}, "Simulate failure"), form);
}

export default { render };
