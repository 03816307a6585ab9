import assert from "node:assert/strict";
import { test } from "node:test";
import runBar from "../../kustomer_nb/widgets/run_bar.js";
import { FakeModel, mount } from "./page.js";

/** What was sent, without the questions whether the kernel is there. */
const told = (model) => model.sent.filter(({ kind }) => kind !== "ping");

function bar(more = {}) {
  const traits = {
    actions: [],
    action: { name: "shop.find", short: "find", index: 0 },
    request_line: {},
    profiles: [],
    profile: { name: "sandbox", label: "the test shop", colour: "green", asks: "asks first", words: "POST need confirmation", hosts: "https://a.b" },
    modes: [],
    mode: "live",
    busy: {},
    head: { state: "idle", words: "Not run yet" },
    refusal: {},
    question: {},
    approvals: [],
    faults: [],
    turn: 4,
    ...more,
  };
  const model = new FakeModel(traits);
  const el = mount();
  const controller = new AbortController();
  runBar.render({ model, el, signal: controller.signal });
  return { model, el, chip: el.querySelector(".knb-profile"), run: el.querySelector(".knb-run"), controller };
}

test("the chip of the profile says what it is, and its name holds what is seen and the rest of it", () => {
  const { chip } = bar();

  assert.equal(chip.querySelector("b").textContent, "Profile: sandbox");
  assert.equal(chip.getAttribute("aria-label"), "Profile: sandbox, asks first. the test shop, POST need confirmation, https://a.b.");
});

test("without a profile the chip says that, and no empty parts", () => {
  const { chip } = bar({ profile: { name: "", label: "", colour: "grey", asks: "asks for remote hosts", words: "", hosts: "" } });

  assert.equal(chip.querySelector("b").textContent, "No profile");
  assert.equal(chip.getAttribute("aria-label"), "No profile, asks for remote hosts.");
});

test("an approval that holds is in the name too, and a profile that cannot be read leaves nothing odd", () => {
  const approvals = [{ action: "shop.find", profile: "sandbox", minutes: 15, is_current: true }];

  assert.match(bar({ approvals }).chip.getAttribute("aria-label"), /^Profile: sandbox, asks in 15 min\. /);
  assert.equal(bar({ profile: {} }).chip.getAttribute("aria-label"), "No profile.");
});

test("an approval of another host is not said to hold", () => {
  const approvals = [{ action: "shop.find", profile: "sandbox", minutes: 15, is_current: false }];

  assert.match(bar({ approvals }).chip.getAttribute("aria-label"), /^Profile: sandbox, asks first\. /);
});

const QUESTION = { id: "5f", asks: "button", method: "POST", host: "api.shop.com", target: "api.shop.com", name: "sandbox", every_time: false, reason: "This can modify data.", before: "" };

function submit(el) {
  el.querySelector(".knb-pop-guard form").dispatchEvent(new Event("submit", { cancelable: true }));
}

/** Wait for longer than two presses that count as one, and than it takes to say that a press waits. */
function wait(milliseconds = 650) {
  return new Promise((go) => setTimeout(go, milliseconds));
}

test("a press names itself and what the page knew, and the next one waits for the answer", async () => {
  const { model, el, run, controller } = bar();

  run.click();
  await wait();
  run.click();
  await wait();
  run.click();

  assert.equal(told(model).length, 1);
  const [{ press, ...rest }] = told(model);
  assert.deepEqual(rest, { kind: "run", turn: 4 });
  assert.match(el.querySelector(".knb-status").textContent, /^Waiting for the kernel…/);

  model.emit("msg:custom", { kind: "pressed", press: "another view" });
  await wait();
  run.click();
  assert.equal(told(model).length, 1);

  model.emit("msg:custom", { kind: "pressed", press });
  assert.match(el.querySelector(".knb-status").textContent, /^Not run yet/);
  await wait();
  run.click();
  assert.equal(told(model).length, 2);
  assert.notEqual(told(model)[1].press, press);
  controller.abort();
});

test("an answer names its question, whatever is shown meanwhile", () => {
  const { model, el, run } = bar({ question: QUESTION });

  run.click();
  model.set("question", { ...QUESTION, id: "60", target: "live.shop.com" });
  submit(el);

  const [{ press, ...rest }] = told(model);
  assert.deepEqual(rest, { kind: "allow", question: "5f", until: "minutes", typed: "" });
  assert.ok(press);
});

test("a refusal shows the question in the view that pressed, and in no other", () => {
  const { model, el, run } = bar();
  const isOpen = () => el.querySelector(".knb-pop-guard").matches(":popover-open");

  run.click();
  const [{ press }] = told(model);
  model.set("question", QUESTION);
  model.emit("msg:custom", { kind: "question", press: "knb-other knb-1" });
  assert.equal(isOpen(), false);

  model.emit("msg:custom", { kind: "question", press });
  assert.equal(isOpen(), true);
  assert.match(el.querySelector(".knb-guardwords").textContent, /^POST of find with profile sandbox\. This can modify data\.$/);
  submit(el);
  assert.equal(told(model)[1].question, "5f");
});

test("a name that is typed every time leaves no choice of when it is asked again", () => {
  const { el, run } = bar({ question: { ...QUESTION, asks: "name", every_time: true, before: "POST to a.b", reason: "Last time it was POST to a.b." } });

  run.click();

  assert.equal(el.querySelector(".knb-pop-guard select"), null);
  assert.match(el.querySelector(".knb-ask").textContent, /every time$/);
});

for (const [kind, selector] of [
  ["profile", ".knb-profile + .knb-pop"],
  ["mode", ".knb-mode"],
]) {
  test(`Run leads to the ${kind} where only another one helps`, () => {
    const { model, el, run } = bar({ refusal: { kind, words: "KNB805 there is no such", targets: [] } });

    run.click();

    const target = el.querySelector(selector);
    assert.ok(target === document.activeElement || target.matches(":popover-open"));
    assert.deepEqual(told(model), []);
  });
}

/** The key of Run, with the time of the last character that was typed in the workbench. */
const pressKey = (el, typed) => el.dispatchEvent(new CustomEvent("knb-press", { detail: { typed } }));

test("a second press right after the first sends nothing, unless something was typed in between", () => {
  const { model, el } = bar();

  pressKey(el, -Infinity);
  for (const { press } of told(model)) model.emit("msg:custom", { kind: "pressed", press });
  pressKey(el, -Infinity);
  assert.equal(told(model).length, 1);

  pressKey(el, performance.now());
  assert.equal(told(model).length, 2);
});
