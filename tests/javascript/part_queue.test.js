// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { partQueue } from "../../kustomer_nb/widgets/lib/part_queue.js";

/** A queue and what it sent; the first message is of version 1. */
function aQueue() {
  /** @type {any[]} */
  const sent = [];
  const state = { isAlive: true, idle: 0 };
  const queue = partQueue({
    send: (message) => {
      if (state.isAlive) sent.push(message);
      return state.isAlive;
    },
    onDone: () => {},
    onIdle: () => {
      state.idle += 1;
    },
  });
  queue.drawn(1);
  /** @param {Record<string, any>} [more] */
  const answer = (more = {}) => {
    const { seq, pointer, version } = sent.at(-1);
    queue.done({ kind: "part_done", seq, pointer: pointer ?? "", problem: "", places: [], version, ...more });
  };
  return { queue, sent, state, answer };
}

test("one edit at a time is told, and of a field only its latest text", () => {
  const { queue, sent, answer } = aQueue();

  queue.add("/a", "text", "1");
  queue.add("/b", "text", "2");
  queue.add("/b", "text", "23");
  assert.deepEqual(sent.map(({ pointer, text }) => [pointer, text]), [["/a", "1"]]);
  answer();
  assert.deepEqual(sent.map(({ pointer, text }) => [pointer, text]), [["/a", "1"], ["/b", "23"]]);
  answer();
  assert.equal(queue.isBusy, false);
});

test("what is typed waits for a removal, and follows its version", () => {
  const { queue, sent, answer } = aQueue();

  queue.act("/a", (place) => ({ kind: "remove_part", ...place }));
  queue.add("/b", "text", "x");
  assert.equal(sent.length, 1);
  answer({ version: 2 });

  assert.deepEqual([sent[1].pointer, sent[1].version], ["/b", 2]);
});

test("what something else changed does not become known", () => {
  const { queue, sent, answer } = aQueue();

  queue.add("/l/1", "text", "x");
  queue.add("/l/1", "text", "xy");
  answer({ version: 1, problem: "changed elsewhere" });

  assert.equal(sent[1].version, 1);
});

test("texts go along with a row that is renamed", () => {
  const { queue, sent, answer } = aQueue();

  queue.add("/o", "name", "p");
  queue.add("/o/x", "text", "1");
  queue.add("/other", "text", "2");
  answer({ pointer: "/p", version: 2 });
  assert.equal(sent[1].pointer, "/p/x");
  assert.equal(queue.now("/o/x"), "/p/x");
  answer();
  assert.equal(sent[2].pointer, "/other");
  queue.drawn(2);
  assert.equal(queue.now("/o/x"), "/o/x");
});

test("a text that is refused is kept with its problem until it is taken", () => {
  const { queue, answer } = aQueue();

  queue.add("/a", "json", "[1,");
  answer({ problem: "no JSON" });
  assert.deepEqual([queue.refusedAt("/a:json"), queue.problemOf("/a")], ["[1,", "no JSON"]);
  queue.add("/a", "json", "[1]");
  answer();
  assert.deepEqual([queue.refusedAt("/a:json"), queue.problemOf("/a")], [undefined, ""]);
});

test("what could not be sent is told later", () => {
  const { queue, sent, state } = aQueue();

  state.isAlive = false;
  queue.add("/a", "text", "1");
  assert.equal(queue.isBusy, true);
  state.isAlive = true;
  queue.add("/b", "text", "2");

  assert.deepEqual(sent.map(({ pointer }) => pointer), ["/a"]);
});

test("the answer to another view is none of this one", () => {
  const { queue, sent, answer } = aQueue();

  queue.add("/a", "text", "1");
  answer({ seq: sent[0].seq + 1 });

  assert.equal(queue.isBusy, true);
});
