// @ts-check
/** @import { Render, AnyModel } from "@anywidget/types" */
/**
 * @typedef {{ name: string, label: string, type: string, required: boolean, description: string }} Field
 * @typedef {{ text: string, send: boolean, null?: boolean }} Entry
 * @typedef {{ fields: Field[], entries: Record<string, Entry>, faults: Record<string, string>, show_all: boolean, notice: string, title: string }} State
 */

/**
 * The control of a field: a list for a boolean, several lines for JSON, one line otherwise.
 * @param {Field} field
 * @param {string} id
 */
function control(field, id) {
  const common = { id, name: field.name, autocomplete: "off", spellcheck: "false", "aria-required": field.required ? "true" : "false" };
  if (field.type === "boolean") {
    const options = ["", "true", "false"].map((value) => make("option", { value }, value || "(not set)"));
    return make("select", { ...common }, ...options);
  }
  if (field.type === "object" || field.type === "array" || field.type === "any") {
    return make("textarea", { ...common, rows: "3", placeholder: field.type === "array" ? "JSON array: […]" : "JSON object: {…}" });
  }
  return make("input", { ...common, type: "text", inputmode: field.type === "number" ? "decimal" : "text" });
}

/**
 * A labelled field. `paint` updates it from the state, but never overwrites text while a person types it.
 * @param {Field} field
 * @param {string} id
 * @param {AnyModel<State>} model
 * @param {(entry: object) => void} send
 */
function row(field, id, model, send) {
  const input = control(field, id);
  const box = make("input", { type: "checkbox", id: `${id}-send` });
  const fault = make("p", { class: "knb-fault", id: `${id}-fault` });
  const kind = make("span", { class: "knb-kind", id: `${id}-kind` }, `${field.type}${field.required ? ", required" : ""}`);
  const head = make("div", { class: "knb-head" }, make("label", { for: id }, field.label), kind);
  const described = [kind.id, fault.id];
  if (!field.required) {
    const name = make("span", { class: "knb-hidden" }, ` ${field.label}`);
    head.append(make("label", { class: "knb-send", for: box.id }, box, "Send", name));
  }
  const root = make("div", { class: "knb-field" }, head, input);
  if (field.description) {
    const help = make("p", { class: "knb-kind", id: `${id}-help` }, field.description);
    described.push(help.id);
    root.append(help);
  }
  root.append(fault);
  input.setAttribute("aria-describedby", described.join(" "));
  let touched = false;
  /** The latest typed text, until Python has received it. @type {string | null} */
  let pending = null;

  const onInput = () => {
    touched = true;
    box.checked = true;
    pending = input.value;
    root.dataset.knbPending = "";
    send({ kind: "entry", name: field.name, text: input.value, send: true });
  };
  input.addEventListener("input", onInput);
  input.addEventListener("blur", () => {
    touched = true;
    paint();
  });
  box.addEventListener("change", () => {
    send({ kind: "entry", name: field.name, text: input.value, send: box.checked });
  });

  function paint() {
    const entry = model.get("entries")[field.name] ?? { text: "", send: field.required };
    if (entry.text === pending) {
      pending = null;
      delete root.dataset.knbPending;
    }
    if (pending === null && document.activeElement !== input && input.value !== entry.text) input.value = entry.text;
    if (entry.null) input.setAttribute("placeholder", "null");
    else if (input.getAttribute("placeholder") === "null") input.removeAttribute("placeholder");
    box.checked = entry.send;
    root.classList.toggle("knb-unsent", !field.required && !entry.send);
    // A field that nobody has touched yet is not marked as invalid.
    const isVisible = touched || model.get("show_all") || entry.text;
    fault.textContent = isVisible ? (model.get("faults")[field.name] ?? "") : "";
    input.setAttribute("aria-invalid", fault.textContent ? "true" : "false");
  }
  const focus = () => {
    input.focus();
    root.scrollIntoView({ block: "nearest" });
  };
  return { name: field.name, root, paint, focus };
}

/** @type {Render<State>} */
function render({ model, el }) {
  const { notice, release } = setUp(model, el);
  const prefix = newId();
  const legend = make("legend");
  const body = make("div", { class: "knb-fields" });
  const form = make("form", { autocomplete: "off" }, make("fieldset", {}, legend, body), notice);
  form.addEventListener("submit", (event) => event.preventDefault());
  el.append(form);
  /** @type {ReturnType<typeof row>[]} */
  let rows = [];
  const paint = () => rows.forEach((item) => item.paint());
  const build = () => {
    const fields = model.get("fields");
    legend.textContent = model.get("title");
    rows = fields.map((field, at) => row(field, `${prefix}-${at}`, model, (entry) => intend(model, notice, entry)));
    body.replaceChildren(...(rows.length ? rows.map((item) => item.root) : [make("p", {}, "This action has no inputs.")]));
    paint();
  };
  model.on("change:fields", build);
  /** @param {{ kind: string, name: string }} content */
  const receive = ({ kind, name }) => {
    if (kind === "focus") rows.find((item) => item.name === name)?.focus();
  };
  model.on("msg:custom", receive);
  for (const name of ["entries", "faults", "show_all"]) model.on(`change:${name}`, paint);
  build();
  return () => {
    release();
    model.off("change:fields", build);
    model.off("msg:custom", receive);
    for (const name of ["entries", "faults", "show_all"]) model.off(`change:${name}`, paint);
  };
}

export default { render };
