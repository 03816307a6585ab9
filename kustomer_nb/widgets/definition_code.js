// @ts-check
import { codePane } from "./lib/code_pane.js";
import { listenTo, make, newId, setUpLeaf } from "./lib/dom.js";
import { opener, submitOnEnter } from "./lib/popover.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { textSync } from "./lib/text_sync.js";

/** @import { Model } from "./lib/dom.js" */
/** @import { Message } from "./lib/protocol.js" */

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  /** @param {Message} message */
  const say = (message) => sendOrNotice(model, message, notice);
  const sync = textSync(newId(), (edit) => say({ kind: "edit_text", ...edit }));
  /** What is asked once Python has all that was typed. @type {(() => void)[]} */
  let waiting = [];
  const settled = () => {
    if (!sync.isSettled) return;
    const asked = waiting;
    waiting = [];
    for (const ask of asked) ask();
  };
  /** @param {() => void} ask */
  const whenSettled = (ask) => {
    waiting.push(ask);
    settled();
  };

  const pane = codePane({
    label: `Definition, ${model.get("file")}`,
    signal,
    onType: (text) => {
      drawState();
      sync.type(text);
    },
    onUndo: (isRedo) => whenSettled(() => say({ kind: "undo_text", redo: isRedo })),
    onSave: () => save(),
    onFix: (id) => whenSettled(() => say({ kind: "fix", id })),
    onAsk: (offset, isAsked) => {
      // Only the latest question counts.
      waiting = [];
      whenSettled(() => say({ kind: "complete", version: sync.version, offset, explicit: isAsked }));
    },
    onCut: (start, end) => {
      if (sync.isSettled && end > start) say({ kind: "copy_text", version: sync.version, start, end });
    },
  });

  const state = make("span", { class: "knb-quiet knb-saved", role: "status" });
  const goTo = make("select", { "aria-label": "Go to a part of the action" });
  const saver = make("button", { type: "button", class: "knb-small", onclick: () => save() }, "Save");
  const finder = make("button", { type: "button", class: "knb-small", onclick: () => pane.find.open() }, "Find");
  const namer = opener(saver, nameForm, { label: "Save the definition", align: "end" });
  saver.removeAttribute("aria-haspopup");
  const file = make("span", { class: "knb-ellipsis" });
  const tools = make("span", { class: "knb-side" }, state, finder, saver);
  const banner = make("p", { class: "knb-banner", role: "alert", hidden: true });
  const head = make("div", { class: "knb-resultbar" }, make("div", { class: "knb-headwords" }, file, goTo), pane.find.bar, tools);

  /** @param {() => void} close */
  function nameForm(close) {
    const id = newId();
    const name = make("input", { type: "text", id, class: "knb-mono", spellcheck: "false", value: "app.json" });
    const form = make("form", { class: "knb-pad" }, make("label", { for: id }, "File name"), name, make("div", { class: "knb-actions" }, make("button", { type: "submit", class: "knb-primary" }, "Save")));
    submitOnEnter(name, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = name.value.trim();
      if (!words) return;
      close();
      whenSettled(() => say({ kind: "save", name: words }));
    });
    return form;
  }
  // The button opens the popover itself only for a definition that has no file.
  saver.addEventListener(
    "click",
    (event) => {
      if (!model.get("has_file")) return;
      event.stopImmediatePropagation();
      save();
    },
    { capture: true },
  );
  function save() {
    if (model.get("has_file")) whenSettled(() => say({ kind: "save" }));
    else namer.open();
  }

  goTo.addEventListener("change", () => {
    if (goTo.value) pane.goToLine(Number(goTo.value));
    goTo.value = "";
  });
  function drawState() {
    const isSaved = Boolean(model.get("is_saved")) && sync.isSettled;
    state.textContent = isSaved ? "Saved" : "● Edited";
    saver.setAttribute("aria-disabled", String(isSaved));
  }

  el.append(head, banner, pane.root, notice);
  listenTo(
    model,
    ["file"],
    () => {
      file.textContent = String(model.get("file"));
      pane.field.setAttribute("aria-label", `Definition, ${model.get("file")}`);
    },
    signal,
  );
  listenTo(model, ["is_saved", "has_file"], drawState, signal);
  listenTo(
    model,
    ["parts"],
    () => {
      const parts = /** @type {{ name: string, line: number }[]} */ (model.get("parts"));
      goTo.replaceChildren(make("option", { value: "" }, "Go to…"), ...parts.map(({ name, line }) => make("option", { value: line }, name)));
    },
    signal,
  );
  listenTo(
    model,
    ["unreadable"],
    () => {
      const words = String(model.get("unreadable"));
      banner.hidden = words === "";
      banner.textContent = words && `${words} Until it can be read, the last definition that could be is in use.`;
    },
    signal,
  );
  listenTo(model, ["findings"], () => sync.isSettled && pane.setFindings(model.get("findings")), signal);
  listenTo(model, ["read_only"], () => pane.setReadOnly(String(model.get("read_only"))), signal);
  listenTo(
    model,
    ["marked"],
    () => {
      const { line } = model.get("marked");
      if (line) requestAnimationFrame(() => pane.goToLine(Number(line)));
    },
    signal,
  );

  receive(
    model,
    "whole_text",
    ({ text, version }) => {
      sync.open(text, version);
      pane.setText(sync.text);
      pane.setFindings(model.get("findings"));
      drawState();
      settled();
    },
    signal,
  );
  receive(
    model,
    "text_edited",
    (applied) => {
      const edit = sync.take(applied);
      if (edit === undefined) {
        say({ kind: "open_text" });
        return;
      }
      if (edit) pane.edit(edit);
      if (edit && applied.select) pane.select(edit.start + edit.inserted.length, edit.start + edit.inserted.length);
      drawState();
      settled();
    },
    signal,
  );
  receive(
    model,
    "completed",
    ({ version, ...completions }) => {
      if (version === sync.version && sync.isSettled) pane.offer(completions);
    },
    signal,
  );
  say({ kind: "open_text" });
}

export default { render };
