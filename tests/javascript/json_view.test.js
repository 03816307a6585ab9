import assert from "node:assert/strict";
import { test } from "node:test";
import { rangesOf } from "../../kustomer_nb/widgets/lib/find.js";
import { foldAll, jsonView, originOf } from "../../kustomer_nb/widgets/lib/json_view.js";
import { originPopover } from "../../kustomer_nb/widgets/lib/origin_popover.js";
import { mount, press } from "./page.js";

const text = (v) => ({ t: "string", v });
const number = (v) => ({ t: "number", v });
const object = (fields) => ({ t: "object", c: Object.entries(fields) });
const array = (items) => ({ t: "array", c: items.map((item, index) => [index, item]) });
const numbers = (from, to) => Array.from({ length: to - from }, (_, n) => [from + n, number(String(from + n))]);

function show(node, options = {}) {
  const view = jsonView(node, { label: "Body", ...options });
  mount().append(view.root);
  return view;
}

/** The text of the lines that are not folded away. */
function visible(element) {
  const lines = [...element.querySelectorAll(".knb-l")].filter((line) => !line.closest("[hidden]"));
  return lines.map((line) => {
    const copy = line.cloneNode(true);
    for (const part of copy.querySelectorAll("[hidden]")) part.remove();
    return copy.textContent.trim();
  });
}

test("a value is shown as JSON with its numbers as they are", () => {
  const value = { id: number("12345678901234567890"), "a/b": text('x"\n<b>'), n: { t: "null" }, e: array([]) };

  const { root } = show(object(value));

  const lines = ["{", '"id": 12345678901234567890,', '"a/b": "x\\"\\n<b>",', '"n": null,', '"e": []', "}"];
  assert.deepEqual(visible(root), lines);
  assert.equal(root.querySelector("b"), null);
});

test("a folded object says how many keys it has and what the first ones are", () => {
  const value = object({ a: object({ x: number("1"), y: text("zz"), z: number("3"), w: number("4") }) });

  const { root } = show(value, { depth: 1 });

  assert.deepEqual(visible(root), ["{", '"a": { x: 1, y: "zz", z: 3, … } 4 keys', "}"]);
});

test("folded children are not built until they are opened", () => {
  const { root } = show({ t: "object", c: [["a", { t: "array", c: numbers(0, 50) }]] }, { depth: 1 });
  const before = root.querySelectorAll(".knb-l").length;

  root.querySelectorAll(".knb-fold")[1].click();

  assert.equal(before, 4);
  assert.equal(root.querySelectorAll(".knb-l").length, 54);
});

test("a long array is shown 100 items at a time, and the focus stays in the view", () => {
  const pairs = numbers(0, 250).map(([n, node]) => [n, array([node])]);
  const { root } = show({ t: "array", c: pairs }, { depth: 1 });
  const more = () => root.querySelector(".knb-link");

  assert.equal(more().textContent, "Show 100 More (150 left)");
  more().focus();
  more().click();
  assert.equal(document.activeElement.getAttribute("aria-label"), "100: 1 item");
  assert.equal(more().textContent, "Show 50 More (50 left)");
  more().click();

  assert.equal(more(), null);
  assert.equal(visible(root).length, 252);
  assert.deepEqual([visible(root)[1], visible(root)[250]], ["[ 0 ], 1 item", "[ 249 ] 1 item"]);
});

test("what Python has not sent is asked for by pointer, and drawn once when it comes", () => {
  const asked = [];
  const ask = (pointer, from) => asked.push([pointer, from]);
  const view = show({ t: "object", n: 1, c: [["a/b", { t: "array", n: 250, c: numbers(0, 100) }]] }, { ask });

  view.root.querySelector(".knb-link").click();
  view.add("/a~1b", 100, numbers(100, 200));
  view.add("/a~1b", 100, numbers(100, 200));

  assert.deepEqual(asked, [["/a~1b", 100]]);
  assert.equal(visible(view.root).length, 2 + 2 + 200 + 1);
  assert.equal(view.root.querySelector(".knb-link").textContent, "Show 50 More (50 left)");
});

test("an array without any children here asks for the first when it is opened", () => {
  const asked = [];
  const folded = { t: "object", c: [["a", { t: "array", n: 2, g: "1, 2" }]] };
  const view = show(folded, { ask: (...at) => asked.push(at), depth: 1 });

  assert.deepEqual(visible(view.root)[1], '"a": [ 1, 2 ] 2 items');
  view.root.querySelectorAll(".knb-fold")[1].click();
  view.add("/a", 0, numbers(0, 2));

  assert.deepEqual(asked, [["/a", 0]]);
  assert.deepEqual(visible(view.root), ["{", '"a": [', "0,", "1", "]", "}"]);
});

test("one stop is in the tab order; arrows move, and Left and Right fold", () => {
  const { root } = show(object({ a: array([number("1")]), b: array([number("2")]) }));
  const folds = [...root.querySelectorAll(".knb-fold")];
  assert.deepEqual(folds.map((fold) => fold.tabIndex), [0, -1, -1]);
  folds[0].focus();

  press(document.activeElement, "ArrowDown");
  press(document.activeElement, "ArrowLeft");

  assert.equal(document.activeElement, folds[1]);
  assert.deepEqual(folds.map((fold) => fold.getAttribute("aria-expanded")), ["true", "false", "true"]);
  assert.deepEqual(folds.map((fold) => fold.tabIndex), [-1, 0, -1]);
  press(document.activeElement, "ArrowRight");
  assert.equal(folds[1].getAttribute("aria-expanded"), "true");
});

test("fold all leaves the outermost open", () => {
  const { root } = show(object({ a: array([number("1")]), b: object({ c: number("2") }) }));

  assert.equal(foldAll(root), false);
  assert.deepEqual(visible(root), ["{", '"a": [ 1 ], 1 item', '"b": { c: 2 } 1 key', "}"]);
  assert.equal(foldAll(root), true);
});

test("characters that were left out are counted", () => {
  const { root } = show({ t: "string", v: "abc", m: 4900000 });

  assert.deepEqual(visible(root), ['"abc" 4,900,000 more characters']);
});

const ORIGIN = { x: "7", k: "input", n: "id", s: "{{id}}", l: 29, e: "HTML", b: "7&" };
const PIECES = { t: "string", v: "id-7", p: [{ x: "id-", k: "literal" }, ORIGIN] };

test("a part with an origin is a button that says what it comes from", () => {
  const { root } = show(object({ a: PIECES }));
  const [stretch] = root.querySelectorAll(".knb-origin");

  assert.equal(visible(root)[1], '"a": "id-7"');
  assert.equal(stretch.getAttribute("aria-label"), "7, Input id");
  assert.equal(originOf(stretch).l, 29);
  assert.equal(root.querySelectorAll(".knb-origin").length, 1);
});

test("a focused origin is explained; Enter goes in, Escape comes back, and its line can be followed", () => {
  const lines = [];
  const view = show(object({ a: PIECES }));
  const options = { goTo: (line) => lines.push(line), place: () => "shop.json" };
  originPopover(view.root, options, new AbortController().signal);
  const box = document.querySelector(".knb-xray");
  const stretch = view.root.querySelector(".knb-origin");

  stretch.focus();
  assert.equal(box.matches(":popover-open"), true);
  assert.equal(box.textContent, "InputidValue7Before7&Template{{id}}EscapingHTMLDefined atshop.json, line 29");
  press(stretch, "Enter");
  assert.equal(document.activeElement, box.querySelector("button"));
  press(document.activeElement, "Escape");
  assert.equal(document.activeElement, stretch);
  assert.equal(box.matches(":popover-open"), false);
  press(stretch, "Enter");
  document.activeElement.click();

  assert.deepEqual(lines, [29]);
  assert.equal(box.matches(":popover-open"), false);
});

test("the value of a setting is not in its popover", () => {
  const secret = { t: "string", v: "$shop.token", p: [{ x: "$shop.token", k: "setting", n: "token", b: "s3cret" }] };
  const view = show(object({ a: secret }));
  originPopover(view.root, { goTo: () => {} }, new AbortController().signal);

  view.root.querySelector(".knb-origin").focus();

  assert.equal(document.querySelector(".knb-xray").textContent, "App SettingtokenValuesecret, never shown");
});

test("find counts matches whatever their case, and none in what is folded away", () => {
  const value = object({ Order: text("order ORDER"), list: object({ x: text("order") }) });
  const { root } = show(value);
  const all = rangesOf(root, "order").map(String);

  root.querySelectorAll(".knb-fold")[1].click();

  assert.deepEqual(all, ["Order", "order", "ORDER", "order"]);
  // The key, and the glance of the folded object.
  assert.deepEqual(rangesOf(root, '"order"').map(String), ['"Order"', '"order"']);
  assert.deepEqual(rangesOf(root, ""), []);
});
