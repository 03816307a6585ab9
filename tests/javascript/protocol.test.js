import assert from "node:assert/strict";
import { test } from "node:test";
import { KERNEL_GONE, receive, send, sendOrNotice } from "../../kustomer_nb/widgets/lib/protocol.js";
import { FakeModel, mount } from "./page.js";

test("a message is sent as it is", () => {
  const model = new FakeModel({});

  send(model, { kind: "goto", line: 29 });

  assert.deepEqual(model.sent, [{ kind: "goto", line: 29 }]);
});

test("without a kernel the page says so and what to do", () => {
  const model = new FakeModel({});
  model.isAlive = false;
  const notice = mount();

  assert.equal(sendOrNotice(model, { kind: "run" }, notice), false);
  assert.equal(notice.textContent, KERNEL_GONE);
  assert.throws(() => send(model, { kind: "run" }));
});

test("messages of other kinds, and those after the view is gone, are not heard", () => {
  const model = new FakeModel({});
  const controller = new AbortController();
  const heard = [];
  receive(model, "text", (message) => heard.push(message.text), controller.signal);

  model.emit("msg:custom", { kind: "focus", pointer: "/a" });
  model.emit("msg:custom", { kind: "text", from: 0, text: "a" });
  model.emit("msg:custom", null);
  controller.abort();
  model.emit("msg:custom", { kind: "text", from: 1, text: "b" });

  assert.deepEqual(heard, ["a"]);
});
