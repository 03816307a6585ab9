import assert from "node:assert/strict";
import { test } from "node:test";
import outputView from "../../kustomer_nb/widgets/output_view.js";
import { FakeModel, mount } from "./page.js";

const cell = (value) => ({ type: typeof value, size: 0, text: JSON.stringify(value) });
const row = (id, more = {}) => ({ id, pointer: id, output_pointer: id, key: id.slice(1), mark: "", is_ignored: false, losses: [], touched: 1, count: 0, actual: cell(1), sample: cell(2), ...more });
const HEAD = { kind: "run", status: 200, words: "", simulated: "", mode: "live", profile: "", at: "10:00:00", is_stale: false };
const TALLY = { added: 0, changed: 1, missing: 1, ignored: 0, has_sample: true, acceptable: 2, lost: 0, can_infer: true, can_edit: true };
const STAGES = [{ name: "response", count: 0, losses: [], note: "1 key" }, { name: "next step", count: 0, losses: [], note: "" }];

function show(traits = {}) {
  const el = mount();
  const rows = [row("/a", { mark: "changed" }), row("/b", { mark: "missing", actual: null })];
  const model = new FakeModel({ head: HEAD, rows, stages: STAGES, tally: TALLY, count: rows.length, change: {}, outcome: { state: "done" }, ...traits });
  outputView.render({ model, el, signal: new AbortController().signal });
  const button = (title) => [...el.querySelectorAll("button")].find((one) => one.textContent.startsWith(title) && !one.closest("[hidden]"));
  return { el, model, button };
}

test("the focus stays in the view when the button that had it is gone", () => {
  const { el, model, button } = show();
  button("Accept All").focus();
  button("Accept All").click();

  model.set("tally", { ...TALLY, changed: 0, missing: 0, acceptable: 0 });
  model.set("rows", [row("/a", { touched: 0 })]);

  assert.deepEqual(model.sent, [{ kind: "accept", pointers: [] }]);
  assert.ok(el.contains(document.activeElement));
  assert.equal(document.activeElement, el.querySelector(".knb-scroll"));
});

test("the focus stays on a button of a row that is drawn again", () => {
  const { el, model } = show();
  const why = () => [...el.querySelectorAll(".knb-or button")].filter((one) => one.textContent.startsWith("Why") || one.textContent.startsWith("Hide Why"))[1];
  why().focus();
  why().click();

  model.emit("msg:custom", { kind: "why", pointer: "/b", stages: [{ name: "response", words: "has no `b`", is_cause: true }] });

  assert.match(el.querySelector(".knb-why").textContent, /has no b/);
  assert.equal(document.activeElement, why());
});

test("after Undo of the change the focus is in the view", () => {
  const { el, model, button } = show({ change: { words: "Sample updated: a", diff: "+a" } });
  assert.equal(el.querySelector(".knb-changerow span").textContent, "Sample updated: a");
  button("Undo").focus();
  button("Undo").click();

  model.set("change", {});

  assert.deepEqual(model.sent, [{ kind: "undo" }]);
  assert.equal(el.querySelector(".knb-changerow").hidden, true);
  assert.equal(document.activeElement, el.querySelector(".knb-scroll"));
});

test("what the run lost is left out of accepting all, and that is said", () => {
  const { button } = show({ tally: { ...TALLY, acceptable: 1, lost: 1 } });

  assert.match(button("Accept 1 of 2").title, /^1 value that this run lost stays in the sample/);
});

test("what Create would replace is asked about", () => {
  const { el, model, button } = show();
  button("Create").click();
  assert.deepEqual(model.sent, [{ kind: "infer" }]);

  model.emit("msg:custom", { kind: "replacing", words: "1 key of the sample would go: b.", diff: "-b" });
  const box = el.querySelector(".knb-pop:has(.knb-primary)") ?? [...el.querySelectorAll(".knb-pop")].find((pop) => pop.querySelector(".knb-primary"));
  assert.ok(box.matches(":popover-open"));
  assert.match(box.textContent, /1 key of the sample would go: b\./);
  box.querySelector(".knb-primary").click();

  assert.deepEqual(model.sent[1], { kind: "infer", replaces: true });
  assert.equal(document.activeElement, button("Create"));
});

test("a value that was dropped is not called missing", () => {
  const losses = [{ pointer: "/v", kind: "dropped", words: "not declared in outputSchema", value: cell(22.9) }];
  const { el } = show({ rows: [row("/v", { mark: "missing", actual: null, losses })] });

  assert.equal(el.querySelector(".knb-or .knb-tag"), null);
  assert.match(el.querySelector(".knb-or-words").textContent, /^Dropped not declared/);
  assert.equal(el.querySelector(".knb-was").textContent, "22.9 dropped");
});

test("the value of a stage is shown, also after the view was drawn many times, by one listener", () => {
  const { el, model, button } = show();
  const before = model.listeners.length;
  for (let turn = 0; turn < 5; turn += 1) model.set("tally", { ...TALLY });
  assert.equal(model.listeners.length, before);

  button("Response").click();
  model.emit("msg:custom", { kind: "stage", name: "response", node: null, depth: 0 });

  assert.match([...el.querySelectorAll(".knb-pop")].map((box) => box.textContent).join(), /No value\./);
});

test("an explanation of the run before goes with its rows", () => {
  const { el, model } = show();
  model.emit("msg:custom", { kind: "why", pointer: "/a", stages: [{ name: "response", words: "old", is_cause: true }] });
  assert.ok(el.querySelector(".knb-why"));

  model.set("rows", [row("/a", { mark: "changed" })]);

  assert.equal(el.querySelector(".knb-why"), null);
});

test("an added key that outputSchema declares is not offered to it", () => {
  const rows = [row("/a", { mark: "added", sample: null }), row("/b", { mark: "added", sample: null, is_declared: true })];
  const { el } = show({ rows });

  const offered = [...el.querySelectorAll(".knb-or")].map((line) => /Add to outputSchema/.test(line.textContent));

  assert.deepEqual(offered, [true, false]);
});

test("the output of an error leads to what the service says", () => {
  const asked = [];
  const { el, button } = show({ head: { ...HEAD, status: 422 } });
  el.addEventListener("knb-reveal", ({ detail }) => asked.push(detail));

  button("Show Response").click();

  assert.deepEqual(asked, [{ kind: "response" }]);
  assert.equal(show().button("Show Response"), undefined);
});
