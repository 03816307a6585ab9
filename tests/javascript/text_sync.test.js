import assert from "node:assert/strict";
import { test } from "node:test";
import { applyTextEdit, bothRebased, editBetween, editOfSelection, moved, textSync } from "../../kustomer_nb/widgets/lib/text_sync.js";

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

  assert.equal(applyTextEdit(applyTextEdit(base, first), bothRebased(last, first, base)[0]), "1 two 3!");
  assert.equal(applyTextEdit(applyTextEdit(base, last), bothRebased(first, last, base)[0]), "1 two 3!");
});

test("where both touch the same place, what was typed stays whole", () => {
  const random = randoms(3);
  for (let n = 0; n < 500; n += 1) {
    const base = "0123456789";
    const own = { ...randomEdit(random, base), inserted: "TYPED" };
    const other = randomEdit(random, base);

    const result = applyTextEdit(applyTextEdit(base, other), bothRebased(own, other, base)[0]);

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

test("two edits of the same text end the same in either order", () => {
  const random = randoms(5);
  for (let n = 0; n < 2000; n += 1) {
    const base = "0123456789";
    const [own, other] = [randomEdit(random, base), randomEdit(random, base)];

    const [ownAfter, otherAfter] = bothRebased(own, other, base);

    const one = applyTextEdit(applyTextEdit(base, other), ownAfter);
    assert.equal(applyTextEdit(applyTextEdit(base, own), otherAfter), one, JSON.stringify([own, other]));
  }
});

test("of equal characters those at the caret were typed or deleted", () => {
  assert.deepEqual(editBetween("aaa", "aaaa", 2), { start: 1, removed: 0, inserted: "a" });
  assert.deepEqual(editBetween("a ** b ** c", "a ** c", 2), { start: 2, removed: 5, inserted: "" });
  assert.deepEqual(editBetween("abc", "aXc", 0), { start: 1, removed: 1, inserted: "X" });
});

test("what replaced a selection is one edit, also where it has the same characters", () => {
  assert.deepEqual(editOfSelection("x **** y", "x ****** y", { start: 2, end: 6 }, 8), { start: 2, removed: 4, inserted: "******" });
  assert.deepEqual(editOfSelection("x **** y", "x **** y", { start: 2, end: 6 }, 6), { start: 2, removed: 4, inserted: "****" });
  assert.deepEqual(editOfSelection("abc", "ac", { start: 2, end: 2 }, 1), { start: 1, removed: 1, inserted: "" });
});

test("an edit does not begin or end within an emoji", () => {
  const before = '{"a": "\u{1F600}"}';

  for (const after of ['{"a": "\u{1F601}"}', '{"a": "\u{1F601}\u{1F600}"}', '{"a": "\u{1F600}\u{1F601}"}', '{"a": "\u{1FA00}"}', '{"a": ""}']) {
    for (const caret of [undefined, 7, after.length - 2]) {
      const edit = editBetween(before, after, caret);

      assert.equal(applyTextEdit(before, edit), after);
      const texts = [before.slice(0, edit.start), before.slice(edit.start + edit.removed), edit.inserted];
      assert.deepEqual(texts.map((text) => text.isWellFormed()), [true, true, true], JSON.stringify(edit));
    }
  }
});

test("an edit that is refused is not sent again, and what was typed after it is kept", () => {
  const kernel = python("one two");
  const page = view("p", kernel);
  page.type({ start: 7, removed: 0, inserted: "!" });
  page.type({ start: 0, removed: 0, inserted: "> " });
  const [refused] = kernel.state.queue.splice(0);

  page.sync.open("one two", 0, refused);
  page.sync.open("one two", 0, { view: "", revision: 0 });

  assert.equal(page.sync.text, "> one two");
  assert.deepEqual(kernel.state.queue.map((edit) => edit.inserted), ["> "]);
});

test("the text that another view asked for does not make an edit twice", () => {
  const kernel = python("one");
  const page = view("p", kernel);
  page.type({ start: 3, removed: 0, inserted: "!" });

  page.sync.open("one", 0, { view: "", revision: 0 });
  for (let n = 0; n < 3; n += 1) {
    kernel.step();
    page.read();
  }

  assert.equal(kernel.state.text, "one!");
  assert.equal(page.sync.text, "one!");
});

test("what is typed in two places keeps what another view typed between them", () => {
  const kernel = python("abcdef");
  const [page, other] = [view("p", kernel), view("q", kernel)];
  page.type({ start: 1, removed: 0, inserted: "-" });
  page.type({ start: 1, removed: 0, inserted: "X" });
  page.type({ start: 7, removed: 0, inserted: "Y" });
  kernel.change({ start: 3, removed: 0, inserted: "Z" });
  for (let n = 0; n < 20; n += 1) {
    kernel.step();
    page.read();
    other.read();
  }

  assert.equal(kernel.state.text, "aX-bcZdeYf");
  assert.deepEqual([page.field, other.field], [kernel.state.text, kernel.state.text]);
});

test("nothing that is typed is lost while two views and Python type", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = randoms(seed);
    const kernel = python("0123456789");
    const pages = [view("p", kernel), view("q", kernel)];
    let typed = "";
    for (let n = 0; n < 60; n += 1) {
      const page = pages[random(2)];
      const what = random(5);
      const mark = String.fromCharCode(0x4e00 + typed.length);
      if (what <= 1) page.type({ start: random(page.field.length + 1), removed: 0, inserted: mark });
      if (what === 2) kernel.change({ start: random(kernel.state.text.length + 1), removed: 0, inserted: mark });
      if (what <= 2) typed += mark;
      if (what === 3) kernel.step();
      if (what === 4) page.read();
    }
    for (let n = 0; n < 600; n += 1) {
      kernel.step();
      for (const page of pages) page.read();
    }

    assert.deepEqual([...typed].filter((mark) => !kernel.state.text.includes(mark)), [], `seed ${seed}`);
    assert.deepEqual(pages.map((page) => page.field), [kernel.state.text, kernel.state.text], `seed ${seed}`);
  }
});

test("a word that is typed while Python is busy is sent in one message, stars each in their own", () => {
  const kernel = python("");
  const page = view("p", kernel);
  for (const [start, inserted] of [..."abc**"].entries()) page.type({ start, removed: 0, inserted });
  const sent = [];
  for (let n = 0; n < 9; n += 1) {
    sent.push(...kernel.state.queue.map((edit) => edit.inserted));
    kernel.step();
    page.read();
  }

  assert.deepEqual(sent, ["a", "bc", "*", "*"]);
  assert.equal(kernel.state.text, "abc**");
});
