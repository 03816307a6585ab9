// @ts-check
import { make } from "../../widgets/lib/dom.js";
import { folderOf } from "./workspace_files.js";

/** @import { Contents } from "./workspace_files.js" */
/** @import { Questions } from "./server_questions.js" */
/** What Python says of the file. @typedef {{ name: string, title: string, colour: string, guard: string, names: string[], line: number, environment: boolean, error: string }} Profile */
/** @typedef {{ path: string, profile: Profile }} ProjectProfile */

const FILE = "kustomer-nb.toml";
/** Milliseconds for which the names in a folder are not asked for again. */
const FRESH = 10_000;

/**
 * The profile of the project that a path is in, as an item of the status bar.
 * @param {Contents} contents
 * @param {Questions} questions
 * @param {(path: string, line: number) => unknown} open
 * @param {() => number} [now]
 */
export function profileStatus(contents, questions, open, now = Date.now) {
  /** @type {Map<string, { at: number, has: boolean }>} */
  const folders = new Map();
  /** @type {{ path: string, modified: string, profile: Profile } | null} */
  let last = null;
  let turn = 0;
  const node = make("div", { class: "knb knb-wstatus" });

  /** @param {string} folder */
  async function hasFile(folder) {
    const known = folders.get(folder);
    if (known && now() - known.at < FRESH) return known.has;
    // Its listing, as a file that is not there would be an error in the console of the browser.
    const { content } = await contents.get(folder, { type: "directory", content: true });
    const has = content.some(/** @param {{ name: string }} entry */ ({ name }) => name === FILE);
    folders.set(folder, { at: now(), has });
    return has;
  }

  /**
   * The file of the nearest folder above a path.
   * @param {string} path
   */
  async function nearest(path) {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      if (await hasFile(folder)) return folder ? `${folder}/${FILE}` : FILE;
      if (!folder) return "";
    }
  }

  /** @param {string} path @returns {Promise<ProjectProfile | null>} */
  async function profileOf(path) {
    const file = await nearest(path);
    if (!file) return null;
    const { last_modified: modified } = await contents.get(file, { content: false });
    if (last?.path === file && last.modified === modified) return last;
    const { content } = await contents.get(file, { type: "file", format: "text", content: true });
    last = { path: file, modified, profile: await questions.post("profile", { text: content }) };
    return last;
  }

  /**
   * Show the profile of the project of a file; nothing outside a project, and where the server does not answer.
   * @param {string} path
   */
  async function update(path) {
    const current = ++turn;
    const shown = await profileOf(path).catch(() => null);
    // Somebody went on to another file meanwhile.
    if (current === turn) draw(shown);
  }

  /** @param {ProjectProfile | null} shown */
  function draw(shown) {
    if (!shown) {
      node.replaceChildren();
      return;
    }
    const { path, profile } = shown;
    const words = profile.error ? "Profile unreadable" : profile.title || "No profile";
    const item = make(
      "button",
      {
        type: "button",
        class: "knb-wprofile",
        "data-colour": profile.error ? "red" : profile.colour,
        title: tipOf(path, profile),
        "aria-label": `Kustomer profile: ${words}`,
        onclick: () => open(path, profile.line),
      },
      make("i", { class: "knb-dot" }),
      make("span", {}, words),
    );
    const hadFocus = node.contains(document.activeElement);
    node.replaceChildren(item);
    if (hadFocus) item.focus();
  }

  return {
    node,
    update,
    hide: () => {
      turn += 1;
      draw(null);
    },
    /** Ask for what is in folders again. */
    forget: () => folders.clear(),
  };
}

/**
 * What the item says of itself: what the profile does, and how it is changed.
 * @param {string} path
 * @param {Profile} profile
 */
export function tipOf(path, { error, environment, guard, name, names }) {
  if (error) return `${error} Click to open ${path}.`;
  const others = names.filter((other) => other !== name);
  const more = others.length > 0 ? ` Others: ${others.join(", ")}.` : "";
  const how = environment
    ? "It is set by KUSTOMER_NB_PROFILE, in the environment of JupyterLab."
    : `Change it with profile = "name" in ${path}; click to open it.`;
  return `Default profile of this project: ${guard}.${more} ${how} A workbench and %knb profile may use another one.`;
}
