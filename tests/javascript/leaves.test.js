import assert from "node:assert/strict";
import { test } from "node:test";
import diffView from "../../kustomer_nb/widgets/diff_view.js";
import problemsView from "../../kustomer_nb/widgets/problems_view.js";
import responseView from "../../kustomer_nb/widgets/response_view.js";
import { FakeModel, mount, press } from "./page.js";

const MARKUP = "<img src=x onerror=alert(1)>";

function show(leaf, traits) {
  const model = new FakeModel(traits);
  const controller = new AbortController();
  const el = mount();
  leaf.render({ model, el, signal: controller.signal });
  return { model, el, controller };
}

function response(more = {}) {
  return {
    kind: "json",
    words: "200 OK in 128 ms",
    simulated: false,
    mode: "live",
    profile: "sandbox",
    status: 200,
    type: "application/json",
    headers: [["content-type", "application/json"]],
    size: 9,
    body: { t: "object", n: 1, c: [["id", { t: "number", v: "7" }]] },
    depth: 50,
    is_large: false,
    text: '{"id": 7}',
    characters: 9,
    page: 100000,
    notes: [],
    ...more,
  };
}

function choose(el, value) {
  const input = el.querySelector(`input[value="${value}"]`);
  input.checked = true;
  input.dispatchEvent(new Event("change"));
}

const text = (el) => el.querySelector(".knb-scroll").textContent;

test("a response is shown pretty, raw, and as its headers", () => {
  const { el } = show(responseView, { result: response() });
  const shown = [text(el)];

  for (const tab of ["raw", "headers"]) {
    choose(el, tab);
    shown.push(text(el));
  }

  assert.deepEqual(shown, ['BodyJSON, 9 B{ id: 7 } 1 key"id": 7}', 'BodyAs received, 9 B{"id": 7}Show More (0 characters left)', "Response headersNameValuecontent-typeapplication/json"]);
  assert.equal(el.querySelector("[role=status]").textContent, "200OK in 128 msLive · sandbox");
});

test("HTML is shown as its text", () => {
  const result = response({ kind: "html", body: null, text: MARKUP, characters: MARKUP.length, type: "text/html" });

  const { el } = show(responseView, { result });

  assert.equal(el.querySelector("img"), null);
  assert.equal(el.querySelector(".knb-raw").textContent, MARKUP);
  assert.match(text(el), /HTML, shown as text/);
});

for (const [kind, more, words] of [
  ["empty", { type: "text/plain" }, "Empty body.The response has no body (text/plain)."],
  ["binary", { type: "image/png", size: 2048 }, "Binary body.image/png, 2.0 kB. Kustomer reads it as UTF-8 text, which changes it. Raw shows that text."],
]) {
  test(`the body is ${kind}, and the page says so`, () => {
    const { el } = show(responseView, { result: response({ kind, body: null, text: "", characters: 0, ...more }) });

    assert.equal(text(el), words);
  });
}

test("before the first run, and in sample mode, there are no tools", () => {
  const { el, model } = show(responseView, { result: null });
  const before = text(el);

  model.set("result", { kind: "none", words: "Sample (nothing sent)", simulated: false, mode: "sample", profile: "" });

  assert.match(before, /^Not run yet\.Results appear here .* to run\.$/);
  assert.equal(el.querySelector(".knb-side").hidden, true);
  assert.match(text(el), /^No response\./);
});

test("more of a large body is asked for and drawn", () => {
  const item = (n) => [n, { t: "number", v: String(n) }];
  const head = { t: "array", n: 24000, c: Array.from({ length: 100 }, (_, n) => item(n)) };
  const { el, model } = show(responseView, { result: response({ body: head, depth: 2, is_large: true, size: 9.7e6 }) });

  el.querySelector(".knb-l .knb-link").click();
  model.emit("msg:custom", { kind: "chunk", pointer: "", from: 100, nodes: Array.from({ length: 100 }, (_, n) => item(100 + n)) });

  assert.deepEqual(model.sent, [{ kind: "more", pointer: "", from: 100 }]);
  assert.match(text(el), /^Body is 9\.7 MB: opened to 2 levels, 100 items at a time\. Full value in run\.response\.body/);
  assert.equal(el.querySelectorAll(".knb-number").length, 200);
  assert.match(text(el), /Show 100 More \(23,800 left\)/);
});

test("more of a raw text is asked for and added once", () => {
  const result = response({ kind: "text", body: null, text: "ab", characters: 5, page: 2 });
  const { el, model } = show(responseView, { result });

  el.querySelector("p .knb-link").click();
  model.emit("msg:custom", { kind: "text", from: 2, text: "cd" });
  model.emit("msg:custom", { kind: "text", from: 2, text: "cd" });
  el.querySelector("p .knb-link").click();
  model.emit("msg:custom", { kind: "text", from: 4, text: "e" });

  assert.deepEqual(model.sent.map(({ from }) => from), [2, 4]);
  assert.equal(el.querySelector(".knb-raw").textContent, "abcde");
  assert.equal(el.querySelector("p .knb-link").closest("p").hidden, true);
});

test("Ctrl+F opens find, counts, and Escape closes it", () => {
  const { el } = show(responseView, { result: response() });
  const scroll = el.querySelector(".knb-scroll");
  scroll.focus();

  const event = press(scroll, "f", { ctrlKey: true });
  const input = el.querySelector(".knb-findbar input");
  input.value = "ID";
  input.dispatchEvent(new Event("input"));

  assert.equal(event.defaultPrevented, true);
  assert.equal(document.activeElement, input);
  assert.equal(el.querySelector(".knb-found").textContent, "1 of 1");
  press(input, "Escape");
  assert.equal(el.querySelector(".knb-findbar").hidden, true);
  assert.equal(document.activeElement, scroll);
});

test("find says when a part of the body is not open", () => {
  const nested = { t: "object", c: [["list", { t: "array", c: [[0, { t: "number", v: "7" }]] }]] };
  const { el } = show(responseView, { result: response({ body: nested }) });
  const input = el.querySelector(".knb-findbar input");
  const find = (query) => {
    input.value = query;
    input.dispatchEvent(new Event("input"));
    return el.querySelector(".knb-found").textContent;
  };
  const all = find("8");

  el.querySelectorAll(".knb-fold")[1].click();

  assert.deepEqual([all, find("8")], ["No matches", "No matches in what is open"]);
});

test("a new result keeps the focus in the view, and a view that is gone listens to nothing", () => {
  const { el, model, controller } = show(responseView, { result: response() });
  el.querySelector(".knb-fold").focus();

  model.set("result", response({ words: "404 Not Found", status: 404 }));
  assert.equal(document.activeElement, el.querySelector(".knb-scroll"));
  controller.abort();

  assert.deepEqual(model.listeners, []);
});

test("a lost kernel is reported when more is asked for", () => {
  const result = response({ kind: "text", body: null, text: "ab", characters: 5, page: 2 });
  const { el, model } = show(responseView, { result });
  model.isAlive = false;

  el.querySelector("p .knb-link").click();

  assert.equal(el.querySelector(".knb-notice").textContent, "Kernel disconnected. Run the cell again.");
});

const difference = (path, kind, more = {}) => ({ path, kind, words: { added: "Added", changed: "Changed", removed: "Missing" }[kind], expected: "1", actual: "2", expectedType: "number", actualType: "number", ...more });

test("differences are a table with a mark and a word in each row", () => {
  const rows = [difference("a", "changed"), difference(MARKUP, "added", { expected: null }), difference("", "removed", { actual: null })];
  const { el } = show(diffView, { rows, counts: { added: 1, changed: 1, removed: 1 }, titles: ["Sample", "Actual"] });

  const cells = [...el.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => cell.textContent));

  assert.deepEqual(cells, [
    ["Path", "Change", "Sample", "Actual"],
    ["a", "Changed", "1", "2"],
    [MARKUP, "Added", "none", "2"],
    ["(the whole value)", "Missing", "1", "none"],
  ]);
  assert.equal(el.querySelectorAll("tbody svg").length, 3);
  assert.equal(el.querySelector(".knb-tools").textContent, "1 added1 changed1 missing");
});

test("many differences are shown 200 at a time, and those that were not sent are counted", () => {
  const rows = Array.from({ length: 450 }, (_, n) => difference(`a${n}`, "added"));
  const { el } = show(diffView, { rows, counts: { added: 5000, changed: 0, removed: 0 }, titles: ["Expected", "Actual"] });
  const more = el.querySelector(".knb-link");

  more.click();
  assert.equal(el.querySelectorAll("tbody tr").length, 400);
  assert.equal(more.textContent, "Show 50 More (50 left)");
  more.focus();
  more.click();

  assert.equal(el.querySelectorAll("tbody tr").length, 450);
  assert.equal(document.activeElement, el.querySelectorAll("tbody tr")[400]);
  assert.match(text(el), /4,550 more differences: all of them are in the diff\.$/);
});

test("equal values have no differences", () => {
  const { el } = show(diffView, { rows: [], counts: { added: 0, changed: 0, removed: 0 }, titles: ["Expected", "Actual"] });

  assert.equal(text(el), "No differences.");
});

const problem = (id, more = {}) => ({ id, severity: "warning", code: "KNB302", message: `${MARKUP} is sent as text.`, fix: "use triple braces.", line: 29, place: "inputTemplate.data", action: "note", fixTitle: "Fix", isHere: true, ...more });
const group = (effect, problems, isFolded = false) => ({ effect, title: "Changes what you send or get now", isFolded, problems });

test("problems have their code, place, line and fix", () => {
  const { el, model } = show(problemsView, { groups: [group("changes_now", [problem("a")])], summary: "1 problem in shop.json", shows_lines: true });

  el.querySelector("button.knb-where").click();
  el.querySelector(".knb-small").click();

  assert.deepEqual(model.sent, [{ kind: "goto", line: 29 }, { kind: "fix", id: "a" }]);
  assert.equal(el.querySelector("li").textContent, `KNB302line 29: KNB302${MARKUP} is sent as text.note inputTemplate.data · Fix: use triple braces.Fix: KNB302 inputTemplate.data`);
  assert.equal(el.querySelector("li svg").getAttribute("aria-label"), "Warning");
  assert.equal(el.querySelector("img"), null);
});

test("alone, a line is text and not a link", () => {
  const { el } = show(problemsView, { groups: [group("blocks", [problem("a"), problem("b", { line: null, fixTitle: "" })])], summary: "", shows_lines: false });

  assert.deepEqual([...el.querySelectorAll(".knb-where")].map((cell) => [cell.tagName, cell.textContent]), [["SPAN", "line 29"], ["SPAN", ""]]);
  assert.equal(el.querySelectorAll("button").length, 1);
});

test("in one line the first problem has its fix, and a button opens all", () => {
  const groups = [group("changes_now", [problem("a")]), group("blocks", [problem("b", { severity: "error" }), problem("c")])];
  const { el, model } = show(problemsView, { groups, lead: groups[0].problems[0], summary: "3 problems in shop.json", shows_lines: true, is_compact: true, faults: [] });
  const line = el.querySelector(".knb-problems");
  const box = el.querySelector(".knb-pop");

  line.querySelector(".knb-small").click();
  line.querySelector(".knb-toggle").click();
  const listed = box.querySelectorAll("li").length;
  box.querySelectorAll(".knb-small")[2].click();

  assert.equal(line.textContent, `3 problems2 block registering${MARKUP} is sent as text. inputTemplate.dataline 29: KNB302Fix: KNB302 inputTemplate.data`);
  assert.equal(listed, 3);
  assert.equal(box.matches(":popover-open"), false);
  assert.deepEqual(model.sent.map(({ id }) => id), ["a", "c"]);
  assert.equal(document.activeElement, line.querySelector(".knb-toggle"));
});

test("in one line, fields that need attention come first, each with a link to it", () => {
  const faults = ["/amount", "/lines/1/quantity", "/c", "/d"].map((pointer) => ({ pointer, label: pointer.slice(1) }));
  const groups = [group("blocks", [problem("a")])];
  const { el } = show(problemsView, { groups, lead: groups[0].problems[0], summary: "", shows_lines: true, is_compact: true, faults });
  const revealed = [];
  el.addEventListener("knb-reveal", (event) => revealed.push(event.detail));

  el.querySelectorAll(".knb-problems .knb-link")[1].click();

  assert.equal(el.querySelector(".knb-problems").textContent, "4 fields need attention:amountlines/1/quantitycand 1 more1 problem1 blocks registering");
  assert.deepEqual(revealed, [{ kind: "fields", targets: [{ pointer: "/lines/1/quantity" }] }]);
});

test("in one line, no problems are said with the name of the file, and the open list is closed", () => {
  const { el, model } = show(problemsView, { groups: [group("blocks", [problem("a")])], lead: problem("a"), summary: "", shows_lines: true, is_compact: true, faults: [] });
  el.querySelector(".knb-toggle").click();

  model.set("summary", "No problems in shop.json");
  model.set("groups", []);
  model.set("lead", {});

  assert.equal(el.querySelector(".knb-problems").textContent, " No problems in shop.json");
  assert.equal(el.querySelector(".knb-pop").matches(":popover-open"), false);
});

test("in one line, the icon is that of the worst problem, and one of another action has no Fix there", () => {
  const lead = problem("a", { isHere: false });
  const groups = [group("changes_now", [lead]), group("blocks", [problem("b", { severity: "error", isHere: false })])];
  const { el } = show(problemsView, { groups, lead, summary: "", shows_lines: true, is_compact: true, faults: [] });
  const line = el.querySelector(".knb-problems");

  assert.equal(line.querySelector(".knb-toggle svg").getAttribute("aria-label"), "Error");
  assert.equal(line.textContent, "2 problems1 blocks registeringNone in this action");
});

test("the latest fix is shown where it was made, with Undo, until it is dismissed", () => {
  const groups = [group("changes_now", [problem("a")])];
  const change = { words: "Fixed KNB302", diff: "-a\n+b" };
  for (const isCompact of [true, false]) {
    const traits = { groups, lead: problem("a"), summary: "1 problem", shows_lines: true, is_compact: isCompact, faults: [], change: {} };
    const { el, model } = show(problemsView, traits);
    const row = el.querySelector(isCompact ? ".knb-problems" : ".knb-changerow");
    const buttonOf = (title) => [...row.querySelectorAll("button")].find((button) => button.textContent === title);

    model.set("change", change);
    buttonOf("Undo").click();
    buttonOf("Show Change").click();
    assert.equal(el.querySelector(".knb-change").textContent, change.diff);
    row.querySelector(".knb-iconbutton").focus();
    row.querySelector(".knb-iconbutton").click();

    assert.deepEqual(model.sent, [{ kind: "undo" }]);
    assert.equal(buttonOf("Undo"), undefined);
    assert.ok(el.contains(document.activeElement));
    model.set("change", { ...change, words: "Fixed KNB304" });
    assert.ok(buttonOf("Undo"));
  }
});

test("what may change is folded, and stays as a person left it", () => {
  const groups = [group("blocks", [problem("a")]), group("may_change", [problem("b")], true)];
  const { el, model } = show(problemsView, { groups, summary: "", shows_lines: false });
  const open = () => [...el.querySelectorAll("details")].map((details) => details.open);
  assert.deepEqual(open(), [true, false]);

  const details = el.querySelectorAll("details")[1];
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  model.set("groups", groups);

  assert.deepEqual(open(), [true, true]);
});

test("after a fix the focus is on the next one", () => {
  const problems = [problem("a"), problem("b"), problem("c")];
  const { el, model } = show(problemsView, { groups: [group("blocks", problems)], summary: "", shows_lines: false });
  el.querySelectorAll(".knb-small")[1].focus();

  model.set("groups", [group("blocks", [problems[0], problems[2]])]);
  assert.equal(document.activeElement.dataset.problem, "c");
  model.set("groups", []);

  assert.equal(document.activeElement, el.querySelector(".knb-scroll"));
});

const PANES = {
  "the response": [responseView, { result: response() }],
  "a diff": [diffView, { rows: [{ path: "body.id", kind: "changed", words: "changed", expected: "1", actual: "2", expectedType: "number", actualType: "number" }], counts: { added: 0, changed: 1, removed: 0 }, titles: ["Sample", "Actual"] }],
};

for (const [name, [leaf, traits]] of Object.entries(PANES)) {
  test(`Ctrl+F in ${name} finds there, and Escape gives the focus back`, async () => {
    const { el, controller } = show(leaf, traits);
    const scroll = el.querySelector(".knb-scroll");
    scroll.focus();

    press(scroll, "f", { ctrlKey: true });
    const input = el.querySelector(".knb-findbar input");
    assert.equal(document.activeElement, input);
    // Again, with the focus in the bar: it is selected, and what had the focus is not forgotten.
    press(input, "f", { ctrlKey: true });
    input.value = "id";
    input.dispatchEvent(new Event("input"));
    assert.match(el.querySelector(".knb-found").textContent, /^1 of 1/);
    press(input, "Escape");

    assert.equal(document.activeElement, scroll);
    assert.equal(el.querySelector(".knb-findbar").hidden, true);
    controller.abort();
  });
}

test("Escape on the button of find closes it too, and a focus that is gone goes to the view", () => {
  const { el } = show(responseView, { result: response() });
  const fold = el.querySelector(".knb-fold");
  fold.focus();
  press(fold, "f", { ctrlKey: true });
  fold.remove();

  press(el.querySelector(".knb-findbar button"), "Escape");

  assert.equal(el.querySelector(".knb-findbar").hidden, true);
  assert.equal(document.activeElement, el.querySelector(".knb-scroll"));
});

test("a result that is drawn again is searched again", async () => {
  const { el, model } = show(responseView, { result: response() });
  press(el.querySelector(".knb-scroll"), "f", { ctrlKey: true });
  const input = el.querySelector(".knb-findbar input");
  input.value = "id";
  input.dispatchEvent(new Event("input"));

  model.set("result", response({ body: { t: "object", n: 2, c: [["id", { t: "number", v: "7" }], ["idea", { t: "number", v: "7" }]] } }));
  await new Promise((resolve) => setTimeout(resolve));

  assert.equal(el.querySelector(".knb-found").textContent, "1 of 2");
});

test("without a result, Ctrl+F is left to the browser", () => {
  const { el } = show(responseView, { result: null, outcome: {} });

  const event = press(el.querySelector(".knb-scroll"), "f", { ctrlKey: true });

  assert.equal(event.defaultPrevented, false);
  assert.equal(el.querySelector(".knb-findbar").hidden, true);
});
