// @ts-check
import { copyText, emptyState, hidden, listenTo, make, plural, present, setUpLeaf } from "./lib/dom.js";
import { OTHERS, countScalars, entryAt, filterOf, putEntry } from "./lib/entry_tree.js";
import { memberRows } from "./lib/form_group.js";
import { icon } from "./lib/icons.js";
import { KEYS } from "./lib/keys.js";
import { closeOnEscape, isShown, menuItem, opener, place } from "./lib/popover.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { rove } from "./lib/rove.js";

/** @import { Render } from "@anywidget/types" */
/** @import { Child } from "./lib/dom.js" */
/** @import { FormEntry, InputField } from "./lib/entry_tree.js" */
/** @import { FieldState, FormContext, FormRow } from "./lib/form_field.js" */
/** @import { Message } from "./lib/protocol.js" */
/**
 * @typedef {{ action: string, pointer: string, path: string, text: string, type: string }} OutputValue
 * @typedef {{ id: string, label: string, note: string, group: string }} Preset
 * @typedef {{ number?: number, presets?: Preset[], outputs?: OutputValue[], python?: string, json?: string }} Choices
 */

/** The filter is shown from this many fields on. */
const FILTERED_FROM = 9;
/** A form with more fields leaves folded what is not set. */
const LARGE = 80;
/** So many rows of a large form are laid out and painted together, and only near what is in sight. */
const ROWS_IN_CHUNK = 10;
const MOST_LISTED = 40;
/** Python answers sooner than this, or what it sends is no answer. */
const ANSWER_MS = 5000;
const FIELDS = "input, select, textarea";

/** @type {Render} */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  el.classList.add("knb-formleaf");
  /** @type {Map<string, FormRow>} */
  let rows = new Map();
  /** @type {FormEntry} */
  let root = model.get("entries");
  /** @type {Set<string>} */
  const touched = new Set();
  // Until Python answers a change of its own, such as a moved item: what is typed meanwhile, to put on top.
  /** @type {Map<string, FormEntry> | null} */
  let typed = null;
  /** @type {(() => void) | null} */
  let afterAnswer = null;
  let askedAt = 0;
  let isForced = false;
  // Run was refused: the fields that nobody has touched say what they lack as well.
  let showsAll = false;

  const title = make("span", { class: "knb-formtitle" });
  const search = make("input", { type: "search", class: "knb-filter", placeholder: "Filter", title: `Filter inputs (${KEYS.mod}F); :set or :required`, "aria-label": "Filter inputs" });
  const jsonButton = make("button", { type: "button", class: "knb-small", "aria-pressed": "false" }, "JSON");
  const presetButton = make("button", { type: "button", class: "knb-small" }, "Presets");
  const tools = make("div", { class: "knb-tools knb-formtools" }, title, make("span", { class: "knb-grow" }), search, presetButton, jsonButton);
  const summary = make("div", { class: "knb-summary knb-summary-bad", role: "status", hidden: true });
  const body = make("div", { class: "knb-fields" });
  const json = make("textarea", { class: "knb-jsonform", spellcheck: "false", "aria-label": "Inputs as JSON", hidden: true });
  const jsonMessage = make("p", { class: "knb-msg knb-bad", hidden: true });
  const none = make("div", { hidden: true });
  const scroll = make("div", { class: "knb-scroll", role: "group", "aria-label": "Input fields" }, body, json, jsonMessage, none);
  const form = make("form", { class: "knb-form", autocomplete: "off", "aria-label": "Inputs" }, scroll);
  const menu = make("div", { class: "knb-pop knb-pop-menu", popover: "auto", role: "dialog", "aria-label": "What is sent" });
  const presetMenu = opener(presetButton, fillPresets, { label: "Presets", style: "knb-pop-menu", align: "end" });
  form.addEventListener("submit", (event) => event.preventDefault());
  rove(menu, ".knb-item");
  el.append(notice, tools, summary, form, menu, presetMenu.box);

  /** @param {Message} message */
  const tell = (message) => {
    if (!sendOrNotice(model, message, notice)) el.dispatchEvent(new CustomEvent("knb-kernel-gone", { bubbles: true }));
  };

  /** @type {FormContext} */
  const context = {
    entry: (pointer) => entryAt(root, pointer),
    state: (pointer) => ownState(pointer),
    isTouched: (pointer) => touched.has(pointer) || showsAll || model.get("show_all"),
    touch: (pointer) => touched.add(pointer),
    change(pointer, entry) {
      root = putEntry(root, pointer, entry);
      typed?.set(pointer, entry);
      share();
      tell({ kind: "entry", pointer, state: entry.state, text: entry.text ?? "" });
      paintAround(pointer);
    },
    fix: (pointer) => tell({ kind: "fix", id: pointer }),
    convert(pointer, to) {
      await_(() => {
        const row = rows.get(`${pointer}#text`) ?? rows.get(pointer);
        row?.focus();
      });
      tell({ kind: "convert", pointer, to });
    },
    item(pointer, op, index, to = 0) {
      const active = document.activeElement;
      const control = active instanceof HTMLElement ? toolOf(active) : "";
      const last = (entryAt(root, pointer).items?.length ?? 0) - 1;
      await_(() => focusItem(pointer, op === "add" ? index : op === "move" ? to : Math.min(index, last - 1), op === "add" ? FIELDS : control));
      tell({ kind: "item", pointer, op, index, to });
    },
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
      const fill = () => list.replaceChildren(...pickerItems(field, find.value, choose));
      /** @param {OutputValue} value */
      const choose = ({ action, pointer: from, path, text }) => {
        touched.add(pointer);
        const words = `${action} > ${path} = ${text}`;
        root = putEntry(root, pointer, { state: "from", text, from: { action, pointer: from, text: words } });
        share();
        await_(back);
        tell({ kind: "entry", pointer, state: "from", text, from: { action, pointer: from, text: words } });
        paintAround(pointer);
        if (isShown(menu)) menu.hidePopover();
        back();
      };
      find.addEventListener("input", fill);
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

  /** @param {() => void} act */
  function await_(act) {
    typed = new Map();
    afterAnswer = act;
    askedAt = Date.now();
  }

  /** Python refused: there is no answer to wait for. */
  function stopWaiting() {
    if (!model.get("notice")) return;
    typed = null;
    afterAnswer = null;
  }

  /** Let other views of this form in the page show what is typed here; it is not sent to Python twice. */
  function share() {
    const shared = /** @type {{ set?: (name: string, value: unknown) => void }} */ (model);
    shared.set?.("entries", root);
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
    return Object.hasOwn(states, pointer) ? states[pointer] : {};
  }

  /**
   * Values of earlier outputs, those of a fitting type first.
   * @param {InputField} field
   * @param {string} query
   * @param {(value: OutputValue) => void} choose
   */
  function pickerItems(field, query, choose) {
    /** @type {Choices} */
    const choices = model.get("choices");
    if (!choices.outputs) return [make("p", { class: "knb-pad knb-quiet" }, "Loading…")];
    const words = query.toLowerCase();
    /** @param {OutputValue} value */
    const text = (value) => `${value.action} > ${value.path} = ${value.text}`;
    /** @param {OutputValue} value */
    const fits = (value) => Number(value.type === field.type);
    const values = choices.outputs.filter((value) => text(value).toLowerCase().includes(words));
    values.sort((first, second) => fits(second) - fits(first));
    const items = values.slice(0, MOST_LISTED).map((value) => {
      const item = menuItem("", "", () => choose(value));
      item.replaceChildren(make("code", {}, text(value)));
      return item;
    });
    return items.length ? items : [make("p", { class: "knb-pad knb-quiet" }, choices.outputs.length ? "No value matches." : "No action has run yet.")];
  }

  /** @param {() => void} close */
  function fillPresets(close) {
    const list = make("div", { class: "knb-fromlist" });
    const name = make("input", { type: "text", "aria-label": "Name of the example", placeholder: "Name of the example" });
    const paste = make("textarea", { rows: "1", class: "knb-mono", "aria-label": "Inputs as JSON to paste", placeholder: '{"orderId": 7}', spellcheck: "false" });
    const save = () => {
      if (name.value.trim()) tell({ kind: "save_example", name: name.value.trim() });
      close();
    };
    const enter = () => {
      if (paste.value.trim()) tell({ kind: "inputs", text: paste.value });
      close();
    };
    const fill = () => {
      /** @type {Choices} */
      const choices = model.get("choices");
      const items = (choices.presets ?? []).map((preset) =>
        menuItem(preset.label, preset.group === "Runs" ? preset.note : `example · ${preset.note}`, () => {
          tell({ kind: "preset", name: preset.id });
          close();
        }),
      );
      list.replaceChildren(...(items.length ? items : [make("p", { class: "knb-pad knb-quiet" }, "No examples and no runs yet.")]));
    };
    onChoices = fill;
    fill();
    tell({ kind: "choices" });
    const copy = make("button", { type: "button", class: "knb-item" }, make("span", {}, "Copy as inputs="));
    copy.addEventListener("click", () => void copyText(copy, /** @type {Choices} */ (model.get("choices")).python ?? ""));
    const reset = menuItem("Reset", "clear every field", () => {
      tell({ kind: "preset", name: "reset" });
      close();
    });
    return [
      list,
      make("div", { class: "knb-pad knb-presetline" }, name, make("button", { type: "button", class: "knb-small", onclick: save }, "Save Example")),
      make("div", { class: "knb-pad knb-presetline" }, paste, make("button", { type: "button", class: "knb-small", onclick: enter }, "Paste JSON")),
      copy,
      reset,
    ];
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
    const paths = model.get("paths");
    const faults = Object.keys(states).filter((pointer) => states[pointer].fault && pointer && isVisible(pointer));
    summary.hidden = !faults.length || root.state === "json";
    if (summary.hidden) {
      summary.replaceChildren();
      return;
    }
    const links = faults.slice(0, 6).map((pointer) => make("button", { type: "button", class: "knb-link", onclick: () => reveal(pointer) }, paths[pointer] ?? pointer));
    const words = `${plural(faults.length, "field")} ${faults.length === 1 ? "needs" : "need"} attention`;
    const text = [words, ...links.map((link) => link.textContent)].join("|");
    if (summary.dataset.text === text) return;
    summary.dataset.text = text;
    summary.replaceChildren(icon("error"), make("span", {}, `${words}:`), ...links);
  }

  /** @param {string} pointer */
  function isVisible(pointer) {
    return context.isTouched(pointer) || Boolean(entryAt(root, pointer).text);
  }

  /**
   * Show a field, open what encloses it, and focus it.
   * @param {string} pointer
   */
  function reveal(pointer) {
    if (root.state === "json") {
      json.focus();
      return;
    }
    if (search.value) {
      search.value = "";
      applyFilter();
    }
    const keys = pointer.split("/").slice(1);
    for (let count = 1; count < keys.length; count += 1) rows.get(`/${keys.slice(0, count).join("/")}`)?.unfold();
    touched.add(pointer);
    const row = nearestRow(pointer);
    if (!row) return;
    row.paint();
    row.root.scrollIntoView?.({ block: "center" });
    row.focus();
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
    const group = rows.get(pointer)?.root ?? rows.get(`${pointer}#items`)?.root;
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
    root = model.get("entries");
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

  /** Take the entries that Python sent, with what was typed since it was asked. */
  function adopt() {
    if (model.get("entries") === root) return;
    const hadOthers = rows.has(`/${OTHERS}`);
    root = model.get("entries");
    const isAnswer = Date.now() - askedAt < ANSWER_MS;
    for (const [pointer, entry] of (isAnswer && typed) || []) root = putEntry(root, pointer, entry);
    typed = null;
    const others = root.others;
    if (!hadOthers && others && others.state !== "unset") addOthers();
    paintAll();
    const act = afterAnswer;
    afterAnswer = null;
    if (isAnswer) act?.();
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
    const to = root.state === "json" ? "form" : "json";
    await_(() => (to === "json" ? json.focus() : jsonButton.focus()));
    tell({ kind: "convert", pointer: "", to });
  });
  el.addEventListener("keydown", (event) => {
    if (!KEYS.isFind(event) || root.state === "json") return;
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
  listenTo(model, ["states", "show_all"], paintAll, signal);
  listenTo(model, ["fields", "title"], build, signal);
  listenTo(model, ["entries"], adopt, signal);
  listenTo(model, ["choices"], () => onChoices(), signal);
  listenTo(model, ["notice"], stopWaiting, signal);
  receive(model, "focus", ({ pointer }) => reveal(pointer), signal);
}

export default { render };
