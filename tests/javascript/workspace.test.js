import assert from "node:assert/strict";
import { test } from "node:test";
import { mount, press } from "./page.js";
import { openTarget, writeDefinition } from "../../kustomer_nb/labextension/modules/commands.js";
import { profileStatus, tipOf } from "../../kustomer_nb/labextension/modules/profile_status.js";
import { NoServerError, serverQuestions, within } from "../../kustomer_nb/labextension/modules/server_questions.js";
import { sidePanel } from "../../kustomer_nb/labextension/modules/side_panel.js";
import { LARGEST, MOST_FOLDERS, mayBeDefinition, workspaceFiles } from "../../kustomer_nb/labextension/modules/workspace_files.js";
import { age, MOST_ROWS, outcomeWords, rowsOf, shortName, summary } from "../../kustomer_nb/labextension/modules/workspace_rows.js";

const NOTHING = { definition: true, counts: { error: 0, warning: 0, hint: 0 }, problems: [], actions: [] };

/** The API of files over texts by path; a text may be an error. */
function filesOf(texts, sizes = {}) {
  const contents = { texts, reads: [], listings: [] };
  contents.get = async (path, { content, type }) => {
    if (type === "directory") {
      contents.listings.push(path);
      const below = Object.keys(texts).filter((each) => !path || each.startsWith(`${path}/`));
      const names = [...new Set(below.map((each) => each.slice(path ? path.length + 1 : 0).split("/")[0]))];
      const entry = (name) => {
        const own = path ? `${path}/${name}` : name;
        const isFile = own in texts;
        return { name, path: own, type: isFile ? "file" : "directory", size: sizes[own] ?? 10, last_modified: isFile ? String(texts[own]) : "" };
      };
      return { content: names.map(entry).reverse() };
    }
    if (content) contents.reads.push(path);
    if (texts[path] instanceof Error) throw texts[path];
    return { content: texts[path], last_modified: String(texts[path]) };
  };
  return contents;
}

const questionsOf = (overview = NOTHING, more = {}) => {
  const asked = [];
  return {
    asked,
    post: async (question, posted) => {
      asked.push(posted.path);
      if (overview instanceof Error) throw overview;
      return overview;
    },
    get: async () => ({ runs: [], command: "python -m kustomer_nb test", ...more }),
  };
};

test("definitions are looked for in all folders but hidden and ignored ones, and files of other kinds are not read", async () => {
  const contents = filesOf({
    "b/shop.json": '{"inputTemplate": {}}',
    "b/words.json": '{"words": "the actions"}',
    "b/C.Kustomer.JSON": "soon",
    "a.kustomer.json": "soon",
    "b/package.json": "inputTemplate",
    "b/colours.json": "red",
    "b/pay.case.json": "inputTemplate",
    ".venv/x.json": "inputTemplate",
    "node_modules/y.json": "inputTemplate",
    "b/read.me": "inputTemplate",
  });
  const questions = questionsOf();

  const { definitions, hasServer } = await workspaceFiles(contents, questions)(["node_modules"]);

  assert.deepEqual(definitions.map(({ path }) => path), ["a.kustomer.json", "b/C.Kustomer.JSON", "b/shop.json"]);
  assert.deepEqual(contents.reads, ["a.kustomer.json", "b/C.Kustomer.JSON", "b/colours.json", "b/shop.json", "b/words.json"]);
  assert.deepEqual(questions.asked, ["a.kustomer.json", "b/C.Kustomer.JSON", "b/shop.json"]);
  assert.equal(hasServer, true);
});

test("a file that has not changed is neither read nor asked about again", async () => {
  const contents = filesOf({ "a.kustomer.json": "1", "b.json": "other" });
  const questions = questionsOf();
  const look = workspaceFiles(contents, questions);
  await look([]);
  contents.reads.length = questions.asked.length = 0;

  const same = await look([]);
  assert.deepEqual([contents.reads, questions.asked, same.definitions.length], [[], [], 1]);
  contents.texts["a.kustomer.json"] = "2";
  await look([]);
  assert.deepEqual([contents.reads, questions.asked], [["a.kustomer.json"], ["a.kustomer.json"]]);
  delete contents.texts["a.kustomer.json"];
  assert.deepEqual((await look([])).definitions, []);
});

test("what is too large or cannot be read is listed with the reason, and the rest is seen", async () => {
  const contents = filesOf({ "a.kustomer.json": new Error("no leave"), "b.kustomer.json": "x", "c.json": "actions", "d.kustomer.json": "y" }, { "b.kustomer.json": LARGEST + 1, "c.json": LARGEST + 1 });

  const { definitions } = await workspaceFiles(contents, questionsOf())([]);

  assert.deepEqual(definitions.map(({ path, reason }) => [path, reason]), [
    ["a.kustomer.json", "It cannot be read: no leave"],
    ["b.kustomer.json", "It is larger than 1 MB, so it is not checked."],
    ["d.kustomer.json", ""],
  ]);
});

test("a failure that passes is not listed at the next look", async () => {
  const contents = filesOf({ "a.kustomer.json": "x" });
  const questions = questionsOf();
  const { post } = questions;
  questions.post = () => Promise.reject(new Error("The server returned 503."));
  const look = workspaceFiles(contents, questions);

  const failed = await look([]);
  questions.post = post;
  const { definitions, hasServer } = await look([]);

  assert.deepEqual([failed.definitions[0].reason, failed.hasServer], ["It cannot be read: The server returned 503.", true]);
  assert.deepEqual([definitions[0].overview, definitions[0].reason, hasServer], [NOTHING, "", true]);
});

test("a JSON file by another name is a definition only if Python says so", async () => {
  const contents = filesOf({ "a.json": '{"actions": 1}', "b.kustomer.json": "soon" });

  const { definitions } = await workspaceFiles(contents, questionsOf({ ...NOTHING, definition: null }))([]);

  assert.deepEqual(definitions.map(({ path }) => path), ["b.kustomer.json"]);
});

test("the number of folders is limited, and that is reported", async () => {
  const texts = Object.fromEntries(Array.from({ length: MOST_FOLDERS + 5 }, (_, index) => [`f${index}/a.txt`, "x"]));
  const contents = filesOf(texts);

  const { notices } = await workspaceFiles(contents, questionsOf())([]);

  assert.equal(contents.listings.length, MOST_FOLDERS);
  assert.match(notices[0], /Only the first 200 folders/);
});

test("without the server extension files are listed, and asked about again at the next look", async () => {
  const contents = filesOf({ "a.kustomer.json": "1" });
  const questions = questionsOf(new NoServerError());
  questions.get = async () => Promise.reject(new NoServerError());
  const look = workspaceFiles(contents, questions);

  const { definitions, hasServer } = await look([]);
  await look([]);

  assert.deepEqual([definitions, hasServer], [[{ path: "a.kustomer.json", overview: null, reason: "" }], false]);
  assert.equal(questions.asked.length, 2);
});

test("the names of test cases and of hidden files are those of no definition", () => {
  const names = ["shop.kustomer.json", "Shop.JSON", "a.case.json", ".a.json", "package.json", "a.ts"];
  assert.deepEqual(names.filter(mayBeDefinition), ["shop.kustomer.json", "Shop.JSON"]);
});

const ACTION = { name: "kustomer.app.shop.orders.pay", line: 7, start: 90 };
const PROBLEM = { code: "KNB303", severity: "error", message: "`x` is not declared.", fix: "declare it.", line: 9 };
const SHOP = { path: "shop/shop.kustomer.json", reason: "", overview: { definition: true, counts: { error: 1, warning: 0, hint: 0 }, actions: [ACTION], problems: [PROBLEM] } };
const RUN = {
  folder: "shop",
  at: "2026-11-30T12:00:00+00:00",
  counts: { failed: 1, passed: 2 },
  results: [{ path: "shop/cases/a.case.json", name: "pay/open", outcome: "failed" }],
};
const WORKSPACE = { definitions: [SHOP, { path: "a.json", overview: NOTHING, reason: "" }], runs: [RUN], command: "t", hasServer: true, notices: [] };
const view = (more = {}) => ({ filter: "", toggled: new Set(), now: Date.parse("2026-11-30T12:05:00Z"), ...more });

test("a definition has its actions and problems below it, with their place among each other", () => {
  const rows = rowsOf(WORKSPACE, view());

  assert.deepEqual(
    rows.map(({ level, kind, label, detail, at, of }) => [level, kind, label, detail, at, of]),
    [
      [1, "file", "shop.kustomer.json", "shop", 1, 3],
      [2, "action", "orders.pay", "", 1, 2],
      [2, "error", "KNB303 `x` is not declared.", "Line 9", 2, 2],
      [1, "file", "a.json", "", 2, 3],
      [1, "error", "Test results of shop", "1 failed, 2 passed · 5 minutes ago", 3, 3],
      [2, "error", "pay/open", "failed", 1, 1],
    ],
  );
  assert.deepEqual(rows.map(({ isOpen }) => isOpen), [true, null, null, null, true, null]);
  assert.deepEqual(rows[1].target, { path: SHOP.path, line: 7, action: ACTION.name, isDefinition: true });
  assert.deepEqual(rows[2].target, { path: SHOP.path, line: 9, action: "", isDefinition: false });
});

test("a filter keeps what has its words, with the file that it is in, and all of a file that has them", () => {
  const labels = (filter, toggled = []) => rowsOf(WORKSPACE, view({ filter, toggled: new Set(toggled) })).map(({ label }) => label);

  assert.deepEqual(labels("NOT declared", [`f:${SHOP.path}`]), ["shop.kustomer.json", "KNB303 `x` is not declared."]);
  assert.equal(labels("shop.kustomer").length, 3);
  assert.deepEqual(labels("nowhere"), []);
  assert.deepEqual(labels("", [`f:${SHOP.path}`])[1], "a.json");
});

test("of many definitions each is closed at first, and the number of rows is limited", () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ ...SHOP, path: `${index}.json` }));
  assert.equal(rowsOf({ ...WORKSPACE, definitions: many, runs: [] }, view()).length, 30);
  const problems = Array.from({ length: 3000 }, () => PROBLEM);
  const definitions = [{ ...SHOP, overview: { ...SHOP.overview, problems } }];
  assert.equal(rowsOf({ ...WORKSPACE, definitions }, view()).length, MOST_ROWS);
});

test("counts and times are words", () => {
  assert.equal(summary(WORKSPACE), "2 definitions, 1 action, 1 error");
  assert.equal(summary({ ...WORKSPACE, definitions: [] }), "0 definitions, 0 actions, no problems");
  assert.deepEqual([0, 59_000, 60_000, 7_200_000, 90_000_000_000, NaN].map(age), ["just now", "just now", "1 minute ago", "2 hours ago", "1,041 days ago", "just now"]);
  assert.equal(outcomeWords({ error: 2, passed: 1 }), "2 errors, 1 passed");
  assert.deepEqual(["kustomer.app.shop.a.b", "b", "kustomer.app.shop."].map(shortName), ["a.b", "b", "kustomer.app.shop."]);
});

/** The panel with what was opened. */
function shownPanel(workspace = WORKSPACE) {
  const opened = [];
  const acts = { open: (target) => opened.push(target), create: () => opened.push("create"), test: () => {}, refresh: () => {}, hasTests: () => false };
  const panel = sidePanel(acts);
  mount().append(panel.node);
  panel.show(workspace);
  const tree = panel.node.querySelector("[role=tree]");
  const at = () => document.activeElement.dataset.id;
  const key = (name) => press(document.activeElement, name);
  const first = () => tree.querySelector('[tabindex="0"]').focus();
  return { panel, tree, opened, at, key, first };
}

test("the tree is one stop, and arrows, Home and End move in it", () => {
  const { tree, at, key, first } = shownPanel();
  assert.equal(tree.querySelectorAll('[tabindex="0"]').length, 1);
  first();

  const walk = ["ArrowDown", "ArrowDown", "ArrowLeft", "End", "Home", "ArrowUp", "ArrowRight"].map((name) => (key(name), at()));

  assert.deepEqual(walk, [`a:${SHOP.path}:0`, `p:${SHOP.path}:0:KNB303`, `f:${SHOP.path}`, "c:shop:0:pay/open", `f:${SHOP.path}`, `f:${SHOP.path}`, `a:${SHOP.path}:0`]);
  assert.equal(tree.querySelectorAll('[tabindex="0"]').length, 1);
});

test("arrows close and open a definition, and the focus stays where it was when the list is drawn again", () => {
  const { panel, tree, at, key, first } = shownPanel();
  first();

  key("ArrowLeft");
  assert.equal(tree.firstChild.getAttribute("aria-expanded"), "false");
  panel.show(WORKSPACE);
  assert.equal(at(), `f:${SHOP.path}`);
  key("ArrowRight");
  assert.equal(tree.firstChild.getAttribute("aria-expanded"), "true");
});

test("typed letters find the next row that begins with them", () => {
  const { at, key, first } = shownPanel();
  first();

  key("p");
  assert.equal(at(), "c:shop:0:pay/open");
  key("a");
  assert.equal(at(), "c:shop:0:pay/open");
  assert.equal(key("Tab").defaultPrevented, false);
  const other = shownPanel();
  other.first();
  other.key("t");
  assert.equal(at(), "t:shop");
});

test("Enter and a click open what a row is about, and text of a file is text", () => {
  const { tree, opened, key, first } = shownPanel({ ...WORKSPACE, definitions: [{ ...SHOP, overview: { ...SHOP.overview, problems: [{ ...PROBLEM, message: "<b>x</b>" }] } }] });
  first();

  key("Enter");
  tree.children[2].click();
  tree.children[3].click();

  assert.deepEqual(opened.map(({ path, line }) => [path, line]), [[SHOP.path, 1], [SHOP.path, 9]]);
  assert.equal(tree.querySelector("b"), null);
  // The head of the test results opens nothing: it closes.
  assert.equal(tree.lastChild.getAttribute("aria-expanded"), "false");
});

test("an empty workspace has what to do, and a filter that nothing has says so", () => {
  const { panel, opened } = shownPanel({ ...WORKSPACE, definitions: [], runs: [], notices: ["The folder x cannot be listed: y"] });
  panel.node.querySelector(".knb-empty button").click();
  assert.deepEqual(opened, ["create"]);
  assert.ok(panel.node.textContent.includes("The folder x cannot be listed: y"));

  const filled = shownPanel();
  const filter = filled.panel.node.querySelector("input");
  filter.value = "nowhere";
  filter.dispatchEvent(new Event("input", { bubbles: true }));
  assert.ok(filled.panel.node.textContent.includes("No matches"));
  press(filter, "Escape");
  assert.equal(filled.tree.children.length, 6);
});

test("a definition is revealed at its first problem, also where it was closed", () => {
  const { panel, at, key, first } = shownPanel();
  first();
  key("ArrowLeft");

  panel.reveal(SHOP.path);

  assert.equal(at(), `p:${SHOP.path}:0:KNB303`);
});

test("a panel without the server extension says how it is enabled", () => {
  const { panel } = shownPanel({ ...WORKSPACE, hasServer: false });
  assert.match(panel.node.textContent, /jupyter server extension enable kustomer_nb.server/);
});

test("a panel in JupyterLite says that Python is starting, and not how to enable an extension", () => {
  const script = document.createElement("script");
  script.dataset.jupyterLiteRoot = "..";
  document.head.append(script);

  const { panel } = shownPanel({ ...WORKSPACE, hasServer: false });
  script.remove();

  assert.match(panel.node.textContent, /Python, which is starting in this browser/);
  assert.doesNotMatch(panel.node.textContent, /server extension/);
});

const PROFILE = { name: "live", title: "live", colour: "red", guard: "unsafe methods are denied", names: ["live", "sandbox"], line: 3, environment: false, error: "" };

test("the profile is that of the nearest file above, and a click opens it there", async () => {
  const contents = filesOf({ "kustomer-nb.toml": "top", "a/kustomer-nb.toml": "inner", "a/b/shop.json": "x", "c/d.json": "y" });
  const opened = [];
  const asked = [];
  const post = async (_question, { text }) => (asked.push(text), PROFILE);
  const status = profileStatus(contents, { post }, (...place) => opened.push(place), () => 0);

  await status.update("a/b/shop.json");
  const item = status.node.querySelector("button");
  item.click();
  assert.deepEqual([item.textContent, item.dataset.colour, opened], ["live", "red", [["a/kustomer-nb.toml", 3]]]);
  await status.update("a/b/");
  await status.update("c/d.json");
  assert.deepEqual(asked, ["inner", "top"]);
});

test("outside a project, and without an answer, there is no profile; folders are not listed again at once", async () => {
  let time = 0;
  const contents = filesOf({ "a/b.json": "x" });
  const status = profileStatus(contents, { post: async () => PROFILE }, () => {}, () => time);

  await status.update("a/b.json");
  await status.update("a/b.json");
  assert.deepEqual([status.node.childElementCount, contents.listings], [0, ["a", ""]]);
  contents.texts["a/kustomer-nb.toml"] = "x";
  time = 20_000;
  await status.update("a/b.json");
  assert.equal(status.node.childElementCount, 1);
  status.hide();
  assert.equal(status.node.childElementCount, 0);
});

test("an answer that comes late does not replace that of a later file", async () => {
  const contents = filesOf({ "a/kustomer-nb.toml": "slow", "b/kustomer-nb.toml": "quick" });
  let answer;
  const post = (_question, { text }) => (text === "slow" ? new Promise((done) => (answer = done)) : Promise.resolve({ ...PROFILE, title: text }));
  const status = profileStatus(contents, { post }, () => {});

  const slow = status.update("a/x.json");
  await new Promise((done) => setTimeout(done));
  await status.update("b/x.json");
  answer({ ...PROFILE, title: "slow" });
  await slow;

  assert.equal(status.node.textContent, "quick");
});

test("the tip of a profile says what it does and how it is changed", () => {
  assert.match(tipOf("kustomer-nb.toml", PROFILE), /unsafe methods are denied\. Others: sandbox\. Change it with profile = "name"/);
  assert.match(tipOf("kustomer-nb.toml", { ...PROFILE, environment: true }), /KUSTOMER_NB_PROFILE/);
  assert.equal(tipOf("a.toml", { ...PROFILE, error: "It is no TOML." }), "It is no TOML. Click to open a.toml.");
});

/** A page that has an editor, and a workbench for definitions if there is one. */
function appOf(hasWorkbench) {
  const app = { executed: [], fragments: [], cursors: [] };
  const editor = { setCursorPosition: ({ line }) => app.cursors.push(line), focus() {} };
  const widget = { context: { ready: null }, content: { ready: null, editor }, setFragment: (fragment) => app.fragments.push(fragment) };
  app.docRegistry = { getWidgetFactory: () => (hasWorkbench ? {} : undefined) };
  app.commands = { execute: async (...command) => (app.executed.push(command), widget) };
  return app;
}

test("a definition opens as a workbench at its action, or in the editor at the line of it", async () => {
  const target = { path: "a.json", line: 7, action: "shop pay", isDefinition: true };
  const [rich, plain] = [appOf(true), appOf(false)];

  await openTarget(rich, target);
  await openTarget(plain, target);
  await openTarget(rich, { ...target, isDefinition: false });

  assert.deepEqual(rich.executed.map(([, { factory }]) => factory), ["Kustomer Workbench", "Editor"]);
  assert.deepEqual([rich.fragments, plain.cursors], [["action=shop%20pay"], [6]]);
});

test("a new definition has the app of its name, and nothing is left of one that cannot be written", async () => {
  const done = [];
  const contents = {
    newUntitled: async ({ path, ext }) => ({ path: `${path}/untitled1${ext}`, name: `untitled1${ext}` }),
    save: async (path, { content }) => done.push([path, content]),
    delete: async (path) => done.push(["delete", path]),
  };

  await writeDefinition(contents, { get: async (_name, [[, app]]) => ({ text: app }) }, "shop");
  await assert.rejects(writeDefinition(contents, { get: () => Promise.reject(new NoServerError()) }, "shop"), NoServerError);

  assert.deepEqual(done, [["shop/untitled1.kustomer.json", "untitled1"], ["delete", "shop/untitled1.kustomer.json"]]);
});

test("a server without the extension is asked once a minute, and an error has its words", async () => {
  const statuses = [404, 200, 413];
  const asked = [];
  let time = 0;
  const makeRequest = async (url, init) => {
    asked.push([url, init.method]);
    const status = statuses.shift();
    return { status, ok: status === 200, json: async () => ({ message: "the posted text is too large." }) };
  };
  const questions = serverQuestions({ ServerConnection: { makeRequest } }, { baseUrl: "http://lab/base/" }, () => time);

  await assert.rejects(questions.post("overview", {}), NoServerError);
  await assert.rejects(questions.get("tests", [["folder", "a b"]]), NoServerError);
  time = 61_000;
  await questions.get("tests", [["folder", "a b"]]);
  await assert.rejects(questions.post("overview", {}), /too large/);

  assert.deepEqual(asked, [
    ["http://lab/base/kustomer-nb/overview", "POST"],
    ["http://lab/base/kustomer-nb/tests?folder=a+b", undefined],
    ["http://lab/base/kustomer-nb/overview", "POST"],
  ]);
});

test("a server that does not answer is left alone after a while", async () => {
  await assert.rejects(within(new Promise(() => {}), 5), /does not answer/);
  assert.equal(await within(Promise.resolve(7), 5), 7);
  await assert.rejects(within(Promise.reject(new Error("500")), 5), /500/);
});
