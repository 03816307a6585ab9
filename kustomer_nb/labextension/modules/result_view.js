// @ts-check
import { jsonView } from "../../widgets/lib/json_view.js";
import { drawCard } from "./card.js";
import { jsonTree } from "./json_text.js";

/** @import { KernelModels } from "./kernel_models.js" */
/** What a renderer of JupyterLab gets. @typedef {{ data: Record<string, any>, trusted: boolean }} MimeModel */
/** @typedef {{ createRenderer(mimeType: string, ...options: any[]): any, mimeTypes: readonly string[] }} Rendermime */
/** @typedef {{ Panel: new (options?: object) => any, Widget: new (options?: { node?: HTMLElement }) => any }} Lumino */

export const VIEW = "application/vnd.jupyter.widget-view+json";
const HTML = "text/html";
const UNSAVED = "[data-knb-unsaved]";

/**
 * What shows an output of ours: a card of what is saved, or the widget while the kernel has it. There is never both, and
 * never what a host says of a widget that is gone.
 * @param {Lumino} lumino
 * @param {Rendermime} rendermime
 * @param {string} mimeType
 * @param {KernelModels | null} models those of the kernel of a notebook; null elsewhere
 * @param {(isLive: boolean) => unknown} mark is told whether the widget is what is seen
 */
export function resultView({ Panel, Widget }, rendermime, mimeType, models, mark) {
  class ResultView extends Panel {
    constructor() {
      super();
      /** The latest model, and the text of what is drawn of it. @type {MimeModel | null} */
      this.model = null;
      this.drawn = "";
      /** @type {any} */
      this.card = null;
      /** The widget, hidden until it is drawn, and its id. @type {any} */
      this.live = null;
      this.liveId = "";
      this.drawing = new AbortController();
      this.stopListening = models?.listen(() => void this.follow()) ?? (() => {});
    }

    /** @param {MimeModel} model */
    async renderModel(model) {
      this.model = model;
      const drawn = JSON.stringify([model.data[mimeType], model.data[HTML], model.trusted]);
      if (drawn !== this.drawn) {
        this.drawn = drawn;
        await this.drawCard(model);
      }
      // Not awaited: a busy kernel answers when it is idle, and the card is seen until then.
      void this.follow();
    }

    /** @param {MimeModel} model */
    async drawCard(model) {
      this.drawing.abort();
      this.drawing = new AbortController();
      const old = this.card;
      const data = model.data[mimeType];
      const isCard = typeof data?.card === "object" && data.card !== null;
      if (isCard) this.card = new Widget({ node: drawCard(data.card, this.drawing.signal) });
      else if (model.data[HTML] !== undefined && rendermime.mimeTypes.includes(HTML)) this.card = rendermime.createRenderer(HTML);
      else this.card = new Widget({ node: drawFacts(data) });
      this.card.setHidden(this.isLive);
      this.insertWidget(0, this.card);
      old?.dispose();
      await this.card.renderModel?.(model);
    }

    /** Whether the widget is what is seen. */
    get isLive() {
      return this.live !== null && !this.live.isHidden;
    }

    /** Show the widget if the kernel has it now, and else the card. */
    async follow() {
      const { model } = this;
      const id = String(model?.data[VIEW]?.model_id ?? "");
      // An output of an untrusted notebook starts nothing.
      const isAlive = models !== null && id !== "" && model?.trusted === true && (await models.has(id));
      if (this.isDisposed || model !== this.model) return;
      // Edits that are not saved stay on the page, which says that the kernel has gone: they may be nowhere else.
      const isKept = this.isLive && this.liveId === id && this.live.node.querySelector(UNSAVED) !== null;
      if (!isAlive && !isKept) this.dropLive();
      else if (!isAlive) return;
      else if (this.liveId !== id) this.drawLive(id);
    }

    /** @param {string} id */
    drawLive(id) {
      this.dropLive();
      if (!rendermime.mimeTypes.includes(VIEW)) return;
      const live = rendermime.createRenderer(VIEW);
      [this.live, this.liveId] = [live, id];
      live.hide();
      this.addWidget(live);
      // The host draws it some time later, and says nothing of it.
      const watcher = new window.MutationObserver(() => show());
      const show = () => {
        if (live.isDisposed || live !== this.live) watcher.disconnect();
        else if (live.widgets.length > 0) {
          watcher.disconnect();
          live.show();
          this.card?.hide();
          mark(true);
        }
      };
      watcher.observe(live.node, { childList: true });
      void Promise.resolve(live.renderModel(this.model)).then(show, () => this.dropLive());
    }

    dropLive() {
      const { live } = this;
      [this.live, this.liveId] = [null, ""];
      live?.dispose();
      mark(false);
      this.card?.show();
    }

    dispose() {
      if (this.isDisposed) return;
      this.stopListening();
      this.drawing.abort();
      super.dispose();
    }
  }
  return new ResultView();
}

/**
 * The facts of a value whose card was not saved, such as by an earlier version, and without HTML.
 * @param {unknown} data
 */
function drawFacts(data) {
  const root = document.createElement("div");
  root.className = "knb knb-card";
  const tree = jsonTree(JSON.stringify(data ?? null));
  if (tree) root.append(jsonView(tree, { label: "Saved result", depth: 2 }).root);
  return root;
}
