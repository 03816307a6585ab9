// @ts-check
import { emptyState, listenTo, make, present, setUpLeaf } from "./lib/dom.js";
import { OTHERS, countScalars, entryAt, filterOf } from "./lib/entry_tree.js";
import { formEdits, pointerAfter } from "./lib/form_edits.js";
import { ROW_EVENTS } from "./lib/form_field.js";
import { memberRows } from "./lib/form_group.js";
import { outputItems, linkWords, presetMenu } from "./lib/form_presets.js";
import { formSummary } from "./lib/form_summary.js";
import { icon } from "./lib/icons.js";
import { KEYS } from "./lib/keys.js";
import { closeOnEscape, isShown, opener, place } from "./lib/popover.js";
import { afterPress } from "./lib/press.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { rove } from "./lib/rove.js";

/** @import { Render } from "@anywidget/types" */
/** @import { InputField } from "./lib/entry_tree.js" */
/** @import { FormEdit } from "./lib/form_edits.js" */
/** @import { FieldState, FormContext, FormRow } from "./lib/form_field.js" */
/** @import { OutputValue } from "./lib/form_presets.js" */
/** @import { ChangeItem, ConvertEntry, EditId, Entry, Message, SetInputs, UsePreset } from "./lib/protocol.js" */

/** The filter is shown from this many fields on. */
const FILTERED_FROM = 9;
/** A form with more fields leaves folded what is not set. */
const LARGE = 80;
/** So many rows of a large form are laid out and painted together, and only near what is in sight. */
const ROWS_IN_CHUNK = 10;
const FIELDS = "input, select, textarea";

/** @type {Render} */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  el.classList.add("knb-formleaf");
  /** @type {Map<string, FormRow>} */
  let rows = new Map();
  const edits = formEdits(model);
  /** @type {Set<string>} */
  let touched = new Set();
  // What is to get the focus when Python has answered an edit that only Python can make.
  /** @type {{ id: EditId, from: Element | null, act: () => void } | null} */
  let awaited = null;
  let isForced = false;
  // Run was refused: the fields that nobody has touched say what they lack as well.
  let showsAll = false;

  const title = make("span", { class: "knb-formtitle" });
  const search = make("input", { type: "search", class: "knb-filter", placeholder: "Filter", title: `Filter inputs (${KEYS.mod}F); :set or :required`, "aria-label": "Filter inputs" });
  const jsonButton = make("button", { type: "button", class: "knb-small", "aria-pressed": "false" }, "JSON");
  const presetButton = make("button", { type: "button", class: "knb-small" }, "Presets");
  const tools = make("div", { class: "knb-tools knb-formtools" }, title, make("span", { class: "knb-grow" }), search, presetButton, jsonButton);
  const summary = formSummary((pointer) => reveal(pointer));
  const body = make("div", { class: "knb-fields" });
  const json = make("textarea", { class: "knb-jsonform", spellcheck: "false", "aria-label": "Inputs as JSON", hidden: true });
  const jsonMessage = make("p", { class: "knb-msg knb-bad", hidden: true });
  const none = make("div", { hidden: true });
  const scroll = make("div", { class: "knb-scroll", role: "group", "aria-label": "Input fields" }, body, json, jsonMessage, none);
  const form = make("form", { class: "knb-form", autocomplete: "off", "aria-label": "Inputs" }, scroll);
  const menu = make("div", { class: "knb-pop knb-pop-menu", popover: "auto", role: "dialog", "aria-label": "What is sent" });
  const presets = opener(presetButton, fillPresets, { label: "Presets", style: "knb-pop-menu", align: "end" });
  const press = afterPress(el, signal);
  form.addEventListener("submit", (event) => event.preventDefault());
  if (typeof ResizeObserver === "function") {
    // Only a form that is longer than its place has a corner to drag.
    const sizes = new ResizeObserver(() => {
      scroll.classList.toggle("knb-long", scroll.scrollHeight > scroll.clientHeight + 1 || Boolean(scroll.style.height));
    });
    for (const element of [scroll, body, json]) sizes.observe(element);
    signal.addEventListener("abort", () => sizes.disconnect(), { once: true });
  }
  rove(menu, ".knb-item");
  /** @param {Event} event */
  const onRowEvent = (event) => {
    const root = event.target instanceof Element ? event.target.closest("[data-pointer]") : null;
    const row = root instanceof HTMLElement ? rows.get(root.dataset.pointer ?? "") : undefined;
    if (row?.root === root) row?.hear?.(event);
  };
  for (const type of ROW_EVENTS) body.addEventListener(type, onRowEvent);
  el.append(notice, tools, form, summary.root, menu, presets.box);

  /** @param {Message} message */
  const tell = (message) => {
    sendOrNotice(model, message, notice);
  };

  // Of the entries that are drawn, and of what they follow from.
  let drawn = { root: edits.root(), moves: 0 };
  let isOwn = false;
  /**
   * Show an edit at once, and tell Python.
   * @param {FormEdit} edit
   * @param {Entry | ChangeItem | ConvertEntry | SetInputs | UsePreset} message
   */
  const perform = (edit, message) => {
    isOwn = true;
    const id = edits.add(edit);
    isOwn = false;
    drawn = { root: edits.root(), moves: edits.moves() };
    tell({ ...message, edit: id });
    return id;
  };

  /** @type {FormContext} */
  const context = {
    entry: (pointer) => entryAt(edits.root(), pointer),
    state: (pointer) => ownState(pointer),
    isTouched: (pointer) => touched.has(pointer) || showsAll || model.get("show_all"),
    touch: (pointer) => touched.add(pointer),
    change(pointer, entry) {
      // The entry of a group has its text for the message alone.
      const { text = "", ...bare } = entry;
      const isGroup = Boolean(entry.fields || entry.items);
      perform({ op: "put", pointer, entry: isGroup ? bare : entry }, { kind: "entry", pointer, state: entry.state, text });
      paintAround(pointer);
    },
    fix: (pointer) => tell({ kind: "fix", id: pointer }),
    convert(pointer, to) {
      awaitAnswer(perform({ op: "answer" }, { kind: "convert", pointer, to }), () => {
        const row = rows.get(`${pointer}#text`) ?? rows.get(pointer);
        row?.focus();
      });
    },
    item(pointer, op, index, to = 0) {
      const active = document.activeElement;
      const control = active instanceof HTMLElement ? toolOf(active) : "";
      const last = (entryAt(edits.root(), pointer).items?.length ?? 0) - 1;
      /** @type {FormEdit} */
      const edit = { op, pointer, index, to };
      perform(edit, { kind: "item", pointer, op, index, to });
      touched = new Set([...touched].flatMap((place) => pointerAfter(place, edit) ?? []));
      paintAll();
      focusItem(pointer, op === "add" ? index : op === "move" ? to : Math.min(index, last - 1), op === "add" ? FIELDS : control);
    },
    settle: press.then,
    openMenu(anchor, name, items, back) {
      const close = () => {
        if (isShown(menu)) menu.hidePopover();
        back();
      };
      openedBy = back;
      menu.setAttribute("aria-label", `What is sent for ${name}`);
      menu.replaceChildren(...present(items(close)));
      showMenu(anchor, ".knb-item");
    },
    openPicker(anchor, field, pointer, back) {
      const find = make("input", { type: "search", placeholder: "Find a value: id, email…", "aria-label": "Find a value" });
      const list = make("div", { class: "knb-fromlist" });
      const fill = () => list.replaceChildren(...outputItems(model.get("choices"), field.type, find.value, choose));
      /** @param {OutputValue} value */
      const choose = (value) => {
        touched.add(pointer);
        const { action, pointer: from, text } = value;
        const link = { action, pointer: from, text: linkWords(value) };
        perform({ op: "put", pointer, entry: { state: "from", text, from: link } }, { kind: "entry", pointer, state: "from", text, from: link });
        paintAround(pointer);
        if (isShown(menu)) menu.hidePopover();
        back();
      };
      find.addEventListener("input", fill);
      find.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing || KEYS.isRun(event)) return;
        event.preventDefault();
        const first = list.querySelector(".knb-item");
        if (first instanceof HTMLElement) first.click();
      });
      onChoices = fill;
      openedBy = back;
      menu.replaceChildren(make("div", { class: "knb-pad" }, make("div", { class: "knb-h4" }, "From the last output of…"), find), list);
      fill();
      tell({ kind: "choices" });
      showMenu(anchor, "input");
    },
    addRow: (row) => rows.set(row.pointer, row),
    hasRow: (pointer) => rows.has(pointer),
    dropRows(pointer, withOwn = false) {
      for (const key of rows.keys()) {
        if (key.startsWith(`${pointer}/`) || key === `${pointer}#text` || key === `${pointer}#items` || (withOwn && key === pointer)) rows.delete(key);
      }
    },
    openOthers: new Set(),
    isLarge: false,
  };
  /** @type {() => void} */
  let onChoices = () => {};
  /** @type {() => void} */
  let openedBy = () => {};
  closeOnEscape(menu, () => {
    menu.hidePopover();
    openedBy();
  });

  /**
   * Do something, such as focusing what Python makes, when it has answered an edit.
   * @param {EditId} id
   * @param {() => void} act
   */
  function awaitAnswer(id, act) {
    awaited = { id, from: document.activeElement, act };
  }

  function takeAnswer() {
    if (!awaited || !edits.isAnswered(awaited.id)) return;
    const { from, act } = awaited;
    awaited = null;
    // Who has gone on elsewhere stays there, and so does who was refused.
    const isHere = document.activeElement === from || document.activeElement === document.body;
    if (isHere && !model.get("notice")) act();
  }

  /**
   * @param {Element} anchor
   * @param {string} first
   */
  function showMenu(anchor, first) {
    if (!isShown(menu)) menu.showPopover();
    place(menu, anchor.nextElementSibling ?? anchor, "end");
    const target = menu.querySelector(first);
    if (target instanceof HTMLElement) target.focus();
  }

  /**
   * @param {string} pointer
   * @returns {FieldState}
   */
  function ownState(pointer) {
    const states = model.get("states");
    const place = edits.pythonPointer(pointer);
    return place !== undefined && Object.hasOwn(states, place) ? states[place] : {};
  }

  /** @param {() => void} close */
  function fillPresets(close) {
    const acts = {
      use: (/** @type {string} */ name) => void perform({ op: "answer" }, { kind: "preset", name }),
      save: (/** @type {string} */ name) => tell({ kind: "save_example", name }),
      paste: (/** @type {string} */ text) => void perform({ op: "answer" }, { kind: "inputs", text }),
    };
    const { content, fill } = presetMenu(() => model.get("choices"), acts, close);
    onChoices = fill;
    tell({ kind: "choices" });
    return content;
  }

  /**
   * The rows that a change at a pointer may change: itself, and the groups around it.
   * @param {string} pointer
   */
  function paintAround(pointer) {
    for (let key = pointer; key; key = key.slice(0, key.lastIndexOf("/"))) rows.get(key)?.paint();
    // A group may have become null, or its default.
    if (rows.get(pointer)?.isGroup) for (const row of [...rows.values()]) if (row.pointer.startsWith(`${pointer}/`)) row.paint();
    paintSummary();
  }

  function paintAll() {
    // Painting a group may add rows, which are painted as they are made.
    for (const row of [...rows.values()]) if (rows.get(row.pointer) === row) row.paint();
    paintSummary();
    paintJson();
  }

  function paintJson() {
    const root = edits.root();
    const isJson = root.state === "json";
    const fault = ownState("").fault ?? "";
    body.hidden = isJson;
    json.hidden = !isJson;
    search.disabled = isJson;
    jsonButton.setAttribute("aria-pressed", String(isJson));
    if (isJson && json.value !== root.text) json.value = root.text ?? "";
    json.setAttribute("aria-invalid", String(Boolean(fault)));
    jsonMessage.hidden = !isJson || !fault;
    jsonMessage.replaceChildren(...(fault ? [icon("error"), fault] : []));
  }

  function paintSummary() {
    /** @type {Record<string, FieldState>} */
    const states = model.get("states");
    const isJson = edits.root().state === "json";
    const faults = Object.entries(isJson ? {} : states).flatMap(([place, { fault }]) => {
      const pointer = edits.pagePointer(place);
      if (!fault || !pointer || !isVisible(pointer)) return [];
      return [{ pointer, path: rows.get(pointer)?.path || model.get("paths")[place] || place, words: fault }];
    });
    summary.paint(faults);
  }

  /** @param {string} pointer */
  function isVisible(pointer) {
    return context.isTouched(pointer) || Boolean(entryAt(edits.root(), pointer).text);
  }

  /**
   * Show a field, open what encloses it, and focus it.
   * @param {string} pointer
   */
  function reveal(pointer) {
    if (edits.root().state === "json") {
      json.focus();
      return;
    }
    const keys = pointer.split("/").slice(1);
    for (let count = 1; count < keys.length; count += 1) rows.get(`/${keys.slice(0, count).join("/")}`)?.unfold();
    touched.add(pointer);
    const row = nearestRow(pointer);
    if (!row) return;
    if (search.value && row.root.closest("[hidden]")) {
      search.value = "";
      applyFilter();
    }
    row.paint();
    row.unfold();
    // A group is filled in by its fields: its head takes no text.
    const first = row.isGroup ? [...row.root.querySelectorAll(FIELDS)].find((control) => !control.closest("[hidden]")) : undefined;
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
    else row.focus();
    (first ?? row.root).scrollIntoView?.({ block: "nearest" });
    // The rows on the way get their real heights as they come into sight.
    requestAnimationFrame(() => row.root.scrollIntoView?.({ block: "nearest" }));
  }

  /**
   * The row that shows what is at a pointer: its own, that of other inputs, or the one around it.
   * @param {string} pointer
   */
  function nearestRow(pointer) {
    for (let key = pointer; key; key = key.slice(0, key.lastIndexOf("/"))) {
      const row = rows.get(`${key}#text`) ?? rows.get(key) ?? rows.get(`${key.slice(0, key.lastIndexOf("/"))}/${OTHERS}`);
      if (row) return row;
    }
    return undefined;
  }

  /** @param {HTMLElement} active */
  function toolOf(active) {
    return ["knb-up", "knb-dn", "knb-rm", "knb-groupfold"].find((name) => active.classList.contains(name)) ?? "";
  }

  /**
   * @param {string} pointer
   * @param {number} index
   * @param {string} control a class, or a selector of fields
   */
  function focusItem(pointer, index, control) {
    const group = (rows.get(`${pointer}#items`) ?? rows.get(pointer))?.root;
    const cards = group ? [...group.querySelectorAll(":scope > ol > li, :scope > .knb-kidsgroup > ol > li")] : [];
    const card = cards[index];
    const selector = control === FIELDS || !control ? `${FIELDS}, .knb-groupfold` : `.${control}`;
    const target = card?.querySelector(control === FIELDS ? FIELDS : selector) ?? card?.querySelector(`.knb-groupfold, ${FIELDS}`) ?? group?.querySelector(".knb-add");
    if (target instanceof HTMLElement) target.focus();
  }

  function applyFilter() {
    const matches = filterOf(search.value);
    const isFiltering = Boolean(search.value.trim());
    // The rows that are left stand in one grid.
    body.classList.toggle("knb-filtering", isFiltering);
    if (isFiltering) for (const row of [...rows.values()]) if (row.isGroup) row.unfold();
    /** @type {Set<HTMLElement>} */
    const shown = new Set();
    const all = [...rows.values()].filter((row) => !row.pointer.includes("#"));
    for (const row of all) {
      if (!matches({ path: row.path, required: row.required, isSet: row.isSet() })) continue;
      shown.add(row.root);
      // A group that matches shows all that is in it; a field shows the groups around it.
      if (row.isGroup && isFiltering) for (const inner of all) if (inner.pointer.startsWith(`${row.pointer}/`)) shown.add(inner.root);
      for (let key = row.pointer; key; key = key.slice(0, key.lastIndexOf("/"))) {
        const outer = rows.get(key);
        if (outer) shown.add(outer.root);
      }
    }
    for (const row of all) row.root.hidden = isFiltering && !shown.has(row.root);
    showFound(isFiltering && shown.size === 0);
  }

  /** @param {boolean} isNone */
  function showFound(isNone) {
    none.hidden = !isNone;
    if (none.hidden) none.replaceChildren();
    else none.replaceChildren(emptyState(`No inputs match "${search.value}".`, "", make("button", { type: "button", onclick: clearFilter }, "Clear Filter")));
  }

  function showFilter() {
    isForced = true;
    search.hidden = false;
    search.focus();
    search.select();
  }

  function clearFilter() {
    search.value = "";
    applyFilter();
    search.focus();
  }

  function build() {
    /** @type {InputField} */
    const fields = model.get("fields");
    rows = new Map();
    touched.clear();
    showsAll = false;
    const count = countScalars(fields);
    context.isLarge = count > LARGE;
    const made = memberRows(context, fields, "", "");
    const isEmpty = !made.length;
    body.replaceChildren(...(isEmpty ? [emptyState("This action takes no inputs.", "Nothing needs to be entered. Run sends the request as it is.")] : chunks(made)));
    title.textContent = model.get("title");
    search.hidden = count < FILTERED_FROM && !isForced;
    jsonButton.hidden = presetButton.hidden = isEmpty;
    // The rows are painted as they are made.
    paintSummary();
    paintJson();
    if (search.value.trim()) applyFilter();
    else showFound(false);
  }

  /** @param {FormRow[]} made */
  function chunks(made) {
    const roots = made.map((row) => row.root);
    if (roots.length <= LARGE) return roots;
    const count = Math.ceil(roots.length / ROWS_IN_CHUNK);
    return Array.from({ length: count }, (_, at) => make("div", { class: "knb-chunk" }, roots.slice(at * ROWS_IN_CHUNK, (at + 1) * ROWS_IN_CHUNK)));
  }

  /** Show the entries that Python sent, with what was typed since, or what another view has typed. */
  function adopt() {
    // What is done here is drawn where it is done.
    if (isOwn) return;
    const before = drawn;
    drawn = { root: edits.root(), moves: edits.moves() };
    const { others } = drawn.root;
    if (!rows.has(`/${OTHERS}`) && others && others.state !== "unset") addOthers();
    // Most answers say what is shown already.
    const isSame = drawn.root === before.root || JSON.stringify(drawn.root) === JSON.stringify(before.root);
    if (!isSame || drawn.moves !== before.moves) press.then(paintAll);
    takeAnswer();
  }

  function addOthers() {
    // All other rows are there; the row of other inputs is the last one.
    const made = memberRows({ ...context, addRow: (row) => row.pointer === `/${OTHERS}` && rows.set(row.pointer, row) }, { ...model.get("fields"), fields: [] }, "", "");
    body.append(...made.map((row) => row.root));
  }

  search.addEventListener("input", applyFilter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && search.value) {
      event.stopPropagation();
      clearFilter();
    } else if (event.key === "Enter" && !KEYS.isRun(event)) {
      event.preventDefault();
      event.stopPropagation();
      const first = [...rows.values()].find((row) => !row.isGroup && !row.root.closest("[hidden]"));
      first?.focus();
    }
  });
  json.addEventListener("input", () => context.change("", { state: "json", text: json.value }));
  jsonButton.addEventListener("click", () => {
    const to = edits.root().state === "json" ? "form" : "json";
    awaitAnswer(perform({ op: "answer" }, { kind: "convert", pointer: "", to }), () => (to === "json" ? json.focus() : jsonButton.focus()));
  });
  el.addEventListener("keydown", (event) => {
    if (!KEYS.isFind(event) || edits.root().state === "json") return;
    event.preventDefault();
    event.stopPropagation();
    showFilter();
  });
  // The workbench asks for these.
  el.addEventListener("knb-filter", showFilter);
  el.addEventListener("knb-focus-field", (event) => {
    if (!(event instanceof CustomEvent)) return;
    showsAll = true;
    paintAll();
    reveal(String(event.detail));
  });
  // Before there is a row that it would paint twice.
  listenTo(model, ["states", "show_all"], () => press.then(paintAll), signal);
  listenTo(model, ["fields", "title"], build, signal);
  listenTo(model, ["entries", "answered", "edits"], adopt, signal);
  listenTo(model, ["choices"], () => onChoices(), signal);
  const saveRevision = () => {
    if ((model.get("revision") ?? 0) === (model.get("revision_seen") ?? 0)) return;
    model.set("revision_seen", model.get("revision"));
    model.save_changes();
  };
  listenTo(model, ["revision"], saveRevision, signal);
  receive(model, "focus", ({ pointer }) => reveal(pointer), signal);
}

export default { render };
