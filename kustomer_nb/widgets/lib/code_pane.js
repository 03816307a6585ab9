// @ts-check
import { codeFindBar } from "./code_find.js";
import { completionList, insertCompletion } from "./code_completion.js";
import { codeLines, withTemplates } from "./code_tokens.js";
import { hidden, make } from "./dom.js";
import { newId } from "./ids.js";
import { drawnLines } from "./drawn_lines.js";
import { icon } from "./icons.js";
import { KEYS } from "./keys.js";
import { editBetween, editOfSelection, moved } from "./text_sync.js";

/** @import { Completions } from "./code_completion.js" */
/** @import { TextEdit } from "./text_sync.js" */
/**
 * A finding in the text: from one offset to another, on a line that begins with 1.
 * @typedef {{ id: string, severity: "error" | "warning" | "hint", message: string, fix: string, code: string, line: number, start: number, end: number, fixTitle: string }} Finding
 */

const LINE_HEIGHT = 20;
/** By how many columns the pane grows at a time: each time, the browser lays out all lines again. */
const WIDER = 64;
/** Lines that are drawn above and below those in sight, so that scrolling shows no white. */
const BEYOND = 12;
const WORST_FIRST = ["error", "warning", "hint"];
/** After these, Python may know what comes next. */
const ASKS = /[\w$@.{"/#: ]$/;

/**
 * A text field for code: line numbers, colours, findings in place, the other bracket, completion, find. The text is
 * in a plain textarea, over a layer with the colours of the lines in sight, so a long text stays quick.
 * @param {{
 *   label: string,
 *   signal: AbortSignal,
 *   onType: (text: string, edit: TextEdit | null) => void,
 *   onUndo: (isRedo: boolean) => void,
 *   onSave: () => void,
 *   onFix: (id: string) => void,
 *   onAsk: (offset: number, isAsked: boolean) => void,
 *   onCut: (start: number, end: number) => void,
 * }} options
 */
export function codePane({ label, signal, onType, onUndo, onSave, onFix, onAsk, onCut }) {
  const keysId = newId();
  const field = make("textarea", {
    class: "knb-code-input",
    spellcheck: "false",
    wrap: "off",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-label": label,
    "aria-describedby": keysId,
  });
  const layer = make("div", { class: "knb-code-lines", "aria-hidden": "true" });
  const stack = make("div", { class: "knb-code-stack" }, layer, field);
  const scroller = make("div", { class: "knb-code-scroll", tabindex: "-1" }, stack);
  const place = make("span", { class: "knb-quiet knb-code-place" });
  const said = make("span", { class: "knb-code-said", role: "status" });
  const fixer = make("button", { type: "button", class: "knb-small", hidden: true });
  const keys = hidden(`Tab indents; press Escape and then Tab to leave. F8 goes to the next problem, ${KEYS.mod}Space completes.`);
  keys.id = keysId;
  const cut = make("span", { class: "knb-quiet knb-code-place", role: "status" });
  const foot = make("div", { class: "knb-code-foot" }, place, said, fixer, cut, keys);

  let code = codeLines("");
  let shown = "";
  /** @type {Finding[]} */
  let findings = [];
  /** The findings of each line that has some, the worst first. @type {Map<number, Finding[]>} */
  let byLine = new Map();
  /** @type {{ line: number, column: number }[]} */
  let brackets = [];
  let markedLine = -1;
  /** The columns that there is room for. */
  let width = 0;
  let query = "";
  let isLeaving = false;
  /** Where to scroll to once the pane is seen. @type {number | null} */
  let dueTop = null;

  const find = codeFindBar({
    text: () => shown,
    caret: () => field.selectionStart,
    select: (start, end) => {
      field.setSelectionRange(start, end);
      reveal(start);
      drawLines();
    },
    mark: (words) => {
      query = words.toLowerCase();
      drawLines();
    },
    leave: () => field.focus({ preventScroll: true }),
  });
  const list = completionList(field, {
    placeAt: rectOf,
    accept: (item, offered) => {
      insertCompletion(field, item, offered);
      const edit = took();
      onType(shown, edit);
      reveal(field.selectionStart);
    },
  });
  const root = make("div", { class: "knb-codepane" }, scroller, foot, list.box, list.said);

  // -- what is drawn

  const draw = drawnLines(layer);

  /**
   * All that a line shows.
   * @param {number} number from 0
   */
  function factsOf(number) {
    const begin = code.startOf(number);
    const here = (byLine.get(number + 1) ?? []).map(({ severity, message, start, end }) => [severity, message, start - begin, end - begin]);
    const columns = brackets.filter(({ line }) => line === number).map(({ column }) => column);
    return JSON.stringify([number, code.lines[number], code.stateAt(number), here, columns, number === markedLine, query]);
  }

  /** @param {number} number from 0 */
  function lineOf(number) {
    const here = byLine.get(number + 1) ?? [];
    const [worst] = here;
    const gutter = make("span", { class: "knb-code-number" }, worst && icon(worst.severity), String(number + 1));
    const text = make("span", { class: "knb-code-text" });
    const begin = code.startOf(number);
    let column = 0;
    for (const { kind, text: words } of code.tokensAt(number).flatMap(withTemplates)) {
      for (const piece of piecesOf(words, begin + column, here)) {
        const isMatch = kind === "bracket" && brackets.some((one) => one.line === number && one.column === column);
        const style = [kind && `knb-t-${kind}`, piece.severity && `knb-squiggle-${piece.severity}`, isMatch && "knb-t-match"].filter(Boolean).join(" ");
        text.append(style ? make("span", { class: style }, piece.text) : piece.text);
        column += piece.text.length;
      }
    }
    if (query) markFound(text);
    const lens = worst && make("span", { class: `knb-code-lens knb-code-lens-${worst.severity}` }, worst.message);
    const isCurrent = number === markedLine;
    return make("div", { class: `knb-code-line${isCurrent ? " knb-marked" : ""}`, "data-line": number + 1 }, gutter, text, lens);
  }

  /** @param {HTMLElement} line */
  function markFound(line) {
    const words = (line.textContent ?? "").toLowerCase();
    if (!words.includes(query)) return;
    line.classList.add("knb-code-has-match");
  }

  /** The first and the last line in sight, with some beyond. */
  const inSight = () => {
    const height = scroller.clientHeight || 600;
    const first = Math.max(0, Math.floor(scroller.scrollTop / LINE_HEIGHT) - BEYOND);
    return { first, last: Math.min(code.lines.length, first + Math.ceil(height / LINE_HEIGHT) + 2 * BEYOND) };
  };

  function drawLines() {
    const { first, last } = inSight();
    layer.style.top = `${first * LINE_HEIGHT}px`;
    draw(first, last, factsOf, lineOf);
  }

  function drawSize() {
    const longest = code.lines.reduce((most, line) => Math.max(most, line.length), 0);
    stack.style.height = `${code.lines.length * LINE_HEIGHT + LINE_HEIGHT}px`;
    width = Math.ceil((longest + 4) / WIDER) * WIDER;
    stack.style.minWidth = `calc(${width}ch + var(--knb-gutter))`;
  }

  function drawPlace() {
    const caret = field.selectionStart;
    const { line, column } = code.placeOf(caret);
    place.textContent = `Line ${line + 1}, column ${column + 1}`;
    const worst = byLine.get(line + 1)?.[0];
    const words = worst ? `${worst.message}${worst.fix ? ` Fix: ${worst.fix}` : ""}` : "";
    if (said.textContent !== words) said.textContent = words;
    said.className = `knb-code-said${worst ? ` knb-code-said-${worst.severity}` : ""}`;
    fixer.hidden = !worst?.fixTitle;
    fixer.textContent = worst?.fixTitle ? `${worst.fixTitle} (${KEYS.mod}.)` : "";
    fixer.dataset.id = worst?.id ?? "";
    const before = brackets;
    const at = [column, column - 1].find((one) => one >= 0 && "{}[]()".includes(code.lines[line]?.[one] ?? " "));
    brackets = at === undefined || field.selectionEnd !== caret ? [] : code.bracketsOf(line, at);
    if (before.length > 0 || brackets.length > 0) drawLines();
  }

  /**
   * Where an offset is on the screen; null if its line is not drawn.
   * @param {number} offset
   */
  function rectOf(offset) {
    const { line, column } = code.placeOf(offset);
    const drawn = layer.querySelector(`[data-line="${line + 1}"] .knb-code-text`);
    if (!drawn) return null;
    const walker = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
    let left = column;
    const range = document.createRange();
    range.setStart(drawn, 0);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.nodeValue?.length ?? 0;
      if (left <= length) {
        range.setStart(node, left);
        break;
      }
      left -= length;
    }
    range.collapse(true);
    const rect = range.getBoundingClientRect();
    return rect.height > 0 ? rect : drawn.getBoundingClientRect();
  }

  /** @param {number} offset */
  function reveal(offset) {
    dueTop = null;
    const { line } = code.placeOf(offset);
    const top = line * LINE_HEIGHT;
    const height = scroller.clientHeight;
    if (top < scroller.scrollTop + LINE_HEIGHT || top > scroller.scrollTop + height - 3 * LINE_HEIGHT) scroller.scrollTop = Math.max(0, top - height / 3);
    const rect = rectOf(offset);
    const box = scroller.getBoundingClientRect();
    if (rect && (rect.left < box.left + 60 || rect.right > box.right - 20)) scroller.scrollLeft += rect.left - box.left - box.width / 2;
  }

  /**
   * Take the field's text as what is shown; findings move with what is around them until new ones come.
   * @param {TextEdit | null} [edit] what was changed
   */
  function took(edit = editBetween(shown, field.value, field.selectionEnd)) {
    if (!edit) return null;
    const lines = code.lines.length;
    const known = code.statesTo(code.placeOf(edit.start).line);
    shown = field.value;
    code = codeLines(shown, known);
    findings = findings.map((one) => {
      const start = moved(one.start, edit);
      return { ...one, start, end: moved(one.end, edit), line: code.placeOf(start).line + 1 };
    });
    byLine = findingsByLine(findings);
    markedLine = -1;
    if (code.lines.length !== lines || edit.inserted.length > 1) drawSize();
    else widen();
    drawLines();
    drawPlace();
    return edit;
  }

  function widen() {
    // Measuring all lines at each key would be slow in a long text: the one with the caret is enough.
    const { line } = code.placeOf(field.selectionStart);
    if ((code.lines[line]?.length ?? 0) + 4 > width) drawSize();
  }

  // -- what a person does

  /**
   * Replace a stretch, as if it was typed.
   * @param {TextEdit} edit
   */
  function replace(edit) {
    const { start, removed, inserted } = edit;
    field.setRangeText(inserted, start, start + removed, "end");
    took(edit);
    onType(shown, edit);
    reveal(field.selectionStart);
  }

  const indent = (/** @type {boolean} */ isBack) => {
    const { selectionStart: start, selectionEnd: end } = field;
    if (start === end && !isBack) {
      replace({ start, removed: 0, inserted: "  " });
      return;
    }
    const first = code.placeOf(start).line;
    const last = code.placeOf(Math.max(start, end - 1)).line;
    const from = code.startOf(first);
    const lines = code.lines.slice(first, last + 1);
    const text = lines.map((line) => (isBack ? line.replace(/^(?: {1,2}|\t)/, "") : `  ${line}`)).join("\n");
    replace({ start: from, removed: lines.join("\n").length, inserted: text });
    field.setSelectionRange(from, from + text.length);
  };
  const breakLine = () => {
    const { selectionStart: start, selectionEnd: end } = field;
    const { line, column } = code.placeOf(start);
    const before = (code.lines[line] ?? "").slice(0, column);
    const margin = /^[ \t]*/.exec(before)?.[0] ?? "";
    const opens = /[{[(]\s*$/.test(before);
    const closes = opens && /^\s*[}\])]/.test(shown.slice(end, end + 200));
    replace({ start, removed: end - start, inserted: `\n${margin}${opens ? "  " : ""}${closes ? `\n${margin}` : ""}` });
    if (closes) field.setSelectionRange(field.selectionStart - margin.length - 1, field.selectionStart - margin.length - 1);
  };
  const goToFinding = (/** @type {number} */ step) => {
    const offsets = [...new Set(findings.map((one) => one.start))].sort((a, b) => a - b);
    const caret = field.selectionStart;
    const next = step > 0 ? (offsets.find((one) => one > caret) ?? offsets[0]) : (offsets.filter((one) => one < caret).at(-1) ?? offsets.at(-1));
    if (next !== undefined) goTo(next);
    else said.textContent = "No problems.";
  };
  /** @param {number} offset */
  function goTo(offset) {
    field.focus({ preventScroll: true });
    field.setSelectionRange(offset, offset);
    reveal(offset);
    drawLines();
    drawPlace();
  }
  const fixHere = () => {
    if (!fixer.hidden && fixer.dataset.id) onFix(fixer.dataset.id);
  };
  fixer.addEventListener("click", fixHere);

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was acted on */
  const press = (event) => {
    const isMod = KEYS.isMod(event);
    const key = event.key.toLowerCase();
    const move = KEYS.history(event);
    if (move) onUndo(move === "redo");
    else if (isMod && key === "s") onSave();
    else if (KEYS.isFind(event)) find.open(shown.slice(field.selectionStart, field.selectionEnd).split("\n")[0]);
    else if (event.ctrlKey && event.key === " ") onAsk(field.selectionStart, true);
    else if (KEYS.isMenu(event)) fixHere();
    else if (event.key === "F8") goToFinding(event.shiftKey ? -1 : 1);
    else if (event.key === "Enter" && !isMod && !event.altKey) breakLine();
    else if (event.key === "Tab" && !isLeaving && !isMod && !event.altKey) indent(event.shiftKey);
    else return false;
    return true;
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.press(event)) return;
    if (event.key === "Escape") {
      // So that the keyboard can leave a field in which Tab indents.
      isLeaving = true;
      said.textContent = "Press Tab to leave the editor.";
      event.stopPropagation();
      return;
    }
    if (press(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.key !== "Tab" && event.key !== "Shift") isLeaving = false;
  });
  let selected = { start: 0, end: 0 };
  field.addEventListener("beforeinput", (event) => {
    selected = { start: field.selectionStart, end: field.selectionEnd };
    // The browser's own undo knows nothing of what Python changed.
    if (event.inputType === "historyUndo" || event.inputType === "historyRedo") {
      event.preventDefault();
      onUndo(event.inputType === "historyRedo");
    }
  });
  field.addEventListener("input", (event) => {
    const edit = took(editOfSelection(shown, field.value, selected, field.selectionEnd));
    onType(shown, edit);
    list.narrow();
    const isTyped = event instanceof InputEvent && event.inputType === "insertText";
    if (isTyped && ASKS.test(shown.slice(Math.max(0, field.selectionStart - 1), field.selectionStart))) onAsk(field.selectionStart, false);
  });
  for (const name of ["copy", "cut", "dragstart"]) field.addEventListener(name, () => onCut(field.selectionStart, field.selectionEnd));
  field.addEventListener("blur", () => {
    isLeaving = false;
  });
  for (const name of ["select", "keyup", "click", "focus"]) field.addEventListener(name, drawPlace);
  layer.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest(".knb-code-line") : null;
    if (row instanceof HTMLElement) goTo(code.startOf(Number(row.dataset.line) - 1));
  });
  let isScheduled = false;
  const drawSoon = () => {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(() => {
      isScheduled = false;
      if (!signal.aborted) drawLines();
    });
  };
  scroller.addEventListener("scroll", drawSoon);
  const scrollToDue = () => {
    if (dueTop === null || scroller.clientHeight === 0) return;
    scroller.scrollTop = dueTop;
    dueTop = null;
  };
  const watcher = new ResizeObserver(() => {
    scrollToDue();
    drawSoon();
  });
  watcher.observe(scroller);
  signal.addEventListener("abort", () => watcher.disconnect(), { once: true });

  return {
    root,
    field,
    find,
    /** Whether keys are typed here. */
    get hasFocus() {
      return field.ownerDocument.activeElement === field || /** @type {Document | ShadowRoot} */ (field.getRootNode()).activeElement === field;
    },
    /** @param {Completions} completions */
    offer: (completions) => list.offer(completions),
    /** Replace all of the text, as Python has it. @param {string} text */
    setText(text) {
      const edit = editBetween(shown, text);
      if (edit) this.edit(edit);
      else drawLines();
    },
    /**
     * Change the text as Python did; the caret stays where it is in the text.
     * @param {TextEdit} edit
     */
    edit({ start, removed, inserted }) {
      const top = scroller.scrollTop;
      field.setRangeText(inserted, start, start + removed, "preserve");
      took({ start, removed, inserted });
      drawSize();
      scroller.scrollTop = top;
    },
    /** @param {number} start @param {number} end */
    select(start, end) {
      field.setSelectionRange(start, end);
      reveal(start);
      drawLines();
      drawPlace();
    },
    /** Where the caret and the lines in sight are, from an offset. @param {number} start */
    placeFrom(start) {
      return { caret: field.selectionStart - start, top: (dueTop ?? scroller.scrollTop) - code.placeOf(start).line * LINE_HEIGHT };
    },
    /**
     * Show an offset, or a place from there, and leave the focus where it is.
     * @param {number} start
     * @param {{ caret: number, top: number }} [place]
     */
    show(start, { caret, top } = { caret: 0, top: 0 }) {
      const offset = Math.max(0, Math.min(start + caret, shown.length));
      field.setSelectionRange(offset, offset);
      dueTop = Math.max(0, code.placeOf(start).line * LINE_HEIGHT + top);
      scrollToDue();
      drawLines();
      drawPlace();
    },
    /** @param {Finding[]} list */
    setFindings(list) {
      // Lines as the field has them: Python does not count a lone return.
      findings = list.map((one) => ({ ...one, line: code.placeOf(one.start).line + 1 }));
      byLine = findingsByLine(findings);
      drawLines();
      drawPlace();
    },
    /** @param {string} words how many findings there are, if not all are shown */
    setCut(words) {
      cut.textContent = words;
    },
    /** @param {string} why why the text cannot be edited; "" if it can */
    setReadOnly(why) {
      field.readOnly = why !== "";
      if (why) said.textContent = why;
    },
    /** Show a line and mark it. @param {number} line from 1 */
    goToLine(line) {
      dueTop = null;
      markedLine = line - 1;
      const offset = code.startOf(line - 1);
      field.focus({ preventScroll: true });
      field.setSelectionRange(offset, offset);
      reveal(offset);
      drawLines();
      drawPlace();
    },
  };
}

/**
 * The findings of each line that has some, the worst first.
 * @param {Finding[]} findings
 */
export function findingsByLine(findings) {
  /** @type {Map<number, Finding[]>} */
  const lines = new Map();
  for (const severity of WORST_FIRST) {
    for (const one of findings) {
      if (one.severity !== severity) continue;
      const here = lines.get(one.line);
      if (here) here.push(one);
      else lines.set(one.line, [one]);
    }
  }
  return lines;
}

/**
 * The parts of a piece of text, each in a finding or in none.
 * @param {string} text
 * @param {number} start
 * @param {Finding[]} findings
 * @returns {{ text: string, severity: string }[]}
 */
export function piecesOf(text, start, findings) {
  const end = start + text.length;
  const inside = findings.filter((one) => one.start < end && one.end > start);
  if (inside.length === 0) return [{ text, severity: "" }];
  const edges = [...new Set([start, end, ...inside.flatMap((one) => [Math.max(start, one.start), Math.min(end, one.end)])])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] ?? end;
    const here = inside.filter((one) => one.start <= from && one.end >= to).map((one) => one.severity);
    return { text: text.slice(from - start, to - start), severity: WORST_FIRST.find((one) => here.some((severity) => severity === one)) ?? "" };
  });
}
