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
    panel.innerHTML = model.get("html");
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
