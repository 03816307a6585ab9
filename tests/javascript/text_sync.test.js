import assert from "node:assert/strict";
import { test } from "node:test";
import { applyTextEdit, editBetween, moved, rebased, textSync } from "../../kustomer_nb/widgets/lib/text_sync.js";

/** Numbers that look random and are the same each time. */
function randoms(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function randomEdit(random, text) {
  const start = random(text.length + 1);
  const removed = random(Math.min(4, text.length - start + 1));
  return { start, removed, inserted: "abcxyz".slice(random(6), 6).slice(0, random(4)) };
}

test("the edit between two texts makes one of the other", () => {
  const random = randoms(7);
  for (let n = 0; n < 500; n += 1) {
    const before = "aabbaabb".slice(0, random(9));
    const after = applyTextEdit(before, randomEdit(random, before));

    const edit = editBetween(before, after);

    assert.equal(edit ? applyTextEdit(before, edit) : before, after);
    assert.equal(edit === null, before === after);
  }
});

test("edits of different places both hold, in either order", () => {
  const base = "one two three";
  const first = { start: 0, removed: 3, inserted: "1" };
  const last = { start: 8, removed: 5, inserted: "3!" };

  assert.equal(applyTextEdit(applyTextEdit(base, first), rebased(last, first, base)), "1 two 3!");
  assert.equal(applyTextEdit(applyTextEdit(base, last), rebased(first, last, base)), "1 two 3!");
});

test("where both touch the same place, what was typed stays whole", () => {
  const random = randoms(3);
  for (let n = 0; n < 500; n += 1) {
    const base = "0123456789";
    const own = { ...randomEdit(random, base), inserted: "TYPED" };
    const other = randomEdit(random, base);

    const result = applyTextEdit(applyTextEdit(base, other), rebased(own, other, base));

    assert.match(result, /TYPED/, JSON.stringify([own, other]));
  }
});

test("an offset moves with the text before it", () => {
  const edit = { start: 4, removed: 2, inserted: "abc" };

  assert.deepEqual([2, 4, 5, 6, 9].map((offset) => moved(offset, edit)), [2, 4, 7, 7, 10]);
});

/** Python's side: it applies an edit of its version, and answers one of another version with nothing. */
function python(text) {
  const state = { text, version: 0, views: [], queue: [] };
  const tell = (edit) => {
    state.text = applyTextEdit(state.text, edit);
    state.version += 1;
    for (const view of state.views) view.inbox.push({ ...edit, version: state.version });
  };
  return {
    state,
    change: (edit) => tell({ view: "", revision: 0, ...edit }),
    /** Take the oldest message of a view. */
    step: () => {
      const edit = state.queue.shift();
      if (edit && edit.version === state.version) tell(edit);
    },
  };
}

function view(name, kernel) {
  const one = { inbox: [], field: kernel.state.text };
  one.sync = textSync(name, (edit) => kernel.state.queue.push(edit));
  one.sync.open(kernel.state.text, kernel.state.version);
  one.type = (edit) => {
    one.field = applyTextEdit(one.field, edit);
    one.sync.type(one.field);
  };
  one.read = () => {
    const message = one.inbox.shift();
    if (!message) return;
    const edit = one.sync.take(message);
    if (edit) one.field = applyTextEdit(one.field, edit);
    assert.equal(one.field, one.sync.text);
  };
  kernel.state.views.push(one);
  return one;
}

test("what is typed arrives, one edit at a time", () => {
  const kernel = python("ab");
  const page = view("p", kernel);

  page.type({ start: 2, removed: 0, inserted: "c" });
  page.type({ start: 3, removed: 0, inserted: "d" });
  assert.equal(kernel.state.queue.length, 1);
  kernel.step();
  page.read();
  kernel.step();
  page.read();

  assert.equal(kernel.state.text, "abcd");
  assert.equal(page.sync.isSettled, true);
});

test("an edit that Python did not apply, as its text was another by then, is sent again", () => {
  const kernel = python("one two");
  const page = view("p", kernel);

  page.type({ start: 7, removed: 0, inserted: "!" });
  kernel.change({ start: 0, removed: 3, inserted: "1" });
  kernel.step();
  page.read();
  kernel.step();
  page.read();

  assert.equal(kernel.state.text, "1 two!");
  assert.equal(page.field, "1 two!");
});

test("an edit that is missing is noticed", () => {
  const kernel = python("a");
  const page = view("p", kernel);

  assert.equal(page.sync.take({ view: "", revision: 0, version: 2, start: 0, removed: 0, inserted: "b" }), undefined);
  assert.equal(page.sync.take({ view: "", revision: 0, version: 0, start: 0, removed: 0, inserted: "b" }), null);
});

test("two pages and Python end with the same text, whatever comes when", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = randoms(seed);
    const kernel = python("0123456789");
    const pages = [view("p", kernel), view("q", kernel)];
    for (let n = 0; n < 40; n += 1) {
      const page = pages[random(2)];
      const what = random(5);
      if (what === 0) page.type(randomEdit(random, page.field));
      else if (what === 1) kernel.change(randomEdit(random, kernel.state.text));
      else if (what === 2) kernel.step();
      else page.read();
    }
    for (let n = 0; n < 400; n += 1) {
      kernel.step();
      for (const page of pages) page.read();
    }

    assert.deepEqual(pages.map((page) => page.field), [kernel.state.text, kernel.state.text], `seed ${seed}`);
    assert.ok(pages.every((page) => page.sync.isSettled));
  }
});
