// @ts-check

/**
 * @param {string} text
 * @param {number} at
 */
function isPair(text, at) {
  const [first, second] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return first >= 0xd800 && first <= 0xdbff && second >= 0xdc00 && second <= 0xdfff;
}

/**
 * What is marked of a place: its first line, because the place of a whole definition would mark all of it, and at
 * least one character, because a parser reports a point. Null where there is nothing to mark.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {{ from: number, to: number } | null}
 */
export function marked(text, start, end) {
  const from = Math.max(0, Math.min(start, text.length));
  const lineEnd = (text.indexOf("\n", from) + 1 || text.length + 1) - 1;
  const to = Math.min(Math.max(end, from), lineEnd);
  if (to > from) return { from, to };
  if (from < lineEnd) return { from, to: from + (isPair(text, from) ? 2 : 1) };
  // At the end of a line, what is before it.
  const last = text.slice(0, from).trimEnd().length;
  if (last === 0) return null;
  return { from: last - (last > 1 && isPair(text, last - 2) ? 2 : 1), to: last };
}
