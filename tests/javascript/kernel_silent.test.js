// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { whenKernelIsSilent } from "../../kustomer_nb/widgets/lib/kernel_gone.js";

function aKernel() {
  /** @type {Map<string, (content: any) => void>} */
  const listeners = new Map();
  const model = {
    /** @param {string} name @param {(content: any) => void} act */
    on: (name, act) => void listeners.set(name, act),
    /** @param {string} name */
    off: (name) => void listeners.delete(name),
  };
  const answer = () => listeners.get("msg:custom")?.({ kind: "pong" });
  return { model, answer };
}

test("a kernel that does not answer in time is silent, until it answers", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { model, answer } = aKernel();
  /** @type {boolean[]} */
  const told = [];
  const ask = whenKernelIsSilent(model, () => true, (isSilent) => told.push(isSilent), new AbortController().signal);

  ask();
  context.mock.timers.tick(5000);
  // A later question does not put off the time of the first.
  ask();
  context.mock.timers.tick(5000);
  answer();

  assert.deepEqual(told, [true, false]);
});

test("a kernel that answers is never silent, nor one that cannot be asked, nor a view that is gone", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { model, answer } = aKernel();
  /** @type {boolean[]} */
  const told = [];
  const controller = new AbortController();
  let isThere = true;
  const ask = whenKernelIsSilent(model, () => isThere, (isSilent) => told.push(isSilent), controller.signal);

  ask();
  answer();
  context.mock.timers.tick(60_000);
  isThere = false;
  assert.equal(ask(), false);
  context.mock.timers.tick(60_000);
  isThere = true;
  ask();
  controller.abort();
  context.mock.timers.tick(60_000);

  assert.deepEqual(told, [false]);
});
