// @ts-check
/** @import { Render } from "@anywidget/types" */

/**
 * Draws the HTML that Python made and escaped; used by leaves that only show.
 * @type {Render<{ html: string, label: string, notice: string }>}
 */
function render({ model, el }) {
  const { notice, release } = leaf(model, el);
  const panel = make("section", { "aria-label": model.get("label") });
  el.append(panel, notice);
  const paint = () => {
    // What a person opened stays open while the rest is drawn anew.
    const open = new Set([...panel.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    panel.innerHTML = model.get("html");
    for (const one of panel.querySelectorAll("details")) one.open = open.has(one.firstElementChild?.textContent ?? "");
    for (const block of panel.querySelectorAll("pre")) block.tabIndex = 0;
  };
  model.on("change:html", paint);
  paint();
  return () => {
    release();
    model.off("change:html", paint);
  };
}

export default { render };
