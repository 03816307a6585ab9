import assert from "node:assert/strict";
import { test } from "node:test";
import { mount } from "./page.js";
import { pythonKernel } from "../../kustomer_nb/labextension/modules/document.js";
import { directory, documentBench, relative } from "../../kustomer_nb/labextension/modules/document_bench.js";
import { documentKernel, notServed } from "../../kustomer_nb/labextension/modules/document_kernel.js";
import { notebookName, notebookOf } from "../../kustomer_nb/labextension/modules/document_notebook.js";
import { drawReport } from "../../kustomer_nb/labextension/modules/document_report.js";
import { documentText } from "../../kustomer_nb/labextension/modules/document_text.js";

const settle = () => new Promise((done) => setTimeout(done));

/** A text of JupyterLab, which tells its listener of each change. */
function sharedText(source) {
  return {
    source,
    changed() {},
    updateSource(start, end, value) {
      this.source = this.source.slice(0, start) + value + this.source.slice(end);
      this.changed();
    },
  };
}

/** A text with Python's side of it, which takes one edit at a time. */
function talk(source) {
  const shared = sharedText(source);
  const sent = [];
  const text = documentText(shared, (message) => sent.push(message));
  shared.changed = () => text.changed();
  text.begin();
  text.open(0);
  return { shared, sent, text };
}

test("what is typed in the document goes to Python one edit at a time, and is not sent back", () => {
  const { shared, sent, text } = talk("ab");

  shared.updateSource(1, 1, "x");
  shared.updateSource(2, 2, "y");
  assert.equal(sent.length, 1);
  assert.deepEqual({ ...sent[0], view: "" }, { kind: "edit", view: "", revision: 1, version: 0, start: 1, removed: 0, inserted: "x" });
  text.take({ ...sent[0], version: 1 });

  assert.equal(shared.source, "axyb");
  assert.equal(sent.length, 2);
  text.take({ ...sent[1], version: 2 });
  assert.equal(sent.length, 2);
});

test("an edit of Python is written into the document, around what is typed there", () => {
  const { shared, sent, text } = talk("one two");

  shared.updateSource(0, 0, "> ");
  text.take({ view: "", revision: 0, version: 1, start: 7, removed: 0, inserted: "!" });

  assert.equal(shared.source, "> one two!");
  // The edit was of an older version: it is sent again.
  assert.equal(sent.at(-1).version, 1);
});

test("what was typed while the kernel started is sent once it has the text", () => {
  const shared = sharedText("a");
  const sent = [];
  const text = documentText(shared, (message) => sent.push(message));
  shared.changed = () => text.changed();
  text.begin();
  shared.updateSource(1, 1, "b");
  assert.equal(sent.length, 0);

  text.open(0);

  assert.deepEqual([sent[0].start, sent[0].inserted], [1, "b"]);
});

for (const version of [0, 3]) {
  test(`what the last kernel did not answer is not waited for, where the next one begins with version ${version}`, () => {
    const { shared, sent, text } = talk("ab");
    shared.updateSource(2, 2, "c");
    shared.updateSource(3, 3, "d");
    const [lost] = sent.splice(0);

    assert.equal(text.begin(), "abcd");
    shared.updateSource(4, 4, "e");
    assert.deepEqual(sent, []);
    text.open(version);
    shared.updateSource(5, 5, "f");

    const { view, ...edit } = sent[0];
    assert.notEqual(view, lost.view);
    assert.deepEqual([sent.length, edit], [1, { kind: "edit", revision: 1, version, start: 4, removed: 0, inserted: "e" }]);
    text.take({ ...sent[0], version: version + 1 });
    assert.equal(shared.source, "abcdef");
    assert.deepEqual([sent[1].start, sent[1].inserted, sent[1].version], [5, "f", version + 1]);
  });
}

test("a missing edit asks for the whole text, and what Python refused is taken out", () => {
  const { shared, sent, text } = talk("abc");
  text.take({ view: "", revision: 0, version: 3, start: 0, removed: 0, inserted: "?" });
  assert.deepEqual(sent.at(-1), { kind: "whole" });
  shared.updateSource(3, 3, "d");
  const refused = sent.at(-1);

  text.takeWhole({ text: "abcX", version: 4, view: refused.view, revision: refused.revision });

  assert.equal(shared.source, "abcX");
});

test("a notebook loads the file and opens its action", () => {
  const notebook = notebookOf('my "shop".kustomer.json', "kustomer.app.shop.find", { name: "python3", display_name: "Python 3" });

  assert.deepEqual(notebook.cells.map(({ source }) => source), [
    '# find of my "shop".kustomer.json',
    'import kustomer_nb as knb\n\napp = knb.load("my \\"shop\\".kustomer.json")\napp',
    'knb.workbench(app, "find")',
  ]);
  assert.equal(notebook.metadata.kernelspec.name, "python3");
  assert.equal(notebookOf("a.json", "", null).cells[2].source, "knb.workbench(app)");
});

test("the notebook never has the name of another file", () => {
  assert.equal(notebookName("shop.kustomer.json", "kustomer.app.shop.find", []), "shop-find.ipynb");
  assert.equal(notebookName("shop.json", "", ["shop.ipynb", "shop-1.ipynb"]), "shop-2.ipynb");
  assert.equal(notebookName("Läden 1.json", "a/b", []), "Läden_1-a_b.ipynb");
});

test("a path is seen from the folder of the kernel", () => {
  assert.equal(relative("a/b", "a/b/shop.json"), "shop.json");
  assert.equal(relative("a/b", "a/c/shop.json"), "../c/shop.json");
  assert.equal(relative("", "c/shop.json"), "c/shop.json");
  assert.equal(directory("shop.json"), "");
});

test("a kernel for Python is chosen", () => {
  const kernelspecs = { r: { language: "R" }, python3: { language: "python" } };

  assert.equal(pythonKernel({ default: "r", kernelspecs }), "python3");
  assert.equal(pythonKernel({ default: "r", kernelspecs: { r: { language: "R" } } }), undefined);
  assert.equal(pythonKernel(null), undefined);
});

test("a kernel without kustomer-nb, or with another version, says what to install", () => {
  assert.match(notServed({ ename: "ModuleNotFoundError", evalue: "No module named 'kustomer_nb'" }, "R").fix, /pip install kustomer-nb\./);
  assert.match(notServed({ ename: "ModuleNotFoundError", evalue: "No module named 'kustomer_nb.widgets.document_panels'" }, "P").fix, /--upgrade/);
  assert.match(notServed({ ename: "SyntaxError", evalue: "bad" }, "R").words, /SyntaxError: bad/);
});

class Signal {
  acts = new Set();
  connect(act) {
    this.acts.add(act);
  }
  disconnect(act) {
    this.acts.delete(act);
  }
  emit(value) {
    for (const act of [...this.acts]) act(this, value);
  }
}

/** A kernel that answers each request, and the session that has it. */
function session(reply = { status: "ok" }) {
  const opened = [];
  const kernel = {
    status: "idle",
    requestExecute: () => ({ done: Promise.resolve({ content: reply }) }),
    createComm: () => ({ open: (message) => opened.push(message), send: (message) => opened.push(message) }),
    restart: async () => {},
  };
  const [statusChanged, kernelChanged, connectionStatusChanged] = [new Signal(), new Signal(), new Signal()];
  const context = { session: { kernel }, isReady: false, kernelDisplayName: "Python 3", statusChanged, kernelChanged, connectionStatusChanged };
  context.initialize = async () => {
    context.isReady = true;
    return false;
  };
  return { context, kernel, opened };
}

test("a kernel that restarts is asked again, and one that has died offers to start it", async () => {
  const { context, opened } = session();
  const shown = [];
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, opening: () => ({ kind: "open" }), hear() {}, show: (state) => shown.push(state) });

  await connection.open();
  assert.equal(opened.length, 1);
  context.statusChanged.emit("restarting");
  assert.equal(shown.at(-1).report.isBusy, true);
  context.statusChanged.emit("idle");
  await settle();
  assert.equal(opened.length, 2);
  context.statusChanged.emit("dead");
  assert.match(shown.at(-1).report.title, /has died/);
  await shown.at(-1).report.choices[0].act();
  await settle();
  assert.equal(opened.length, 3);
  context.kernelChanged.emit({ newValue: null });
  assert.match(shown.at(-1).report.title, /shut down/);
});

test("a connection that was lost for a while is made again", async () => {
  const { context, opened } = session();
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, opening: () => ({ kind: "open" }), hear() {}, show() {} });
  await connection.open();

  context.connectionStatusChanged.emit("connecting");
  context.connectionStatusChanged.emit("connected");
  await settle();

  assert.equal(opened.length, 2);
});

test("a failure of the kernel is a report with what to do", async () => {
  const { context, opened } = session({ status: "error", ename: "ModuleNotFoundError", evalue: "No module named 'kustomer_nb'" });
  const shown = [];
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, opening: () => ({}), hear() {}, show: (state) => shown.push(state) });

  await connection.open();

  assert.equal(opened.length, 0);
  assert.match(shown.at(-1).report.fix, /pip install kustomer-nb/);
});

test("a JupyterLab without widgets says what to install", async () => {
  const { context } = session();
  const bench = documentBench({ sessionContext: context, rendermime: {}, registerWidgetManager: async () => undefined, save() {}, editAt() {}, page: "page" });
  const model = { sharedModel: { source: "{}", changed: new Signal() }, stateChanged: new Signal(), dirty: false };

  bench.open({ path: "a/shop.json", model, pathChanged: new Signal() });
  await settle();
  await settle();

  assert.match(bench.shown.report.fix, /jupyterlab_widgets/);
});

test("a report is text with buttons, and is announced", () => {
  mount();
  let count = 0;
  const node = drawReport({ title: "No <b>workbench</b>", words: "why", fix: "do it.", choices: [{ title: "Go", act: () => (count += 1) }] });

  node.querySelector("button").click();

  assert.equal(node.getAttribute("role"), "alert");
  assert.equal(node.querySelector("b"), null);
  assert.equal(count, 1);
  assert.equal(drawReport({ title: "Starting", isBusy: true }).getAttribute("role"), "status");
});
