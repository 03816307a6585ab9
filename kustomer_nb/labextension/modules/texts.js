// @ts-check

/** What is longer is not looked at while it is typed: the server and the kernel refuse it. */
export const MOST_CHARACTERS = 1_000_000;
/** Characters that are looked at to see what a text is. */
export const LOOKED_AT = 200_000;
const CELL = /^%%action\b/;
const OWN_NAME = ".kustomer.json";
/** They have the keys of a definition, and are none. */
const OTHER_NAMES = [".case.json", ".ipynb"];
/** Of these keys of an object, each shows an app or an action: as `kind_of` of kustomer_nb/definition has it. */
const KEYS = ["actions", "inputTemplate", "outputTemplate", "inputSchema", "outputSchema", "sampleOutputContext", "appSettings"];
const NAME_PREFIX = "kustomer.app.";
const MENTION = new RegExp(`\\b(?:${KEYS.join("|")}|app|rest[-_]api)\\b|\\bkustomer\\.app\\.`, "i");
/** What may come before a value. A comment that has no end matches nothing, and is searched for its end once. */
const BEFORE_VALUE = /\s+|\/\/[^\n]*|\/\*[^]*?\*\//y;
const TOKEN = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`(?:[^`\\]|\\[^])*`?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|[{}[\]:,]|[^\s{}[\]:,"'`/]+/g;

/**
 * Whether a cell contains a definition.
 * @param {string} text
 */
export function isActionCell(text) {
  return CELL.test(text);
}

/**
 * Whether the text of a file is an app, an action or a list of actions, or a file by whose name it will be one. Most
 * other texts are recognized by a single search for a few words.
 * @param {string} text the text, or its beginning
 * @param {string} [path]
 */
export function isDefinition(text, path = "") {
  const name = path.toLowerCase();
  if (OTHER_NAMES.some((ending) => name.endsWith(ending))) return false;
  if (name.endsWith(OWN_NAME)) return true;
  const beginning = text.slice(0, LOOKED_AT);
  return MENTION.test(beginning) && beginsWithBracket(beginning) && hasKeyOfDefinition(beginning);
}

/**
 * Whether there is something to look at: of a definition that is not begun, nothing is wrong.
 * @param {string} text
 */
export function isBegun(text) {
  return !/^\s*(?:\{\s*\}|\[\s*\])?\s*$/.test(text);
}

/**
 * Whether the first value of a text is an object or an array. It takes a time in proportion to the length, as each
 * comment is matched by itself.
 * @param {string} text
 */
function beginsWithBracket(text) {
  let end = 0;
  for (BEFORE_VALUE.lastIndex = 0; BEFORE_VALUE.test(text); ) end = BEFORE_VALUE.lastIndex;
  return text[end] === "{" || text[end] === "[";
}

/**
 * Whether the outermost object, or one in the outermost array, has a key or a value that only a definition has.
 * @param {string} text
 */
function hasKeyOfDefinition(text) {
  let depth = 0;
  /** The depth of the keys that count. */
  let level = 1;
  let latest = "";
  let key = "";
  for (const token of tokensOf(text)) {
    if (token === "{" || token === "[") {
      if (depth === 0 && token === "[") level = 2;
      depth += 1;
    } else if (token === "}" || token === "]") depth -= 1;
    else if (token === ":" && depth === level) {
      key = latest;
      if (KEYS.includes(key)) return true;
    } else if (depth === level && token !== ",") {
      latest = token.replace(/^["'`]|["'`]$/g, "");
      if (key !== "" && isOwnValue(key, token, latest)) return true;
    } else if (depth === level) key = "";
  }
  return false;
}

/**
 * The tokens of a text without comments. What follows the beginning of a comment that has no end is read, too: somebody
 * is typing it.
 * @param {string} text
 * @returns {Generator<string>}
 */
function* tokensOf(text) {
  for (const [token] of text.matchAll(TOKEN)) {
    const isBlock = token.startsWith("/*");
    const isClosed = token.length > 3 && token.endsWith("*/");
    if (isBlock && !isClosed) yield* tokensOf(text.slice(text.length - token.length).replaceAll("/*", "  "));
    else if (!isBlock && !token.startsWith("//")) yield token;
  }
}

/**
 * @param {string} key
 * @param {string} token
 * @param {string} value
 */
function isOwnValue(key, token, value) {
  if (key === "app") return /^["'`]/.test(token);
  if (key === "name") return value.startsWith(NAME_PREFIX);
  return key === "type" && value.toLowerCase().replace("-", "_") === "rest_api";
}
