import assert from "node:assert/strict";
import { test } from "node:test";
import { cardGlance, choiceIndex, countScalars, entryAt, filterOf, joinPointer } from "../../kustomer_nb/widgets/lib/entry_tree.js";

const typed = (text) => ({ state: "value", text });

test("a key is escaped in a pointer", () => {
  assert.equal(joinPointer("/a", "b/c~d"), "/a/b~1c~0d");
  assert.equal(joinPointer("", ""), "/");
  assert.equal(joinPointer("/lines", 3), "/lines/3");
});

test("fields are counted at any depth, an item once", () => {
  const text = { name: "a", type: "string", required: false };
  const group = { name: "g", type: "object", required: false, fields: [text, { ...text, fields: [text, text] }] };

  assert.equal(countScalars({ ...group, fields: [group, { ...text, items: group }, text] }), 7);
});

test("a card is glanced at by what is typed in it", () => {
  assert.equal(cardGlance({ state: "value", fields: { a: typed("x"), b: { state: "null" }, c: typed("2") } }), "x · 2");
  assert.equal(cardGlance({ state: "value" }), "");
});

test("a choice is told by its entry, not by its label", () => {
  const choices = [{ label: "1", entry: typed("1") }, { label: "1", entry: { state: "json", text: '"1"' } }];

  assert.equal(choiceIndex({ choices }, { state: "json", text: '"1"' }), 1);
  assert.equal(choiceIndex({ choices }, typed("2")), -1);
});

const ROWS = {
  id: { path: "orderId", required: true, isSet: false },
  note: { path: "lines[0].note", required: false, isSet: true },
};
for (const [query, shown] of [
  ["", ["id", "note"]],
  ["ORDER", ["id"]],
  ["lines[0]", ["note"]],
  [":set", ["note"]],
  [":s", ["note"]],
  [":required", ["id"]],
  [":r note", []],
  [":x", []],
  ["zzz", []],
]) {
  test(`the filter ${JSON.stringify(query)} shows ${shown.join(" and ") || "nothing"}`, () => {
    const matches = filterOf(query);

    assert.deepEqual(Object.keys(ROWS).filter((name) => matches(ROWS[name])), shown);
  });
}
