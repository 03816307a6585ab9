import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { answerSource, questionInPython } from "../../kustomer_nb/labextension/modules/answers.js";
import { completerReply } from "../../kustomer_nb/labextension/modules/editor_completion.js";
import { lastRuns } from "../../kustomer_nb/labextension/modules/last_runs.js";
import { makeKernel } from "../../kustomer_nb/labextension/modules/lite_kernel.js";
import { marked } from "../../kustomer_nb/labextension/modules/positions.js";
import { requestQueue } from "../../kustomer_nb/labextension/modules/request_queue.js";
import { NoServerError } from "../../kustomer_nb/labextension/modules/server_questions.js";
import { isActionCell, isBegun, isDefinition } from "../../kustomer_nb/labextension/modules/texts.js";

const TEXTS = new URL("../../kustomer_nb/labextension/modules/texts.js", import.meta.url).href;
const settle = () => new Promise((done) => setTimeout(done));

test("texts with a key that only an app or an action has are definitions", () => {
  for (const text of [
    '{"app": "shop"}',
    '{"name": "a", "inputTemplate": {}}',
    '\n// pasted\n/* twice */ [{"x": {"y": 1}}, {name: \'kustomer.app.shop.find\'}]',
    '{"type": "REST-API"}',
    '{"actions": [',
    "{ inputTemplate: {",
  ]) {
    assert.equal(isDefinition(text, "a.json"), true, text);
  }
});

test("other texts are none, wherever they have words of a definition", () => {
  for (const text of [
    "",
    "[]",
    '{"name": "lab", "scripts": {"app": "x"}}',
    '{"app": {"port": 1}}',
    '{"nested": {"inputTemplate": {}}}',
    '[[{"actions": []}]]',
    '{"words": "the actions: of an app"}',
    '{"a": 1, // "actions": []\n "b": 2}',
    'actions = {"inputTemplate": {}}',
    "app: shop\nactions: []\n",
  ]) {
    assert.equal(isDefinition(text, "a.json"), false, text);
  }
  assert.equal(isDefinition('{"cells": [], "actions": []}', "a.ipynb"), false);
  assert.equal(isDefinition('{"action": "a", "inputTemplate": {}}', "a.case.json"), false);
});

test("comments before a text are passed once each, however many there are", () => {
  const script = `import { isDefinition } from ${JSON.stringify(TEXTS)};
    const comments = "/* app */ ".repeat(15_000);
    const unclosed = "/* app ".repeat(20_000);
    const texts = [comments + '{"app": "shop"}', comments + "x = 1", comments + "/* app", "/*".repeat(50_000) + "app", unclosed, '{"app": "shop"} ' + unclosed];
    console.log(JSON.stringify(texts.map((text) => isDefinition(text, "a.js"))));`;

  // A pattern that goes back over them does not end in a thousand years: its process is ended.
  const { stdout, signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf-8", timeout: 60_000 });

  assert.equal(signal, null);
  assert.deepEqual(JSON.parse(stdout), [true, false, false, false, false, true]);
});

test("a comment that is not closed yet does not hide what follows", () => {
  assert.equal(isDefinition('{ /* a "x": {}, "actions": []}', "a.json"), true);
  assert.equal(isDefinition('{ /* "actions": [] */ "x": "/*" }', "a.json"), false);
});

test("a file of its own name is one before it has a key, and nothing is wrong with it then", () => {
  assert.equal(isDefinition("", "shop/A.Kustomer.json"), true);
  assert.deepEqual(["", " {\n} ", "[]", "{1}"].map(isBegun), [false, false, false, true]);
});

test("a cell is one by its first line", () => {
  assert.deepEqual(["%%action refund\n{}", "%%action", "%%actions\n", "# %%action", "x\n%%action"].map(isActionCell), [true, true, false, false, false]);
});

test("the first line of a place is marked, and at a point one character", () => {
  const text = "{\n  😀\n\n}";
  assert.deepEqual(marked(text, 0, text.length), { from: 0, to: 1 });
  assert.deepEqual(marked(text, 4, 4), { from: 4, to: 6 });
  assert.deepEqual(marked(text, 6, 6), { from: 4, to: 6 });
  assert.deepEqual(marked(text, 7, 7), { from: 4, to: 6 });
  assert.deepEqual(marked(text, 999, 1000), { from: text.length - 1, to: text.length });
  assert.equal(marked("\n", 0, 0), null);
});

test("requests go one at a time, of each kind the latest, and what is waited for first", async () => {
  const queue = requestQueue();
  const order = [];
  const ends = [];
  const request = (name) => () => {
    order.push(name);
    return new Promise((done) => ends.push(() => done(name)));
  };

  const first = queue.ask("lint", request("lint 1"));
  const second = queue.ask("lint", request("lint 2"));
  const third = queue.ask("lint", request("lint 3"));
  const hover = queue.ask("hover", request("hover"), { isUrgent: true });
  assert.deepEqual(order, ["lint 1"]);
  while (ends.length > 0) {
    ends.shift()();
    await settle();
  }

  assert.deepEqual(order, ["lint 1", "hover", "lint 3"]);
  assert.deepEqual(await Promise.all([first, second, third, hover]), ["lint 1", null, "lint 3", "hover"]);
});

test("a request that fails is no answer, and the next one is asked", async () => {
  const queue = requestQueue();
  const failing = queue.ask("lint", () => Promise.reject(new Error("offline")));
  const throwing = queue.ask("hover", () => assert.fail("broken"));

  assert.deepEqual(await Promise.all([failing, throwing]), [null, null]);
  assert.equal(await queue.ask("lint", async () => 7), 7);
});

test("the inputs of the last run are those of the latest result in the notebook that counts most", () => {
  const outputs = (...runs) => ({ length: runs.length, get: (at) => ({ data: { "application/vnd.kustomer.run+json": runs[at] } }) });
  const notebook = (...cells) => ({ content: { model: { cells } } });
  const cell = (executionCount, ...runs) => ({ type: "code", executionCount, outputs: outputs(...runs) });
  const run = (action, id) => ({ action, inputs: { id } });
  const earlier = notebook(cell(9, run("a", 1), run("b", 1)));
  const later = notebook({ type: "markdown" }, cell(3, run("a", 3)), cell(2, run("a", 2), { action: "c" }, undefined, { action: "__proto__", inputs: {} }));

  const runs = lastRuns([earlier, { content: { model: null } }, later]);

  assert.deepEqual([runs.a.inputs.id, runs.b.inputs.id, "c" in runs], [3, 1, false]);
  assert.deepEqual(lastRuns([notebook(cell(1, run("a", "x".repeat(200_000))))]), Object.create(null));
  const large = lastRuns([notebook(cell(1, run("c", 1)), cell(2, run("b", "x".repeat(200_000))), cell(3, run("a", 3)))]);
  assert.deepEqual(Object.keys(large), ["a", "c"]);
});

test("the names in the last response are those of the latest result, run or workbench, and of the workbench of the file first", () => {
  const shape = (name) => ({ type: "object", properties: { [name]: {} } });
  const result = (action, name) => ({ "application/vnd.kustomer.run+json": { action, inputs: { id: 1 }, card: { known: { action, shape: shape(name) } } } });
  const record = (action, name) => ({ "application/vnd.kustomer.record+json": { kind: "record", card: { known: { action, shape: shape(name) } } } });
  const cell = (executionCount, data) => ({ type: "code", executionCount, outputs: { length: 1, get: () => ({ data }) } });
  const others = [cell(4, { "text/plain": "x" }), cell(5, { "application/vnd.kustomer.record+json": { card: { notes: [] } } }), cell(6, { "application/vnd.kustomer.run+json": { card: null } })];
  const notebook = { content: { model: { cells: [cell(1, result("a", "old")), cell(2, result("b", "run")), cell(3, record("a", "new")), ...others] } } };

  const runs = lastRuns([notebook], { b: shape("bench") });

  assert.deepEqual({ ...runs }, { a: { inputs: { id: 1 }, shape: shape("new") }, b: { inputs: { id: 1 }, shape: shape("bench") } });
});

test("a proposal for a key leaves the quote that is typed, and shows the arguments of a helper", () => {
  const text = '😀{"na"';
  const key = { label: "name", kind: "key", detail: "of the action", insert: '"name": ' };
  const count = (offset) => offset - 1;
  const reply = completerReply({ start: 3, end: 7, items: [key] }, text, 6, count);

  assert.deepEqual(reply, { start: 3, end: 6, items: [{ label: "name", insertText: 'name": ', type: "key", documentation: "of the action" }] });
  const helper = { label: "toLower", kind: "helper", detail: "{{{toLower text}}}", insert: "toLower " };
  assert.equal(completerReply({ start: 1, end: 2, items: [helper] }, "{to", 2, count).items[0].label, "toLower ({{{toLower text}}})");
  assert.deepEqual(completerReply(null, "😀", 2, count), { start: 1, end: 1, items: [] });
});

/** A server that answers with a status, and a kernel of a language. */
function answering({ status = 200, version = "1.0", language = "python", reply = () => ({ data: { "application/json": { of: "kernel" } } }) } = {}) {
  const calls = [];
  const connection = {
    makeSettings: () => ({ baseUrl: "http://lab/base" }),
    makeRequest: async (url) => {
      calls.push(url);
      return { status, ok: status === 200, json: async () => ({ of: "server" }) };
    },
  };
  const listeners = [];
  const kernel = {
    status: "idle",
    info: Promise.resolve({ language_info: { name: language } }),
    statusChanged: { connect: (act) => listeners.push(act) },
    requestExecute: (content) => {
      calls.push(content);
      return { done: Promise.resolve({ content: { status: "ok", user_expressions: { value: reply(content) } } }), dispose() {} };
    },
  };
  const source = answerSource(connection, version);
  return { calls, kernel, listeners, source, ask: () => source.ask("lint", { text: "{}" }, { session: { kernel } }) };
}

test("the server is asked first, and the kernel where the server has no extension", async () => {
  const served = answering();
  assert.deepEqual([await served.ask(), served.calls], [{ of: "server" }, ["http://lab/base/kustomer-nb/lint"]]);
  const unserved = answering({ version: "" });
  assert.deepEqual([await unserved.ask(), unserved.calls.length, unserved.calls[0].silent], [{ of: "kernel" }, 1, true]);
  for (const status of [404, 501]) {
    const lost = answering({ status });
    await lost.ask();
    assert.deepEqual([await lost.ask(), lost.calls.length], [{ of: "kernel" }, 3]);
  }
});

test("a server that refuses or fails is not passed over, and says when a text is too large", async () => {
  for (const status of [400, 403, 500]) {
    const { ask, calls } = answering({ status });
    assert.deepEqual([await ask(), calls.length], [null, 1]);
  }
  assert.deepEqual(await answering({ status: 413 }).ask(), { isTooLarge: true });
  const cut = { status: "error", ename: "TooLargeError" };
  assert.deepEqual(await answering({ version: "", reply: () => cut }).ask(), { isTooLarge: true });
});

test("a kernel that works, is missing, or is of another language is not asked", async () => {
  const busy = answering({ version: "" });
  busy.kernel.status = "busy";
  const other = answering({ version: "", language: "R" });
  const none = answering({ version: "" });

  const answers = [await busy.ask(), await other.ask(), await none.source.ask("lint", {}, null)];
  assert.deepEqual(answers.map(({ mayComeLater }) => mayComeLater), [true, true, true]);
  assert.deepEqual([busy, other, none].map(({ calls }) => calls.length), [0, 0, 0]);
});

test("a kernel without kustomer_nb is asked once, and again after a restart", async () => {
  const without = answering({ version: "", reply: () => ({ status: "ok", data: { "text/plain": "None" } }) });

  await without.ask();
  await without.ask();
  assert.equal(without.calls.length, 1);
  for (const act of without.listeners) act(null, "restarting");
  await without.ask();
  assert.equal(without.calls.length, 2);
});

test("a kernel that fails at the expression or aborts it is asked again", async () => {
  const { ask, calls } = answering({ version: "", reply: () => ({ status: "error", ename: "ValueError" }) });
  await ask();
  await ask();
  assert.equal(calls.length, 2);
});

/** A kernel that evaluates no expressions, as that of JupyterLite, and answers by a comm. */
function commKernel({ answer = () => ({ status: 200, answer: { of: "comm" } }), status = "ok" } = {}) {
  const asked = answering({ version: "", reply: () => undefined });
  const opened = [];
  const executed = [];
  const { requestExecute } = asked.kernel;
  asked.kernel.requestExecute = (content) => {
    if (!content.code) return requestExecute(content);
    executed.push(content);
    return { done: Promise.resolve({ content: { status, ename: "ModuleNotFoundError", evalue: "no" } }), dispose() {} };
  };
  asked.kernel.createComm = (target) => {
    const comm = {
      open: () => opened.push(target),
      send: (data) => queueMicrotask(() => comm.onMsg({ content: { data: { id: data.id, ...answer(data) } } })),
    };
    return comm;
  };
  return { ...asked, executed, opened };
}

test("a kernel that evaluates no expressions answers by one comm, without a line in its history for each question", async () => {
  const { ask, calls, executed, listeners, opened } = commKernel();

  assert.deepEqual([await ask(), await ask(), await ask()], [{ of: "comm" }, { of: "comm" }, { of: "comm" }]);
  assert.deepEqual([calls.length, executed.length, opened], [1, 1, ["kustomer_nb.questions"]]);
  assert.deepEqual([executed[0].silent, executed[0].store_history], [true, false]);
  for (const act of listeners) act(null, "restarting");
  await ask();
  assert.deepEqual([executed.length, opened.length], [2, 2]);
});

test("an answer by a comm is given when the kernel is idle again, so that the next question finds it so", async () => {
  const { ask, kernel, listeners } = commKernel();
  kernel.statusChanged.disconnect = (act) => listeners.splice(listeners.indexOf(act), 1);
  const { createComm } = kernel;
  kernel.createComm = (target) => {
    const comm = createComm(target);
    const { send } = comm;
    comm.send = (data) => {
      kernel.status = "busy";
      send(data);
      setTimeout(() => {
        kernel.status = "idle";
        for (const act of [...listeners]) act(kernel, "idle");
      });
    };
    return comm;
  };

  for (let count = 0; count < 3; count += 1) {
    assert.deepEqual(await ask(), { of: "comm" });
    assert.equal(kernel.status, "idle");
  }
});

test("what a comm refuses is no answer, and a kernel without kustomer_nb is left alone", async () => {
  assert.equal(await commKernel({ answer: () => ({ status: 400, answer: "no" }) }).ask(), null);
  assert.deepEqual(await commKernel({ answer: () => ({ status: 413, answer: "large" }) }).ask(), { isTooLarge: true });
  const without = commKernel({ status: "error" });
  assert.deepEqual([await without.ask(), await without.ask()], [{ mayComeLater: true }, { mayComeLater: true }]);
  assert.deepEqual([without.executed.length, without.opened], [1, []]);
});

test("the kernel of the page in JupyterLite starts once, for what a person waits for or sees", async () => {
  const { kernel } = commKernel({ answer: ({ question, posted }) => ({ status: 200, answer: { question, posted: JSON.parse(posted) } }) });
  let started = 0;
  const sessions = { startNew: async ({ kernel: { name } }) => ((started += 1), { kernel, name }) };
  const specs = { default: "python", kernelspecs: { python: { language: "python" } } };
  const lite = makeKernel({ sessions, kernelspecs: { ready: Promise.resolve(), specs } });
  let told = 0;
  lite.whenReady(() => (told += 1));

  await assert.rejects(lite.questions.post("profile", { text: "" }), NoServerError);
  assert.equal(started, 0);
  await assert.rejects(lite.questions.post("overview", { text: "{}" }), NoServerError);
  const answer = await lite.questions.get("starter", [["app", "shop"]]);

  assert.deepEqual([started, told, answer], [1, 1, { question: "starter", posted: { app: "shop" } }]);
  assert.equal((await lite.questions.post("profile", { text: "" })).question, "profile");
  assert.deepEqual(await lite.questions.get("tests"), { runs: [], command: "" });
  assert.equal(lite.context.session.kernel, kernel);
});

test("a kernel that does not start is tried again by the next question", async () => {
  let started = 0;
  const startNew = () => Promise.reject(new Error(`no ${(started += 1)}`));
  const lite = makeKernel({ sessions: { startNew }, kernelspecs: { ready: Promise.resolve(), specs: null } });

  await assert.rejects(lite.questions.get("starter", [["app", "a"]]), /no 1/);
  await assert.rejects(lite.questions.get("starter", [["app", "a"]]), /no 2/);
});

test("what is known of a kernel is forgotten at each restart, by one listener", async () => {
  const versions = ["0.8", "0.9", "1.0"];
  const { kernel, listeners, source } = answering({ reply: () => ({ data: { "text/plain": `'${versions.shift()}'` } }) });
  const session = { session: { kernel } };

  const words = [];
  for (const status of ["restarting", "autorestarting", "busy"]) {
    words.push(await source.difference(session));
    for (const act of listeners) act(null, status);
  }
  assert.deepEqual(words.map((text) => /with ([\d.]+)\./.exec(text)?.[1]), ["0.8", "0.9", undefined]);
  assert.deepEqual([await source.difference(session), versions, listeners.length], ["", [], 1]);
});

test("another version in the kernel is reported once", async () => {
  const versioned = (version) => answering({ reply: () => ({ data: { "text/plain": `'${version}'` } }) });
  const other = versioned("0.9");
  const session = { session: { kernel: other.kernel } };

  assert.match(await other.source.difference(session), /kustomer_nb 1\.0 of the server .* with 0\.9/);
  assert.equal(await other.source.difference(session), "");
  const same = versioned("1.0");
  assert.equal(await same.source.difference({ session: { kernel: same.kernel } }), "");
});

test("a question is an expression of Python for any text", () => {
  const text = `{"a": "\\u0041 '''\\"\\n😀\ud83d \u2028"}\n\0`;
  const expression = questionInPython("lint", { text });
  const program = `import json, sys
class Spec: pass
class Module:
    __version__ = "1"
    find_spec = staticmethod(lambda name: True)
    answer = staticmethod(lambda question, posted: posted)
    JSON = staticmethod(lambda value: value)
    loads = staticmethod(json.loads)
import importlib
importlib.import_module = lambda name: Module
print(json.dumps(eval(sys.stdin.buffer.read().decode("utf-8"))))`;

  const { stdout, stderr } = spawnSync("python3", ["-c", program], { input: expression, encoding: "utf-8" });

  assert.deepEqual(stdout ? JSON.parse(stdout) : stderr, { text, version: "1" });
});
