// @ts-check
import { listenTo, make } from "./dom.js";
import { newId } from "./ids.js";
import { keepFocus } from "./focus.js";
import { icon } from "./icons.js";
import { menuItem, submitOnEnter } from "./popover.js";
import { rove } from "./rove.js";

/** @import { Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */
/** @typedef {{ path: string, title: string, note: string, kind: "file" | "folder" }} ListedFile */

/** So that not each key of a typed path lists a folder. */
const LIST_PAUSE = 120;

/**
 * The page that opens a file: the definitions of the folder, and a path that is typed and completed.
 * @param {Model} model
 * @param {(message: Message) => void} say
 * @param {() => void} goBack
 * @param {AbortSignal} signal ends with the page
 */
export function filePage(model, say, goBack, signal) {
  const ids = [newId(), newId()];
  const path = make("input", { id: ids[0], type: "text", class: "knb-mono", spellcheck: "false", autocomplete: "off", "aria-describedby": ids[1] });
  const problem = make("p", { class: "knb-fileproblem knb-bad", role: "alert", id: ids[1] });
  const list = make("div", { class: "knb-startfiles", role: "group", "aria-label": "Files and folders" });
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  const listed = () => /** @type {ListedFile[]} */ (model.get("files"));
  const buttons = () => /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll(".knb-item")]);
  const ask = () => {
    clearTimeout(timer);
    say({ kind: "files", path: path.value });
  };
  /** @param {string} typed */
  const open = (typed) => {
    if (!typed) {
      // The newest definition is the first of the list.
      buttons()[0]?.focus();
      return;
    }
    // A folder is gone into, and a file opened.
    if (typed.endsWith("/")) {
      path.value = typed;
      path.focus();
      ask();
    } else say({ kind: "open_file", path: typed });
  };
  const form = make("form", { class: "knb-startopen" }, make("label", { for: ids[0] }, "Path"), path, make("button", { type: "submit", class: "knb-primary" }, "Open"));
  submitOnEnter(path, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(path.value.trim());
  });
  path.addEventListener("input", () => {
    shown = "";
    paintProblem();
    clearTimeout(timer);
    timer = setTimeout(ask, LIST_PAUSE);
  });
  path.addEventListener("keydown", (event) => {
    const first = listed()[0];
    if (event.key === "ArrowDown") buttons()[0]?.focus();
    // As a shell completes: what is typed becomes the first path that begins with it.
    else if (event.key === "Tab" && !event.shiftKey && path.value && first && path.value !== first.path) {
      path.value = first.path;
      ask();
    } else return;
    event.preventDefault();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp" && document.activeElement === buttons()[0]) {
      event.preventDefault();
      event.stopPropagation();
      path.focus();
    }
    // Who types names a file: the letter goes on into the path.
    if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) path.focus();
  }, { capture: true });
  rove(list, ".knb-item");

  /** The problem of the path that is typed now; "" once it changes. */
  let shown = "";
  const paintProblem = () => {
    problem.textContent = shown;
    path.setAttribute("aria-invalid", String(Boolean(shown)));
  };
  const paint = () => {
    const items = listed().map(({ path: at, title, note, kind }) => {
      const item = menuItem(title, note, () => open(at));
      item.prepend(icon(kind === "folder" ? "folder" : "file"));
      return item;
    });
    const draw = () => list.replaceChildren(...(items.length > 0 ? items : [make("p", { class: "knb-quiet" }, path.value ? "No definition or folder begins with this." : "No definition is here. Type the path of one.")]));
    keepFocus(list, draw, () => buttons()[0] ?? path);
  };
  listenTo(model, ["files"], paint, signal);
  listenTo(model, ["file_problem"], () => {
    shown = String(model.get("file_problem"));
    paintProblem();
    if (shown) path.focus();
  }, signal);
  const element = make(
    "div",
    { class: "knb-openfile" },
    make("div", { class: "knb-starthead" }, make("button", { type: "button", class: "knb-small", onclick: goBack }, "Back"), make("div", { class: "knb-h3" }, "Open a file")),
    form,
    problem,
    make("div", { class: "knb-h4" }, `In ${model.get("folder") || "this folder"}`),
    list,
  );
  ask();
  return { element, focus: () => (buttons()[0] ?? path).focus({ preventScroll: true }) };
}
