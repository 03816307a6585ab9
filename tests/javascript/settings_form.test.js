import assert from "node:assert/strict";
import { test } from "node:test";
import settingsForm from "../../kustomer_nb/widgets/settings_form.js";
import { FakeModel, mount } from "./page.js";

function row(name, facts = "missing") {
  return { kind: "setting", name, key: `shop.default.${name}`, facts, is_set: facts !== "missing", is_entered: facts !== "missing" };
}

function show(rows) {
  const model = new FakeModel({ is_compact: false, rows, notice: "" });
  const el = mount();
  settingsForm.render({ model, el, signal: new AbortController().signal });
  return { model, el };
}

const field = (el, name) => el.querySelector(`input[data-setting="shop.default.${name}"]`);

test("what is typed into a field stays while another setting is set", () => {
  const { model, el } = show([row("token"), row("key")]);
  field(el, "key").value = "half a k";
  field(el, "token").value = "typed";

  field(el, "token").closest("form").dispatchEvent(new Event("submit", { cancelable: true }));
  model.set("rows", [row("token", "entered"), row("key")]);

  assert.deepEqual([field(el, "token").value, field(el, "key").value], ["", "half a k"]);
  assert.deepEqual(model.sent, [{ kind: "secret", key: "shop.default.token", value: "typed", place: "memory" }]);
});

test("a setting that is not there any more takes what was typed with it", () => {
  const { model, el } = show([row("token"), row("key")]);
  field(el, "key").value = "half a k";

  model.set("rows", [row("token")]);
  model.set("rows", [row("token"), row("key")]);

  assert.equal(field(el, "key").value, "");
});

test("where a value is kept is asked for a missing setting alone", () => {
  const { model, el } = show([row("token"), row("key", "entered")]);
  const form = field(el, "token").closest("form");
  form.querySelector("select").value = "env";
  field(el, "token").value = "typed";

  form.dispatchEvent(new Event("submit", { cancelable: true }));

  assert.deepEqual(model.sent, [{ kind: "secret", key: "shop.default.token", value: "typed", place: "env" }]);
  assert.equal(form.querySelector("label[for$='-place']").textContent, "Keep it (shop.default.token)");
  assert.equal(field(el, "key").closest("form").querySelector("select"), null);
});
