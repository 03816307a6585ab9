// @ts-check
import { listenTo, make, setUpLeaf } from "./lib/dom.js";
import { findIn } from "./lib/find.js";
import { receive } from "./lib/protocol.js";

/** @import { Model } from "./lib/dom.js" */

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const title = make("div", { class: "knb-headwords" });
  const lines = make("ol", { class: "knb-lines" });
  const scroll = make("div", { class: "knb-scroll", tabindex: 0, role: "group", "aria-label": "Definition" }, lines);
  const paint = () => {
    const text = String(model.get("text"));
    lines.replaceChildren(...text.split("\n").map((line) => make("li", {}, make("code", {}, line || " "))));
    title.replaceChildren(make("span", { class: "knb-quiet knb-ellipsis" }, `${model.get("file")}, as it is here. Edit it in any editor; the workbench follows.`));
  };
  /** @param {number} line */
  const show = (line) => {
    lines.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const target = lines.children[line - 1];
    if (!target) return;
    target.setAttribute("aria-current", "location");
    target.scrollIntoView({ block: "center" });
    scroll.focus({ preventScroll: true });
  };
  const find = findIn(el, scroll, signal);
  el.append(make("div", { class: "knb-resultbar" }, title, make("span", { class: "knb-side" }, find.bar, find.opener)), scroll, notice);
  listenTo(model, ["text", "file"], paint, signal);
  receive(model, "mark", ({ line }) => requestAnimationFrame(() => show(line)), signal);
}

export default { render };
