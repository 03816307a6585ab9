// @ts-check
/** @import { Render, AnyModel } from "@anywidget/types" */
/**
 * @typedef {{ name: string, key: string, facts: string, set: boolean, entered: boolean, env: boolean }} Row
 * @typedef {{ rows: Row[], notice: string }} State
 */

/**
 * A setting: the source of its value, and a field that is emptied when it is submitted.
 * @param {Row} row
 * @param {string} id
 * @param {(content: object) => void} send
 */
function setting(row, id, send) {
  const type = row.env ? { type: "text", autocomplete: "off" } : { type: "password", autocomplete: "new-password" };
  const input = make("input", { id, ...type, "aria-describedby": `${id}-facts` });
  /** @param {"submit" | "button"} type @param {string} label */
  const button = (type, label) => make("button", { type }, label, make("span", { class: "knb-hidden" }, ` ${row.key}`));
  const head = make("div", { class: "knb-head" }, make("label", { for: id }, row.key));
  head.append(make("span", { class: "knb-kind", id: `${id}-facts` }, row.facts));
  const controls = make("div", { class: "knb-typed" }, input, button("submit", "Set"));
  if (row.entered) {
    const clear = button("button", "Clear");
    clear.addEventListener("click", () => send({ kind: "secret", key: row.key, value: "" }));
    controls.append(clear);
  }
  const form = make("form", { class: "knb-field", autocomplete: "off" }, head, controls);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = input.value;
    input.value = "";
    // Run waits for typed values. The new rows from Python replace this form, and with it this mark.
    form.dataset.knbPending = "";
    setTimeout(() => delete form.dataset.knbPending, PATIENCE);
    send(row.env ? { kind: "env", key: row.name, value } : { kind: "secret", key: row.key, value });
  });
  enterSubmits(input, form);
  return form;
}

/** @type {Render<State>} */
function render({ model, el }) {
  const { notice, release } = setUp(model, el);
  const prefix = newId();
  const summary = make("summary");
  const body = make("div", { class: "knb-fields" });
  const details = make("details", { class: "knb-settings" }, summary, body);
  el.append(details, notice);
  details.open = model.get("rows").some((row) => !row.set);
  const paint = () => {
    const rows = model.get("rows");
    const unset = rows.filter((row) => !row.set).length;
    summary.textContent = `App settings: ${unset ? `${unset} missing` : rows.length ? "all set" : "none"}`;
    body.replaceChildren(...rows.map((row, at) => setting(row, `${prefix}-${at}`, (content) => intend(model, notice, content))));
  };
  model.on("change:rows", paint);
  paint();
  return () => {
    release();
    model.off("change:rows", paint);
  };
}

export default { render };
