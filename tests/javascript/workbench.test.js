import assert from "node:assert/strict";
import { test } from "node:test";
import workbench from "../../kustomer_nb/widgets/workbench.js";
import { FakeModel, mount } from "./page.js";

const LEAVES = ["bar", "problems", "settings", "form", "definition", "preview", "response", "output", "history"];

/** A view of a workbench whose leaves tell which events reach them. */
async function view(model = new FakeModel({ ended: 0, is_busy: false, counts: { inputs: 0, differences: 0 }, file: {}, ...Object.fromEntries(LEAVES.map((name) => [name, name])) })) {
  const events = [];
  const host = {
    getWidget: async (name) => ({
      render: ({ el }) => {
        for (const kind of ["knb-press", "knb-open", "knb-focus-field"]) el.addEventListener(kind, ({ detail }) => events.push([name, kind, detail]));
      },
    }),
  };
  const el = mount();
  const controller = new AbortController();
  await workbench.render({ model, el, signal: controller.signal, host });
  const toast = () => el.querySelector(".knb-toasts").textContent;
  const selected = () => [...el.querySelectorAll("[role=tab][aria-selected=true]")].map((tab) => tab.textContent);
  return { model, el, events, toast, selected, controller };
}

test("what happened once is shown once: a view that is opened later repeats nothing and sends nothing", async () => {
  const { model, events, toast, selected, controller } = await view();
  model.emit("msg:custom", { kind: "reveal", leaf: "definition", target: "7" });
  model.emit("msg:custom", { kind: "reveal", leaf: "settings", target: "shop.default.token" });
  model.emit("msg:custom", { kind: "toast", id: 3, text: "Sample updated: id.", is_bad: false, can_undo: true });
  assert.match(selected()[0], /^Definition/);
  assert.match(toast(), /^Sample updated: id\.Undo/);
  assert.deepEqual(events, [["settings", "knb-open", "shop.default.token"]]);

  const later = await view(model);

  assert.match(later.selected()[0], /^Inputs/);
  assert.equal(later.toast(), "");
  assert.deepEqual(later.events, []);
  assert.deepEqual(model.sent, []);
  for (const each of [controller, later.controller]) each.abort();
});

test("no message of Python presses Run", async () => {
  const { model, events, controller } = await view();

  model.emit("msg:custom", { kind: "reveal", leaf: "bar", target: "run" });

  assert.deepEqual([events, model.sent], [[], []]);
  controller.abort();
});

test("Undo names the message that offered it", async () => {
  const { model, el, controller } = await view();

  model.emit("msg:custom", { kind: "toast", id: 3, text: "Sample updated.", is_bad: false, can_undo: true });
  el.querySelector(".knb-toasts .knb-small").click();

  assert.deepEqual(model.sent, [{ kind: "undo", toast: 3 }]);
  controller.abort();
});

test("a refusal without a place says why", async () => {
  const { el, model, toast, controller } = await view();

  el.querySelector(".knb-place-bar .knb-leaf").dispatchEvent(new CustomEvent("knb-reveal", { bubbles: true, detail: { kind: "definition", words: "KNB301 the template ends too early.", targets: [], line: 0 } }));

  assert.match(toast(), /^KNB301 the template ends too early\./);
  assert.deepEqual(model.sent, []);
  controller.abort();
});

test("what is not saved can be saved from anywhere, and its key saves the notebook otherwise", async () => {
  const { model, el, controller } = await view();
  const saved = [];
  el.querySelector(".knb-place-definition_form .knb-leaf").addEventListener("knb-save", () => saved.push("form"));
  const chip = el.querySelector(".knb-unsaved");
  const press = () => {
    const event = new KeyboardEvent("keydown", { key: "s", ctrlKey: true, bubbles: true, cancelable: true });
    el.querySelector(".knb-right [role=tab]").dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.deepEqual([chip.hidden, press(), saved], [true, false, []]);

  model.set("has_file", true);
  model.set("unsaved", "shop.json has changes that are not saved.");
  assert.deepEqual([chip.hidden, chip.title], [false, "shop.json has changes that are not saved. Save them (Ctrl+S)"]);
  assert.equal(press(), true);
  chip.click();
  assert.deepEqual(saved, ["form", "form"]);

  model.set("unsaved", "");
  assert.deepEqual([chip.hidden, press(), saved.length], [true, false, 2]);
  controller.abort();
});

test("unsaved edits of an earlier session are told with what can be done, and each button says what it is", async () => {
  const { model, el, controller } = await view();
  const banner = el.querySelector(".knb-draft");
  const titles = () => [...banner.querySelectorAll("button")].map((button) => button.textContent || button.querySelector("[aria-label]")?.getAttribute("aria-label"));
  assert.equal(banner.hidden, true);

  model.set("draft", { state: "offered", words: "shop.json has changed since your unsaved edits of <b>10:31.", diff: "" });
  assert.equal(banner.hidden, false);
  assert.match(banner.textContent, /edits of <b>10:31/);
  assert.deepEqual(titles().slice(0, 3), ["Restore Unsaved Edits", "Compare", "Discard"]);
  for (const button of [...banner.querySelectorAll("button")]) button.click();
  assert.deepEqual(model.sent, ["restore", "compare", "discard", "dismiss"].map((act) => ({ kind: "draft", act })));

  model.set("draft", { state: "restored", words: "Unsaved edits of 10:31 were restored.", diff: "-a\n+<i>b" });
  assert.deepEqual(titles().slice(0, 3), ["Undo", "Compare", "Discard"]);
  assert.equal(banner.querySelector(".knb-change").textContent, "-a\n+<i>b");
  assert.equal(banner.querySelector("[aria-expanded]").getAttribute("aria-expanded"), "true");

  model.set("draft", { state: "elsewhere", words: "Another kernel has unsaved edits of 10:31.", diff: "" });
  assert.deepEqual(titles().slice(0, 1), ["Compare"]);
  model.set("draft", { state: "", words: "", diff: "" });
  assert.equal(banner.hidden, true);
  controller.abort();
});

test("a kernel that goes tells what becomes of unsaved changes, as Python said it", async () => {
  const kernel = { statusChanged: { connect: (act) => (kernel.act = act), disconnect() {} } };
  const model = Object.assign(new FakeModel({ counts: {}, file: {}, unsaved_without_kernel: "They are restored then.", ...Object.fromEntries(LEAVES.map((name) => [name, name])) }), { widget_manager: { kernel } });
  const { el, controller } = await view(model);

  kernel.act(kernel, "restarting");

  assert.match(el.querySelector(".knb-nokernel").textContent, /until then\. They are restored then\.$/);
  controller.abort();
});
