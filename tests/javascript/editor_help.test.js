import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mount } from "./page.js";
import { editorHelp } from "../../kustomer_nb/labextension/modules/editor.js";

const PAUSE = 250;
/** As often as a loop would have gone round. */
const MANY = 20;

/** As much of CodeMirror as is used: effects and fields that keep nothing. */
const effect = { of: (value) => ({ value }) };
const state = { StateEffect: { define: () => effect, appendConfig: effect }, StateField: { define: () => ({}) } };
const view = {
  Decoration: {},
  hoverTooltip: () => ({}),
  EditorView: { editorAttributes: effect, announce: effect, domEventHandlers: () => ({}) },
};

/** A kernel that is busy while it answers a request, and idle after it, as each one is. */
function kernelOf(content) {
  const acts = [];
  const kernel = { requests: 0, status: "idle", info: Promise.resolve({ language_info: { name: "python" } }) };
  kernel.statusChanged = { connect: (act) => acts.push(act), disconnect: (act) => acts.splice(acts.indexOf(act), 1) };
  kernel.become = (status) => {
    kernel.status = status;
    for (const act of [...acts]) act(kernel, status);
  };
  kernel.requestExecute = () => {
    kernel.requests += 1;
    kernel.become("busy");
    const done = new Promise((answer) => setImmediate(() => answer({ content })));
    // After the reply, as in a real kernel.
    void done.then(() => setImmediate(() => kernel.become("idle")));
    return { done, dispose() {} };
  };
  return kernel;
}

/** An editor of a file with a definition, whose help asks a kernel. */
function opened(kernel) {
  const dom = mount();
  dom.className = "jp-FileEditor";
  const text = '{"app": "shop"}';
  const doc = { length: text.length, toString: () => text, sliceString: (start, end) => text.slice(start, end) };
  const editor = { dom, dispatched: [], hasFocus: false, state: { doc, readOnly: false, field: () => null } };
  editor.dispatch = (change) => editor.dispatched.push(change);
  const sessionContext = { session: { kernel }, statusChanged: kernel.statusChanged };
  const widget = { node: dom, context: { path: "a.json", sessionContext } };
  const commands = new Map();
  const app = {
    shell: { currentWidget: widget },
    commands: { hasCommand: () => false, addCommand: (name, command) => commands.set(name, command) },
  };
  const packages = {
    "@codemirror/state": state,
    "@codemirror/view": view,
    "@jupyterlab/apputils": {},
    "@jupyterlab/services": { ServerConnection: {} },
    "@jupyterlab/coreutils": { PageConfig: { getOption: () => "" }, Text: {} },
  };
  const help = editorHelp({ editors: { find: (test) => [widget].find(test) } }, packages, app);
  return { editor, commands, follower: help.follow(editor) };
}

test("each command of the editor has its keys in the settings, where a person changes them", () => {
  const { commands } = opened(kernelOf({ status: "ok" }));
  const file = new URL("../../kustomer_nb/labextension/schemas/kustomer-nb/editor.json", import.meta.url);
  const shortcuts = JSON.parse(readFileSync(file, "utf-8"))["jupyter.lab.shortcuts"];

  assert.deepEqual(shortcuts.map(({ command }) => command).sort(), [...commands.keys()].sort());
  // Everywhere else, the keys are those of JupyterLab.
  assert.deepEqual([...new Set(shortcuts.map(({ selector }) => selector))], [".knb-lab-editor"]);
  assert.equal(new Set(shortcuts.map(({ keys }) => keys.join())).size, shortcuts.length);
});

/** Let as much time pass as a loop needs for many rounds. */
async function wait(timers, rounds = MANY) {
  for (let round = 0; round < rounds; round += 1) {
    timers.tick(PAUSE);
    for (let turn = 0; turn < 6; turn += 1) await new Promise(setImmediate);
  }
}

test("a kernel that has no answer is asked once for a text, and again after a restart", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { timers } = context.mock;
  const kernel = kernelOf({ status: "ok", user_expressions: { value: { status: "ok", data: { "text/plain": "None" } } } });
  opened(kernel);

  await wait(timers);
  assert.equal(kernel.requests, 1);
  kernel.become("restarting");
  kernel.become("idle");
  await wait(timers);
  assert.equal(kernel.requests, 2);
});

test("a kernel that evaluates nothing and has no kustomer_nb is asked for both once", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const kernel = kernelOf({ status: "ok", user_expressions: {} });
  const { requestExecute } = kernel;
  kernel.requestExecute = ({ code }) => {
    const asked = requestExecute();
    return code ? { ...asked, done: asked.done.then(() => ({ content: { status: "error", ename: "ModuleNotFoundError" } })) } : asked;
  };
  const { follower } = opened(kernel);

  await wait(context.mock.timers);
  follower.update({ docChanged: true, focusChanged: false });
  await wait(context.mock.timers);

  assert.equal(kernel.requests, 2);
});

test("a kernel whose answer fails is asked once for each change", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const kernel = kernelOf({ status: "ok", user_expressions: { value: { status: "error", ename: "ValueError" } } });
  const { follower } = opened(kernel);

  await wait(context.mock.timers);
  assert.equal(kernel.requests, 1);
  follower.update({ docChanged: true, focusChanged: false });
  await wait(context.mock.timers);
  assert.equal(kernel.requests, 2);
});

test("read-only text is not changed by a fix or a new name, and that is reported", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const fixes = [{ title: "Fix it", code: "KNB1", edits: [{ start: 0, end: 1, text: "x" }] }];
  const kernel = kernelOf({ status: "ok", user_expressions: { value: { data: { "application/json": { problems: [], fixes, name: "a" } } } } });
  for (const name of ["kustomer-nb:fix-problem", "kustomer-nb:rename-input"]) {
    const { editor, commands, follower } = opened(kernel);
    Object.assign(editor, { hasFocus: true, focus() {} });
    editor.state.readOnly = true;
    editor.state.selection = { main: { from: 0, to: 0, head: 0 } };
    follower.update({ docChanged: false, focusChanged: true });

    await commands.get(name).execute();

    assert.ok(editor.dispatched.some(({ effects }) => effects?.value === "This text is read-only."), name);
    assert.ok(editor.dispatched.every(({ changes }) => changes === undefined));
  }
});

test("a text that is typed while the kernel works is checked when it is idle", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const kernel = kernelOf({ status: "ok", user_expressions: { value: { data: { "application/json": { problems: [] } } } } });
  kernel.status = "busy";
  opened(kernel);

  await wait(context.mock.timers);
  assert.equal(kernel.requests, 0);
  kernel.become("idle");
  await wait(context.mock.timers);
  assert.equal(kernel.requests, 1);
});
