// @ts-check
/** @import { Render } from "@anywidget/types" */

/** Milliseconds within which two presses are one. */
const TWICE = 600;

/** @type {Render<{ html: string, busy: boolean, label: string, confirm_name: string, notice: string }>} */
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
  const form = make("form", { class: "knb-press", autocomplete: "off" }, confirm, button, state);
  el.append(form, notice, result);
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
    state.textContent = busy ? "Waiting for the answer…" : model.get("html") ? "Done." : "";
  };
  const paintNames = () => {
    const name = model.get("confirm_name");
    confirm.hidden = name === "";
    question.textContent = `This may change something. Type ${name} to confirm`;
    button.textContent = model.get("label");
  };
  const paintResult = () => {
    result.innerHTML = model.get("html");
    for (const block of result.querySelectorAll("pre")) block.tabIndex = 0;
  };
  const paints = { busy: paintBusy, label: paintNames, confirm_name: paintNames, html: paintResult };
  for (const [name, paint] of Object.entries(paints)) {
    model.on(`change:${name}`, paint);
    paint();
  }
  return () => {
    release();
    for (const [name, paint] of Object.entries(paints)) model.off(`change:${name}`, paint);
  };
}

export default { render };
