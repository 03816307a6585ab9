import assert from "node:assert/strict";
import { test } from "node:test";
import problemsView from "../../kustomer_nb/widgets/problems_view.js";
import { whenKernelGoes } from "../../kustomer_nb/widgets/lib/kernel_gone.js";
import { FakeModel, mount } from "./page.js";

/** A signal of JupyterLab. */
class HostSignal {
  acts = new Set();
  connect(act) {
    this.acts.add(act);
  }
  disconnect(act) {
    this.acts.delete(act);
  }
  emit(...values) {
    for (const act of this.acts) act(...values);
  }
}

function follow(more = {}) {
  const model = Object.assign(new FakeModel({}), more);
  const controller = new AbortController();
  const el = mount();
  let count = 0;
  whenKernelGoes(model, el, () => (count += 1), controller.signal);
  return { model, el, controller, count: () => count };
}

function hosted() {
  const kernel = { statusChanged: new HostSignal(), disposed: new HostSignal() };
  return { kernel, ...follow({ widget_manager: { kernel } }) };
}

const later = () => new Promise((resolve) => setTimeout(resolve));

test("a host that says that comms went is believed when nothing can be sent", async () => {
  const { model, count } = follow();

  model.isAlive = false;
  model.emit("comm_live_update");
  await later();

  assert.equal(count(), 1);
});

test("a host that says that comms are back changes nothing", async () => {
  const { model, count } = follow();

  model.emit("comm_live_update");
  await later();

  assert.equal(count(), 0);
  assert.deepEqual(model.sent, [{ kind: "ping" }]);
});

for (const status of ["restarting", "autorestarting", "terminating", "dead"]) {
  test(`a kernel of JupyterLab that is ${status} is gone at once`, () => {
    const { kernel, count } = hosted();

    kernel.statusChanged.emit(kernel, status);

    assert.equal(count(), 1);
  });
}

for (const status of ["busy", "idle", "starting", "unknown", "connecting"]) {
  test(`a kernel of JupyterLab that is ${status} is there`, () => {
    const { kernel, count } = hosted();

    kernel.statusChanged.emit(kernel, status);

    assert.equal(count(), 0);
  });
}

test("another kernel in its place is told", () => {
  const { kernel, count } = hosted();

  kernel.disposed.emit(kernel);

  assert.equal(count(), 1);
});

test("a view that was removed listens no more", async () => {
  const { kernel, model, controller, count } = hosted();

  controller.abort();
  kernel.statusChanged.emit(kernel, "dead");
  kernel.disposed.emit(kernel);
  model.isAlive = false;
  model.emit("comm_live_update");
  await later();

  assert.equal(count(), 0);
  assert.equal(kernel.statusChanged.acts.size + kernel.disposed.acts.size, 0);
});

for (const widget_manager of [undefined, {}, { kernel: null }, { kernel: {} }]) {
  test(`a host without a kernel to look at tells by what is not sent: ${JSON.stringify(widget_manager)}`, () => {
    const { el, count } = follow({ widget_manager });

    el.dispatchEvent(new CustomEvent("knb-kernel-gone"));

    assert.equal(count(), 1);
  });
}

test("a part that is alone says it where it shows its notices", () => {
  const kernel = { statusChanged: new HostSignal(), disposed: new HostSignal() };
  const model = Object.assign(new FakeModel({ problems: [], groups: [], head: {}, is_compact: false }), { widget_manager: { kernel } });
  const el = mount();
  const controller = new AbortController();
  problemsView.render({ model, el, signal: controller.signal });

  kernel.statusChanged.emit(kernel, "restarting");

  assert.equal(el.querySelector(".knb-notice").textContent, "Kernel disconnected. Run the cell again.");
  controller.abort();
});
