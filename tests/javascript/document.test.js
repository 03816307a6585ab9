import assert from "node:assert/strict";
import { test } from "node:test";
import { mount } from "./page.js";
import { pythonKernel } from "../../kustomer_nb/labextension/modules/python_kernel.js";
import { directory, documentBench } from "../../kustomer_nb/labextension/modules/document_bench.js";
import { publishedShapes } from "../../kustomer_nb/labextension/modules/document_shapes.js";
import { fileWatcher, readAgain } from "../../kustomer_nb/labextension/modules/document_file.js";
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

    assert.deepEqual(text.begin(), { source: "abcd", agreed: "ab" });
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
  assert.equal(notebookName("shop.json", "", ["Shop.IPYNB"]), "shop-1.ipynb");
  // As macOS has it, in two characters.
  assert.equal(notebookName("läden.json", "", ["la\u0308den.ipynb"]), "läden-1.ipynb");
  assert.equal(notebookName("Läden 1.json", "a/b", []), "Läden_1-a_b.ipynb");
});

test("a path has a folder", () => {
  assert.equal(directory("a/b/shop.json"), "a/b");
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
  const [opened, sent, codes, comms] = [[], [], [], []];
  const createComm = () => {
    const comm = { isClosed: false, open: (message) => opened.push(message), send: (message) => sent.push(message), close: () => (comm.isClosed = true) };
    comms.push(comm);
    return comm;
  };
  const requestExecute = ({ code }) => {
    codes.push(code);
    return { done: Promise.resolve({ content: reply }) };
  };
  const kernel = { id: "k1", status: "idle", requestExecute, createComm, restart: async () => {} };
  const [statusChanged, kernelChanged, connectionStatusChanged] = [new Signal(), new Signal(), new Signal()];
  const context = { session: { kernel }, isReady: false, kernelDisplayName: "Python 3", statusChanged, kernelChanged, connectionStatusChanged };
  context.session.setPath = (path) => (context.session.path = path);
  context.initialize = async () => {
    context.isReady = true;
    return false;
  };
  return { context, kernel, opened, sent, codes, comms, hear: (data) => comms.at(-1).onMsg({ content: { data } }) };
}

/** A document of JupyterLab, with the text that its file has on disk. */
function documentOf(path, source) {
  const changed = new Signal();
  const write = (text) => {
    context.model.sharedModel.source = text;
    changed.emit();
  };
  const sharedModel = {
    source,
    changed,
    updateSource(start, end, value) {
      context.model.dirty = true;
      write(this.source.slice(0, start) + value + this.source.slice(end));
    },
  };
  const context = {
    path,
    disk: source,
    model: {
      sharedModel,
      stateChanged: new Signal(),
      isDirty: false,
      get dirty() {
        return this.isDirty;
      },
      set dirty(isDirty) {
        const isOther = isDirty !== this.isDirty;
        this.isDirty = isDirty;
        if (isOther) this.stateChanged.emit({ name: "dirty" });
      },
    },
    contentsModel: { last_modified: "1" },
    pathChanged: new Signal(),
    fileChanged: new Signal(),
    saveState: new Signal(),
    isDisposed: false,
    /** What happens while the file is read. */
    meanwhile() {},
    async revert() {
      await settle();
      context.meanwhile();
      // As in JupyterLab, a model with unsaved edits stays one.
      write(context.disk);
      context.fileChanged.emit();
    },
  };
  return context;
}

/** The bench of a document that is open in a kernel. */
async function openBench(source = "abcdef", path = "a/b/shop.json") {
  const kernel = session();
  const context = documentOf(path, source);
  kernel.context.session.path = `${path}.workbench`;
  const rendermime = { mimeTypes: ["application/vnd.jupyter.widget-view+json"], removeMimeType() {} };
  const make = () => documentBench({ sessionContext: kernel.context, rendermime, registerWidgetManager: async () => () => {}, save() {}, editAt() {}, page: "page" });
  const begin = async () => {
    const bench = make();
    bench.open(context);
    await settle();
    await settle();
    return bench;
  };
  const bench = await begin();
  kernel.hear({ kind: "opened", version: 0, model: "m", refusal: null, action: "", typed: {} });
  const saved = () => kernel.sent.filter(({ kind }) => kind === "saved").map(({ text, is_reloaded: isReloaded }) => [text, isReloaded]);
  return { ...kernel, bench, context, begin, saved };
}

test("a kernel that restarts is asked again, and one that has died offers to start it", async () => {
  const { context, opened } = session();
  const shown = [];
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, folderOf: () => "", opening: () => ({ kind: "open" }), hear() {}, show: (state) => shown.push(state) });

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

test("a session that the server has no more is begun anew, which JupyterLab does at the second attempt", async () => {
  const { context, kernel, opened } = session();
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, folderOf: () => "", opening: () => ({ kind: "open" }), hear() {}, show() {} });
  await connection.open();
  context.kernelChanged.emit({ newValue: null });
  context.session.kernel = null;
  let attempts = 0;
  context.startKernel = async () => {
    attempts += 1;
    if (attempts === 2) context.session.kernel = kernel;
    return attempts === 1;
  };

  await connection.restart();

  assert.deepEqual([attempts, opened.length], [2, 2]);
});

test("the kernel that another window has started for the document is joined", async () => {
  const { context, kernel, opened } = session();
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, folderOf: () => "", opening: () => ({ kind: "open" }), hear() {}, show() {} });
  await connection.open();
  context.kernelChanged.emit({ newValue: null });
  context.session.kernel = null;
  context.path = "shop.json.workbench";
  const models = [{ path: "other.workbench", kernel: { id: "k8" } }, { path: context.path, kernel: { id: "k9" } }];
  context.sessionManager = { refreshRunning: async () => {}, running: () => models };
  context.startKernel = () => assert.fail("a second kernel");
  const joined = [];
  context.changeKernel = async ({ id }) => {
    joined.push(id);
    context.session.kernel = kernel;
  };

  await connection.restart();

  assert.deepEqual([joined, opened.length], [["k9"], 2]);
});

test("what a workbench knows of responses is there for the editors of its file", async () => {
  const { context, hear } = await openBench("{}", "a/shapes.json");
  const shapes = { find: { type: "object" } };

  hear({ kind: "typed", typed: {}, action: "find", shapes });
  // From a kernel with an earlier version.
  hear({ kind: "typed", typed: {}, action: "find" });

  assert.deepEqual(publishedShapes(context.path), shapes);
  assert.deepEqual(publishedShapes("a/other.json"), {});
});

test("the text that page and kernel had last is told to the next kernel", async () => {
  const { bench, context, opened } = await openBench("abc");
  assert.equal("agreed" in opened[0], false);
  context.model.sharedModel.updateSource(3, 3, "d");

  bench.sessionContext.statusChanged.emit("restarting");
  bench.sessionContext.statusChanged.emit("idle");
  await settle();

  assert.deepEqual([opened[1].text, opened[1].agreed, opened[1].is_unsaved], ["abcd", "abc", true]);
});

test("a connection that was lost for a while is made again", async () => {
  const { context, opened, comms } = session();
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, folderOf: () => "", opening: () => ({ kind: "open" }), hear() {}, show() {} });
  await connection.open();

  context.connectionStatusChanged.emit("connecting");
  context.connectionStatusChanged.emit("connected");
  await settle();

  assert.equal(opened.length, 2);
  assert.deepEqual(comms.map(({ isClosed }) => isClosed), [true, false]);
});

test("of a document that was closed, its kernel is asked nothing more", async () => {
  const { context, codes, comms } = session();
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, folderOf: () => "", opening: () => ({ kind: "open" }), hear() {}, show() {} });
  await connection.open();

  connection.close();
  context.statusChanged.emit("idle");
  context.kernelChanged.emit({ newValue: { id: "another" } });
  await settle();

  // The kernel ends the connection, once it has heard what was sent by it.
  assert.deepEqual([codes.length, comms.map(({ isClosed }) => isClosed)], [1, [false]]);
  await connection.open();
  assert.equal(codes.length, 2);
});

test("a kernel gets the folder that it was started in, also after the file was moved", async () => {
  const { bench, context, opened, sent, codes, kernel, begin, hear } = await openBench();
  const sessionContext = bench.sessionContext;
  assert.match(codes[0], /_serve\("a\/b"\)/);
  assert.equal(opened[0].name, "a/b/shop.json");

  context.path = "a/c/shop.json";
  context.pathChanged.emit();
  assert.deepEqual(sent.at(-1), { kind: "moved", name: "a/c/shop.json" });
  sessionContext.statusChanged.emit("restarting");
  sessionContext.statusChanged.emit("idle");
  await settle();
  assert.match(codes[1], /_serve\("a\/b"\)/);

  // A page that is loaded again hears it from the kernel.
  bench.close();
  sessionContext.isReady = false;
  await begin();
  assert.match(codes[2], /_serve\("a\/c"\)/);
  hear({ kind: "started", folder: "a/b" });
  sessionContext.statusChanged.emit("restarting");
  sessionContext.statusChanged.emit("idle");
  await settle();
  assert.match(codes[3], /_serve\("a\/b"\)/);

  // Another kernel is started where the file is.
  kernel.id = "k2";
  sessionContext.statusChanged.emit("restarting");
  sessionContext.statusChanged.emit("idle");
  await settle();
  assert.match(codes[4], /_serve\("a\/c"\)/);
});

test("a session that was started while the file was moved has the path of the file", async () => {
  const { bench, context, kernel, codes } = await openBench();
  context.path = "a/c/shop.json";

  kernel.id = "k2";
  bench.sessionContext.statusChanged.emit("restarting");
  bench.sessionContext.statusChanged.emit("idle");
  await settle();

  assert.match(codes[1], /_serve\("a\/b"\)/);
  assert.equal(bench.sessionContext.session.path, "a/c/shop.json.workbench");
});

test("a clean document that JupyterLab reads again is saved for Python, once", async () => {
  const { bench, context, saved } = await openBench();
  context.disk = "checkpoint";

  await context.revert();
  assert.deepEqual(saved(), [["checkpoint", false]]);
  context.disk = "abc";
  await bench.reload();
  assert.deepEqual(saved().slice(1), [["abc", true]]);
  bench.close();
  context.disk = "later";
  await context.revert();

  assert.equal(saved().length, 2);
  assert.equal(context.fileChanged.acts.size, 0);
});

test("what is typed while the file is read again stays, and is unsaved", async () => {
  const { bench, context, saved, sent } = await openBench("one two three");
  context.disk = "ONE two three";
  context.meanwhile = () => {
    context.model.sharedModel.updateSource(13, 13, "!");
    context.model.sharedModel.updateSource(14, 14, "?");
  };

  await bench.reload();

  assert.equal(context.model.sharedModel.source, "ONE two three!?");
  assert.equal(context.model.dirty, true);
  assert.deepEqual(saved(), [["ONE two three", true]]);
  assert.ok(sent.some(({ kind }) => kind === "edit"));
});

test("where nothing is typed, or the file is the same, reading it again changes nothing else", async () => {
  const context = documentOf("shop.json", "abc");
  await readAgain(context);
  assert.deepEqual([context.model.sharedModel.source, context.model.dirty], ["abc", false]);

  context.meanwhile = () => context.model.sharedModel.updateSource(3, 3, "d");
  await readAgain(context);

  assert.deepEqual([context.model.sharedModel.source, context.model.dirty], ["abcd", true]);
});

/** The watcher of a document, with what a look at its file brings. */
function watch(context, get) {
  const seen = { reloads: 0, looks: 0 };
  const contents = {
    get: async (_path, options) => {
      seen.looks += 1;
      return get(options);
    },
  };
  const reload = async () => (seen.reloads += 1);
  return { seen, watcher: fileWatcher({ contents, context, isShown: () => true, reload }) };
}

test("a file that somebody else has written is read again, and one that was saved here is not", async () => {
  const context = documentOf("shop.json", "abc");
  const other = watch(context, () => ({ last_modified: "2" }));
  await other.watcher.tick();
  assert.equal(other.seen.reloads, 1);

  // The look began before the save, and its answer comes after it.
  const own = watch(context, () => {
    context.contentsModel = { last_modified: "3" };
    return { last_modified: "2" };
  });
  await own.watcher.tick();
  const saving = watch(context, () => {
    context.saveState.emit("started");
    return { last_modified: "9" };
  });
  await saving.watcher.tick();

  assert.deepEqual([own.seen.reloads, saving.seen.reloads], [0, 0]);
});

test("edits that are not saved stay, unless the file has the same text", async () => {
  const context = documentOf("shop.json", "abc");
  context.model.sharedModel.updateSource(3, 3, "d");
  const differs = watch(context, () => ({ last_modified: "2", content: "xyz" }));
  await differs.watcher.tick();
  await differs.watcher.tick();
  const same = watch(context, () => ({ last_modified: "2", content: "abcd" }));
  await same.watcher.tick();
  const typed = watch(context, ({ content }) => {
    if (content) context.model.sharedModel.updateSource(4, 4, "e");
    return { last_modified: "2", content: "abcd" };
  });
  await typed.watcher.tick();

  context.model.sharedModel.source = "abcd";
  const saved = watch(context, ({ content }) => {
    if (content) context.contentsModel = { last_modified: "2" };
    return { last_modified: "2", content: "abcd" };
  });
  await saved.watcher.tick();

  assert.deepEqual([differs, same, typed, saved].map(({ seen }) => seen.reloads), [0, 1, 0, 0]);
});

test("a file that is gone is asked for ever more rarely, until it is saved again", async () => {
  const context = documentOf("shop.json", "abc");
  const { seen, watcher } = watch(context, () => Promise.reject(new Error("404")));

  for (let count = 0; count < 600; count += 1) await watcher.tick();
  assert.ok(seen.looks >= 10 && seen.looks < 20, String(seen.looks));
  const before = seen.looks;
  context.saveState.emit("completed");
  await watcher.tick();

  assert.equal(seen.looks, before + 1);
});

test("a page in which a person works says so", async () => {
  const acts = new Map();
  globalThis.addEventListener = (name, act) => acts.set(name, act);
  globalThis.removeEventListener = (name) => acts.delete(name);
  try {
    const { bench, sent } = await openBench();

    acts.get("focus")();

    assert.deepEqual(sent.at(-1), { kind: "attend" });
    bench.close();
    assert.deepEqual([...acts.keys()], []);
  } finally {
    delete globalThis.addEventListener;
    delete globalThis.removeEventListener;
  }
});

test("a failure of the kernel is a report with what to do", async () => {
  const { context, opened } = session({ status: "error", ename: "ModuleNotFoundError", evalue: "No module named 'kustomer_nb'" });
  const shown = [];
  const connection = documentKernel({ sessionContext: context, prepare: async () => {}, folderOf: () => "", opening: () => ({}), hear() {}, show: (state) => shown.push(state) });

  await connection.open();

  assert.equal(opened.length, 0);
  assert.match(shown.at(-1).report.fix, /pip install kustomer-nb/);
});

test("a JupyterLab without widgets says what to install", async () => {
  const { context } = session();
  const bench = documentBench({ sessionContext: context, rendermime: {}, registerWidgetManager: async () => undefined, save() {}, editAt() {}, page: "page" });
  const model = { sharedModel: { source: "{}", changed: new Signal() }, stateChanged: new Signal(), dirty: false };

  bench.open({ path: "a/shop.json", model, pathChanged: new Signal(), fileChanged: new Signal() });
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
