import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel, mount } from "./page.js";
import leaf from "../../kustomer_nb/widgets/request_preview.js";

const drawnOf = (value, more = {}) => ({
  method: "POST", effective: "POST", url: [{ x: `http://a.b/${value}` }], authored: "", query: [],
  headers: [["accept", [{ x: "application/json" }]]],
  body: { size: 9, type: "application/json", node: { t: "object", c: [["id", { t: "string", v: value }]] } },
  left_out: [["note", []]], ...more,
});

function show(drawn) {
  const model = new FakeModel({ drawn, findings: [], state: { kind: "preview", words: "" }, file: "" });
  const el = mount();
  leaf.render({ model, el, signal: new AbortController().signal });
  const part = (name) => el.querySelector(`section[aria-label="${name}"]`);
  return { model, el, part };
}

test("a key that is typed draws only the parts of the request that it changed", () => {
  const { model, el, part } = show(drawnOf("7"));
  const [headers, body, leftOut] = [part("Headers"), part("Body"), el.querySelector(".knb-leftout")];

  model.set("drawn", drawnOf("78"));

  assert.equal(part("Headers"), headers);
  assert.equal(el.querySelector(".knb-leftout"), leftOut);
  assert.notEqual(part("Body"), body);
  assert.match(part("Body").textContent, /"78"/);
  assert.match(el.querySelector(".knb-line").textContent, /http:\/\/a\.b\/78/);
});

test("a part comes and goes where it belongs", () => {
  const { model, el, part } = show(drawnOf("7", { body: null }));
  assert.equal(part("Body"), null);

  model.set("drawn", drawnOf("7", { query: [["q", [{ x: "1" }]]], left_out: [] }));

  const titles = [...el.querySelectorAll(".knb-section")].map((section) => section.getAttribute("aria-label"));
  assert.deepEqual(titles, ["Query", "Headers", "Body"]);
  assert.equal(el.querySelector(".knb-leftout"), null);
});

test("what was shown raw is drawn in full again", () => {
  const { el, part } = show(drawnOf("7"));
  const raw = () => [...el.querySelectorAll("button")].find((button) => button.textContent === "Raw");

  raw().click();
  assert.equal(part("Headers"), null);
  raw().click();

  assert.match(part("Headers").textContent, /accept/);
  assert.match(part("Body").textContent, /"7"/);
});
