// @ts-check
import { emptyState, hidden, listenTo, make, plural, present, setUpLeaf, withCode } from "./lib/dom.js";
import { findIn } from "./lib/find.js";
import { keepFocus } from "./lib/focus.js";
import { icon } from "./lib/icons.js";
import { foldAll, jsonView, stretches } from "./lib/json_view.js";
import { originPopover } from "./lib/origin_popover.js";
import { menuItem, opener } from "./lib/popover.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { keepOneStop, resetStops, rove } from "./lib/rove.js";
import { byteCount } from "./lib/units.js";

/** @import { Child, Model } from "./lib/dom.js" */
/** @import { JsonNode, Piece } from "./lib/json_view.js" */
/** @import { Copied } from "./lib/protocol.js" */
/** @typedef {{ size: number, type: string, node?: JsonNode, pieces?: Piece[], cut?: number }} Body */
/** @typedef {{ method: string, effective: string, url: Piece[], authored: string, query: [string, Piece[]][], headers: [string, Piece[]][], body: Body | null, left_out: [string, [string, string][]][] }} Drawn */
/** @typedef {{ kind: "none" | "last" | "invalid" | "unset" | "blocked" | "offline" | "preview", words: string, key?: string }} PreviewState */
/** @typedef {{ severity: string, code: string, message: string, fix: string, line: number, fixes: [string, string][] }} RequestFinding */
/** @typedef {[facts: unknown, draw: () => Child | Child[]]} Part what a part shows, and how it is drawn */
/** @typedef {{ goTo: (line: number) => void, fix: (id: string) => void }} Acts what can be done with a line and a fix */
/** @typedef {"curl" | "httpx" | "http" | "body"} CopyForm */

const STOPS = "[data-stop]";
const COPY_FORMS = /** @type {[CopyForm, string, string][]} */ ([
  ["curl", "cURL", "for a shell; secrets are variables such as $SHOP_TOKEN"],
  ["httpx", "Python (httpx)", "secrets are read from the environment"],
  ["http", "HTTP Message", "request line, headers and body"],
  ["body", "Body", "as it is sent"],
]);

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const state = make("div", { class: "knb-headwords", role: "status" });
  const tools = make("span", { class: "knb-contents" });
  const scroll = make("div", { class: "knb-scroll", tabindex: 0, role: "group", "aria-label": "Request" });
  /** Which objects and arrays a person folded, by pointer: kept while the request is drawn again. */
  const folds = new Map();
  const parts = partsOf(scroll);
  const find = findIn(el, scroll, signal, { isOffered: () => Boolean(model.get("drawn").url) });
  let isRaw = false;

  /** @param {number} line */
  const goTo = (line) => {
    sendOrNotice(model, { kind: "goto", line }, notice);
  };
  /** @param {string} id */
  const fix = (id) => {
    sendOrNotice(model, { kind: "fix", id }, notice);
  };
  const paint = () => {
    const active = document.activeElement;
    const focused = active && scroll.contains(active) ? [...scroll.querySelectorAll(STOPS)].indexOf(active) : -1;
    const top = scroll.scrollTop;
    /** @type {Drawn} */
    const drawn = model.get("drawn");
    find.opener.hidden = !drawn.url;
    if (!drawn.url) {
      scroll.replaceChildren(emptyState("No request.", model.get("state").words));
      return;
    }
    if (isRaw) scroll.replaceChildren(rawMessage(drawn));
    else parts.show(sections(model, drawn, folds, { goTo, fix }));
    if (top > 0) scroll.scrollTop = top;
    resetStops(scroll, STOPS);
    const again = focused >= 0 ? scroll.querySelectorAll(STOPS)[focused] : null;
    if (again instanceof HTMLElement) again.focus();
  };
  const paintState = () => keepFocus(state, drawState, () => scroll);
  const drawState = () => state.replaceChildren(...present(stateWords(model.get("state"))));
  const paintTools = () => tools.replaceChildren(...present([...copyMenu(model, notice), foldButton(scroll), rawToggle()]));
  const rawToggle = () => {
    const toggle = () => {
      isRaw = !isRaw;
      paint();
      paintTools();
      tools.querySelector("[aria-pressed]")?.dispatchEvent(new Event("knb-focus"));
    };
    const button = make("button", { type: "button", class: "knb-small", "aria-pressed": String(isRaw), onclick: toggle }, "Raw");
    button.addEventListener("knb-focus", () => button.focus());
    return button;
  };

  el.append(make("div", { class: "knb-resultbar" }, state, make("span", { class: "knb-side" }, find.bar, find.opener, tools)), scroll, notice);
  rove(scroll, STOPS);
  keepOneStop(scroll, STOPS);
  originPopover(scroll, { goTo, fix, place: () => model.get("file") }, signal);
  receive(model, "copied", (copied) => putOnClipboard(state, copied, paintState), signal);
  listenTo(model, ["state"], paintState, signal);
  paintTools();
  listenTo(model, ["drawn", "findings"], paint, signal);
}

/** @param {PreviewState} state */
function stateWords({ kind, words, key }) {
  if (kind === "preview" || kind === "offline") {
    return [make("span", { class: "knb-pill" }, "Preview"), make("span", { class: "knb-ellipsis" }, words)];
  }
  const text = kind === "last" ? `This is the last valid version. ${words}` : words;
  const set =
    kind === "unset" &&
    make(
      "button",
      {
        type: "button",
        class: "knb-link knb-bad",
        onclick: (/** @type {Event} */ event) =>
          event.target?.dispatchEvent(new CustomEvent("knb-reveal", { bubbles: true, detail: { kind: "settings", targets: [{ pointer: key }] } })),
      },
      "Set",
      hidden(` ${key}`),
    );
  return [icon("error"), make("span", { class: "knb-ellipsis knb-bad", title: text }, text), set];
}

/**
 * @param {Model} model
 * @param {Drawn} drawn
 * @param {Map<string, boolean>} folds
 * @param {Acts} acts
 * @returns {Part[]}
 */
function sections(model, drawn, folds, acts) {
  const { query, headers, body } = drawn;
  const findings = model.get("findings");
  return [
    [[drawn.method, drawn.effective, drawn.url, drawn.authored], () => requestLines(drawn)],
    [query, () => query.length > 0 && section("Query", `${query.length} decoded`, pairs(query))],
    [headers, () => section("Headers", String(headers.length), pairs(headers))],
    [body, () => body && section("Body", `${kindOfBody(body)}, ${byteCount(body.size)}`, bodyView(body, folds))],
    [findings, () => changes(findings, acts)],
    [drawn.left_out, () => leftOut(drawn.left_out, acts.fix)],
  ];
}

/**
 * The parts of a request, of which a key that is typed changes some: the others stay as they are.
 * @param {HTMLElement} scroll
 */
function partsOf(scroll) {
  /** @type {{ box: HTMLElement, shown: string }[]} */
  let slots = [];
  /** @param {Part[]} parts */
  const show = (parts) => {
    if (slots[0]?.box.parentNode !== scroll) {
      slots = parts.map(() => ({ box: make("div", { class: "knb-part" }), shown: "" }));
      scroll.replaceChildren(...slots.map((slot) => slot.box));
    }
    parts.forEach(([facts, draw], at) => {
      const slot = slots[at];
      const shown = JSON.stringify(facts);
      if (!slot || slot.shown === shown) return;
      slot.shown = shown;
      slot.box.replaceChildren(...present([draw()].flat()));
    });
  };
  return { show };
}

/** @param {Drawn} drawn */
function requestLines({ method, effective, url, authored }) {
  const badge = make("span", { class: "knb-method", "data-method": method.toUpperCase() }, method);
  return [
    make("p", { class: "knb-line" }, badge, " ", ...stretches(url, false)),
    authored && make("p", { class: "knb-authored2" }, icon("arrow"), `redirected from ${authored} (host override)`),
    effective !== method && make("p", { class: "knb-authored2" }, icon("warning"), `a service may treat it as ${effective}`),
  ];
}

/** @param {Body} body */
function kindOfBody({ node, type }) {
  return node ? "JSON" : type.split(";")[0] || "text";
}

/**
 * @param {Body} body
 * @param {Map<string, boolean>} folds
 */
function bodyView({ node, pieces = [], cut = 0 }, folds) {
  if (node) return jsonView(node, { label: "Request body", folds }).root;
  const rest = cut > 0 && make("small", { class: "knb-quiet" }, ` ${cut.toLocaleString("en")} more characters`);
  return make("div", { class: "knb-raw" }, ...stretches(pieces, false), rest);
}

/**
 * @param {string} title
 * @param {string} note
 * @param {Child[]} content
 */
function section(title, note, ...content) {
  const head = make("div", { class: "knb-h" }, title, note && make("small", {}, note));
  return make("section", { class: "knb-section", "aria-label": title }, head, ...content);
}

/** @param {[string, Piece[]][]} rows */
function pairs(rows) {
  const head = make("thead", { class: "knb-hidden" }, make("tr", {}, make("th", { scope: "col" }, "Name"), make("th", { scope: "col" }, "Value")));
  const body = rows.map(([name, pieces]) =>
    make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, make("span", { class: "knb-mono" }, ...stretches(pieces, false)))),
  );
  return make("table", { class: "knb-table" }, make("colgroup", {}, make("col"), make("col")), head, make("tbody", {}, ...body));
}

/**
 * What was changed or lost on the way into the request.
 * @param {RequestFinding[]} findings
 * @param {Acts} acts
 */
function changes(findings, { goTo, fix: apply }) {
  if (findings.length === 0) return null;
  const rows = findings.map(({ severity, code, message, fix, line, fixes }) => {
    const mark = severity === "error" ? "error" : severity === "warning" ? "warning" : "hint";
    const words = make("span", { class: "knb-grow" }, ...withCode(message), fix && make("span", { class: "knb-quiet" }, " ", ...withCode(`${fix[0]?.toUpperCase()}${fix.slice(1)}`)));
    const place = line > 0 && make("button", { type: "button", class: "knb-link", onclick: () => goTo(line) }, `line ${line}`);
    return make("li", { class: "knb-ch" }, icon(mark, severity), words, make("code", { class: "knb-code" }, code), ...fixLinks(fixes, code, apply), place);
  });
  return section("Changed on the Way", plural(findings.length, "finding"), make("ul", { class: "knb-changes" }, ...rows));
}

/**
 * @param {[string, string][]} fixes
 * @param {string} subject
 * @param {(id: string) => void} apply
 */
function fixLinks(fixes, subject, apply) {
  return fixes.map(([id, title]) => make("button", { type: "button", class: "knb-link knb-fix", onclick: () => apply(id) }, title, hidden(` for ${subject}`)));
}

/**
 * @param {[string, [string, string][]][]} names
 * @param {(id: string) => void} apply
 */
function leftOut(names, apply) {
  if (names.length === 0) return null;
  const listed = names.flatMap(([name, fixes], index) => [
    index > 0 ? ", " : "",
    make("code", {}, name),
    ...fixLinks(fixes, name, apply).flatMap((link) => [" ", link]),
  ]);
  return make("p", { class: "knb-quiet knb-leftout" }, "Left out because not set: ", ...listed);
}

/** @param {Drawn} drawn */
function rawMessage({ method, url, headers, body }) {
  const target = joined(url).replace(/^https?:\/\/[^/?#]*/, "") || "/";
  const lines = headers.map(([name, pieces]) => `${name}: ${joined(pieces)}`);
  const content = body ? (body.node ? jsonText(body.node) : joined(body.pieces ?? [])) : "";
  return make("div", { class: "knb-raw" }, [`${method} ${target} HTTP/1.1`, ...lines, "", content].join("\n"));
}

/** @param {Piece[]} pieces */
function joined(pieces) {
  return pieces.map((piece) => piece.x).join("");
}

/**
 * @param {JsonNode} node
 * @returns {string}
 */
function jsonText(node) {
  const children = node.c ?? [];
  if (node.t === "object") return `{${children.map(([key, child]) => `${JSON.stringify(key)}:${jsonText(child)}`).join(",")}}`;
  if (node.t === "array") return `[${children.map(([, child]) => jsonText(child)).join(",")}]`;
  return node.t === "string" ? JSON.stringify(node.v) : String(node.v);
}

/** @param {HTMLElement} scroll */
function foldButton(scroll) {
  const button = make("button", { type: "button", class: "knb-quietbutton knb-foldall" }, "Fold All");
  button.addEventListener("click", () => {
    button.textContent = foldAll(scroll) ? "Fold All" : "Unfold All";
  });
  return button;
}

/**
 * @param {Model} model
 * @param {HTMLElement} notice
 */
function copyMenu(model, notice) {
  const button = make("button", { type: "button", class: "knb-quietbutton" }, icon("copy"), "Copy As", icon("down"));
  const items = (/** @type {() => void} */ close) =>
    COPY_FORMS.map(([form, title, note]) =>
      menuItem(title, note, () => {
        close();
        sendOrNotice(model, { kind: "copy", form }, notice);
      }),
    );
  const { box } = opener(button, items, { label: "Copy as", style: "knb-pop-menu", align: "end" });
  return [button, box];
}

/**
 * @param {HTMLElement} state
 * @param {Copied} copied
 * @param {() => void} back
 */
async function putOnClipboard(state, { form, text, variables }, back) {
  const title = COPY_FORMS.find(([name]) => name === form)?.[1] ?? form;
  const needs = variables.length > 0 ? ` Set ${variables.join(", ")} before you use it.` : "";
  let words = `Copied as ${title}.${needs}`;
  let mark = /** @type {"ok" | "error"} */ ("ok");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS, or without leave, a page has no clipboard.
    words = "Not copied: the browser does not allow it here.";
    mark = "error";
  }
  state.replaceChildren(icon(mark), make("span", { class: "knb-ellipsis", title: words }, words));
  setTimeout(back, needs ? 8000 : 3000);
}

export default { render };
