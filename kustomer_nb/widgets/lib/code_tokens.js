// @ts-check

/** @typedef {"" | "key" | "string" | "number" | "literal" | "comment" | "bracket" | "template"} TokenKind */
/** @typedef {{ kind: TokenKind, text: string }} Token */
/**
 * What is open at the start of a line: nothing, a comment, or a template string of JavaScript.
 * @typedef {"" | "comment" | "string"} LineState
 */

const TOKEN =
  /\/\/.*|\/\*|\x60|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[A-Za-z_$][\w$]*|[-+]?(?:\d|\.\d)(?:[eE][-+]\d|[\w.])*|[{}[\]()]/y;
export const TEMPLATE_PATTERN = /(\{\{\{?[^{}]*\}?\}\}|\/#[\w@.[\]:,$-]+)/;
const WORDS = new Set(["true", "false", "null", "undefined", "NaN", "Infinity"]);
/** Not written as it is: a linked module has no template of several lines, which one of these alone would begin. */
const BACKTICK = "\x60";
const PAIRS = /** @type {Record<string, string>} */ ({ "{": "}", "[": "]", "(": ")", "}": "{", "]": "[", ")": "(" });
/** A longer line is drawn in one colour: nobody reads a minified file by its colours. */
const LONGEST_COLOURED = 5000;
/** Lines that are searched for the other bracket. */
const FARTHEST = 5000;

/**
 * The end of what is open at the start of a line: the column behind it, or -1 if it is open at the line's end too.
 * @param {string} line
 * @param {LineState} state
 */
function endOf(line, state) {
  if (state === "comment") {
    const at = line.indexOf("*/");
    return at < 0 ? -1 : at + 2;
  }
  return endOfTemplate(line, 0);
}

/**
 * @param {string} line
 * @param {number} from
 */
function endOfTemplate(line, from) {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === "\\") at += 1;
    else if (line[at] === BACKTICK) return at + 1;
  }
  return -1;
}

/**
 * Cut a line into tokens. The text of all tokens together is the line.
 * @param {string} line
 * @param {LineState} [state] what is open at its start
 * @returns {{ tokens: Token[], state: LineState }}
 */
export function tokensOf(line, state = "") {
  /** @type {Token[]} */
  const tokens = [];
  let at = 0;
  if (state) {
    const end = endOf(line, state);
    tokens.push({ kind: state, text: end < 0 ? line : line.slice(0, end) });
    if (end < 0) return { tokens, state };
    at = end;
  }
  let plain = at;
  /** @param {number} end @param {TokenKind} kind */
  const add = (end, kind) => {
    if (plain < at) tokens.push({ kind: "", text: line.slice(plain, at) });
    tokens.push({ kind, text: line.slice(at, end) });
    at = plain = end;
  };
  while (at < line.length) {
    TOKEN.lastIndex = at;
    const text = TOKEN.exec(line)?.[0];
    if (!text) {
      at += 1;
    } else if (text === "/*" || text === BACKTICK) {
      const end = text === BACKTICK ? endOfTemplate(line, at + 1) : line.indexOf("*/", at + 2);
      const opened = text === BACKTICK ? "string" : "comment";
      add(end < 0 ? line.length : text === BACKTICK ? end : end + 2, opened);
      if (end < 0) return { tokens, state: opened };
    } else {
      add(at + text.length, kindOf(text, line, at + text.length));
    }
  }
  if (plain < at) tokens.push({ kind: "", text: line.slice(plain) });
  return { tokens, state: "" };
}

/**
 * @param {string} text
 * @param {string} line
 * @param {number} end
 * @returns {TokenKind}
 */
function kindOf(text, line, end) {
  const first = text[0] ?? "";
  if (text.startsWith("//")) return "comment";
  if (PAIRS[first]) return "bracket";
  if (/[\d.+-]/.test(first)) return "number";
  const isKey = /^\s*:/.test(line.slice(end, end + 40));
  if (first === '"' || first === "'") return isKey ? "key" : "string";
  if (isKey) return "key";
  return WORDS.has(text) ? "literal" : "";
}

/**
 * A string cut into its templates and what is between them.
 * @param {Token} token
 * @returns {Token[]}
 */
export function withTemplates({ kind, text }) {
  if (kind !== "string" && kind !== "key") return [{ kind, text }];
  const parts = text.split(TEMPLATE_PATTERN);
  return parts.flatMap((part, index) => (part ? [{ kind: /** @type {TokenKind} */ (index % 2 ? "template" : kind), text: part }] : []));
}

/**
 * The lines of a text with their tokens, of which only those that are asked for are made.
 * @param {string} text
 * @param {readonly LineState[]} [known] what is open at the start of its first lines, if they were cut before
 */
export function codeLines(text, known = [""]) {
  const lines = text.split("\n");
  /** @type {LineState[]} */
  const states = [...known];

  /** @param {number} number from 0 */
  const stateAt = (number) => {
    for (let at = states.length; at <= number; at += 1) states.push(tokensOf(lines[at - 1] ?? "", states[at - 1]).state);
    return states[number] ?? "";
  };
  /** @param {number} number @returns {Token[]} */
  const tokensAt = (number) => {
    const line = lines[number] ?? "";
    if (line.length > LONGEST_COLOURED) return [{ kind: "", text: line }];
    return tokensOf(line, stateAt(number)).tokens;
  };
  /** @param {number} number @returns {{ column: number, text: string }[]} */
  const bracketsAt = (number) => {
    /** @type {{ column: number, text: string }[]} */
    const found = [];
    let column = 0;
    for (const { kind, text: piece } of tokensAt(number)) {
      if (kind === "bracket") found.push({ column, text: piece });
      column += piece.length;
    }
    return found;
  };
  /**
   * The bracket at a place and the one that belongs to it; empty if there is none, or none that belongs to it.
   * @param {number} line
   * @param {number} column
   * @returns {{ line: number, column: number }[]}
   */
  const bracketsOf = (line, column) => {
    const here = bracketsAt(line).find((one) => one.column === column);
    if (!here) return [];
    const step = "{[(".includes(here.text) ? 1 : -1;
    let depth = 0;
    for (let at = line; at >= 0 && at < lines.length && Math.abs(at - line) < FARTHEST; at += step) {
      const found = bracketsAt(at);
      for (const one of step > 0 ? found : found.reverse()) {
        if (at === line && (one.column - column) * step < 0) continue;
        depth += "{[(".includes(one.text) ? step : -step;
        if (depth === 0) return one.text === PAIRS[here.text] ? [{ line, column }, { line: at, column: one.column }] : [];
      }
    }
    return [];
  };
  /**
   * The line and column of an offset, both from 0.
   * @param {number} offset
   */
  const placeOf = (offset) => {
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - startOf(low) };
  };
  /**
   * What is open at the start of the lines up to one, as far as that is known: it stays while a later one is typed.
   * @param {number} line
   * @returns {readonly LineState[]}
   */
  const statesTo = (line) => states.slice(0, line + 1);
  /** @type {number[]} */
  const starts = [];
  /** @param {number} line */
  const startOf = (line) => {
    if (starts.length === 0) {
      let at = 0;
      for (const one of lines) {
        starts.push(at);
        at += one.length + 1;
      }
    }
    return starts[Math.max(0, Math.min(line, lines.length - 1))] ?? 0;
  };
  return { lines, stateAt, statesTo, tokensAt, bracketsOf, placeOf, startOf };
}
