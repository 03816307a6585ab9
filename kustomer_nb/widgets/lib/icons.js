// @ts-check

const SVG = "http://www.w3.org/2000/svg";

/** The outlines of the icons, in a box of 16 by 16. */
const OUTLINES = {
  error:
    "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3 8.9L9.9 11 8 9.1 6.1 11 5 9.9 6.9 8 5 6.1 6.1 5 8 6.9 9.9 5 11 6.1 9.1 8Z",
  warning: "M8 1.5 15.2 14H.8L8 1.5Zm-.8 5v4h1.6v-4H7.2Zm0 5v1.5h1.6v-1.5H7.2Z",
  hint: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-.8 3h1.6v1.6H7.2V4Zm0 3h1.6v5H7.2V7Z",
  ok: "M6.4 12.3 2.2 8.1l1.3-1.3 2.9 2.9 6.1-6.1 1.3 1.3z",
  down: "m4 6 4 4 4-4z",
  right: "m6 4 4 4-4 4z",
  up: "M8 3.5 13 9l-1 1-4-4.2L4 10 3 9z",
  below: "M8 12.5 3 7l1-1 4 4.2L12 6l1 1z",
  added: "M7.2 3h1.6v4.2H13v1.6H8.8V13H7.2V8.8H3V7.2h4.2z",
  changed: "M3 5.2h10v1.6H3zm0 4h10v1.6H3z",
  missing: "M3 7.2h10v1.6H3z",
  dropped: "M3 7.2h10v1.6H3zM8 10l3 4H5z",
  same: "M3 5.2h10v1.6H3zm0 4h10v1.6H3z",
  plus: "M7.2 3h1.6v4.2H13v1.6H8.8V13H7.2V8.8H3V7.2h4.2z",
  close: "m12.5 4.6-1.1-1.1L8 6.9 4.6 3.5 3.5 4.6 6.9 8l-3.4 3.4 1.1 1.1L8 9.1l3.4 3.4 1.1-1.1L9.1 8z",
  copy: "M5 1h8v10h-2v4H3V5h2V1Zm1.4 4H11v4.6h.6V2.4H6.4V5ZM4.4 6.4v7.2h5.2V6.4H4.4Z",
  search:
    "M6.5 1.5a5 5 0 0 1 4 8l4 4-1.1 1.1-4-4a5 5 0 1 1-2.9-9.1Zm0 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z",
  file: "M4 1h6l3 3v11H4V1Zm1.4 1.4v11.2h6.2V5H9V2.4H5.4Z",
  folder: "M1.5 3h5l1.5 2h6.5v8.5h-13V3Zm1.4 1.4v7.7h10.2V6.4H7.3L5.8 4.4H2.9Z",
  play: "M4 2.5v11l9-5.5z",
  stop: "M4 4h8v8H4z",
  lock: "M5 7V5a3 3 0 1 1 6 0v2h1v7H4V7h1Zm1.4 0h3.2V5a1.6 1.6 0 1 0-3.2 0v2Z",
  arrow: "M9 3.5 13.5 8 9 12.5l-1-1L10.7 8.7H2.5V7.3h8.2L8 4.5z",
  refresh: "M8 2.5a5.5 5.5 0 1 0 5.3 7h-1.6A4 4 0 1 1 8 4c1.1 0 2.1.5 2.8 1.2L8.5 7.5H14V2l-2.1 2.1A5.5 5.5 0 0 0 8 2.5Z",
  plug: "M5 1h1.5v3h3V1H11v3h1.5v3.5L10 10v2.5H8.8V15H7.2v-2.5H6V10L3.5 7.5V4H5z",
};

/** @typedef {keyof typeof OUTLINES} IconName */

/**
 * An icon; with words it is an image of that name, without it is decoration.
 * @param {IconName} name
 * @param {string} [words]
 */
export function icon(name, words = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `knb-icon knb-icon-${name}`);
  if (words) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", words);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const outline = document.createElementNS(SVG, "path");
  outline.setAttribute("d", OUTLINES[name]);
  svg.append(outline);
  return svg;
}
