// @ts-check
import { emptyState, hidden, make, withCode } from "../../widgets/lib/dom.js";
import { icon } from "../../widgets/lib/icons.js";
import { missingServer } from "./server_questions.js";
import { rowsOf, summary } from "./workspace_rows.js";

/** @import { Workspace } from "./workspace_files.js" */
/** @import { Row, Target } from "./workspace_rows.js" */
/** @import { IconName } from "../../widgets/lib/icons.js" */
/** What a person can do here. @typedef {{ open(target: Target): unknown, create(): unknown, test(): unknown, refresh(): unknown, hasTests(): boolean }} Acts */

/** Milliseconds in which keys belong to one word that is looked for. */
const WORD = 600;
/** @type {Record<string, IconName>} */
const ICONS = { file: "file", action: "play", ok: "ok", error: "error", warning: "warning", hint: "hint" };
/** What the icon of a row says. @type {Record<string, string>} */
const WORDS = { file: "Definition", action: "Action", error: "Error", warning: "Warning", hint: "Hint", ok: "Passed" };

/**
 * The list of a workspace: definitions with their actions and problems, and the last test results.
 * @param {Acts} acts
 */
export function sidePanel(acts) {
  /** @type {Workspace | null} */
  let workspace = null;
  /** @type {Row[]} */
  let rows = [];
  let current = "";
  let typed = { word: "", at: 0 };
  /** @type {Set<string>} */
  const toggled = new Set();

  const filter = make("input", { type: "search", class: "knb-wfilter", placeholder: "Filter", "aria-label": "Filter definitions, actions and problems", oninput: draw, onkeydown: leaveFilter });
  const status = make("p", { class: "knb-quiet knb-wsummary", role: "status" });
  const notices = make("div", { class: "knb-wnotices" });
  const tree = make("div", { role: "tree", "aria-label": "Kustomer definitions", class: "knb-tree", onkeydown: move, onclick: click, onfocusin: follow });
  const empty = make("div", { hidden: true });
  const tests = button("play", "Run tests", acts.test);
  const bar = make(
    "div",
    { class: "knb-wbar", role: "toolbar", "aria-label": "Kustomer" },
    make("h2", { class: "knb-wtitle" }, "Kustomer"),
    button("plus", "New Kustomer definition", acts.create),
    tests,
    button("refresh", "Refresh", acts.refresh),
  );
  const node = make("div", { class: "knb knb-workspace" }, bar, filter, status, notices, tree, empty);

  /** @param {Workspace} next */
  function show(next) {
    workspace = next;
    notices.replaceChildren(...(next.hasServer ? [] : [notice(missingServer("The list of actions and problems"))]), ...next.notices.map(notice));
    tests.hidden = !acts.hasTests();
    draw();
  }

  function draw() {
    if (!workspace) return;
    rows = rowsOf(workspace, { filter: filter.value, toggled, now: Date.now() });
    const hasFocus = tree.contains(document.activeElement);
    if (!rows.some(({ id }) => id === current)) current = rows[0]?.id ?? "";
    tree.replaceChildren(...rows.map(drawRow));
    tree.hidden = rows.length === 0;
    empty.hidden = rows.length > 0;
    const isSearch = filter.value.trim() !== "";
    if (rows.length === 0) empty.replaceChildren(isSearch ? emptyState("No matches", "Nothing here has these words.") : nothing());
    filter.hidden = rows.length === 0 && !isSearch;
    // A live region is announced each time it is written.
    const words = summary(workspace);
    if (status.textContent !== words) status.textContent = words;
    if (hasFocus) focus(current);
  }

  function nothing() {
    return emptyState(
      "No definitions here",
      "Create one, or open a folder that has files named *.kustomer.json.",
      make("button", { type: "button", onclick: () => acts.create() }, "New Kustomer definition"),
    );
  }

  /** @param {Row} each */
  function drawRow(each) {
    const { id, level, kind, label, detail, tip, counts, isOpen, at, of } = each;
    const fold = isOpen === null ? make("span", { class: "knb-wfold" }) : make("span", { class: "knb-wfold" }, icon(isOpen ? "down" : "right"));
    const words = make("span", { class: "knb-wwords" }, make("span", { class: "knb-wlabel" }, ...withCode(label)), " ", detail && make("small", { class: "knb-quiet" }, detail));
    return make(
      "div",
      {
        role: "treeitem",
        class: "knb-wrow",
        title: tip || false,
        tabindex: id === current ? 0 : -1,
        "data-id": id,
        "data-kind": kind,
        "aria-level": level,
        "aria-setsize": of,
        "aria-posinset": at,
        "aria-expanded": isOpen === null ? false : String(isOpen),
      },
      fold,
      icon(ICONS[kind], WORDS[kind] ?? ""),
      words,
      badge(counts.error, "error"),
      badge(counts.warning, "warning"),
    );
  }

  /** @param {MouseEvent} event */
  function click({ target }) {
    const at = target instanceof Element ? target.closest(".knb-wrow") : null;
    const each = rows.find(({ id }) => at instanceof HTMLElement && at.dataset.id === id);
    if (!each || !(target instanceof Element)) return;
    current = each.id;
    if (target.closest(".knb-wfold") || !each.target) toggle(each);
    else acts.open(each.target);
  }

  /** @param {Row} each @param {boolean} [isOpen] */
  function toggle(each, isOpen = !each.isOpen) {
    if (each.isOpen === null || each.isOpen === isOpen) return;
    if (!toggled.delete(each.id)) toggled.add(each.id);
    draw();
    focus(each.id);
  }

  /** @param {FocusEvent} event */
  function follow({ target }) {
    if (!(target instanceof HTMLElement) || !target.dataset.id) return;
    for (const other of tree.querySelectorAll('[tabindex="0"]')) other.setAttribute("tabindex", "-1");
    target.tabIndex = 0;
    current = target.dataset.id;
  }

  /** @param {KeyboardEvent} event */
  function move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex(({ id }) => id === current);
    const next = destination(event.key, at);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (next >= 0 && rows[next]) focus(rows[next].id);
  }

  /**
   * The row that a key leads to; -1 if it did something else, null if it does nothing here.
   * @param {string} key
   * @param {number} at
   */
  function destination(key, at) {
    const each = rows[at];
    if (!each) return null;
    const inner = each.level > 1 ? rows.slice(0, at).map(({ level }) => level < each.level).lastIndexOf(true) : at;
    /** @type {Record<string, () => number | void>} */
    const keys = {
      ArrowDown: () => Math.min(rows.length - 1, at + 1),
      ArrowUp: () => Math.max(0, at - 1),
      Home: () => 0,
      End: () => rows.length - 1,
      ArrowRight: () => (each.isOpen ? at + 1 : toggle(each, true)),
      ArrowLeft: () => (each.isOpen ? toggle(each, false) : inner),
      Enter: () => void (each.target ? acts.open(each.target) : toggle(each)),
    };
    if (key in keys) return keys[key]() ?? -1;
    if (key === " " && Date.now() - typed.at >= WORD) return keys.Enter() ?? -1;
    return key.length === 1 ? searched(key.toLowerCase(), at) : null;
  }

  /**
   * The next row that begins with what was typed.
   * @param {string} key
   * @param {number} at
   */
  function searched(key, at) {
    const now = Date.now();
    const word = now - typed.at < WORD ? typed.word + key : key;
    typed = { word, at: now };
    // The same key again goes on to the next one.
    const isSame = [...word].every((letter) => letter === word[0]);
    const [sought, from] = isSame ? [word[0], at + 1] : [word, at];
    const order = rows.map((_, index) => (from + index) % rows.length);
    return order.find((index) => rows[index].label.toLowerCase().startsWith(sought)) ?? -1;
  }

  /** @param {KeyboardEvent} event */
  function leaveFilter(event) {
    if (event.key === "ArrowDown") focus(current);
    else if (event.key === "Escape" && filter.value) {
      filter.value = "";
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} id */
  function focus(id) {
    const row = [...tree.children].find((each) => each instanceof HTMLElement && each.dataset.id === id);
    if (row instanceof HTMLElement) row.focus();
  }

  /**
   * Show a definition with what is wrong in it, or the list.
   * @param {string} [path]
   */
  function reveal(path) {
    filter.value = "";
    const head = rows.find(({ id }) => id === `f:${path}`);
    if (head && head.isOpen === false) toggled.has(head.id) ? toggled.delete(head.id) : toggled.add(head.id);
    draw();
    const problem = rows.find(({ id }) => id.startsWith(`p:${path}:`) || id === `r:${path}`);
    const to = problem?.id ?? head?.id ?? current;
    if (to) focus(to);
    else node.querySelector("button")?.focus();
  }

  return { node, show, draw, reveal };
}

/**
 * @param {IconName} name
 * @param {string} words
 * @param {() => unknown} act
 */
function button(name, words, act) {
  return make("button", { class: "knb-wbutton", type: "button", title: words, "aria-label": words, onclick: () => act() }, icon(name));
}

/** @param {string} words */
function notice(words) {
  return make("p", { class: "knb-wnotice" }, words);
}

/**
 * @param {number | undefined} count
 * @param {IconName} name
 */
function badge(count, name) {
  return count ? make("span", { class: "knb-wbadge", "data-kind": name }, icon(name), String(count), hidden(` ${name}${count === 1 ? "" : "s"}`)) : null;
}
