// @ts-check
import { codePane } from "./lib/code_pane.js";
import { definitionHead } from "./lib/definition_head.js";
import { listenTo, make, setUpLeaf } from "./lib/dom.js";
import { newId } from "./lib/ids.js";
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
  /** Whether there are findings that are not drawn yet: they have places in the text that Python has. */
  let hasFindings = false;
  const drawFindings = () => {
    if (!hasFindings || !sync.isSettled) return;
    hasFindings = false;
    pane.setFindings(model.get("findings"));
  };
  const settled = () => {
    if (!sync.isSettled) return;
    drawFindings();
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
    onType: (text, edit) => {
      draw();
      sync.type(text, edit);
    },
    onUndo: (isRedo) => move(isRedo),
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

  /** Where one was in each action, from where that begins. @type {Map<number, { caret: number, top: number }>} */
  const placesOf = new Map();
  /** @type {{ id: number, start: number, pick: number } | null} */
  let shown = null;
  /** Show the action that is selected: where it begins, or where one was in it before. */
  const followPicked = () => {
    const picked = /** @type {{ id?: number, start?: number, pick?: number }} */ (model.get("picked"));
    if (picked.id === undefined || picked.start === undefined || picked.pick === undefined || sync.version < 0) return;
    const { id, start, pick } = picked;
    const isPicked = shown?.pick !== pick;
    if (shown && shown.id === id && !isPicked) {
      shown = { id, start, pick };
      return;
    }
    // The next key lands at the caret: it stays where somebody types, unless he has selected another action.
    if (shown && pane.hasFocus && !(isPicked && sync.isSettled)) {
      shown = { ...shown, pick };
      return;
    }
    if (shown) placesOf.set(shown.id, pane.placeFrom(shown.start));
    shown = { id, start, pick };
    pane.show(start, placesOf.get(id));
  };

  const goTo = make("select", { "aria-label": "Go to a part of the action" });
  const finder = make("button", { type: "button", class: "knb-small", onclick: () => pane.find.open() }, "Find");
  const banner = make("p", { class: "knb-banner", role: "alert", hidden: true });
  const { head, draw, save, move } = definitionHead({ model, signal, say, whenSettled, isSettled: () => sync.isSettled, left: [goTo], right: [pane.find.bar, finder] });

  el.addEventListener("knb-save", () => save(), { signal });
  goTo.addEventListener("change", () => {
    if (goTo.value) pane.goToLine(Number(goTo.value));
    goTo.value = "";
  });
  el.append(head, banner, pane.root, notice);
  listenTo(model, ["picked"], followPicked, signal);
  listenTo(model, ["file"], () => pane.field.setAttribute("aria-label", `Definition, ${model.get("file")}`), signal);
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
  const takeFindings = () => {
    hasFindings = true;
    drawFindings();
  };
  listenTo(model, ["findings"], takeFindings, signal);
  listenTo(model, ["cut_findings"], () => pane.setCut(String(model.get("cut_findings"))), signal);
  listenTo(model, ["read_only"], () => pane.setReadOnly(String(model.get("read_only"))), signal);
  receive(model, "mark", ({ line }) => requestAnimationFrame(() => pane.goToLine(line)), signal);

  receive(
    model,
    "whole_text",
    ({ text, version, ...refused }) => {
      sync.open(text, version, refused);
      pane.setText(sync.text);
      pane.setFindings(model.get("findings"));
      followPicked();
      draw();
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
      draw();
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
