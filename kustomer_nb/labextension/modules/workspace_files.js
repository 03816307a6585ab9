// @ts-check
import { NoServerError, within } from "./server_questions.js";
import { isDefinition } from "./texts.js";

/** @import { Questions } from "./server_questions.js" */
/** @typedef {{ name: string, line: number, start: number }} Action */
/** @typedef {{ code: string, severity: "error" | "warning" | "hint", message: string, fix: string, line: number }} Problem */
/** @typedef {{ definition: boolean | null, counts: Record<string, number>, problems: Problem[], actions: Action[] }} Overview */
/** A definition: what Python says of it, null without Python, or why nothing can be said. @typedef {{ path: string, overview: Overview | null, reason: string }} Definition */
/** @typedef {{ path: string, name: string, outcome: "passed" | "warned" | "failed" | "error" }} CaseOutcome */
/** @typedef {{ folder: string, at: string, counts: Record<string, number>, results: CaseOutcome[] }} TestRun */
/** @typedef {{ definitions: Definition[], runs: TestRun[], command: string, hasServer: boolean, notices: string[] }} Workspace */
/** As much of a file as the API of JupyterLab lists. @typedef {{ name: string, path: string, type: string, size?: number | null, last_modified: string, content?: any }} Listed */
/** @typedef {{ get(path: string, options: object): Promise<Listed> }} Contents */

export const MOST_FOLDERS = 200;
export const MOST_DEFINITIONS = 200;
/** JSON files that are read to see whether they are definitions. */
export const MOST_READ = 500;
/** The server takes no longer text. */
export const LARGEST = 1_000_000;
/** Folders whose results of tests are asked for; the server takes no more. */
const MOST_ASKED = 50;
const DEFINITION = ".kustomer.json";
const PROFILES = "kustomer-nb.toml";
const OTHERS = new Set(["package.json", "package-lock.json", "tsconfig.json", "composer.json", "manifest.json", "jsconfig.json"]);
const NO_WORKSPACE = { definitions: [], runs: [], command: "", hasServer: true, notices: [] };

/**
 * Whether a JSON file may be a definition by its name.
 * @param {string} name
 */
export function mayBeDefinition(name) {
  const lower = name.toLowerCase();
  return lower.endsWith(".json") && !name.startsWith(".") && !lower.endsWith(".case.json") && !OTHERS.has(lower);
}

/**
 * The folder that a path is in.
 * @param {string} path
 */
export function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/**
 * Looks through the files of a workspace, again each time it is asked. A file that has not changed is not read again.
 * @param {Contents} contents
 * @param {Questions} questions
 */
export function workspaceFiles(contents, questions) {
  /** @type {Map<string, { mark: string, definition: Definition | null }>} */
  let known = new Map();

  /**
   * @param {Iterable<string>} ignored names of folders
   * @returns {Promise<Workspace>}
   */
  return async function look(ignored) {
    const { files, folders, notices } = await listed(contents, new Set(ignored));
    const seen = new Map();
    let hasServer = true;
    if (files.length > MOST_READ) notices.push(`Only the first ${MOST_READ} of ${files.length} JSON files are read.`);
    for (const file of files.slice(0, MOST_READ)) {
      const mark = `${file.last_modified} ${file.size}`;
      const before = known.get(file.path);
      if (before?.mark === mark) seen.set(file.path, before);
      else {
        const definition = await read(file);
        // A failure may pass without a change of the file.
        const isComplete = !definition || definition.overview || (file.size ?? 0) > LARGEST;
        if (definition && !definition.overview && !definition.reason) hasServer = false;
        seen.set(file.path, { mark: isComplete ? mark : "", definition });
      }
    }
    known = seen;
    const definitions = [...seen.values()].flatMap(({ definition }) => definition ?? []);
    if (definitions.length > MOST_DEFINITIONS) notices.push(`Only the first ${MOST_DEFINITIONS} of ${definitions.length} definitions are listed.`);
    const shown = definitions.slice(0, MOST_DEFINITIONS);
    const projects = [...new Set([...folders, ...shown.map(({ path }) => folderOf(path))])];
    return { ...NO_WORKSPACE, definitions: shown, hasServer, notices, ...(await lastRuns(projects)) };
  };

  /**
   * @param {Listed} file
   * @returns {Promise<Definition | null>}
   */
  async function read({ path, name, size }) {
    const isNamed = name.toLowerCase().endsWith(DEFINITION);
    /** @param {string} reason @param {Overview | null} overview */
    const definition = (reason, overview = null) => ({ path, reason, overview });
    if ((size ?? 0) > LARGEST) return isNamed ? definition(`It is larger than ${LARGEST / 1_000_000} MB, so it is not checked.`) : null;
    try {
      const { content } = await within(contents.get(path, { type: "file", format: "text", content: true }));
      // What is none is not sent to be looked at.
      if (!isDefinition(content, path)) return null;
      const overview = await questions.post("overview", { text: content, path });
      // A file by another name that cannot be read at all may be anything.
      return isNamed || overview.definition === true ? definition("", overview) : null;
    } catch (error) {
      if (error instanceof NoServerError) return definition("");
      return definition(`It cannot be read: ${reasonOf(error)}`);
    }
  }

  /** @param {string[]} folders */
  async function lastRuns(folders) {
    if (folders.length === 0) return {};
    try {
      const query = /** @type {[string, string][]} */ (folders.slice(0, MOST_ASKED).map((folder) => ["folder", folder]));
      const { runs, command } = await questions.get("tests", query);
      return { runs, command };
    } catch (error) {
      if (error instanceof NoServerError) return { hasServer: false };
      return { notices: [`The last test results cannot be read: ${reasonOf(error)}`] };
    }
  }
}

/**
 * List the JSON files and the folders of profiles, folder by folder from the top.
 * @param {Contents} contents
 * @param {Set<string>} ignored
 */
async function listed(contents, ignored) {
  /** @type {Listed[]} */
  const files = [];
  /** @type {string[]} */
  const folders = [];
  /** @type {string[]} */
  const notices = [];
  const waiting = [""];
  for (let count = 0; waiting.length > 0; count += 1) {
    if (count === MOST_FOLDERS) {
      notices.push(`Only the first ${MOST_FOLDERS} folders are looked through. Name folders to leave out in the settings.`);
      break;
    }
    const folder = waiting.shift() ?? "";
    let content = [];
    try {
      ({ content } = await within(contents.get(folder, { type: "directory", content: true })));
    } catch (error) {
      notices.push(`The folder ${folder || "/"} cannot be listed: ${reasonOf(error)}`);
    }
    for (const entry of [.../** @type {Listed[]} */ (content)].sort(byName)) {
      if (entry.type === "directory") {
        if (!ignored.has(entry.name) && !entry.name.startsWith(".")) waiting.push(entry.path);
      } else if (entry.name === PROFILES) folders.push(folder);
      else if (mayBeDefinition(entry.name)) files.push(entry);
    }
  }
  return { files, folders, notices };
}

/** @param {Listed} a @param {Listed} b */
function byName(a, b) {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** @param {unknown} error */
export function reasonOf(error) {
  return error instanceof Error && error.message ? error.message : String(error);
}
