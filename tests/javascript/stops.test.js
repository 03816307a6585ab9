import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../../kustomer_nb/widgets/lib/dom.js";
import { keepOneStop, rove } from "../../kustomer_nb/widgets/lib/rove.js";
import { segment } from "../../kustomer_nb/widgets/lib/segment.js";
import { tabs } from "../../kustomer_nb/widgets/lib/tabs.js";
import { mount, press } from "./page.js";

function list(...names) {
  const el = mount();
  el.append(...names.map((name) => make("button", { id: name, class: "stop", tabindex: -1 }, name)));
  rove(el, ".stop");
  keepOneStop(el, ".stop");
  return el;
}

test("arrows, Home and End move among the stops and stay at the ends", () => {
  const el = list("a", "b", "c");
  const order = [];
  document.getElementById("a").focus();

  for (const key of ["ArrowDown", "End", "ArrowDown", "ArrowUp", "Home"]) {
    press(document.activeElement, key);
    order.push(document.activeElement.id);
  }

  assert.deepEqual(order, ["b", "c", "c", "b", "a"]);
  assert.deepEqual([...el.querySelectorAll('[tabindex="0"]')].map((stop) => stop.id), ["a"]);
});

test("hidden stops are skipped", () => {
  list("a", "b", "c");
  document.getElementById("b").hidden = true;
  document.getElementById("a").focus();

  press(document.activeElement, "ArrowDown");

  assert.equal(document.activeElement.id, "c");
});

test("in a text field Home and End stay with the text, and an arrow enters the list", () => {
  const el = list("a", "b");
  const input = make("input", { type: "text" });
  el.prepend(input);
  input.focus();

  assert.equal(press(input, "Home").defaultPrevented, false);
  assert.equal(document.activeElement, input);
  press(input, "ArrowDown");

  assert.equal(document.activeElement.id, "a");
});

test("tabs have one stop; arrows select and go round", () => {
  const el = mount();
  const names = [];
  const panels = ["x", "y", "z"].map((name) => ({ name, title: name, panel: make("div") }));
  const made = tabs("Result", panels, (name) => names.push(name));
  el.append(made.strip, ...panels.map(({ panel }) => panel));
  made.select("x");

  press(made.strip, "ArrowLeft");
  press(made.strip, "ArrowRight");
  press(made.strip, "End");

  assert.deepEqual(names, ["x", "z", "x", "z"]);
  assert.deepEqual(panels.map(({ panel }) => panel.hidden), [true, true, false]);
  assert.deepEqual([...made.strip.children].map((tab) => tab.tabIndex), [-1, -1, 0]);
  const tab = made.strip.children[2];
  assert.equal(panels[2].panel.getAttribute("aria-labelledby"), tab.id);
  assert.equal(tab.getAttribute("aria-controls"), panels[2].panel.id);
});

test("the count of a tab says in words what it counts", () => {
  const made = tabs("Result", [{ name: "x", title: "Output", panel: make("div") }]);

  made.setCount("x", "(7)", " differences from sample");
  assert.equal(made.strip.textContent, "Output(7) differences from sample");
  made.setCount("x", "", " differences from sample");
  assert.equal(made.strip.textContent, "Output");
});

test("the focus stays on the selected tab when another one is selected by itself", () => {
  const el = mount();
  const made = tabs("Result", ["a", "b"].map((name) => ({ name, title: name, panel: make("div") })));
  const before = document.createElement("button");
  el.append(before, made.strip);
  made.select("a");
  before.focus();
  made.select("b");
  assert.equal(document.activeElement, before);

  made.strip.querySelector('[tabindex="0"]').focus();
  made.select("a");

  assert.equal(document.activeElement.textContent, "a");
});

test("a segment tells its choice, and is set without telling", () => {
  const chosen = [];
  const options = [["a", "A"], ["b", "B"]];
  const made = segment("View", options, "a", (value) => chosen.push(value));
  const [first, second] = made.box.querySelectorAll("input");

  made.setValue("b");
  assert.equal(second.checked, true);
  first.checked = true;
  first.dispatchEvent(new Event("change"));

  assert.deepEqual(chosen, ["a"]);
  assert.equal(first.name, second.name);
  assert.equal(made.box.querySelector("legend").textContent, "View");
});
