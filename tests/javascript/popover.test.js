import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../../kustomer_nb/widgets/lib/dom.js";
import { isShown, menuItem, opener, place } from "../../kustomer_nb/widgets/lib/popover.js";
import { toasts } from "../../kustomer_nb/widgets/lib/toast.js";
import { mount, press } from "./page.js";

function menu() {
  const el = mount();
  const button = make("button", { type: "button" }, "More");
  const fill = (close) => [menuItem("null", "sent as 0", close), menuItem("Empty", "", close)];
  const made = opener(button, fill, { label: "Amount" });
  el.append(button, made.box);
  return { button, ...made };
}

test("a button opens a named dialog, and its first item has the focus", () => {
  const { button, box } = menu();

  button.click();

  assert.equal(isShown(box), true);
  assert.equal(box.getAttribute("role"), "dialog");
  assert.equal(box.getAttribute("aria-label"), "Amount");
  assert.equal(button.getAttribute("aria-expanded"), "true");
  assert.equal(document.activeElement, box.querySelector(".knb-item"));
});

test("Escape closes it, gives the focus back, and goes no further", () => {
  const { button, box } = menu();
  const heard = [];
  document.body.addEventListener("keydown", (event) => heard.push(event.key), { once: true });
  button.click();

  press(document.activeElement, "Escape");

  assert.equal(isShown(box), false);
  assert.equal(document.activeElement, button);
  assert.equal(button.getAttribute("aria-expanded"), "false");
  assert.deepEqual(heard, []);
});

test("an item that closes it gives the focus back", () => {
  const { button, box } = menu();
  button.click();

  box.querySelectorAll(".knb-item")[1].click();

  assert.equal(isShown(box), false);
  assert.equal(document.activeElement, button);
});

test("a popover stays inside the window", () => {
  const size = (left, top, width, height) => ({ left, top, width, height, right: left + width, bottom: top + height });
  const box = make("div");
  const anchor = make("button");
  box.getBoundingClientRect = () => size(0, 0, 300, 400);
  anchor.getBoundingClientRect = () => size(1150, 700, 40, 24);

  place(box, anchor);
  assert.deepEqual([box.style.left, box.style.top], ["892px", "296px"]);
  anchor.getBoundingClientRect = () => size(100, 100, 400, 24);
  place(box, anchor, "end");

  assert.deepEqual([box.style.left, box.style.top], ["200px", "128px"]);
});

test("a toast is replaced by the next one, and its action dismisses it", () => {
  const controller = new AbortController();
  const acts = [];
  const { root, show } = toasts(controller.signal);
  mount().append(root);

  show({ text: "<b>Saved</b>" });
  show({ text: "Sample updated.", action: { title: "Undo", act: () => acts.push("undo") } });
  assert.equal(root.querySelectorAll(".knb-toast").length, 1);
  root.querySelector(".knb-small").click();
  controller.abort();

  assert.deepEqual(acts, ["undo"]);
  assert.equal(root.childElementCount, 0);
});
