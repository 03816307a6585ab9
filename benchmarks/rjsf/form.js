// A form of @rjsf/core as an anywidget: it draws the schema of a model, and sends what is entered.
import Form from "@rjsf/core";
import validator from "@rjsf/validator-ajv8";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

function render({ model, el, signal }) {
  const root = createRoot(el);
  const change = ({ formData }) => {
    model.set("value", formData);
    model.save_changes();
  };
  root.render(createElement(Form, { schema: model.get("schema"), formData: model.get("value"), validator, onChange: change }));
  signal?.addEventListener("abort", () => root.unmount());
}

export default { render };
