// @ts-check
import { reasonOf } from "./workspace_files.js";
import { missingServer, NoServerError } from "./server_questions.js";

/** @import { Questions } from "./server_questions.js" */
/** @import { Target } from "./workspace_rows.js" */
/** @typedef {Record<string, any>} App the application, of which no package has types here */

export const NEW = "kustomer-nb:new-definition";
export const OPEN = "kustomer-nb:open-workbench";
export const CHECK = "kustomer-nb:check-definitions";
export const TEST = "kustomer-nb:run-tests";
export const SHOW = "kustomer-nb:show-panel";
/** The factory of documents that shows a definition as a workbench. */
const FACTORY = "Kustomer Workbench";
const SUFFIX = ".kustomer.json";
const CATEGORY = "Kustomer";
/** Milliseconds that a shell has for its prompt. */
const PROMPT = 2000;

/** @param {App} app */
export function hasWorkbench(app) {
  return Boolean(app.docRegistry.getWidgetFactory(FACTORY));
}

/**
 * Open a file in the editor, at a line.
 * @param {App} app
 * @param {string} path
 * @param {number} line
 */
export async function openAt(app, path, line) {
  const widget = await app.commands.execute("docmanager:open", { path, factory: "Editor" });
  // Notebook 7 opens a page of its own.
  if (!widget?.context) return;
  await widget.context.ready;
  await widget.content.ready;
  const { editor } = widget.content;
  const position = { line: line - 1, column: 0 };
  editor.setCursorPosition(position);
  editor.revealPosition?.(position);
  editor.focus();
}

/**
 * Open what a row of the panel is about.
 * @param {App} app
 * @param {Target} target
 */
export async function openTarget(app, { path, line, action, isDefinition }) {
  if (!isDefinition || !hasWorkbench(app)) return openAt(app, path, line);
  const widget = await app.commands.execute("docmanager:open", { path, factory: FACTORY });
  if (action) widget?.setFragment?.(`action=${encodeURIComponent(action)}`);
}

/**
 * Write a starter definition into a folder, under a name that is free there.
 * @param {{ newUntitled(options: object): Promise<{ path: string, name: string }>, save(path: string, options: object): Promise<unknown>, delete(path: string): Promise<unknown> }} contents
 * @param {Questions} questions
 * @param {string} folder
 */
export async function writeDefinition(contents, questions, folder) {
  const { path, name } = await contents.newUntitled({ path: folder, type: "file", ext: SUFFIX });
  try {
    const { text } = await questions.get("starter", [["app", name.slice(0, -SUFFIX.length).toLowerCase()]]);
    await contents.save(path, { type: "file", format: "text", content: text });
  } catch (error) {
    // Not an empty file, which would be no definition.
    await contents.delete(path).catch(() => {});
    throw error;
  }
  return path;
}

/**
 * @param {App} app
 * @param {Record<string, any>} services
 * @param {{ questions: Questions, icon: unknown, showError(title: string, words: string): unknown, showWait(): unknown, reveal(path?: string): unknown, testCommand(): Promise<string> }} more
 */
export function addCommands(app, { browsers, palette, launcher }, { questions, icon, showError, showWait, reveal, testCommand }) {
  const { commands, serviceManager } = app;
  const browser = () => browsers?.tracker.currentWidget ?? null;
  /** @returns {string | undefined} */
  const selected = () => [...(browser()?.selectedItems() ?? [])].find(({ type }) => type !== "directory")?.path;
  /**
   * @param {string} title
   * @param {() => Promise<unknown>} act
   */
  const reporting = async (title, act) => {
    try {
      return await act();
    } catch (error) {
      return showError(title, error instanceof NoServerError ? missingServer("This command") : reasonOf(error));
    }
  };

  commands.addCommand(NEW, {
    label: /** @param {any} args */ (args) => (args.isLauncher ? "Kustomer Definition" : "New Kustomer Definition"),
    caption: "Create a Kustomer definition with one action, and open it",
    icon,
    execute: /** @param {any} args */ (args) =>
      reporting("The definition was not created", async () => {
        showWait();
        const path = await writeDefinition(serviceManager.contents, questions, args.cwd ?? browser()?.model.path ?? "");
        return openTarget(app, { path, line: 1, action: "", isDefinition: true });
      }),
  });
  commands.addCommand(OPEN, {
    label: "Open as Workbench",
    caption: "Open this definition as a workbench",
    icon,
    isVisible: () => hasWorkbench(app) && mayOpen(selected()),
    execute: /** @param {any} args */ (args) => {
      const path = args.path ?? selected();
      return path && openTarget(app, { path, line: 1, action: "", isDefinition: true });
    },
  });
  commands.addCommand(CHECK, {
    label: /** @param {any} args */ (args) => (args.isContext ? "Check Definition" : "Check Kustomer Definitions"),
    caption: "List the problems of definitions in the side panel",
    icon,
    isVisible: /** @param {any} args */ (args) => !args.isContext || mayOpen(selected()),
    execute: /** @param {any} args */ (args) => reveal(args.isContext ? selected() : args.path),
  });
  commands.addCommand(TEST, {
    label: "Run Kustomer Tests",
    caption: "Run kustomer-nb test in a terminal",
    icon,
    isVisible: () => canTest(app),
    execute: () => reporting("The tests were not run", async () => runTests(app, await testCommand())),
  });
  commands.addCommand(SHOW, { label: "Show Kustomer Definitions", caption: "Show the side panel with definitions, problems and test results", icon, execute: () => reveal() });

  for (const command of [NEW, CHECK, TEST, SHOW]) palette?.addItem({ command, category: CATEGORY });
  launcher?.add({ command: NEW, category: "Other", rank: 10, args: { isLauncher: true } });
}

/** @param {string | undefined} path */
function mayOpen(path) {
  return path !== undefined && path.endsWith(".json") && !path.endsWith(".case.json");
}

/** @param {App} app */
export function canTest({ commands, serviceManager, name }) {
  // In Notebook 7 a terminal is a page of its own, which nothing can be typed into from here.
  return name === "JupyterLab" && serviceManager.terminals.isAvailable() && commands.hasCommand("terminal:create-new");
}

/**
 * Run the tests of the workspace in a terminal, where their differences are seen.
 * @param {App} app
 * @param {string} command
 */
async function runTests({ commands }, command) {
  const { session } = (await commands.execute("terminal:create-new", { cwd: "" })).content;
  // What is typed before the shell shows its prompt is seen twice.
  await new Promise((done) => {
    session.messageReceived.connect(done);
    setTimeout(done, PROMPT);
  });
  session.send({ type: "stdin", content: [`${command}\r`] });
}
