// @ts-check
/** @import { Render, AnyModel } from "@anywidget/types" */
/**
 * @typedef {{ name: string, key: string, facts: string, set: boolean, env: boolean }} Row
 * @typedef {{ rows: Row[], notice: string }} State
 */

/**
 * One setting: what is known of its value, and a field that is emptied as soon as it was sent.
 * @param {Row} one
 * @param {string} id
 * @param {(content: object) => void} send
 */
function setting(one, id, send) {
  const type = one.env ? { type: "text", autocomplete: "off" } : { type: "password", autocomplete: "new-password" };
  const input = make("input", { id, ...type, "aria-describedby": `${id}-facts` });
  const use = make("button", { type: "submit" }, "Use");
  use.append(make("span", { class: "knb-hidden" }, ` for ${one.key}`));
  const head = make("div", { class: "knb-head" }, make("label", { for: id }, one.key));
  head.append(make("span", { class: "knb-kind", id: `${id}-facts` }, one.facts));
  const form = make("form", { class: "knb-field", autocomplete: "off" }, head, make("div", { class: "knb-typed" }, input, use));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = input.value;
    input.value = "";
    // A press waits for what was typed; the rows that Python makes of it, which replace this form, are its answer.
    form.dataset.knbUntaken = "";
    setTimeout(() => delete form.dataset.knbUntaken, PATIENCE);
    send(one.env ? { kind: "env", key: one.name, value } : { kind: "secret", key: one.key, value });
  });
  enterSubmits(input, form);
  return form;
}

/** @type {Render<State>} */
function render({ model, el }) {
  const { notice, release } = leaf(model, el);
  const prefix = newId();
  const summary = make("summary");
  const body = make("div", { class: "knb-fields" });
  const details = make("details", { class: "knb-settings" }, summary, body);
  el.append(details, notice);
  details.open = model.get("rows").some((one) => !one.set);
  const paint = () => {
    const rows = model.get("rows");
    const unset = rows.filter((one) => !one.set).length;
    summary.textContent = unset ? `Settings: ${unset} without a value` : `Settings: ${rows.length ? "all set" : "none used"}`;
    body.replaceChildren(...rows.map((one, at) => setting(one, `${prefix}-${at}`, (content) => intend(model, notice, content))));
  };
  model.on("change:rows", paint);
  paint();
  return () => {
    release();
    model.off("change:rows", paint);
  };
}

export default { render };
