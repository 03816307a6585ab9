// @ts-check
import { make, withCode } from "../../widgets/lib/dom.js";
import { icon } from "../../widgets/lib/icons.js";

/** @import { MarkedProblem } from "./marks.js" */
/** @typedef {{ start: number, end: number, text: string }} TextEdit */
/** @typedef {{ title: string, code: string, safe: boolean, edits: TextEdit[] }} QuickFix */
/** What draws Markdown in JupyterLab, and makes it safe. @typedef {{ createRenderer(mimeType: string): any, createModel(options: object): any, mimeTypes?: readonly string[] }} MarkdownDrawer */

const MARKDOWN = "text/markdown";
/** @type {Record<string, [icon: import("../../widgets/lib/icons.js").IconName, words: string]>} */
const SEVERITIES = { error: ["error", "Error"], warning: ["warning", "Warning"], hint: ["hint", "Hint"] };

/**
 * Draw what is known of a place: its problems, each with its fixes once they are known, and what the language service
 * says of it.
 * @param {MarkedProblem[]} problems
 * @param {string} markdown
 * @param {Promise<QuickFix[]>} fixes
 * @param {(fix: QuickFix) => void} apply
 * @param {MarkdownDrawer | null} drawer
 */
export function drawHelp(problems, markdown, fixes, apply, drawer) {
  const root = make("div", { class: "knb knb-lab-help", tabindex: "0" });
  const rows = problems.map(({ problem }) => drawProblem(problem));
  root.append(...rows);
  if (markdown !== "") root.append(drawMarkdown(markdown, drawer));
  void fixes.then((offered) => {
    const shown = new Set();
    rows.forEach((row, at) => {
      const own = offered.filter((fix) => fix.code === problems[at].problem.code && !shown.has(fix));
      for (const fix of own) shown.add(fix);
      if (own.length > 0) row.append(make("div", { class: "knb-actions knb-lab-fixes" }, own.map((fix) => drawFix(fix, apply))));
    });
  });
  return root;
}

/** @param {import("./marks.js").Problem} problem */
function drawProblem({ severity, code, message, fix }) {
  const [name, words] = SEVERITIES[severity] ?? SEVERITIES.hint;
  const head = make("div", { class: "knb-lab-head" }, icon(name, words), make("strong", {}, code), make("span", {}, withCode(message)));
  return make("div", { class: "knb-lab-problem", "data-severity": severity }, head, fix && make("div", { class: "knb-lab-fix" }, "Fix: ", withCode(fix)));
}

/** @param {QuickFix} fix @param {(fix: QuickFix) => void} apply */
function drawFix(fix, apply) {
  // The editor keeps the focus, and the tooltip stays.
  const keep = (/** @type {MouseEvent} */ event) => event.preventDefault();
  return make("button", { type: "button", class: "knb-button", onmousedown: keep, onclick: () => apply(fix) }, withCode(fix.title));
}

/** @param {string} markdown @param {MarkdownDrawer | null} drawer */
function drawMarkdown(markdown, drawer) {
  const place = make("div", { class: "knb-lab-about" });
  if (drawer === null) {
    place.textContent = markdown;
    return place;
  }
  const renderer = drawer.createRenderer(MARKDOWN);
  place.append(renderer.node);
  Promise.resolve(renderer.renderModel(drawer.createModel({ data: { [MARKDOWN]: markdown }, trusted: false }))).catch(() => {
    place.textContent = markdown;
  });
  return place;
}
