// @ts-check
import { appIdField } from "./app_id_field.js";
import { tokensOf, withTemplates } from "./code_tokens.js";
import { curlFound, tickedIn } from "./curl_found.js";
import { make, present } from "./dom.js";
import { newId } from "./ids.js";
import { KEYS } from "./keys.js";
import { refusedCommand } from "./refused_command.js";
import { secretPlaces } from "./secret_places.js";

/** @import { LineState } from "./code_tokens.js" */
/** @import { Found } from "./curl_found.js" */
/** @import { Model } from "./dom.js" */
/** @import { Message } from "./protocol.js" */
/** @import { CommandProblem } from "./refused_command.js" */

/** So that not each key of a typed command is read by itself. */
const READ_PAUSE = 250;
const HIDDEN = "The command is hidden, because it may contain credentials. It was read as shown here.";

/**
 * The page that reads a pasted command.
 * @param {Model} model
 * @param {(message: Message) => void} say
 * @param {{ goBack: () => void, whenDone: () => void }} options whenDone: the action was created
 * @param {AbortSignal} signal ends with the page
 */
export function curlPage(model, say, { goBack, whenDone }, signal) {
  const ids = [newId(), newId(), newId(), newId()];
  const box = make("textarea", { id: ids[0], class: "knb-mono knb-curlbox", rows: 7, spellcheck: "false", autocomplete: "off", placeholder: "curl -X POST … -H '…' -d '…'", "aria-describedby": ids[3] });
  const said = make("div", { class: "knb-curlsaid", role: "status", id: ids[3] });
  const found = make("div", { class: "knb-curlfound" });
  const view = make("div", { class: "knb-curlview", tabindex: 0, role: "group", "aria-label": "Request of the action" });
  const name = make("input", { id: ids[1], type: "text", class: "knb-mono", spellcheck: "false" });
  const app = appIdField(model, say);
  const { select: where, place } = secretPlaces(ids[2], "this folder");
  const keeps = make("span", { class: "knb-curlkeep", hidden: true }, make("label", { for: ids[2] }, "Keep credentials"), where);
  const create = make("button", { type: "button", class: "knb-primary", "aria-disabled": "true", "aria-keyshortcuts": KEYS.isMac ? "Meta+Enter" : "Control+Enter", title: `Create Action (${KEYS.mod}Enter)` }, "Create Action");
  /** The read that was sent last, and whether the box has another text since. */
  let sentRead = "";
  let isEdited = false;
  let isAnswered = false;
  let wasPasted = false;
  let isNamed = false;
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  const read = () => {
    clearTimeout(timer);
    sentRead = newId();
    isEdited = isAnswered = false;
    say({ kind: "read_curl", text: box.value, read_id: sentRead });
  };
  /** What may hold a credential leaves the page: at once if it was pasted, else when it is typed to its end. */
  const hide = () => {
    const isOfBox = !isEdited && sentRead !== "" && model.get("read_id") === sentRead;
    if (!isOfBox || !model.get("is_hidden") || box.readOnly || (document.activeElement === box && !wasPasted)) return;
    box.value = HIDDEN;
    box.readOnly = true;
  };
  create.addEventListener("click", () => {
    // Python reads what is in the box before it creates the action.
    if (isEdited) read();
    if (create.getAttribute("aria-disabled") === "true" && model.get("read_id") === sentRead) return;
    // A name that was proposed may be that of the command before.
    if (model.get("app_problem")) app.focus();
    say({ kind: "create_action", name: isNamed ? name.value.trim() : "", secrets: place(), app: app.typed() });
  });
  box.addEventListener("input", (event) => {
    isEdited = true;
    clearTimeout(timer);
    wasPasted = event instanceof InputEvent && (event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop");
    if (wasPasted) read();
    else timer = setTimeout(read, READ_PAUSE);
  });
  box.addEventListener("blur", () => {
    if (isEdited) read();
    hide();
  });
  const another = make("button", { type: "button", class: "knb-small", onclick: () => {
    box.readOnly = false;
    box.value = "";
    isNamed = false;
    read();
    box.focus({ preventScroll: true });
  } }, "Paste Another");
  // Of a box that is empty, there is nothing to take the place of.
  another.hidden = true;
  const choose = () => {
    if (isEdited) read();
    else say({ kind: "choose_inputs", ...tickedIn(found) });
  };
  name.addEventListener("input", () => {
    isNamed = true;
  });
  const paintSaid = (/** @type {boolean} */ isFound) => {
    const problems = box.value ? /** @type {CommandProblem[]} */ (model.get("problems")) : [];
    // Of another text than that in the box, no place can be shown.
    const isOfBox = !isEdited && model.get("read_id") === sentRead;
    box.setAttribute("aria-invalid", String(problems.length > 0));
    said.classList.toggle("knb-bad", problems.length > 0);
    if (problems.length === 0) {
      said.replaceChildren(isFound ? "Nothing was sent. No credential is written to the definition." : "Nothing is sent. The command is only read.");
      return;
    }
    const rows = refusedCommand(problems, isOfBox ? box.value : "", (start, end) => {
      box.focus();
      box.setSelectionRange(start, end);
    });
    said.replaceChildren(make("ul", { class: "knb-refusedlist" }, ...rows));
  };
  const paint = () => {
    if (isAnswered && model.get("read_id") === "") {
      whenDone();
      return;
    }
    isAnswered ||= sentRead !== "" && model.get("read_id") === sentRead;
    const now = /** @type {Found | Record<string, never>} */ (model.get("imported"));
    const isFound = "inputs" in now;
    hide();
    create.setAttribute("aria-disabled", String(!isFound));
    paintSaid(isFound);
    another.hidden = !isFound && box.value === "";
    keeps.hidden = !isFound || !now.settings.some(({ isSecret }) => isSecret);
    app.paint(isFound ? now.app : "");
    if (!isFound) {
      found.replaceChildren(make("p", { class: "knb-quiet" }, "Inputs and app settings are proposed here."));
      view.replaceChildren("The request is shown here.");
      return;
    }
    if (!isNamed) name.value = now.name;
    const focused = document.activeElement instanceof HTMLInputElement && found.contains(document.activeElement) ? document.activeElement.dataset : {};
    const isOpen = found.querySelector("details")?.open ?? false;
    found.replaceChildren(...present(curlFound(/** @type {Found} */ (now), { isOpen, whenTicked: choose })));
    // Names may change with what is ticked, and places do not.
    const place = focused.input?.slice(focused.input.indexOf("=") + 1);
    const again = [...found.querySelectorAll("input")].find(({ dataset }) => (place !== undefined && dataset.input?.endsWith(`=${place}`)) || (focused.public !== undefined && dataset.public === focused.public));
    again?.focus();
    view.replaceChildren(...coloured(now.template));
  };
  const element = make(
    "div",
    { class: "knb-curlpage" },
    make("div", { class: "knb-starthead" }, make("button", { type: "button", class: "knb-small", onclick: goBack }, "Back"), make("div", { class: "knb-h3" }, "Paste a curl"), make("span", { class: "knb-grow" }), another),
    make(
      "div",
      { class: "knb-curl" },
      make("section", { "aria-label": "Command" }, make("label", { for: ids[0], class: "knb-h4" }, "curl command"), box, said, found),
      make("section", { "aria-label": "Preview" }, make("div", { class: "knb-h4" }, "The request of the action ", make("small", { class: "knb-quiet" }, "inputTemplate")), view),
    ),
    make("div", { class: "knb-startfoot" }, app.element, make("label", { for: ids[1] }, "Name"), name, keeps, make("span", { class: "knb-grow" }), create),
    app.problem,
  );
  element.addEventListener("keydown", (event) => {
    if (!KEYS.isRun(event)) return;
    event.preventDefault();
    event.stopPropagation();
    create.click();
  });
  paint();
  return { element, paint, focus: () => box.focus({ preventScroll: true }) };
}

/**
 * JSON text in the colours of code, its templates marked.
 * @param {string} text
 */
function coloured(text) {
  /** @type {LineState} */
  let open = "";
  return text.split("\n").flatMap((line) => {
    const { tokens, state } = tokensOf(line, open);
    open = state;
    return [...tokens.flatMap(withTemplates).map(({ kind, text: words }) => (kind ? make("span", { class: `knb-t-${kind}` }, words) : words)), "\n"];
  });
}
