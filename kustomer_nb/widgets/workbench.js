// @ts-check
import { listenTo, make, suppressShortcuts } from "./lib/dom.js";
import { newId } from "./lib/ids.js";
import { draftBanner } from "./lib/draft_banner.js";
import { isReachable, keepFocus } from "./lib/focus.js";
import { helpContent } from "./lib/help.js";
import { icon } from "./lib/icons.js";
import { isWithoutKernel, whenKernelGoes } from "./lib/kernel_gone.js";
import { KEYS } from "./lib/keys.js";
import { opener } from "./lib/popover.js";
import { KERNEL_GONE, receive, send } from "./lib/protocol.js";
import { segment } from "./lib/segment.js";
import { tabs } from "./lib/tabs.js";
import { toasts } from "./lib/toast.js";

/** @import { Host } from "@anywidget/types" */
/** @import { Model } from "./lib/dom.js" */
/** @import { Message, Reveal, ShowToast } from "./lib/protocol.js" */
/** Pixels of the results that have to be in the window for them to be seen. */
const LEAST_SEEN = 120;

/** @typedef {{ kind: string, words?: string, targets?: { pointer: string }[], line?: number }} Refused */

const RESULTS = /** @type {[string, string][]} */ ([
  ["preview", "Request"],
  ["response", "Response"],
  ["output", "Output"],
  ["history", "History"],
]);

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal, host: Host }} context
 */
async function render({ model, el, signal, host }) {
  // The card of its latest run, an output of its own, is what can be read there.
  if (isWithoutKernel(el)) return;
  el.classList.add("knb");
  suppressShortcuts(el, signal);
  const places = Object.fromEntries(
    ["bar", "problems", "settings", "form", "definition", "definition_form", "start", ...RESULTS.map(([name]) => name)].map((name) => [name, make("div", { class: `knb-place knb-place-${name}` })]),
  );
  /** @param {string} name */
  const place = (name) => /** @type {HTMLElement} */ (places[name]);
  const toast = toasts(signal);
  /** @param {Message} message */
  const say = (message) => {
    try {
      send(model, message);
    } catch {
      gone();
    }
  };
  // Two forms of one document: what one of them changes, the other shows.
  const forms = segment("Definition as", [["form", "Form"], ["json", "JSON"]], "form", (form) => showDefinition(form));
  forms.box.classList.add("knb-defforms");
  const definition = panel(place("definition"));
  definition.prepend(forms.box, place("definition_form"));
  /** @param {string} form */
  const showDefinition = (form) => {
    forms.setValue(form);
    place("definition_form").hidden = form !== "form";
    place("definition").hidden = form !== "json";
  };
  showDefinition("form");
  const left = tabs("Write", [
    { name: "form", title: "Inputs", panel: panel(place("form")) },
    { name: "definition", title: "Definition", panel: definition },
  ]);
  const right = tabs(
    "Request and result",
    RESULTS.map(([name, title]) => ({ name, title, panel: panel(place(name)) })),
  );
  const help = make("button", { type: "button", class: "knb-iconbutton knb-help", "aria-label": "Keys and colours", title: "Keys and colours" }, "?");
  const helpBox = opener(help, (close) => helpContent(close), { label: "Keys and colours", align: "end" });
  const file = make("div", { class: "knb-banner knb-file", role: "alert", hidden: true });
  const kernel = make("div", { class: "knb-banner knb-file knb-nokernel", role: "alert", hidden: true });
  const draft = make("div", { class: "knb-banner knb-file knb-draft", role: "status", hidden: true });
  const unsaved = make("button", { type: "button", class: "knb-small knb-unsaved", hidden: true, onclick: () => saveDefinition() }, make("span", { "aria-hidden": "true" }, "●"), make("span", {}, "Unsaved"), make("b", {}, "Save"));
  const top = make("div", { class: "knb-top" }, place("bar"), make("div", { class: "knb-sub" }, place("problems"), unsaved, place("settings")), kernel, file, draft);
  const leftPane = make("section", { class: "knb-pane knb-left", "aria-label": "Inputs and definition" }, make("div", { class: "knb-tabrow" }, left.strip), ...panelsOf(place("form"), place("definition")));
  const rightPane = make(
    "section",
    { class: "knb-pane knb-right", "aria-label": "Request and result" },
    make("div", { class: "knb-tabrow" }, right.strip, help, helpBox.box),
    ...panelsOf(...RESULTS.map(([name]) => place(name))),
  );
  const shell = make("div", { class: "knb-shell", role: "group", "aria-label": "Workbench" }, top, make("div", { class: "knb-panes" }, leftPane, rightPane), toast.root);
  el.append(place("start"), shell);
  left.select("form");
  right.select("preview");

  const gone = () => {
    if (shell.classList.contains("knb-gone")) return;
    shell.classList.add("knb-gone");
    leafOf(place("bar")).dispatchEvent(new CustomEvent("knb-kernel-gone"));
    // What a message offers to undo can no longer be undone.
    toast.hide();
    kernel.append(icon("error"), make("span", {}, make("b", {}, KERNEL_GONE), " What you entered and the result stay on this page until then."));
    const fate = String(model.get("unsaved_without_kernel") ?? "");
    if (fate) kernel.append(make("span", {}, ` ${fate}`));
    draft.hidden = true;
    kernel.hidden = false;
  };
  /** @param {Refused} refusal */
  const reveal = ({ kind, words = "", targets = [], line = 0 }) => {
    const pointer = targets[0]?.pointer ?? "";
    if (kind === "fields") {
      left.select("form");
      leafOf(place("form")).dispatchEvent(new CustomEvent("knb-focus-field", { detail: pointer }));
    } else if (kind === "response") {
      right.select("response", true);
    } else if (kind === "settings") {
      leafOf(place("settings")).dispatchEvent(new CustomEvent("knb-open", { detail: pointer }));
    } else if (line > 0) {
      say({ kind: "goto", line });
    } else {
      // There is no place to lead to, so that the reason itself is shown.
      toast.show({ text: words, isBad: true });
    }
  };
  el.addEventListener("knb-reveal", (event) => event instanceof CustomEvent && reveal(event.detail));
  whenKernelGoes(model, el, gone, signal);
  let typed = -Infinity;
  el.addEventListener("input", () => (typed = performance.now()), { signal });
  const press = () => leafOf(place("bar")).dispatchEvent(new CustomEvent("knb-press", { detail: { typed } }));

  // Messages and not traits: what happened once is not repeated in a view that is opened later.
  /** @param {Reveal} message */
  const show = ({ leaf, target }) => {
    if (leaf === "definition") {
      left.select("definition");
      showDefinition("json");
    }
    if (leaf === "definition_form") {
      left.select("definition");
      showDefinition("form");
      shell.scrollIntoView({ block: "nearest" });
    }
    if (leaf === "preview") right.select("preview");
    if (leaf === "bar") {
      const run = place("bar").querySelector(".knb-run");
      if (run instanceof HTMLElement) run.focus({ preventScroll: true });
    }
    if (leaf === "refused_save") left.select("definition");
    if (leaf === "settings") reveal({ kind: "settings", targets: [{ pointer: target }] });
    if (leaf === "form") reveal({ kind: "fields", targets: [{ pointer: target }] });
  };
  /** Save the definition by the form of it that is shown: what was typed there may not be told yet. */
  const saveDefinition = () => {
    // A file has to be named there.
    if (!model.get("has_file")) left.select("definition");
    const shown = place("definition").hidden ? "definition_form" : "definition";
    leafOf(place(shown)).dispatchEvent(new CustomEvent("knb-save"));
  };
  const paintUnsaved = () => {
    const words = String(model.get("unsaved") ?? "");
    keepFocus(unsaved, () => {
      unsaved.hidden = words === "";
      unsaved.title = words && `${words} Save them (${KEYS.mod}S)`;
    }, () => place("bar").querySelector(".knb-picker"));
    // Its own key saves it then; without changes, the key is JupyterLab's.
    if (words) el.dataset.knbUnsaved = "true";
    else delete el.dataset.knbUnsaved;
  };
  let ended = Number(model.get("ended"));
  const follow = () => {
    const isNew = Number(model.get("ended")) !== ended;
    ended = Number(model.get("ended"));
    if (!isNew) return;
    // What became of a run is shown, also if that is no response; who reads another result stays there.
    if (right.selected === "preview") right.select("output");
    // Below the inputs, in a narrow workbench, it may be out of the window.
    if (rightPane.getBoundingClientRect().top > innerHeight - LEAST_SEEN) rightPane.scrollIntoView({ block: "nearest" });
  };
  const paintCounts = () => {
    const { inputs, differences } = model.get("counts");
    left.setCount("form", inputs ? `${inputs} set` : "");
    right.setCount("output", differences ? `(${differences})` : "", differences === 1 ? " difference from sample" : " differences from sample");
  };
  /** @param {ShowToast} message */
  const showToast = ({ id, text, is_bad: isBad, can_undo: canUndo }) => {
    const undo = { title: "Undo", act: () => say({ kind: "undo", toast: id }) };
    toast.show({ text, isBad, ...(canUndo ? { action: undo } : {}) });
  };
  const paintNotice = () => {
    // An Undo that was refused, for example.
    if (model.get("notice")) toast.show({ text: String(model.get("notice")), isBad: true });
  };
  const paintFile = () => keepFocus(file, drawFile, () => place("bar").querySelector(".knb-picker"));
  const drawFile = () => {
    const { state, words } = model.get("file");
    file.hidden = !words;
    file.replaceChildren(icon("warning"), make("span", { class: "knb-grow" }, words ?? ""));
    if (state !== "conflict") return;
    /** @param {"file" | "own"} keep @param {string} title */
    const choice = (keep, title) => make("button", { type: "button", class: "knb-small", onclick: () => say({ kind: "conflict", keep }) }, title);
    file.append(choice("file", "Take the File"), choice("own", "Keep My Changes"));
  };
  const drawDraft = draftBanner(draft, (act) => say({ kind: "draft", act }));
  const paintDraft = () => keepFocus(draft, () => drawDraft(model.get("draft") ?? {}), () => place("bar").querySelector(".knb-picker"));
  /**
   * Find in the pane that has the focus, though the part in it has not, as on a tab; elsewhere, filter the inputs.
   * @param {Element | null} active
   */
  const findAt = (active) => {
    if (rightPane.contains(active)) leafOf(place(right.selected)).dispatchEvent(new CustomEvent("knb-find"));
    else if (leftPane.contains(active) && left.selected === "definition") leafOf(place("definition")).dispatchEvent(new CustomEvent("knb-find"));
    else {
      left.select("form");
      leafOf(place("form")).dispatchEvent(new CustomEvent("knb-filter"));
    }
  };
  const stops = [
    () => place("bar").querySelector(".knb-picker"),
    () => [...leftPane.querySelectorAll(".knb-panel :is(input, select, textarea, [tabindex='0'])")].find((control) => isReachable(control)) ?? leftPane.querySelector("[role=tab][tabindex='0']"),
    () => rightPane.querySelector("[role=tab][tabindex='0']"),
  ];
  el.addEventListener("keydown", (event) => {
    if (model.get("is_started") === false) {
      // Nothing is chosen yet: what is hidden must not be run, and the cell neither, which would begin again.
      if (!KEYS.isRun(event)) return;
    } else if (KEYS.isRun(event)) press();
    else if (event.key === "Escape" && model.get("is_busy")) say({ kind: "cancel" });
    else if (event.key === "F6") {
      const at = [top, leftPane, rightPane].findIndex((pane) => pane.contains(document.activeElement));
      const next = stops[(at + (event.shiftKey ? 2 : 1) + 3) % 3]?.();
      if (next instanceof HTMLElement) next.focus();
    } else if (KEYS.isMod(event) && event.key.toLowerCase() === "k") place("bar").querySelector(".knb-picker")?.dispatchEvent(new CustomEvent("knb-open"));
    else if (KEYS.isMod(event) && !event.altKey && event.key.toLowerCase() === "s" && model.get("unsaved")) saveDefinition();
    else if (KEYS.isFind(event)) findAt(document.activeElement);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Before it is drawn, so that it does not look for files that nobody sees.
  place("start").hidden = Boolean(model.get("is_started"));
  await Promise.all(Object.keys(places).map((name) => fill(model, host, name, place(name), signal)));
  const paintStart = () => {
    const isStarted = Boolean(model.get("is_started"));
    // What had the focus is hidden: the next step begins on the other page.
    const hadFocus = el.contains(document.activeElement);
    const isOther = shell.hidden === isStarted;
    place("start").hidden = isStarted;
    shell.hidden = !isStarted;
    if (!isStarted && isOther) leafOf(place("start")).dispatchEvent(new CustomEvent("knb-show-start"));
    if (!hadFocus || !isOther) return;
    const picker = place("bar").querySelector(".knb-picker");
    if (!isStarted) leafOf(place("start")).dispatchEvent(new CustomEvent("knb-focus-start"));
    else if (picker instanceof HTMLElement) picker.focus({ preventScroll: true });
    el.scrollIntoView({ block: "nearest" });
  };
  listenTo(model, ["is_started"], paintStart, signal);
  listenTo(model, ["ended"], follow, signal);
  listenTo(model, ["counts"], paintCounts, signal);
  listenTo(model, ["file"], paintFile, signal);
  listenTo(model, ["draft"], paintDraft, signal);
  listenTo(model, ["unsaved"], paintUnsaved, signal);
  receive(model, "reveal", show, signal);
  receive(model, "toast", showToast, signal);
  listenTo(model, ["notice"], paintNotice, signal);
}

/**
 * Draw a leaf in its place; one that cannot be drawn says so and leaves the others alone.
 * @param {Model} model
 * @param {Host} host
 * @param {string} name
 * @param {HTMLElement} place
 * @param {AbortSignal} signal
 */
async function fill(model, host, name, place, signal) {
  const el = make("div", { class: "knb-leaf" });
  place.append(el);
  try {
    const leaf = await host.getWidget(model.get(name));
    await leaf.render({ el, signal });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    el.append(make("p", { class: "knb-notice", role: "alert" }, icon("error"), ` This part cannot be shown: ${words}`));
  }
}

/** @param {HTMLElement} place */
function panel(place) {
  const id = newId();
  const box = make("div", { class: "knb-panel", id }, place);
  return box;
}

/** @param {HTMLElement[]} places */
function panelsOf(...places) {
  return places.map((place) => place.parentElement ?? place);
}

/** @param {HTMLElement} place */
function leafOf(place) {
  return place.querySelector(".knb-leaf") ?? place;
}

export default { render };
