import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel, mount, press } from "./page.js";
import leaf from "../../kustomer_nb/widgets/action_form.js";

const field = (name, type, more = {}) => ({ name, type, required: false, ...more });
const typed = (text) => ({ state: "value", text });
const LINES = field("lines", "array", { items: field("", "object", { fields: [field("sku", "string"), field("qty", "number")], is_open: true }) });
const FIELDS = [
  field("note", "string"),
  field("amount", "number", { required: true }),
  field("notify", "boolean"),
  field("reason", "string", { choices: ["damaged", "late"].map((label) => ({ label, entry: typed(label) })) }),
  field("to", "object", { fields: [field("city", "string")], is_open: true }),
  LINES,
  field("a/b", "any"),
];

function show(entries = {}, more = {}) {
  const model = new FakeModel({
    title: "Inputs", fields: field("", "object", { fields: FIELDS, is_open: true }), entries: { state: "value", fields: entries },
    states: {}, paths: {}, show_all: false, choices: {}, answered: {}, ...more,
  });
  const el = mount();
  const controller = new AbortController();
  leaf.render({ model, el, signal: controller.signal });
  const row = (pointer) => el.querySelector(`[data-pointer="${pointer}"]`);
  const control = (pointer) => row(pointer).querySelector("input, textarea, select");
  const message = (pointer) => row(pointer).querySelector(".knb-msg")?.textContent ?? "";
  const last = () => {
    const { edit, ...content } = model.sent.at(-1);
    return content;
  };
  return { model, el, controller, row, control, message, last };
}

/** Python answers the edits that it has received, or the first ones of them. */
function answer(model, entries, count = Infinity, more = {}) {
  const ids = model.sent.flatMap(({ edit }) => edit ?? []).slice(0, count);
  const { page, number } = ids.at(-1);
  model.update({ entries, answered: { [page]: number }, ...more });
}

const lines = (...skus) => ({ state: "value", items: skus.map((sku) => ({ state: "value", fields: sku === null ? {} : { sku: typed(sku) } })) });
const withLines = (...skus) => ({ state: "value", fields: { lines: lines(...skus) } });

function type(control, text, event = "input") {
  control.value = text;
  control.dispatchEvent(new Event(event, { bubbles: true }));
}

test("each number of a change of the inputs is saved once, and without one nothing is", () => {
  const { model } = show();
  assert.equal(model.saves, 0);

  model.set("revision", 1);
  model.set("revision", 1);
  assert.deepEqual([model.get("revision_seen"), model.saves], [1, 1]);
  model.set("revision", 2);
  assert.deepEqual([model.get("revision_seen"), model.saves], [2, 2]);
});

test("typing is a value, and an emptied number is not set", () => {
  const { control, last } = show();

  type(control("/amount"), "007");
  assert.deepEqual(last(), { kind: "entry", pointer: "/amount", state: "value", text: "007" });
  type(control("/amount"), "");
  assert.deepEqual(last(), { kind: "entry", pointer: "/amount", state: "unset", text: "" });
});

test('an emptied string is sent as ""', () => {
  const { control, last, message, row } = show({ note: typed("a") });

  type(control("/note"), "");

  assert.deepEqual(last(), { kind: "entry", pointer: "/note", state: "value", text: "" });
  assert.match(message("/note"), /^"" sent · Not set/);
  row("/note").querySelector(".knb-msg button").click();
  assert.equal(last().state, "unset");
});

test("a field in a group makes the group a value", () => {
  const { control, row } = show();
  assert.equal(row("/to").dataset.state, "unset");

  type(control("/to/city"), "Bonn");

  assert.equal(row("/to").dataset.state, "value");
  assert.match(row("/to").querySelector(".knb-groupcount").textContent, /1 of 1 set/);
});

test("a choice is its entry, and another value can be typed", () => {
  const { control, last, row } = show();

  type(control("/reason"), "1", "change");
  assert.deepEqual(last(), { kind: "entry", pointer: "/reason", state: "value", text: "late" });
  type(control("/reason"), "other", "change");
  const other = row("/reason").querySelector("input");
  assert.equal(other.hidden, false);
  assert.equal(document.activeElement, other);
  type(other, "lost");
  assert.deepEqual(last(), { kind: "entry", pointer: "/reason", state: "value", text: "lost" });
  type(control("/reason"), "", "change");
  assert.equal(last().state, "unset");
});

for (const [words, state, entry, expected] of [
  ["a number that is sent in another way", { sent: "7", loss: "the leading zeros are lost" }, typed("007"), /sent as 7 \(the leading zeros are lost\)/],
  ["null", { sent: "0" }, { state: "null" }, /null is sent as 0/],
  ["an error", { fault: "Enter a number.", sent: "7" }, typed("x"), /^Enter a number\.$/],
  ["an error that nobody has caused yet", { fault: "Required." }, { state: "unset" }, /^$/],
]) {
  test(`a field says what there is to say: ${words}`, () => {
    const { message } = show({ amount: entry }, { states: { "/amount": state } });

    assert.match(message("/amount"), expected);
  });
}

test("what braces changed is shown with its fix", () => {
  const escaped = { after: "a &amp; b", pointer: "/inputTemplate/uri", code: "KNB708", fix: "{{{note}}}" };
  const { message, row, last } = show({ note: typed("a & b") }, { states: { "/note": { escaped } } });

  assert.match(message("/note"), /sent as a &amp; b/);
  row("/note").querySelector(".knb-msg button").click();
  assert.deepEqual(last(), { kind: "fix", id: "/note" });
});

test("after Run every error is shown, in a summary too, whose links lead to the fields", () => {
  const states = { "/amount": { fault: "Required." }, "/lines/0/qty": { fault: "Enter a number." } };
  const entries = { lines: { state: "value", items: [{ state: "value" }] } };
  const { model, el, control } = show(entries, { states, paths: { "/amount": "amount", "/lines/0/qty": "lines[0].qty" } });
  const summary = el.querySelector(".knb-summary");
  assert.equal(summary.textContent, "");
  assert.equal(summary.querySelector("[role=status]").hidden, false);

  model.set("show_all", true);

  assert.equal(summary.querySelector("[role=status]").textContent, "2 fields need attention:");
  assert.match(summary.textContent, /2 fields need attention:amountlines\[0\]\.qty/);
  assert.equal(control("/amount").getAttribute("aria-invalid"), "true");
  summary.querySelectorAll("button")[1].click();
  assert.equal(document.activeElement, control("/lines/0/qty"));
});

test("Python focuses a field that is folded away", () => {
  const { model, row, control } = show();
  row("/to").querySelector(".knb-groupfold").click();
  assert.equal(row("/to").querySelector(".knb-kidsgroup").hidden, true);

  model.emit("msg:custom", { kind: "focus", pointer: "/to/city" });

  assert.equal(row("/to").querySelector(".knb-kidsgroup").hidden, false);
  assert.equal(document.activeElement, control("/to/city"));
});

test("Alt+Backspace makes a field not set, and Delete a choice of true or false", () => {
  const { control, last } = show({ amount: typed("7"), notify: typed("true") });

  press(control("/amount"), "Backspace", { altKey: true });
  assert.deepEqual(last(), { kind: "entry", pointer: "/amount", state: "unset", text: "" });
  press(control("/notify"), "Delete");
  assert.deepEqual(last(), { kind: "entry", pointer: "/notify", state: "unset", text: "" });
});

test("Ctrl+. opens the menu of a field, whose items say what is sent, and Escape gives the focus back", () => {
  const { control, el, last } = show();
  control("/amount").focus();

  press(control("/amount"), ".", { ctrlKey: true });
  const menu = el.querySelector(".knb-pop-menu");
  const items = [...menu.querySelectorAll(".knb-item")];

  assert.deepEqual(items.map((item) => item.querySelector("span").textContent), ["Not set", "null", "From the last output of…"]);
  assert.equal(items[1].querySelector("small").textContent, "sent as 0");
  press(items[0], "Escape");
  assert.equal(document.activeElement, control("/amount"));
  press(control("/amount"), ".", { ctrlKey: true });
  menu.querySelectorAll(".knb-item")[1].click();
  assert.equal(last().state, "null");
});

test("a value of the last output is picked", () => {
  const { control, el, model, last } = show();
  press(control("/amount"), ".", { ctrlKey: true });
  [...el.querySelectorAll(".knb-item")].at(-1).click();
  assert.deepEqual(last(), { kind: "choices" });

  const value = { action: "find", pointer: "/body/id", path: "body.id", text: "8031", type: "number" };
  model.set("choices", { number: 1, outputs: [{ ...value, type: "string", text: '"x"' }, value] });
  const items = [...el.querySelectorAll(".knb-fromlist .knb-item")];
  assert.equal(items[0].textContent, "find > body.id = 8031");
  items[0].click();

  assert.deepEqual(last(), { kind: "entry", pointer: "/amount", state: "from", text: "8031", from: { action: "find", pointer: "/body/id", text: "find > body.id = 8031" } });
  assert.equal(control("/amount").value, "find > body.id = 8031");
  assert.equal(control("/amount").readOnly, true);
  press(control("/amount"), "7");
  assert.equal(control("/amount").readOnly, false);
});

const TWO = { lines: lines("a", "b") };
const skus = (el) => [...el.querySelectorAll('[data-pointer$="/sku"] input')].map((input) => input.value);

test("cards are moved and removed by keys at once, and keep the focus", () => {
  const { el, row, model, last } = show(TWO);
  const fold = (index) => row(`/lines/${index}`).querySelector(".knb-groupfold");
  fold(1).focus();

  press(fold(1), "ArrowUp", { altKey: true });
  assert.deepEqual(last(), { kind: "item", pointer: "/lines", op: "move", index: 1, to: 0 });
  assert.equal(document.activeElement, fold(0));
  assert.deepEqual(skus(el), ["b", "a"]);

  press(fold(0), "Delete");
  assert.deepEqual(last(), { kind: "item", pointer: "/lines", op: "remove", index: 0, to: 0 });
  assert.equal(row("/lines/1"), null);
  assert.equal(document.activeElement, fold(0));
  press(fold(0), "ArrowUp", { altKey: true });
  assert.equal(last().op, "remove");
  answer(model, withLines("b", "a"), 1);
  assert.deepEqual(skus(el), ["a"]);
  answer(model, withLines("a"));
  assert.deepEqual(skus(el), ["a"]);
  assert.equal(document.activeElement, fold(0));
});

test("an added item is there and focused at once, and each later answer leaves what was typed in it", () => {
  const { el, row, control, model } = show();
  const add = row("/lines").querySelector(".knb-add");
  add.click();
  assert.equal(document.activeElement, control("/lines/0/sku"));

  type(control("/lines/0/sku"), "A");
  type(control("/lines/0/sku"), "AB");
  add.click();
  add.click();
  assert.equal(document.activeElement, control("/lines/2/sku"));
  type(control("/lines/2/sku"), "C");
  press(row("/lines/1").querySelector(".knb-groupfold"), "Delete");
  assert.deepEqual(skus(el), ["AB", "C"]);

  const answers = [[null], ["A"], ["AB"], ["AB", null], ["AB", null, null], ["AB", null, "C"], ["AB", "C"]];
  answers.forEach((made, at) => {
    answer(model, withLines(...made), at + 1);
    assert.deepEqual(skus(el), ["AB", "C"], `after answer ${at + 1}`);
  });
  assert.equal(model.sent.length, answers.length);
  assert.deepEqual(model.sent.map(({ edit }) => edit.number), [1, 2, 3, 4, 5, 6, 7]);
});

test("what Python sets of itself comes below what it has not answered yet", () => {
  const { model, control, row, el } = show();
  row("/lines").querySelector(".knb-add").click();
  type(control("/lines/0/sku"), "A");

  model.set("entries", { state: "value", fields: { note: typed("from Python"), lines: lines("P") } });
  assert.equal(control("/note").value, "from Python");
  assert.deepEqual(skus(el), ["A", ""]);

  answer(model, { state: "value", fields: { note: typed("from Python"), lines: lines("A", null) } });
  assert.deepEqual(skus(el), ["A", ""]);
});

test("what Python refused is taken back, and what was typed elsewhere stays", () => {
  const { model, control, row, el } = show({ note: typed("a") });
  row("/lines").querySelector(".knb-add").click();
  type(control("/note"), "ab");

  answer(model, { state: "value", fields: { note: typed("a") } }, 1, { notice: "There is no such array." });
  assert.deepEqual(skus(el), []);
  assert.equal(control("/note").value, "ab");
  answer(model, { state: "value", fields: { note: typed("ab") } });
  assert.equal(control("/note").value, "ab");
});

test("arrays of arrays of objects grow at once, too", () => {
  const cell = field("", "object", { fields: [field("sku", "string")], is_open: true });
  const grid = field("grid", "array", { items: field("", "array", { items: cell }) });
  const { el, row, control, model } = show({}, { fields: field("", "object", { fields: [grid], is_open: true }) });

  row("/grid").querySelector(".knb-add").click();
  row("/grid/0").querySelector(".knb-add").click();
  type(control("/grid/0/0/sku"), "x");
  const made = { state: "value", fields: { grid: { state: "value", items: [{ state: "value", items: [] }] } } };
  answer(model, made, 1);

  assert.deepEqual(skus(el), ["x"]);
  assert.equal(document.activeElement, control("/grid/0/0/sku"));
});

test("a group that is set to a value, its default or other inputs is so at once", () => {
  const entry = { state: "value", text: '{"city": "Ulm"}', fields: { city: typed("Ulm") } };
  const to = field("to", "object", { fields: [field("city", "string")], is_open: true, default: { label: "Ulm", entry } });
  const { row, control, last, model } = show({}, { fields: field("", "object", { fields: [to], is_open: true }) });
  const choose = (words) => {
    press(row("/to").querySelector(".knb-groupfold"), ".", { ctrlKey: true });
    [...document.querySelectorAll(".knb-item")].find((item) => item.textContent.startsWith(words)).click();
  };

  choose("Empty object");
  assert.equal(row("/to").dataset.state, "value");
  choose("Default");
  assert.deepEqual(last(), { kind: "entry", pointer: "/to", state: "value", text: '{"city": "Ulm"}' });
  assert.equal(control("/to/city").value, "Ulm");
  choose("Other inputs");
  type(control("/to/~"), '{"zip": 1}');
  answer(model, { state: "value", fields: { to: { state: "value" } } }, 1);

  assert.equal(control("/to/~").value, '{"zip": 1}');
  assert.equal(control("/to/city").value, "Ulm");
});

test("errors stay at the item that they are about, while Python has not answered that it was moved", () => {
  const states = { "/lines/0/qty": { fault: "Enter a number." } };
  const items = lines("a", "b");
  items.items[0].fields.qty = typed("x");
  const { el, row, message } = show({ lines: items }, { states, paths: { "/lines/0/qty": "lines[0].qty" } });
  assert.match(message("/lines/0/qty"), /Enter a number/);

  press(row("/lines/0").querySelector(".knb-groupfold"), "ArrowDown", { altKey: true });

  assert.equal(message("/lines/0/qty"), "");
  assert.match(message("/lines/1/qty"), /Enter a number/);
  assert.match(el.querySelector(".knb-summary").textContent, /lines\[1\]\.qty/);
});

test("a preset or pasted inputs come below what is typed before Python answers", () => {
  const { el, control, model } = show({ note: typed("a") });
  [...el.querySelectorAll("button")].find((button) => button.textContent === "Presets").click();
  [...el.querySelectorAll(".knb-item")].find((item) => item.textContent.startsWith("Reset")).click();
  type(control("/amount"), "7");

  answer(model, { state: "value" }, 1);

  assert.equal(control("/note").value, "");
  assert.equal(control("/amount").value, "7");
});

test("what did not change is not drawn again", () => {
  const { model, row } = show({ note: typed("a") });
  const before = row("/amount").innerHTML;
  const drawn = [];
  const { replaceChildren } = window.Element.prototype;
  window.Element.prototype.replaceChildren = function (...children) {
    drawn.push(this);
    return replaceChildren.apply(this, children);
  };

  model.set("states", { "/note": { sent: "b" } });
  window.Element.prototype.replaceChildren = replaceChildren;

  const fields = drawn.map((element) => element.closest("[data-pointer]")?.dataset.pointer).filter(Boolean);
  assert.deepEqual(fields, ["/note"]);
  assert.equal(row("/amount").innerHTML, before);
});

test("a value that Python set is shown in the field that has the focus too", () => {
  const { model, control } = show({ note: typed("a") });
  const input = control("/note");
  input.focus();

  model.set("entries", { state: "value", fields: { note: typed("from Python") } });

  assert.equal(control("/note"), input);
  assert.equal(document.activeElement, input);
  assert.equal(input.value, "from Python");
});

test("a group is shown as JSON text, and as fields again", () => {
  const { model, row, last } = show({ to: { state: "value", fields: { city: typed("Bonn") } } });
  row("/to").querySelector(".knb-groupfold").focus();
  press(row("/to").querySelector(".knb-groupfold"), ".", { ctrlKey: true });
  [...document.querySelectorAll(".knb-item")].find((item) => /Edit as JSON/.test(item.textContent)).click();
  assert.deepEqual(last(), { kind: "convert", pointer: "/to", to: "json" });

  answer(model, { state: "value", fields: { to: { state: "json", text: '{"city": "Bonn"}' } } });
  const area = row("/to").querySelector("textarea");
  assert.equal(area.value, '{"city": "Bonn"}');
  assert.equal(document.activeElement, area);
  type(area, "{");
  assert.deepEqual(last(), { kind: "entry", pointer: "/to", state: "json", text: "{" });
  answer(model, { state: "value", fields: { to: { state: "value", fields: { city: typed("Ulm") } } } });
  assert.equal(row("/to/city").querySelector("input").value, "Ulm");
});

test("all inputs are one JSON text", () => {
  const { model, el, last } = show();
  const button = [...el.querySelectorAll("button")].find((one) => one.textContent === "JSON");
  button.click();
  assert.deepEqual(last(), { kind: "convert", pointer: "", to: "json" });

  answer(model, { state: "json", text: "{}" });
  const area = el.querySelector(".knb-jsonform");
  assert.equal(area.hidden, false);
  assert.equal(button.getAttribute("aria-pressed"), "true");
  type(area, '{"note": 1');
  assert.deepEqual(last(), { kind: "entry", pointer: "", state: "json", text: '{"note": 1' });
  model.set("states", { "": { fault: "Invalid JSON." } });
  assert.equal(area.getAttribute("aria-invalid"), "true");
});

test("Ctrl+F shows the filter, which hides what does not match and says so where nothing does", () => {
  const { el, row, control } = show();
  const search = el.querySelector(".knb-filter");
  assert.equal(search.hidden, true);

  press(control("/note"), "f", { ctrlKey: true });
  assert.equal(document.activeElement, search);
  type(search, "city");
  assert.deepEqual(["/note", "/to", "/to/city"].map((pointer) => row(pointer).hidden), [true, false, false]);
  type(search, "zzz");
  assert.match(el.textContent, /No inputs match "zzz"\./);
  press(search, "Escape");
  assert.equal(row("/note").hidden, false);
});

test("the filter is there from nine fields on", () => {
  const many = Array.from({ length: 9 }, (_, index) => field(`f${index}`, "string"));
  const { el } = show({}, { fields: field("", "object", { fields: many, is_open: true }) });

  assert.equal(el.querySelector(".knb-filter").hidden, false);
});

test("an action without inputs says so", () => {
  const { el } = show({}, { fields: field("", "object", { fields: [], is_open: false }) });

  assert.match(el.textContent, /This action takes no inputs\./);
});

test("undeclared inputs have a field where there are any", () => {
  const { model, row } = show();
  assert.equal(row("/~"), null);

  model.set("entries", { state: "value", others: typed('{"more": 1}') });

  assert.equal(row("/~").querySelector("textarea").value, '{"more": 1}');
});

test("text of users is text", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const fields = field("", "object", { fields: [field(evil, "string", { description: evil })], is_open: true });
  const { el } = show({ [evil]: typed(evil) }, { fields, states: { [`/${evil.replaceAll("/", "~1")}`]: { fault: evil } } });

  assert.equal(el.querySelector("img"), null);
  assert.match(el.textContent, /<img src=x/);
});

test("without a kernel the page says so and keeps what is typed", () => {
  const { model, el, control } = show();
  model.isAlive = false;

  type(control("/note"), "kept");

  assert.equal(el.querySelector(".knb-notice").textContent, "Kernel disconnected. Run the cell again.");
  assert.equal(control("/note").value, "kept");
});

test("nothing is listened to after the leaf is gone", () => {
  const { model, controller } = show();

  controller.abort();

  assert.deepEqual(model.listeners, []);
});

test("another view of the form in the page shows what is typed", () => {
  const { model, control } = show();
  const other = document.createElement("div");
  document.body.append(other);
  leaf.render({ model, el: other, signal: new AbortController().signal });

  type(control("/note"), "both");

  assert.equal(other.querySelector('[data-pointer="/note"] input, [data-pointer="/note"] textarea').value, "both");
  assert.equal(model.sent.length, 1);
});

test("a refusal, and an answer to who has gone on, move no focus", () => {
  const { model, el, control } = show({ note: typed("a") });
  const button = [...el.querySelectorAll("button")].find((one) => one.textContent === "JSON");
  button.focus();
  button.click();
  answer(model, { state: "value", fields: { note: typed("a") } }, 1, { notice: "A text cannot be read." });
  assert.equal(document.activeElement, button);

  model.set("notice", "");
  button.click();
  control("/amount").focus();
  answer(model, { state: "json", text: "{}" });

  assert.equal(document.activeElement, control("/amount"));
});

test("a text of several lines keeps them, in a field that had one", () => {
  const { model, control, row, last } = show({}, { fields: field("", "object", { fields: [field("id", "string")], is_open: true }) });
  assert.equal(control("/id").tagName, "INPUT");
  control("/id").focus();

  model.set("entries", { state: "value", fields: { id: typed("a\nb") } });

  assert.equal(control("/id").tagName, "TEXTAREA");
  assert.equal(control("/id").value, "a\nb");
  assert.equal(document.activeElement, control("/id"));
  assert.equal(row("/id").querySelector("label").htmlFor, control("/id").id);
  type(control("/id"), "a\nbc");
  assert.deepEqual(last(), { kind: "entry", pointer: "/id", state: "value", text: "a\nbc" });
});

test("what is shown as JSON is edited as JSON, until it is emptied", () => {
  const { control, row, last } = show({ amount: { state: "json", text: '"7"' } });
  assert.equal(row("/amount").querySelector(".knb-chipstate").textContent, "JSON");

  type(control("/amount"), '"8"');
  assert.deepEqual(last(), { kind: "entry", pointer: "/amount", state: "json", text: '"8"' });
  type(control("/amount"), "");
  assert.equal(last().state, "unset");
  type(control("/amount"), "8");
  assert.equal(last().state, "value");
});

test("undeclared inputs of a group have a field where there are any, and keep the focus while they are typed", () => {
  const { model, row, control } = show({ to: { state: "value", fields: {} } });
  assert.equal(row("/to/~"), null);

  model.set("entries", { state: "value", fields: { to: { state: "value", others: typed('{"zip": 1}') } } });
  const area = control("/to/~");
  area.focus();
  type(area, '{"zip": 2}');

  assert.equal(control("/to/~"), area);
  assert.equal(document.activeElement, area);
});

test("the default of a group is its value", () => {
  const entry = { state: "value", fields: { city: typed("Bonn") }, text: '{"city": "Bonn"}' };
  const to = field("to", "object", { fields: [field("city", "string")], is_open: true, default: { label: '{"city": "Bonn"}', entry } });
  const { row, control, last } = show({}, { fields: field("", "object", { fields: [to], is_open: true }) });

  press(row("/to").querySelector(".knb-groupfold"), ".", { ctrlKey: true });
  [...document.querySelectorAll(".knb-item")].find((item) => /^Default/.test(item.textContent)).click();

  assert.deepEqual(last(), { kind: "entry", pointer: "/to", state: "value", text: '{"city": "Bonn"}' });
  assert.equal(control("/to/city").value, "Bonn");
});

test("a refused Run shows every error and focuses the first", () => {
  const { el, control, message } = show({}, { states: { "/amount": { fault: "Required." }, "/to/city": { fault: "Required." } } });
  assert.equal(message("/amount"), "");

  el.dispatchEvent(new CustomEvent("knb-focus-field", { detail: "/to/city" }));

  assert.equal(document.activeElement, control("/to/city"));
  assert.equal(message("/amount"), "Required.");
  assert.equal(message("/to/city"), "Required.");
});

test("the rows of a large form are laid out in parts, which a filter joins", () => {
  const many = (count) => Array.from({ length: count }, (_, index) => field(`f${index}`, "string"));
  const sizes = (count) => {
    const { el } = show({}, { fields: field("", "object", { fields: many(count), is_open: true }) });
    return [...el.querySelectorAll(".knb-chunk")].map((chunk) => chunk.childElementCount);
  };
  assert.deepEqual(sizes(80), []);
  assert.deepEqual(sizes(85), [10, 10, 10, 10, 10, 10, 10, 10, 5]);
  const { el, row } = show({}, { fields: field("", "object", { fields: many(95), is_open: true }) });
  const body = el.querySelector(".knb-fields");

  type(el.querySelector(".knb-filter"), "f94");

  assert.equal(body.classList.contains("knb-filtering"), true);
  assert.deepEqual([row("/f93").hidden, row("/f94").hidden], [true, false]);
  type(el.querySelector(".knb-filter"), "");
  assert.equal(body.classList.contains("knb-filtering"), false);
});

test("the workbench opens the filter", () => {
  const { el } = show();

  el.dispatchEvent(new CustomEvent("knb-filter"));

  assert.equal(document.activeElement, el.querySelector(".knb-filter"));
});

for (const [words, pointer, entries, at] of [
  ["an undeclared input", "/nots", { others: typed('{"nots": 1}') }, "/~"],
  ["a part of JSON text", "/to/city", { fields: { to: { state: "json", text: "{}" } } }, "/to"],
  ["an item that is gone", "/lines/7/qty", { fields: {} }, "/lines"],
  ["a part of a field of JSON", "/a~1b/x", { fields: { "a/b": typed("{}") } }, "/a~1b"],
]) {
  test(`an error leads to the field that shows it: ${words}`, () => {
    const { model } = show({}, { entries: { state: "value", ...entries } });

    model.emit("msg:custom", { kind: "focus", pointer });

    assert.equal(document.activeElement.closest("[data-pointer]")?.dataset.pointer, at);
  });
}

test("items that are text are added with Enter, and removed with the key and the menu entry of what is not set", () => {
  const tags = field("tags", "array", { items: field("", "string") });
  const { el, row, control, last } = show({ tags: { state: "value", items: [typed("a")] } }, { fields: field("", "object", { fields: [tags], is_open: true }) });
  control("/tags/0").focus();

  press(control("/tags/0"), "Enter");
  assert.deepEqual(last(), { kind: "item", pointer: "/tags", op: "add", index: 1, to: 0 });
  assert.equal(document.activeElement, control("/tags/1"));
  control("/tags/0").focus();
  press(control("/tags/0"), "Enter");
  assert.equal(document.activeElement, control("/tags/1"));
  assert.equal(row("/tags/2"), null);

  press(control("/tags/1"), "Backspace", { altKey: true });
  assert.deepEqual(last(), { kind: "item", pointer: "/tags", op: "remove", index: 1, to: 0 });
  assert.equal(document.activeElement, control("/tags/0"));
  press(control("/tags/0"), ".", { ctrlKey: true });
  const remove = el.querySelector(".knb-pop-menu .knb-item");
  assert.match(remove.textContent, /^Remove/);
  remove.click();
  assert.equal(row("/tags/0"), null);
  assert.equal(document.activeElement, row("/tags").querySelector(".knb-add"));
});

test("Enter in the search of outputs takes the first one", () => {
  const { model, el, row, last } = show();
  row("/amount").querySelector(".knb-more").click();
  [...el.querySelectorAll(".knb-item")].find((item) => item.textContent.startsWith("From the last output")).click();
  const find = el.querySelector("[aria-label='Find a value']");
  const values = ["id", "email"].map((key) => ({ action: "find", pointer: `/${key}`, path: key, text: key, type: "string" }));
  model.set("choices", { number: 1, outputs: values });
  type(find, "email");

  const event = press(find, "Enter");

  assert.ok(event.defaultPrevented);
  assert.equal(last().from.pointer, "/email");
});

test("every kind of field shows its default, and what no template reads keeps its description", () => {
  const preset = (text) => ({ label: text, entry: typed(text) });
  const fields = [
    field("size", "string", { default: preset("L"), choices: [preset("M"), preset("L")] }),
    field("gift", "boolean", { default: preset("true") }),
    field("qty", "number", { default: preset("1") }),
    field("old", "string", { description: "An old name.", is_unused: true }),
  ];
  const { control, message } = show({}, { fields: field("", "object", { fields, is_open: true }) });

  assert.equal(control("/size").selectedOptions[0].textContent, "Not set (default L)");
  assert.equal(message("/gift"), "default true");
  assert.deepEqual([control("/qty").placeholder, control("/qty").title], ["Not set (default 1)", "Not set (default 1)"]);
  assert.equal(message("/old"), "An old name. · No template reads this input.");
});

test("a link to a group leads to its first field", () => {
  const { model, el } = show({}, { show_all: true });
  model.update({ states: { "/to": { fault: "Required. Fill in one of its fields." } } });

  el.querySelector(".knb-summary .knb-link").click();

  assert.equal(document.activeElement.closest("[data-pointer]").dataset.pointer, "/to/city");
});
