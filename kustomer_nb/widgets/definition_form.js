// @ts-check
import { chipField } from "./lib/chip_field.js";
import { definitionHead } from "./lib/definition_head.js";
import { emptyState, listenTo, make, plural, setUpLeaf } from "./lib/dom.js";
import { newId } from "./lib/ids.js";
import { icon } from "./lib/icons.js";
import { KEYS } from "./lib/keys.js";
import { partQueue } from "./lib/part_queue.js";
import { menuItem, opener, place } from "./lib/popover.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { templatePopover } from "./lib/template_popover.js";

/** @import { Child, Model } from "./lib/dom.js" */
/** @import { Message } from "./lib/protocol.js" */
/**
 * A row: one value of the definition, at a pointer.
 * @typedef {{
 *   kind: "name" | "plain" | "text" | "json" | "choice" | "object" | "array" | "input" | "setting" | "output",
 *   pointer: string, name: string, text?: string, isKey?: boolean, isJson?: boolean, isLong?: boolean,
 *   rows?: Row[], options?: [string, string][], type?: string, types?: string[], isRequired?: boolean,
 *   default?: string, description?: string, source?: string, isDeclared?: boolean | null,
 *   masked?: string[],
 * }} Row
 */
/** @typedef {{ id: string, title: string, note: string, rows: Row[], adds: string, pointer: string }} Section */
/** @typedef {"text" | "json" | "object" | "array"} Form */
/** @typedef {{ element: HTMLElement, set: (row: Row) => void, repaint?: () => void }} Drawn */

/** @param {Row} row */
const formNameOf = (row) => (row.kind === "output" ? (row.isJson ? "json" : "text") : row.kind);

const LINE_END = /\r\n?|\n/;
/** A text as a field has it. @param {string} text */
const ofField = (text) => text.replace(/\r\n?/g, "\n");

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
  /** The action whose rows are drawn. */
  let subject = "";
  /** Who asked for completions. @type {ReturnType<typeof chipField> | null} */
  let asking = null;
  /** What is to be focused when it is drawn. */
  let wanted = "";
  let isVisible = false;
  /** Between press and click, what is pressed stays where it is. */
  let isPressed = false;
  /** After Undo and Redo, the field that has the focus shows what Python has, too. */
  let isMoving = false;

  const asked = make("div", { class: "knb-pop knb-pop-wide", popover: "auto", role: "dialog", "aria-label": "Rename" });
  asked.addEventListener("toggle", () => {
    if (asked.matches(":popover-open")) return;
    const field = control(asked.dataset.key ?? "");
    delete asked.dataset.key;
    // Not renamed: the name that it has.
    const [at] = field ? keyOf(field) : [""];
    if (field instanceof HTMLInputElement && !queue.isBusy) field.value = rowAt(at)?.name ?? field.value;
    paint();
  });

  const queue = partQueue({
    send: (message) => say(message),
    onDone: ({ pointer, role, text, version }, { pointer: at, places }) => {
      for (const place of new Set([pointer, at])) {
        const message = body.querySelector(`[data-message="${CSS.escape(place)}"]`);
        if (message) message.textContent = queue.problemOf(place);
      }
      const kind = control(`${pointer}:kind`);
      const row = rowAt(pointer);
      if (!role && row && kind instanceof HTMLSelectElement) kind.value = formNameOf(row);
      if (places.length > 0) confirmRename(at, text, places, version);
    },
    onIdle: () => {
      paint();
      draw();
    },
  });

  const facts = templatePopover({
    ask: (at, index) =>
      queue.whenIdle(() => {
        say({ kind: "about_template", pointer: queue.now(at), index });
      }),
    fix: (at, id) => queue.act(at, (place) => ({ kind: "fix_part", ...place, id })),
  });

  /** @returns {Section[]} */
  const sections = () => model.get("sections");
  /** @type {{ of: Section[] | null, rows: Map<string, Row> }} */
  let found = { of: null, rows: new Map() };
  /** @param {string} pointer */
  function rowAt(pointer) {
    if (found.of !== sections()) {
      found = { of: sections(), rows: new Map() };
      /** @param {Row[]} rows */
      const add = (rows) =>
        rows.forEach((row) => {
          found.rows.set(row.pointer, row);
          add(row.rows ?? []);
        });
      for (const { rows } of sections()) add(rows);
    }
    return found.rows.get(pointer);
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
   * A field of a text: an input would drop its line ends.
   * @param {string} at
   * @param {string} role
   * @param {string} label
   * @param {string} text
   * @param {Record<string, any>} [more]
   */
  function textField(at, role, label, text, more = {}) {
    const field = LINE_END.test(text)
      ? make("textarea", { rows: Math.min(6, text.split("\n").length), "data-at": `${at}:${role}`, "aria-label": label, spellcheck: "false", autocomplete: "off", ...more })
      : input(at, role, label, more);
    field.value = text;
    return field;
  }
  /**
   * The field of a row's name. It is told when it is complete: a part of it may be the name of another row.
   * @param {Row} row
   * @param {string} at
   * @param {string} what
   */
  function nameField(row, at, what) {
    if (!row.isKey) return make("span", { class: "knb-bname knb-mono" }, row.name);
    const field = input(at, "name", `${what}: name`, { class: "knb-mono knb-bname" });
    field.value = row.name;
    field.addEventListener("change", () => rename(at, field.value));
    takeOnEnter(field);
    return field;
  }
  /** @param {string} at @param {string} name */
  function rename(at, name) {
    const key = `${queue.now(at)}:name`;
    if (name !== rowAt(queue.now(at))?.name || queue.has(key) || queue.refusedAt(key) !== undefined) queue.add(at, "name", name);
  }
  /**
   * Show what Python has, unless somebody is writing there, or has to correct what is there.
   * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} field
   * @param {string} text
   */
  function setValue(field, text) {
    const [at, role] = keyOf(field);
    const key = `${queue.now(at)}:${role}`;
    if (field.value === ofField(text) || queue.has(key)) return;
    if (field instanceof HTMLSelectElement || ((isMoving || field !== document.activeElement) && queue.refusedAt(key) === undefined && asked.dataset.key !== key)) field.value = text;
  }
  /** @param {HTMLElement} field @returns {[string, string]} */
  function keyOf(field) {
    const key = field.dataset.at ?? "";
    const at = key.lastIndexOf(":");
    return [key.slice(0, at), key.slice(at + 1)];
  }
  /** @param {Row} row @param {string} what */
  function remover(row, what) {
    return make("button", { type: "button", class: "knb-iconbutton", "data-at": `${row.pointer}:remove`, onclick: () => queue.act(row.pointer, (place) => ({ kind: "remove_part", ...place })) }, icon("close", `Remove ${what}`));
  }
  /** @param {string} at */
  const messageOf = (at) => make("p", { class: "knb-msg knb-bad knb-bmsg", role: "status", "data-message": at }, queue.problemOf(at));

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
          say({ kind: "complete_part", pointer: queue.now(at), offset });
        });
      },
      onTemplate: (index, isHovered) => facts.rest(chip, at, index, isHovered),
      onLeave: () => facts.leave(),
      onKey: (event) => facts.press(event, chip, at),
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
      "data-at": `${row.pointer}:kind`,
      onchange: () => {
        const form = /** @type {Form} */ (select.value);
        queue.act(row.pointer, (place) => ({ kind: "convert_part", ...place, form }));
      },
    });
    select.append(...FORMS.map(([value, title]) => make("option", { value }, title)));
    select.value = formNameOf(row);
    return select;
  }
  /**
   * @param {string} words
   * @param {string} pointer
   * @param {Form} form
   */
  function adder(words, pointer, form) {
    return make("button", { type: "button", class: "knb-small knb-add", "data-at": `${pointer}:add-${form}`, onclick: () => queue.act(pointer, (place) => ({ kind: "add_part", ...place, form })) }, icon("added"), words);
  }

  // -- rows

  /** @param {Row} row @param {string} section @returns {HTMLElement} */
  function drawRow(row, section) {
    const at = row.pointer;
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
      repaint: chip?.repaint,
    };
  }
  /** @param {Row} row @param {string} at @param {string} what */
  function plainField(row, at, what) {
    const field = row.kind === "name" ? input(at, "name", what, { class: "knb-mono" }) : textField(at, "text", what, row.text ?? "");
    field.value = row.text ?? "";
    if (row.kind === "name") takeOnEnter(field);
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
    const name = nameField(row, at, `App setting ${row.name}`);
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
    const name = nameField(row, at, `Input ${row.name}`);
    const type = make("select", { "data-at": `${at}:type`, "aria-label": `${row.name}: type` });
    type.addEventListener("change", () => queue.add(at, "type", type.value));
    type.append(make("option", { value: "" }, "any value"), ...(row.types ?? []).map((one) => make("option", { value: one }, one)));
    type.value = row.type ?? "";
    const required = make("input", { type: "checkbox", "data-at": `${at}:required`, "aria-label": `${row.name}: required` });
    required.addEventListener("change", () => queue.add(at, "required", String(required.checked)));
    required.checked = Boolean(row.isRequired);
    const initial = textField(at, "default", `${row.name}: default`, row.default ?? "", { placeholder: "default", class: "knb-mono" });
    initial.addEventListener("input", () => queue.add(at, "default", initial.value));
    const description = textField(at, "description", `${row.name}: description`, row.description ?? "", { placeholder: "description" });
    description.addEventListener("input", () => queue.add(at, "description", description.value));
    const inner = (row.rows ?? []).map((one) => drawRow(one, row.name));
    return {
      element: make("div", { class: "knb-irow" }, name, type, make("label", { class: "knb-ireq" }, required), initial, description, remover(row, `input ${row.name}`), messageOf(at), inner.length > 0 && make("div", { class: "knb-bnested" }, ...inner)),
      set(now) {
        if (name instanceof HTMLInputElement) setValue(name, now.name);
        setValue(type, now.type ?? "");
        if (!queue.has(`${queue.now(at)}:required`)) required.checked = Boolean(now.isRequired);
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
    const children = rows.map((one) => drawRow(row.kind === "array" ? { ...one, isKey: false } : one, what));
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
    const pick = make("button", { type: "button", class: "knb-small", "data-at": `${at}:pick` }, "Pick");
    const picker = opener(pick, (close) => pathList(close, (path) => {
      // Its type goes into outputSchema with it: Python knows the value.
      queue.act(at, (place) => ({ kind: "pick_path", ...place, path }));
      chip?.setText(`/#${path}`);
    }), { label: `Pick ${row.name} from the last response`, style: "knb-pop-wide", align: "end" });
    const declared =
      row.isDeclared === false
        ? make("button", { type: "button", class: "knb-link knb-otype", title: "outputSchema does not declare it, so it is dropped", "data-at": `${row.pointer}:declare`, onclick: () => queue.act(row.pointer, (place) => ({ kind: "declare", ...place })) }, "declare")
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

  /**
   * @param {string} at
   * @param {string} name
   * @param {{ line: number, before: string, after: string }[]} places
   * @param {number} version that of the rows when the name was typed
   */
  function confirmRename(at, name, places, version) {
    const row = rowAt(at);
    const field = () => control(`${at}:name`);
    const anchor = field();
    if (!row || !(anchor instanceof HTMLInputElement)) return;
    asked.dataset.key = `${at}:name`;
    const go = make("button", {
      type: "button",
      class: "knb-primary",
      onclick: () => {
        queue.add(at, "name", name, version);
        asked.hidePopover();
        field()?.focus();
      },
    }, `Rename in ${plural(places.length, "Place")}`);
    const no = make("button", {
      type: "button",
      onclick: () => {
        asked.hidePopover();
        field()?.focus();
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

  /** Which fields have to be higher than a line. @param {Row} row */
  const hasLines = (row) => [row.kind === "plain" ? row.text : "", row.default, row.description].map((text) => LINE_END.test(text ?? ""));
  /** @param {Row[]} rows @returns {unknown} */
  const shape = (rows) => rows.map((row) => [row.kind, row.pointer, row.name, row.isJson, row.isDeclared, row.type === undefined ? "" : row.types ?? row.type, hasLines(row), row.rows ? shape(row.rows) : 0]);

  /** @param {HTMLElement} element */
  const isText = (element) => element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== "checkbox");
  /** The control that has the focus, and where it is now. */
  function focusNow() {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || !body.contains(element) || !element.dataset.at) return null;
    const [at, role] = keyOf(element);
    const text = isText(element) ? /** @type {HTMLInputElement | HTMLTextAreaElement} */ (element) : null;
    return { pointer: queue.now(at), role, value: text?.value ?? "", selection: text && [text.selectionStart, text.selectionEnd] };
  }
  /** Whether something would be taken from under a person's hands: a button, a popover, a field. */
  function isHeld() {
    const focus = focusNow();
    // JSON that is an object by now has rows of its own, but its author may not be done.
    const row = focus?.role === "json" ? rowAt(focus.pointer) : undefined;
    return isPressed || body.querySelector(":popover-open:not(.knb-xray)") !== null || (row !== undefined && row.kind !== "json" && !row.isJson && row.kind !== "choice");
  }

  function paint() {
    // Nobody sees it: another action is picked more often than its definition is looked at.
    if (queue.isBusy || !isVisible) return;
    const blocked = String(model.get("blocked"));
    const list = sections();
    const now = JSON.stringify([blocked, list.map(({ id, rows, adds, note }) => [id, adds, note, shape(rows)])]);
    if (now === structure) {
      queue.drawn(Number(model.get("version")));
      for (const [at, one] of drawn) {
        const row = rowAt(at);
        if (row) one.set(row);
      }
      isMoving = false;
      focusWanted();
      return;
    }
    if (structure && !blocked && isHeld()) return;
    structure = now;
    const focus = focusNow();
    const place = placeOfFocus();
    queue.drawn(Number(model.get("version")));
    const isSame = subject === model.get("subject");
    subject = String(model.get("subject"));
    // Another action begins at its top.
    const top = isSame ? body.scrollTop : 0;
    drawn = new Map();
    body.replaceChildren(...(blocked ? [emptyState("The form needs a definition that can be read.", blocked)] : list.map(drawSection)));
    for (const field of body.querySelectorAll("[data-at]")) {
      const text = field instanceof HTMLElement && isText(field) ? queue.refusedAt(field.dataset.at ?? "") : undefined;
      if (text !== undefined) setText(/** @type {HTMLInputElement} */ (field), text);
    }
    body.scrollTop = top;
    if (focus && !wanted) focusAgain(isMoving ? { ...focus, selection: null } : focus, place);
    isMoving = false;
    focusWanted();
  }
  /** The row that has the focus, by its section and its number there. */
  function placeOfFocus() {
    const section = document.activeElement?.closest(".knb-bsec");
    if (!section || !body.contains(section)) return null;
    const rows = rowsOf(section);
    // The innermost: a group has rows of its own.
    const around = rows.filter((row) => row.contains(document.activeElement)).at(-1);
    return { section: section.className, at: around ? rows.indexOf(around) : 0 };
  }
  /** @param {Element} section */
  function rowsOf(section) {
    return [...section.querySelectorAll(".knb-brow, .knb-irow:not(.knb-bcols)")];
  }
  /**
   * The row that had the focus is gone: the next one gets it, or what adds one.
   * @param {{ section: string, at: number }} place
   */
  function focusNext({ section, at }) {
    const found = [...body.querySelectorAll(".knb-bsec")].find(({ className }) => className === section);
    if (!found) return;
    const rows = rowsOf(found);
    const row = rows[Math.min(at, rows.length - 1)];
    const next = row?.querySelector("input, textarea, [contenteditable], select, button") ?? found.querySelector(".knb-add");
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }
  /** @param {HTMLInputElement | HTMLTextAreaElement} field @param {string} text */
  function setText(field, text) {
    field.value = text;
    const [at] = keyOf(field);
    const row = rowAt(at);
    if (row) drawn.get(at)?.repaint?.();
  }
  /** @param {NonNullable<ReturnType<typeof focusNow>>} focus @param {ReturnType<typeof placeOfFocus>} place */
  function focusAgain({ pointer, role, value, selection }, place) {
    const isRemoved = role === "remove" && !rowAt(pointer);
    const again = isRemoved ? null : (control(`${pointer}:${role}`) ?? (role === "json" || role === "text" ? (control(`${pointer}:text`) ?? control(`${pointer}:json`)) : null));
    if (!again) {
      if (place) focusNext(place);
      return;
    }
    again.focus({ preventScroll: true });
    if (!selection || !isText(again)) return;
    const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (again);
    if (field.dataset.at === `${pointer}:${role}` && field.value !== value) setText(field, value);
    field.setSelectionRange(selection[0] ?? 0, selection[1] ?? 0);
  }
  /** @param {string} at */
  function control(at) {
    const found = body.querySelector(`[data-at="${CSS.escape(at)}"]`);
    return found instanceof HTMLElement ? found : null;
  }
  function focusWanted() {
    if (!wanted || !drawn.has(wanted)) return;
    const field = control(`${wanted}:name`) ?? control(`${wanted}:text`) ?? control(`${wanted}:json`);
    wanted = "";
    field?.focus();
    if (field instanceof HTMLInputElement) field.select();
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
      ...rows.map((row) => drawRow(row, title)),
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

  const { head, draw, save, move } = definitionHead({
    model,
    signal,
    say: (message) => {
      if (message.kind === "undo_text") {
        isMoving = true;
        queue.act("", ({ seq, version }) => ({ ...message, seq, version }));
      } else say(message);
    },
    whenSettled: (act) => queue.whenIdle(act),
    isSettled: () => !queue.isBusy,
  });
  // A mask is replaced as a whole: a part of it is nothing that could be written.
  body.addEventListener("beforeinput", ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    const [at, role] = keyOf(target);
    const row = rowAt(queue.now(at));
    if (row?.masked?.includes(role) && target.value === ofField((role === "default" || role === "description" || role === "name" ? row[role] : row.text) ?? "")) target.select();
  });
  body.addEventListener("focusout", () => setTimeout(paint));
  body.addEventListener("toggle", () => setTimeout(paint), { capture: true });
  body.addEventListener("pointerdown", () => {
    isPressed = true;
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, () => setTimeout(() => {
      if (!isPressed) return;
      isPressed = false;
      paint();
    }), { signal });
  }
  // The browser's own undo knows one field alone, and nothing of what Python has.
  body.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
    event.preventDefault();
    undoAt(event.target, event.inputType === "historyRedo");
  });
  /**
   * Undo or redo; what Python does not have, a name that is not complete or a text that was refused, goes back first.
   * @param {EventTarget | null} target
   * @param {boolean} isRedo
   */
  function undoAt(target, isRedo) {
    const field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
    const [at, role] = field && isText(field) ? keyOf(field) : ["", ""];
    const row = rowAt(queue.now(at));
    const key = `${queue.now(at)}:${role}`;
    const known = role === "name" && row?.kind !== "name" ? row?.name : role === "default" || role === "description" ? row?.[role] : row?.text;
    const isUntold = role === "name" ? field?.value !== known : queue.refusedAt(key) !== undefined;
    if (!field || !row || known === undefined || !isUntold || queue.has(key)) {
      move(isRedo);
      return;
    }
    if (isRedo) return;
    queue.forget(key);
    setText(field, ofField(known));
    const message = body.querySelector(`[data-message="${CSS.escape(row.pointer)}"]`);
    if (message) message.textContent = queue.problemOf(row.pointer);
  }
  body.addEventListener("keydown", (event) => {
    const step = event.isComposing ? "" : KEYS.history(event);
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      undoAt(event.target, step === "redo");
      return;
    }
    if (event.key.toLowerCase() !== "s" || !KEYS.isMod(event)) return;
    event.preventDefault();
    event.stopPropagation();
    // A name is told when it is complete, and it is now.
    if (event.target instanceof HTMLInputElement && event.target.dataset.at?.endsWith(":name")) rename(keyOf(event.target)[0], event.target.value);
    save();
  });
  el.append(head, body, asked, notice);
  el.addEventListener("knb-save", () => save(), { signal });
  const watcher = new IntersectionObserver((seen) => {
    isVisible = seen.at(-1)?.isIntersecting ?? false;
    if (isVisible) paint();
  });
  watcher.observe(body);
  signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  listenTo(model, ["sections", "blocked"], paint, signal);
  listenTo(
    model,
    ["known"],
    () =>
      drawn.forEach((one, at) => {
        // A row that is drawn may have moved.
        const row = rowAt(at);
        if (row) one.set(row);
      }),
    signal,
  );
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
  receive(
    model,
    "template_facts",
    ({ pointer, index, piece }) => {
      for (const at of drawn.keys()) if (queue.now(at) === pointer) facts.show(at, index, piece);
    },
    signal,
  );
  receive(model, "path_list", ({ paths }) => showPaths(paths), signal);
}

/**
 * Take what was typed with Enter, too: in JupyterLab the browser does not do so by itself.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 */
function takeOnEnter(field) {
  let taken = field.value;
  field.addEventListener("change", () => {
    taken = field.value;
  });
  field.addEventListener("keydown", (/** @type {any} */ event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || field.value === taken) return;
    event.preventDefault();
    field.dispatchEvent(new Event("change"));
  });
}

export default { render };
