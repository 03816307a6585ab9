import assert from "node:assert/strict";
import { test } from "node:test";
import { keysOf } from "../../kustomer_nb/widgets/lib/keys.js";

const RELEASED = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false };
const key = (name, more = {}) => ({ ...RELEASED, key: name, ...more });

test("Run is ⌘ on macOS and Ctrl elsewhere", () => {
  const mac = keysOf("MacIntel");
  const linux = keysOf("Linux x86_64");

  assert.deepEqual([mac.runWords, linux.runWords], ["⌘⏎", "Ctrl+Enter"]);
  assert.equal(mac.isRun(key("Enter", { metaKey: true })), true);
  assert.equal(mac.isRun(key("Enter", { ctrlKey: true })), false);
  assert.equal(linux.isRun(key("Enter", { ctrlKey: true })), true);
  assert.equal(linux.isRun(key("Enter", { metaKey: true })), false);
});

test("Enter that ends the composition of a character does not run", () => {
  assert.equal(keysOf("Win32").isRun(key("Enter", { ctrlKey: true, isComposing: true })), false);
});

test("not set is Alt+Backspace, on macOS Ctrl+Backspace, where Option deletes a word", () => {
  assert.equal(keysOf("Win32").isUnset(key("Backspace", { altKey: true })), true);
  assert.equal(keysOf("MacIntel").isUnset(key("Backspace", { altKey: true })), false);
  assert.equal(keysOf("MacIntel").isUnset(key("Backspace", { ctrlKey: true })), true);
});

test("find is Ctrl+F alone", () => {
  const { isFind } = keysOf("Linux");

  assert.equal(isFind(key("f", { ctrlKey: true })), true);
  assert.equal(isFind(key("f", { ctrlKey: true, shiftKey: true })), false);
  assert.equal(isFind(key("f")), false);
});
