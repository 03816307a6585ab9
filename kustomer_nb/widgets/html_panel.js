// @ts-check
/** @import { Render } from "@anywidget/types" */

/**
 * Shows the HTML that Python made and escaped.
 * @type {Render<{ html: string, label: string, notice: string }>}
 */
function render({ model, el }) {
  const { notice, release } = setUp(model, el);
  const panel = make("section", { "aria-label": model.get("label") });
  el.append(panel, notice);
  const paint = () => {
    // What a person has opened stays open when the rest is redrawn.
    const open = new Set([...panel.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent));
    panel.innerHTML = model.get("html");
    for (const details of panel.querySelectorAll("details")) details.open = open.has(details.firstElementChild?.textContent ?? "");
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
