// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { partAt, refusedCommand } from "../../kustomer_nb/widgets/lib/refused_command.js";
import { curlFound, tickedIn } from "../../kustomer_nb/widgets/lib/curl_found.js";
import { appIdField } from "../../kustomer_nb/widgets/lib/app_id_field.js";
import { FakeModel, mount } from "./page.js";

const INPUT = { name: "orderId", where: "path[1]", place: "part 2 of the path", type: "number", example: "7", isSelected: true, isFixed: false };
const FIXED = { ...INPUT, name: "version", where: "path[0]", isSelected: false, isFixed: true };
const SECRET = { key: "shop.default.custom", variable: "SHOP_DEFAULT_CUSTOM", where: "header.X-Custom", place: "header X-Custom", isSecret: true };

test("the part of a command around a problem is cut to its line", () => {
  const text = `curl \\\n  ${"-s ".repeat(20)}--hedaer x ${"-v ".repeat(20)}\\\n  https://a.b`;
  const start = text.indexOf("--hedaer");

  const { line, before, marked, after } = partAt(text, start, start + 8);

  assert.equal(line, 2);
  assert.equal(marked, "--hedaer");
  assert.ok(before.startsWith("…") && before.length <= 25);
  assert.ok(after.endsWith("…") && !after.includes("\n"));
});

test("a problem over several lines is marked on its first, and one at the end of the text is seen", () => {
  assert.equal(partAt("a 'b\nc'", 2, 7).marked, "'b");
  assert.equal(partAt("abc", 3, 3).marked, " ");
});

test("each problem is shown as a whole, and a click selects its place", () => {
  /** @type {number[][]} */
  const selected = [];
  const long = "x".repeat(400);
  const rows = refusedCommand(
    [{ message: long, fix: "write it.", start: 5, end: 8 }, { message: "no URL.", fix: "", start: 0, end: 0 }],
    "curl <b>",
    (start, end) => selected.push([start, end]),
  );

  assert.ok(rows[0]?.textContent?.includes(long));
  assert.equal(rows[0]?.querySelector("mark")?.textContent, "<b>");
  rows[0]?.querySelector("button")?.click();
  assert.deepEqual(selected, [[5, 8]]);
  assert.equal(rows[1]?.querySelector("button"), null);
});

test("what belongs to the API is folded, and what only looks like a credential can be unticked", () => {
  let ticked = 0;
  const box = document.createElement("div");
  const parts = curlFound({ app: "shop", name: "find", inputs: [FIXED, INPUT], settings: [SECRET, { ...SECRET, key: "sure", where: "" }], notes: [], template: "" }, { isOpen: false, whenTicked: () => (ticked += 1) });
  document.body.append(box);
  for (const part of parts) if (part) box.append(part);

  assert.equal(box.querySelector("details")?.open, false);
  assert.deepEqual([...box.querySelectorAll("details code")].map(({ textContent }) => textContent), ["version"]);
  assert.deepEqual(tickedIn(box), { inputs: ["orderId=path[1]"], public: [] });
  const checks = box.querySelectorAll("input[data-public]");
  assert.equal(checks.length, 1);
  const check = /** @type {HTMLInputElement} */ (checks[0]);
  check.click();
  assert.deepEqual(tickedIn(box).public, ["header.X-Custom"]);
  assert.equal(ticked, 1);
});

test("the id of the app is the proposed one until another is typed, which stays", () => {
  const { box, say, field, model } = appField();
  field.paint("my_app");
  assert.equal(box.value, "my_app");
  field.paint("shop");
  assert.deepEqual([box.value, field.typed()], ["shop", ""]);

  type(box, " Orders ");
  model.set("app_problem", "no id");
  field.paint("shop");

  assert.deepEqual([box.value, field.typed(), say.at(-1)], [" Orders ", "Orders", { kind: "choose_app", app: "Orders" }]);
  assert.deepEqual([box.getAttribute("aria-invalid"), field.problem.textContent], ["true", "no id"]);
  assert.equal(box.getAttribute("aria-describedby"), field.problem.id);
});

test("an emptied id has the proposed one again when the field is left", () => {
  const { box, say, field } = appField();
  field.paint("shop");
  type(box, "");
  field.paint("other");
  assert.equal(box.value, "");

  box.dispatchEvent(new Event("blur"));

  assert.deepEqual([box.value, say.at(-1)], ["other", { kind: "choose_app", app: "" }]);
  field.paint("third");
  assert.equal(box.value, "third");
});

test("an app that exists has no field for its id", () => {
  const { field, model, box } = appField();
  type(box, "orders");
  model.set("target", "shop.json");
  field.paint("shop");

  assert.deepEqual([field.element.hidden, field.typed()], [true, ""]);
});

function appField() {
  const model = new FakeModel({ app_problem: "", target: "" });
  /** @type {import("../../kustomer_nb/widgets/lib/protocol.js").Message[]} */
  const say = [];
  const field = appIdField(model, (message) => say.push(message));
  mount().append(field.element, field.problem);
  const box = /** @type {HTMLInputElement} */ (field.element.querySelector("input"));
  return { model, say, field, box };
}

/** @param {HTMLInputElement} box @param {string} text */
function type(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input"));
}
