import assert from "node:assert/strict";
import { test } from "node:test";
import { mount } from "./page.js";
import { drawnLines } from "../../kustomer_nb/widgets/lib/drawn_lines.js";

/** A layer that shows words, and how many elements were made for it. */
function layerOf() {
  const layer = mount();
  const draw = drawnLines(layer);
  let count = 0;
  const show = (words, first = 0) => {
    count = 0;
    draw(
      first,
      first + words.length,
      (line) => `${line} ${words[line - first]}`,
      (line) => {
        count += 1;
        const row = document.createElement("div");
        row.textContent = words[line - first];
        return row;
      },
    );
    assert.deepEqual(
      [...layer.children].map((row) => row.textContent),
      words,
    );
    return count;
  };
  return { layer, show };
}

test("a line that shows what it showed stays the same element", () => {
  const { layer, show } = layerOf();

  assert.equal(show(["a", "b", "c", "d"]), 4);
  const [first, , third] = layer.children;
  assert.equal(show(["a", "bx", "c", "d"]), 1);

  assert.deepEqual([layer.children[0] === first, layer.children[2] === third], [true, true]);
});

test("lines that scroll into sight are added, and others are removed", () => {
  const { show } = layerOf();

  show(["a", "b", "c", "d"]);
  assert.equal(show(["c", "d", "e", "f"], 2), 2);
  assert.equal(show(["a", "b", "c"]), 2);
  assert.equal(show([]), 0);
  assert.equal(show(["a", "a"]), 2);
});
