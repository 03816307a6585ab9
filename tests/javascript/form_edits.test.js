import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeModel } from "./page.js";
import { entryAt, joinPointer } from "../../kustomer_nb/widgets/lib/entry_tree.js";
import { applyEdit, formEdits, pointerAfter, pointerBefore } from "../../kustomer_nb/widgets/lib/form_edits.js";

const typed = (text) => ({ state: "value", text });
const field = (name, type, more = {}) => ({ name, type, required: false, ...more });
const object = (fields, name = "") => field(name, "object", { fields });
const put = (fields, root, pointer, entry) => applyEdit(fields, root, { op: "put", pointer, entry });
const tags = object([field("tags", "array", { items: field("", "string") })]);

for (const name of ["a", "", "@a", "a/b", "~", "~0", "toString", "__proto__", "0"]) {
  test(`an entry of the key ${JSON.stringify(name)} is put and found`, () => {
    const pointer = joinPointer("", name);
    const root = put(object([field(name, "string")]), { state: "value" }, pointer, typed("x"));

    assert.equal(entryAt(root, pointer).text, "x");
    assert.deepEqual(Object.keys(root.fields), [name]);
    assert.equal(entryAt({ state: "value" }, pointer).state, "unset");
  });
}

test("what encloses a typed value becomes a value, and the other tree stays", () => {
  const before = { state: "value", fields: { to: { state: "null" } } };
  const after = put(object([object([field("city", "string")], "to")]), before, "/to/city", typed("Bonn"));

  assert.deepEqual(after.fields.to, { state: "value", fields: { city: typed("Bonn") } });
  assert.equal(before.fields.to.state, "null");
});

test("an item of an array is put in its place", () => {
  const before = { state: "value", fields: { tags: { state: "value", items: [typed("a"), typed("b")] } } };
  const after = put(tags, before, "/tags/1", typed("c"));

  assert.deepEqual(after.fields.tags.items, [typed("a"), typed("c")]);
  assert.equal(entryAt(after, "/tags/7").state, "unset");
});

test("other inputs are beside the fields", () => {
  const after = put(object([field("~", "string")]), { state: "value", fields: { "~": typed("x") } }, "/~", typed("{}"));

  assert.equal(entryAt(after, "/~").text, "{}");
  assert.equal(entryAt(after, "/~0").text, "x");
});

for (const pointer of ["/more", "/tags/3", "/tags/x", "/tags/0/more"]) {
  test(`what Python refuses changes nothing: ${pointer}`, () => {
    const before = { state: "value", fields: { tags: { state: "value", items: [typed("a")] } } };

    assert.equal(put(tags, before, pointer, typed("c")), before);
  });
}

const ITEMS = ["/a/0", "/a/1/b", "/a/2", "/a", "/ab/1"];
for (const [edit, after, before] of [
  [{ op: "remove", pointer: "/a", index: 1 }, ["/a/0", undefined, "/a/1", "/a", "/ab/1"], ["/a/0", "/a/2/b", "/a/3", "/a", "/ab/1"]],
  [{ op: "move", pointer: "/a", index: 0, to: 2 }, ["/a/2", "/a/0/b", "/a/1", "/a", "/ab/1"], ["/a/1", "/a/2/b", "/a/0", "/a", "/ab/1"]],
  [{ op: "move", pointer: "/a", index: 2, to: 1 }, ["/a/0", "/a/2/b", "/a/1", "/a", "/ab/1"], ["/a/0", "/a/2/b", "/a/1", "/a", "/ab/1"]],
  [{ op: "add", pointer: "/a", index: 2 }, ITEMS, ["/a/0", "/a/1/b", undefined, "/a", "/ab/1"]],
  [{ op: "put", pointer: "/a", entry: typed("x") }, ITEMS, ITEMS],
]) {
  test(`pointers follow ${edit.op} ${edit.index} ${edit.to ?? ""}`, () => {
    assert.deepEqual(ITEMS.map((pointer) => pointerAfter(pointer, edit)), after);
    assert.deepEqual(ITEMS.map((pointer) => pointerBefore(pointer, edit)), before);
  });
}

test("views of a model share what is pending, and number it together", () => {
  const model = new FakeModel({ fields: tags, entries: { state: "value" }, answered: {} });
  const [first, second] = [formEdits(model), formEdits(model)];

  const ids = [first, second, first].map((edits) => edits.add({ op: "add", pointer: "/tags", index: 0, to: 0 }));

  assert.deepEqual(ids.map(({ number }) => number), [1, 2, 3]);
  assert.equal(new Set(ids.map(({ page }) => page)).size, 1);
  assert.equal(second.root().fields.tags.items.length, 3);
  model.update({ answered: { [ids[0].page]: 3, "of another page": 9 } });
  assert.deepEqual(first.root(), { state: "value" });
});

test("what is pending for one action is not shown in the form of another", () => {
  const model = new FakeModel({ fields: tags, entries: { state: "value" }, answered: {}, action: "first" });
  const edits = formEdits(model);
  const id = edits.add({ op: "add", pointer: "/tags", index: 0, to: 0 });
  assert.equal(id.action, "first");

  model.update({ action: "second", entries: { state: "value", fields: {} } });

  assert.deepEqual(edits.root(), { state: "value", fields: {} });
});
