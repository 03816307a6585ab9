// @ts-check
import { chipField } from "./lib/chip_field.js";
import { definitionHead } from "./lib/definition_head.js";
import { emptyState, listenTo, make, newId, plural, setUpLeaf } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { KEYS } from "./lib/keys.js";
import { partQueue } from "./lib/part_queue.js";
import { menuItem, opener, place } from "./lib/popover.js";
import { receive, sendOrNotice } from "./lib/protocol.js";

/** @import { Child, Model } from "./lib/dom.js" */
/** @import { Message } from "./lib/protocol.js" */
/**
 * A row: one value of the definition, at a pointer.
 * @typedef {{
 *   kind: "name" | "plain" | "text" | "json" | "choice" | "object" | "array" | "input" | "setting" | "output",
 *   pointer: string, name: string, text?: string, isKey?: boolean, isJson?: boolean, isLong?: boolean,
 *   rows?: Row[], options?: [string, string][], type?: string, types?: string[], isRequired?: boolean,
 *   default?: string, description?: string, source?: string, isDeclared?: boolean | null,
 * }} Row
 */
/** @typedef {{ id: string, title: string, note: string, rows: Row[], adds: string, pointer: string }} Section */
/** @typedef {"text" | "json" | "object" | "array"} Form */
/** @typedef {{ element: HTMLElement, set: (row: Row) => void }} Drawn */

const FORMS = /** @type {[Form, string][]} */ ([
  ["text", "Text"],
  ["json", "JSON"],
  ["object", "Object"],
  ["array", "List"],
]);

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const body = make("div", { class: "knb-scroll knb-build", role: "group", "aria-label": "Definition as a form" });
  /** @param {Message} message */
  const say = (message) => sendOrNotice(model, message, notice);
  /** The rows that are drawn, by their place. @type {Map<string, Drawn>} */
  let drawn = new Map();
  let structure = "";
  /** Who asked for completions. @type {ReturnType<typeof chipField> | null} */
  let asking = null;
  /** What is to be focused when it is drawn. */
  let wanted = "";
  let isVisible = false;

  const queue = partQueue({
    send: (message) => say(message),
    pointerAt: (at) => rowAt(at)?.pointer,
    onProblem: (at, problem) => {
      const message = body.querySelector(`[data-message="${CSS.escape(at)}"]`);
      if (message) message.textContent = problem;
    },
    onPlaces: (at, name, places) => confirmRename(at, name, places),
    onIdle: () => {
      paint();
      draw();
    },
  });

  /** @returns {Section[]} */
  const sections = () => model.get("sections");
  /** @param {string} at @returns {Row | undefined} */
  function rowAt(at) {
    const [id, ...indexes] = at.split("/");
    /** @type {Row[] | undefined} */
    let rows = sections().find((one) => one.id === id)?.rows;
    /** @type {Row | undefined} */
    let row;
    for (const index of indexes) {
      row = rows?.[Number(index)];
      rows = row?.rows;
    }
    return row;
  }

  // -- controls

  /**
   * @param {string} at
   * @param {string} role
   * @param {string} label
   * @param {Record<string, any>} [more]
   */
  function input(at, role, label, more = {}) {
    return make("input", { type: "text", "data-at": `${at}:${role}`, "aria-label": label, spellcheck: "false", autocomplete: "off", ...more });
  }
  /**
   * The field of a row's name. The name of an input, a setting or the action is told when it is complete, as other
   * places change with it; another one at each key.
   * @param {Row} row
   * @param {string} at
   * @param {string} what
   */
  function nameField(row, at, what) {
    if (!row.isKey) return make("span", { class: "knb-bname knb-mono" }, row.name);
    const field = input(at, "name", `${what}: name`, { class: "knb-mono knb-bname" });
    field.value = row.name;
    const isWhole = row.kind === "input" || row.kind === "setting";
    field.addEventListener(isWhole ? "change" : "input", () => queue.add(at, "name", field.value));
    return field;
  }
  /** @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} field @param {string} text */
  function setValue(field, text) {
    const at = field.dataset.at ?? "";
    if (field.value !== text && !queue.has(at) && !(field === document.activeElement && queue.isBusy)) field.value = text;
  }
  /** @param {Row} row @param {string} what */
  function remover(row, what) {
    return make("button", { type: "button", class: "knb-iconbutton", onclick: () => queue.whenIdle(() => say({ kind: "remove_part", pointer: row.pointer })) }, icon("close", `Remove ${what}`));
  }
  /** @param {string} at */
  const messageOf = (at) => make("p", { class: "knb-msg knb-bad knb-bmsg", role: "status", "data-message": at });

  /**
   * @param {Row} row
   * @param {string} at
   * @param {string} what
   */
  function chips(row, at, what) {
    const chip = chipField({
      label: what,
      known: () => model.get("known"),
      onInput: (text) => queue.add(at, "text", text),
      onAsk: (offset) => {
        asking = chip;
        queue.whenIdle(() => {
          const pointer = rowAt(at)?.pointer;
          if (pointer) say({ kind: "complete_part", pointer, offset });
        });
      },
    });
    chip.field.dataset.at = `${at}:text`;
    chip.setText(row.text ?? "");
    return chip;
  }
  /**
   * @param {Row} row
   * @param {string} at
   * @param {string} what
   */
  function jsonField(row, at, what) {
    const field = make("textarea", { class: "knb-mono knb-bjson", rows: 1, spellcheck: "false", "data-at": `${at}:json`, "aria-label": `${what}, JSON` });
    const size = () => {
      field.rows = Math.min(row.isLong ? 16 : 6, Math.max(1, field.value.split("\n").length));
    };
    field.value = row.text ?? "";
    size();
    field.addEventListener("input", () => {
      size();
      queue.add(at, "json", field.value);
    });
    return field;
  }
  /**
   * A choice of what a value is: text, JSON, an object or a list.
   * @param {Row} row
   * @param {string} what
   */
  function formOf(row, what) {
    const select = make("select", {
      class: "knb-bform",
      "aria-label": `${what}: kind`,
      onchange: () => queue.whenIdle(() => say({ kind: "convert_part", pointer: row.pointer, form: /** @type {Form} */ (select.value) })),
    });
    select.append(...FORMS.map(([value, title]) => make("option", { value }, title)));
    select.value = row.kind === "output" ? (row.isJson ? "json" : "text") : row.kind;
    return select;
  }
  /**
   * @param {string} words
   * @param {string} pointer
   * @param {Form} form
   */
  function adder(words, pointer, form) {
    return make("button", { type: "button", class: "knb-small knb-add", onclick: () => queue.whenIdle(() => say({ kind: "add_part", pointer, form })) }, icon("added"), words);
  }

  // -- rows

  /** @param {Row} row @param {string} at @param {string} section @returns {HTMLElement} */
  function drawRow(row, at, section) {
    const what = row.isKey ? `${section} ${row.name}`.trim() : row.name;
    const made = rowOf(row, at, what);
    drawn.set(at, made);
    return made.element;
  }

  /** @param {Row} row @param {string} at @param {string} what @returns {Drawn} */
  function rowOf(row, at, what) {
    if (row.kind === "object" || row.kind === "array") return groupRow(row, at, what);
    if (row.kind === "input") return inputRow(row, at);
    if (row.kind === "choice") return choiceRow(row, at, what);
    if (row.kind === "setting") return settingRow(row, at);
    const isJson = row.kind === "json" || row.isJson;
    const isPlain = row.kind === "plain" || row.kind === "name";
    const name = nameField(row, at, what);
    const chip = isJson || isPlain ? null : chips(row, at, row.kind === "output" ? `${row.name}: from` : row.name === "uri" ? "URL" : `${what}: value`);
    const field = chip?.field ?? (isJson ? jsonField(row, at, what) : plainField(row, at, what));
    const value = chip?.box ?? field;
    const tail = row.kind === "output" ? outputTail(row, at, chip) : row.isKey ? [formOf(row, what), remover(row, what)] : isJson ? [make("small", { class: "knb-quiet" }, "JSON")] : [];
    const arrow = row.kind === "output" && make("span", { class: "knb-quiet", "aria-hidden": "true" }, "←");
    const element = make("div", { class: `knb-brow knb-brow-${row.kind}${row.isLong ? " knb-brow-long" : ""}` }, name, arrow, value, ...tail, messageOf(at));
    return {
      element,
      set(now) {
        if (name instanceof HTMLInputElement) setValue(name, now.name);
        setValue(field, now.text ?? "");
        chip?.repaint();
      },
    };
  }
  /** @param {Row} row @param {string} at @param {string} what */
  function plainField(row, at, what) {
    const field = input(at, "text", what, row.kind === "name" ? { class: "knb-mono" } : {});
    field.value = row.text ?? "";
    if (row.kind === "name") field.addEventListener("change", () => queue.add(at, "name", field.value));
    else field.addEventListener("input", () => queue.add(at, "text", field.value));
    return field;
  }
  /** @param {Row} row @param {string} at @param {string} what @returns {Drawn} */
  function choiceRow(row, at, what) {
    const id = newId();
    const select = make("select", { id, "data-at": `${at}:text` });
    select.addEventListener("change", () => queue.add(at, row.isJson ? "json" : "text", select.value));
    select.append(...(row.options ?? []).map(([value, title]) => make("option", { value }, title)));
    select.value = row.text ?? "";
    const label = make("label", { for: id, class: "knb-bname knb-mono" }, row.name);
    return { element: make("div", { class: "knb-brow" }, label, select, messageOf(at)), set: (now) => setValue(select, now.text ?? "") };
  }
  /** @param {Row} row @param {string} at @returns {Drawn} */
  function settingRow(row, at) {
    const key = input(at, "setting", `${row.name}: key`, { class: "knb-mono" });
    key.value = row.text ?? "";
    key.addEventListener("input", () => queue.add(at, "setting", key.value));
    const name = nameField(row, at, "App setting");
    const source = make("small", { class: "knb-quiet knb-ellipsis" }, row.source ?? "");
    return {
      element: make("div", { class: "knb-brow" }, name, key, source, remover(row, `app setting ${row.name}`), messageOf(at)),
      set(now) {
        if (name instanceof HTMLInputElement) setValue(name, now.name);
        setValue(key, now.text ?? "");
        source.textContent = now.source ?? "";
      },
    };
  }
  /** @param {Row} row @param {string} at @returns {Drawn} */
  function inputRow(row, at) {
    const name = nameField(row, at, "Input");
    const type = make("select", { "data-at": `${at}:type`, "aria-label": `${row.name}: type` });
    type.addEventListener("change", () => queue.add(at, "type", type.value));
    type.append(make("option", { value: "" }, "any"), ...(row.types ?? []).map((one) => make("option", { value: one }, one)));
    type.value = row.type ?? "";
    const required = make("input", { type: "checkbox", "data-at": `${at}:required`, "aria-label": `${row.name}: required` });
    required.addEventListener("change", () => queue.add(at, "required", String(required.checked)));
    required.checked = Boolean(row.isRequired);
    const initial = input(at, "default", `${row.name}: default`, { placeholder: "default", class: "knb-mono" });
    initial.value = row.default ?? "";
    initial.addEventListener("input", () => queue.add(at, "default", initial.value));
    const description = input(at, "description", `${row.name}: description`, { placeholder: "description" });
    description.value = row.description ?? "";
    description.addEventListener("input", () => queue.add(at, "description", description.value));
    const inner = (row.rows ?? []).map((one, index) => drawRow(one, `${at}/${index}`, row.name));
    return {
      element: make("div", { class: "knb-irow" }, name, type, make("label", { class: "knb-ireq" }, required), initial, description, remover(row, `input ${row.name}`), messageOf(at), inner.length > 0 && make("div", { class: "knb-bnested" }, ...inner)),
      set(now) {
        if (name instanceof HTMLInputElement) setValue(name, now.name);
        setValue(type, now.type ?? "");
        if (!queue.has(`${at}:required`)) required.checked = Boolean(now.isRequired);
        setValue(initial, now.default ?? "");
        setValue(description, now.description ?? "");
      },
    };
  }
  /** @param {Row} row @param {string} at @param {string} what @returns {Drawn} */
  function groupRow(row, at, what) {
    const rows = row.rows ?? [];
    const count = plural(rows.length, row.kind === "object" ? "key" : "item");
    const name = nameField(row, at, what);
    const head = make("div", { class: "knb-brow" }, name, make("span", { class: "knb-quiet knb-bcount" }, `${row.kind === "object" ? "object" : "list"}, ${count}`), row.isKey && formOf(row, what), row.isKey && remover(row, what), messageOf(at));
    const children = rows.map((one, index) => drawRow(row.kind === "array" ? { ...one, isKey: false } : one, `${at}/${index}`, what));
    const adds = make("div", { class: "knb-badd" }, adder(row.kind === "array" ? "Add Item" : "Add", row.pointer, "text"), adder(row.kind === "array" ? "Add Object Item" : "Add Object", row.pointer, "object"));
    return {
      element: make("div", { class: "knb-bgroup", role: "group", "aria-label": what }, head, make("div", { class: "knb-bnested" }, ...children, adds)),
      set(now) {
        if (name instanceof HTMLInputElement) setValue(name, now.name);
      },
    };
  }
  /**
   * @param {Row} row
   * @param {string} at
   * @param {ReturnType<typeof chipField> | null} chip
   * @returns {Child[]}
   */
  function outputTail(row, at, chip) {
    const pick = make("button", { type: "button", class: "knb-small" }, "Pick");
    const picker = opener(pick, (close) => pathList(close, (path) => {
      queue.add(at, "text", `/#${path}`);
      chip?.setText(`/#${path}`);
    }), { label: `Pick ${row.name} from the last response`, style: "knb-pop-wide", align: "end" });
    const declared =
      row.isDeclared === false
        ? make("button", { type: "button", class: "knb-link knb-otype", title: "outputSchema does not declare it, so it is dropped", onclick: () => queue.whenIdle(() => say({ kind: "declare", pointer: row.pointer })) }, "declare")
        : make("small", { class: "knb-quiet knb-otype" }, row.type ?? "");
    return [chip ? pick : null, picker.box, declared, formOf(row, row.name), remover(row, `output ${row.name}`)];
  }
  /**
   * @param {() => void} close
   * @param {(path: string) => void} choose
   */
  function pathList(close, choose) {
    const find = make("input", { type: "search", placeholder: "Find in the last response", "aria-label": "Find in the last response", autofocus: true });
    const list = make("div", { class: "knb-fromlist" }, make("p", { class: "knb-quiet" }, "…"));
    /** @type {{ path: string, detail: string }[]} */
    let paths = [];
    const fill = () => {
      const words = find.value.toLowerCase();
      const fitting = paths.filter(({ path }) => path.toLowerCase().includes(words)).slice(0, 200);
      const items = fitting.map(({ path, detail }) => menuItem(path, detail, () => {
        close();
        choose(path);
      }));
      list.replaceChildren(...(items.length > 0 ? items : [make("p", { class: "knb-quiet knb-pad" }, paths.length > 0 ? "No value matches." : "No response yet. Run once, then pick.")]));
    };
    find.addEventListener("input", fill);
    find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const first = list.querySelector("button");
      first?.click();
    });
    showPaths = (found) => {
      paths = found;
      fill();
    };
    say({ kind: "paths" });
    return [make("div", { class: "knb-pad" }, find), list];
  }
  /** @type {(paths: { path: string, detail: string }[]) => void} */
  let showPaths = () => {};

  // -- a rename that changes other places

  const asked = make("div", { class: "knb-pop knb-pop-wide", popover: "auto", role: "dialog", "aria-label": "Rename" });
  /**
   * @param {string} at
   * @param {string} name
   * @param {{ line: number, before: string, after: string }[]} places
   */
  function confirmRename(at, name, places) {
    const row = rowAt(at);
    const anchor = body.querySelector(`[data-at="${CSS.escape(`${at}:name`)}"]`);
    if (!row || !(anchor instanceof HTMLInputElement)) return;
    const go = make("button", {
      type: "button",
      class: "knb-primary",
      onclick: () => {
        asked.hidePopover();
        queue.add(at, "name", name, true);
        anchor.focus();
      },
    }, `Rename in ${plural(places.length, "Place")}`);
    const no = make("button", {
      type: "button",
      onclick: () => {
        asked.hidePopover();
        anchor.value = row.name;
        anchor.focus();
      },
    }, "Cancel");
    asked.replaceChildren(
      make("div", { class: "knb-pad" }, make("p", {}, `Rename ${row.name} to ${name}`)),
      make("ul", { class: "knb-places" }, ...places.slice(0, 50).map(({ line, before, after }) => make("li", {}, make("small", { class: "knb-quiet" }, `line ${line}`), make("code", { class: "knb-removed" }, before.trim()), make("code", { class: "knb-inserted" }, after.trim())))),
      make("div", { class: "knb-actions knb-pad" }, no, go),
    );
    asked.showPopover();
    place(asked, anchor);
    go.focus();
  }

  // -- the whole

  /** @param {Row[]} rows @returns {unknown} */
  const shape = (rows) => rows.map((row) => [row.kind, row.pointer, row.name, row.isJson, row.isDeclared, row.type === undefined ? "" : row.types, row.rows ? shape(row.rows) : 0]);

  function paint() {
    // Nobody sees it: another action is picked more often than its definition is looked at.
    if (queue.isBusy || !isVisible) return;
    const blocked = String(model.get("blocked"));
    const list = sections();
    const now = JSON.stringify([blocked, list.map(({ id, rows, adds, note }) => [id, adds, note, shape(rows)])]);
    if (now === structure) {
      for (const [at, one] of drawn) {
        const row = rowAt(at);
        if (row) one.set(row);
      }
      focusWanted();
      return;
    }
    structure = now;
    const focused = document.activeElement instanceof HTMLElement && body.contains(document.activeElement) ? document.activeElement.dataset.at : undefined;
    const selection = document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLTextAreaElement ? [document.activeElement.selectionStart, document.activeElement.selectionEnd] : null;
    const top = body.scrollTop;
    drawn = new Map();
    body.replaceChildren(...(blocked ? [emptyState("The form needs a definition that can be read.", blocked)] : list.map(drawSection)));
    body.scrollTop = top;
    if (focused && !wanted) {
      const again = control(focused);
      again?.focus({ preventScroll: true });
      if (selection && (again instanceof HTMLInputElement || again instanceof HTMLTextAreaElement) && again.type !== "checkbox") again.setSelectionRange(selection[0] ?? 0, selection[1] ?? 0);
    }
    focusWanted();
  }
  /** @param {string} at */
  function control(at) {
    const found = body.querySelector(`[data-at="${CSS.escape(at)}"]`);
    return found instanceof HTMLElement ? found : null;
  }
  function focusWanted() {
    if (!wanted) return;
    for (const [at] of drawn) {
      if (rowAt(at)?.pointer !== wanted) continue;
      const field = control(`${at}:name`) ?? control(`${at}:text`) ?? control(`${at}:json`);
      wanted = "";
      field?.focus();
      if (field instanceof HTMLInputElement) field.select();
      return;
    }
  }
  /** @param {Section} section */
  function drawSection({ id, title, note, rows, adds, pointer }) {
    const columns = id === "inputs" && rows.some((row) => row.kind === "input");
    const heads = columns && make("div", { class: "knb-irow knb-bcols", "aria-hidden": "true" }, ...["Name", "Type", "Req.", "Default", "Description", ""].map((words) => make("span", {}, words)));
    return make(
      "div",
      { class: `knb-bsec knb-bsec-${id}`, role: "group", "aria-label": title },
      make("div", { class: "knb-bhead" }, title, note && make("small", {}, note)),
      heads,
      ...rows.map((row, index) => drawRow(row, `${id}/${index}`, title)),
      adds && make("div", { class: "knb-badd" }, ...addersOf(adds, pointer)),
    );
  }
  /** @param {string} adds @param {string} pointer */
  function addersOf(adds, pointer) {
    if (adds === "input") return [adder("Add Input", pointer, "text")];
    if (adds === "setting") return [adder("Add App Setting", pointer, "text")];
    if (adds === "output") return [adder("Add Output", pointer, "text")];
    if (adds === "body") return [adder("Add JSON Body", pointer, "object"), adder("Add Text Body", pointer, "text")];
    if (adds === "any") return [adder("Add", pointer, "text"), adder("Add Object", pointer, "object"), adder("Add List", pointer, "array")];
    return [adder("Add", pointer, "text")];
  }

  const { head, draw, save } = definitionHead({ model, signal, say, whenSettled: (act) => queue.whenIdle(act), isSettled: () => !queue.isBusy });
  body.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !KEYS.isMod(event)) return;
    event.preventDefault();
    event.stopPropagation();
    save();
  });
  el.append(head, body, asked, notice);
  const watcher = new IntersectionObserver((seen) => {
    isVisible = seen.at(-1)?.isIntersecting ?? false;
    if (isVisible) paint();
  });
  watcher.observe(body);
  signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  listenTo(model, ["sections", "blocked"], paint, signal);
  listenTo(model, ["known"], () => drawn.forEach((one, at) => one.set(rowAt(at) ?? /** @type {Row} */ ({}))), signal);
  receive(model, "part_done", (message) => queue.done(message), signal);
  receive(
    model,
    "focus",
    ({ pointer }) => {
      wanted = pointer;
      focusWanted();
    },
    signal,
  );
  receive(model, "completed_part", ({ start, end, items }) => asking?.offer({ start, end, items }), signal);
  receive(model, "path_list", ({ paths }) => showPaths(paths), signal);
}

export default { render };
