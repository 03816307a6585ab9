import assert from "node:assert/strict";
import { test } from "node:test";
import { KERNEL_GONE, receive, send, sendOrNotice } from "../../kustomer_nb/widgets/lib/protocol.js";
import { FakeModel, mount } from "./page.js";

test("a message is sent as it is", () => {
  const model = new FakeModel({});

  send(model, { kind: "goto", line: 29 });

  assert.deepEqual(model.sent, [{ kind: "goto", line: 29 }]);
});

test("messages to one kernel are numbered, to whichever leaf they go", () => {
  const [form, bar, other] = ["a", "a", "b"].map((kernel) => new FakeModel({ _kernel: kernel }));

  send(form, { kind: "choices" });
  bar.isAlive = false;
  assert.throws(() => send(bar, { kind: "run" }));
  bar.isAlive = true;
  send(bar, { kind: "ask" });
  send(other, { kind: "ask" });

  const sent = [form, bar, other].map((model) => model.sent[0].sent);
  assert.deepEqual(sent.map(({ number }) => number), [1, 2, 1]);
  assert.equal(sent[0].page, sent[1].page);
  assert.notEqual(sent[0].page, sent[2].page);
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
