import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState, hidden, listenTo, make, plural, setUpLeaf, withCode } from "../../kustomer_nb/widgets/lib/dom.js";
import { newId } from "../../kustomer_nb/widgets/lib/ids.js";
import { FakeModel, mount, press } from "./page.js";

test("make puts strings into the page as text", () => {
  const box = make("div", { title: "<b>" }, "<img src=x onerror=alert(1)>", null, false, [undefined, 0]);

  assert.equal(box.children.length, 0);
  assert.equal(box.textContent, "<img src=x onerror=alert(1)>0");
  assert.equal(box.getAttribute("title"), "<b>");
});

test("make leaves out attributes that are false or absent, and keeps true ones empty", () => {
  const box = make("input", { disabled: false, title: null, name: undefined, required: true, tabindex: 0 });

  assert.deepEqual(box.getAttributeNames().sort(), ["required", "tabindex"]);
});

test("make listens to attributes named on", () => {
  let clicks = 0;
  const button = make("button", { onclick: () => (clicks += 1) });

  button.click();

  assert.equal(clicks, 1);
  assert.equal(button.hasAttribute("onclick"), false);
});

test("listenTo paints at once and at each change until the signal aborts", () => {
  const model = new FakeModel({ a: 1, b: 2 });
  const controller = new AbortController();
  let paints = 0;

  listenTo(model, ["a", "b"], () => (paints += 1), controller.signal);
  model.set("a", 3);
  model.set("b", 3);
  controller.abort();
  model.set("a", 4);

  assert.equal(paints, 3);
  assert.deepEqual(model.listeners, []);
});

test("listenTo does nothing for a view that is gone", () => {
  const model = new FakeModel({ a: 1 });

  listenTo(model, ["a"], () => assert.fail("painted"), AbortSignal.abort());

  assert.deepEqual(model.listeners, []);
});

test("the root of a leaf shows the notice and keeps keys from JupyterLab", () => {
  const el = mount();
  const model = new FakeModel({ notice: "<i>No</i>" });

  const notice = setUpLeaf(model, el, new AbortController().signal);

  assert.equal(notice.textContent, "<i>No</i>");
  assert.equal(notice.getAttribute("role"), "alert");
  assert.equal(el.dataset.lmSuppressShortcuts, "true");
  assert.equal(el.className, "knb");
});

test("Ctrl+S reaches JupyterLab, and no other key does", async () => {
  const el = mount();
  const input = document.createElement("input");
  el.append(input);
  setUpLeaf(new FakeModel({}), el, new AbortController().signal);
  input.focus();
  // JupyterLab looks at the mark while the key goes down through the document.
  const seen = [];
  const look = ({ target }) => seen.push(target.closest("[data-lm-suppress-shortcuts]") === null);
  document.addEventListener("keydown", look, { capture: true });

  press(input, "s", { ctrlKey: true });
  await new Promise((resolve) => setTimeout(resolve));
  press(input, "S", { metaKey: true });
  await new Promise((resolve) => setTimeout(resolve));
  for (const [key, more] of [["s", {}], ["b", { ctrlKey: true }], ["s", { ctrlKey: true, altKey: true }], ["Enter", { ctrlKey: true }]]) press(input, key, more);

  document.removeEventListener("keydown", look, { capture: true });
  assert.deepEqual(seen, [true, true, false, false, false, false]);
});

test("ids differ, nouns count, and hidden words are text", () => {
  assert.notEqual(newId(), newId());
  assert.deepEqual([plural(1, "key"), plural(0, "key"), plural(24000, "item")], ["1 key", "0 keys", "24,000 items"]);
  assert.equal(hidden("words").textContent, "words");
  assert.equal(emptyState("Not run yet.").querySelector("p"), null);
});

test("a number has its noun in the plural", () => {
  assert.deepEqual([plural(1, "loss"), plural(2, "loss"), plural(0, "key"), plural(1234, "key")], ["1 loss", "2 losses", "0 keys", "1,234 keys"]);
});

test("withCode shows what stands between backticks as code, and one that is alone as it is", () => {
  const words = make("p", {}, ...withCode("the input `a<b>` has no `value"));

  assert.equal(words.textContent, "the input a<b> has no `value");
  assert.deepEqual([...words.querySelectorAll("code")].map((code) => code.textContent), ["a<b>"]);
});
