import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../../kustomer_nb/widgets/lib/dom.js";
import { isShown } from "../../kustomer_nb/widgets/lib/popover.js";
import { caseSaver } from "../../kustomer_nb/widgets/lib/save_case.js";
import { mount, press } from "./page.js";

/** A page whose button saves the run that is shown; `tell` is what Python tells it. */
function saving(name = "find returns 200") {
  const listeners = [];
  const model = {
    get: () => ({ case_name: name }),
    on: (event, hear) => event === "msg:custom" && listeners.push(hear),
    off: () => {},
  };
  const said = [];
  const saver = caseSaver({ model, say: (message) => said.push(message) }, new AbortController().signal);
  const el = mount();
  el.append(make("span", {}, ...saver.elements), saver.line);
  saver.paint();
  const [button, box] = saver.elements;
  return { saver, said, button, box, line: saver.line, tell: (message) => listeners.forEach((hear) => hear(message)) };
}

const field = (box) => box.querySelector("input");
const submit = (box) => box.querySelector("button[type=submit]");

test("the proposed name is saved with Enter", () => {
  const { said, button, box } = saving();
  button.click();
  assert.equal(field(box).value, "find returns 200");

  press(field(box), "Enter");

  assert.deepEqual(said, [{ kind: "save_case", name: "find returns 200", replaces: false }]);
  assert.equal(isShown(box), false);
});

test("a name of white space is not sent", () => {
  const { said, button, box } = saving();
  button.click();
  field(box).value = "  ";

  press(field(box), "Enter");

  assert.deepEqual(said, []);
});

test("a case is replaced only under the name that was asked about", () => {
  const { said, box, tell } = saving();
  tell({ kind: "case_exists", name: "an order", words: "There is one already." });
  assert.equal(isShown(box), true);
  assert.equal(submit(box).textContent, "Replace");

  field(box).value = "another order";
  field(box).dispatchEvent(new Event("input"));
  assert.equal(submit(box).textContent, "Save");
  press(field(box), "Enter");
  tell({ kind: "case_exists", name: "an order", words: "There is one already." });
  press(field(box), "Enter");

  assert.deepEqual(
    said.map(({ name, replaces }) => [name, replaces]),
    [
      ["another order", false],
      ["an order", true],
    ],
  );
});

test("the page says where the case is until the next run", () => {
  const { saver, line, tell } = saving();
  tell({ kind: "case_saved", path: "cases/find/<b>.case.json" });
  assert.equal(line.textContent, "Saved as test case: cases/find/<b>.case.json");
  assert.equal(line.hidden, false);

  saver.forget();

  assert.equal(line.hidden, true);
});

test("a run of no action has no button", () => {
  assert.equal(saving("").button.hidden, true);
});
