// @ts-check
/** @import { Render } from "@anywidget/types" */
/** @import { JsonNode } from "./lib/json_view.js" */
/** @import { Model } from "./lib/dom.js" */
/** @import { RunOutcome } from "./lib/no_result.js" */
import { copyText, emptyState, grouped, hidden, listenTo, make, setUpLeaf } from "./lib/dom.js";
import { newId } from "./lib/ids.js";
import { findIn } from "./lib/find.js";
import { icon } from "./lib/icons.js";
import { foldAll, jsonView } from "./lib/json_view.js";
import { isRunning, liveButton, noResult, noResultWords } from "./lib/no_result.js";
import { closeOnEscape, isShown, menuItem, place } from "./lib/popover.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { segment } from "./lib/segment.js";
import { byteCount } from "./lib/units.js";

/**
 * @typedef {{
 *   kind: "json" | "text" | "html" | "binary" | "empty" | "none",
 *   words: string, simulated: boolean, mode: string, profile: string,
 *   status: number, type: string, headers: [string, string][], size: number,
 *   body: JsonNode | null, depth: number, is_large: boolean,
 *   text: string, characters: number, page: number, notes: string[],
 * }} ResponseResult
 */
/** @typedef {"pretty" | "raw" | "headers"} ResponseTab */

/** @type {[ResponseTab, string][]} */
const TABS = [
  ["pretty", "Pretty"],
  ["raw", "Raw"],
  ["headers", "Headers"],
];
const MODES = /** @type {Record<string, string>} */ ({
  live: "Live",
  record: "Recorded",
  replay: "Replayed",
  sample: "Sample",
});

/**
 * @param {{ model: any, el: HTMLElement, signal: AbortSignal }} view
 */
function renderResponseView({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  const words = make("div", { class: "knb-headwords", role: "status" });
  const body = make("div", { class: "knb-scroll", tabindex: 0, role: "group", "aria-label": "Response" });
  const find = findIn(el, body, signal, { isOffered: () => !side.hidden, isPartial });
  const fold = make("button", { type: "button", class: "knb-quietbutton knb-foldall", onclick: () => foldOrUnfold() }, "Fold All");
  const copy = make("button", { type: "button", class: "knb-iconbutton knb-copy", title: "Copy what is shown", onclick: () => copyShown() }, icon("copy", "Copy what is shown"));
  /** @type {ResponseTab} */
  let tab = "pretty";
  const choice = segment("Show the response as", TABS, tab, (value) => {
    tab = /** @type {ResponseTab} */ (value);
    paint();
  });
  const side = make("div", { class: "knb-side" }, find.bar, find.opener, fold, copy, choice.box);
  const bar = make("div", { class: "knb-resultbar" }, words, side);
  el.append(make("section", { class: "knb-pane knb-response", "aria-label": "Response" }, bar, notice, body));

  /** @type {ReturnType<typeof jsonView> | null} */
  let view = null;
  /** @type {ReturnType<typeof rawText> | null} */
  let raw = null;
  /** @type {ResponseResult | null} */
  let drawn = null;
  let drawnOutcome = "";

  function paint() {
    /** @type {ResponseResult | null} */
    const result = model.get("result");
    const isNew = result !== drawn;
    drawn = result;
    bar.classList.toggle("knb-sim", Boolean(result?.simulated));
    const hasResponse = result !== null && result.kind !== "none" && !isRunning(model.get("outcome") ?? {});
    side.hidden = !hasResponse;
    // A status is announced once, when it is another one.
    const outcome = /** @type {RunOutcome} */ (model.get("outcome") ?? {});
    const told = JSON.stringify(outcome);
    if (isNew || told !== drawnOutcome) {
      const live = liveButton(outcome, () => {
        // The button goes when the result is another one.
        body.focus({ preventScroll: true });
        sendOrNotice(model, { kind: "live" }, notice);
      });
      words.replaceChildren(...headWords(result, outcome), ...(live ? [live] : []));
    }
    drawnOutcome = told;
    view = null;
    raw = null;
    const hadFocus = body.contains(document.activeElement);
    body.replaceChildren(...content(result));
    if (hadFocus) body.focus({ preventScroll: true });
    fold.hidden = view === null || body.querySelectorAll(".knb-fold").length < 2;
    fold.textContent = "Fold All";
    body.scrollTop = 0;
  }

  /** @param {ResponseResult | null} result */
  function content(result) {
    if (result === null || isRunning(model.get("outcome") ?? {})) {
      return [noResult(model.get("outcome") ?? {})];
    }
    if (result.kind === "none") return [emptyState("No response.", "Sample mode sends nothing: the sample is the output.")];
    if (tab === "headers") return [headerTable(result.headers)];
    if (tab === "raw") return rawContent(result);
    return [...notes(result), ...prettyContent(result)];
  }

  /** @param {ResponseResult} result */
  function prettyContent(result) {
    if (result.kind === "json" && result.body) {
      view = jsonView(result.body, { label: "Response body", depth: result.depth, ask, ...(model.get("can_map") ? { choose } : {}) });
      const how = model.get("can_map") ? " · Click a value to add it to the output." : "";
      return [bodySection(`JSON, ${byteCount(result.size)}${how}`, view.root)];
    }
    if (result.kind === "empty") return [emptyState("Empty body.", `The response has no body${result.type ? ` (${result.type})` : ""}.`)];
    if (result.kind === "binary") {
      const text = `${result.type || "No content-type"}, ${byteCount(result.size)}. Kustomer reads it as UTF-8 text, which changes it. Raw shows that text.`;
      return [emptyState("Binary body.", text)];
    }
    const what = result.kind === "html" ? "HTML, shown as text" : "Text";
    return rawContent(result, what);
  }

  /**
   * @param {ResponseResult} result
   * @param {string} [what]
   */
  function rawContent(result, what = "As received") {
    if (result.characters === 0) return [emptyState("Empty body.")];
    raw = rawText(result, (from) => sendOrNotice(model, { kind: "more_text", from }, notice));
    return [bodySection(`${what}, ${byteCount(result.size)}`, raw.root)];
  }

  /**
   * @param {string} pointer
   * @param {number} from
   */
  function ask(pointer, from) {
    sendOrNotice(model, { kind: "more", pointer, from }, notice);
  }

  /** @type {HTMLElement | null} */
  let chosen = null;
  const menu = make("div", { class: "knb-pop", popover: "auto", role: "dialog", "aria-label": "Value of the response" });
  const closeMenu = () => {
    if (isShown(menu)) menu.hidePopover();
    chosen?.focus({ preventScroll: true });
  };
  closeOnEscape(menu, closeMenu);
  el.append(menu);
  /**
   * Offer what can be done with a value.
   * @param {string} pointer
   * @param {HTMLElement} value
   */
  function choose(pointer, value) {
    chosen = value;
    const path = ["body", ...pointer.split("/").slice(1)].join(".").replaceAll("~1", "/").replaceAll("~0", "~");
    const add = menuItem("Add to Output", path, () => {
      closeMenu();
      sendOrNotice(model, { kind: "map_value", pointer }, notice);
    });
    const take = menuItem("Copy Value", "", () => {
      void copyText(take, value.textContent ?? "");
    });
    menu.replaceChildren(add, take);
    menu.showPopover();
    place(menu, value);
    add.focus();
  }

  function isPartial() {
    const hasFolds = body.querySelector('.knb-fold[aria-expanded="false"]') !== null;
    const hasMore = raw !== null && raw.received() < (drawn?.characters ?? 0);
    return tab !== "headers" && (hasFolds || hasMore || (view !== null && Boolean(drawn?.is_large)));
  }

  function foldOrUnfold() {
    fold.textContent = foldAll(body) ? "Fold All" : "Unfold All";
  }

  function copyShown() {
    const result = drawn;
    if (!result) return;
    const headers = result.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    const text = raw?.text() ?? result.text;
    if (tab === "headers") copyText(copy, headers);
    else copyText(copy, text, copiedWords(raw?.received() ?? Math.min(result.page, result.characters), result.characters));
  }

  receive(model, "chunk", ({ pointer, from, nodes }) => view?.add(pointer, from, nodes), signal);
  receive(model, "text", ({ from, text }) => raw?.add(from, text), signal);
  listenTo(model, ["result", "outcome"], paint, signal);
}

/**
 * Which run this is, and how it ended.
 * @param {ResponseResult | null} result
 * @param {RunOutcome} outcome
 */
function headWords(result, outcome) {
  if (result === null || isRunning(outcome)) return [noResultWords(outcome)];
  const isBad = result.status >= 400;
  const pill = result.status ? make("span", { class: `knb-pill ${isBad ? "knb-bad" : "knb-good"}` }, String(result.status)) : null;
  const origin = result.simulated ? "nothing was sent" : [MODES[result.mode] ?? result.mode, result.profile].filter(Boolean).join(" · ");
  // The number is in the badge already.
  const words = result.simulated ? "Simulated" : result.words.replace(`${result.status} `, "");
  const parts = [pill, make("span", { class: "knb-st" }, words), make("span", { class: "knb-quiet knb-ellipsis" }, origin)];
  return parts.filter((part) => part !== null);
}

/** @param {ResponseResult} result */
function notes(result) {
  const banners = result.notes.map((note) => make("div", { class: "knb-banner" }, icon("warning", "Warning"), make("span", {}, note)));
  if (result.is_large) {
    const words = `Body is ${byteCount(result.size)}: opened to ${result.depth} levels, 100 items at a time. Full value in `;
    banners.push(make("div", { class: "knb-banner" }, icon("hint"), make("span", {}, words, make("code", {}, "run.response.body"))));
  }
  return banners;
}

/**
 * @param {string} note
 * @param {HTMLElement} content
 */
function bodySection(note, content) {
  return make("section", { class: "knb-section", "aria-label": "Body" }, make("div", { class: "knb-h" }, "Body", make("small", {}, note)), content);
}

/** @param {[string, string][]} headers */
function headerTable(headers) {
  if (headers.length === 0) return emptyState("No headers.");
  const rows = headers.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: "knb-mono knb-lines" }, value)));
  const head = make("thead", { class: "knb-hidden" }, make("tr", {}, make("th", { scope: "col" }, "Name"), make("th", { scope: "col" }, "Value")));
  return make("table", { class: "knb-table" }, make("caption", {}, hidden("Response headers")), head, make("tbody", {}, ...rows));
}

/**
 * A text as it was received, of which Python sends a part at a time.
 * @param {ResponseResult} result
 * @param {(from: number) => void} ask
 */
function rawText(result, ask) {
  const id = newId();
  const parts = [result.text];
  // Counted in pages and not by length: an emoji is one character in Python, and two here.
  let received = Math.min(result.page, result.characters);
  const pre = make("div", { class: "knb-raw", id }, result.text);
  const more = make("button", { type: "button", class: "knb-link", "aria-controls": id, onclick: () => ask(received) });
  const line = make("p", {}, more);
  const root = make("div", {}, pre, line);
  const paintMore = () => {
    const left = result.characters - received;
    line.hidden = left <= 0;
    more.textContent = `Show More (${grouped(left)} characters left)`;
  };
  /**
   * @param {number} from
   * @param {string} text
   */
  const add = (from, text) => {
    if (from !== received) return;
    parts.push(text);
    received = Math.min(received + result.page, result.characters);
    pre.append(text);
    paintMore();
  };
  paintMore();
  return { root, add, text: () => parts.join(""), received: () => received };
}

/**
 * @param {number} received
 * @param {number} total
 */
function copiedWords(received, total) {
  return received < total ? `Copied the first ${grouped(received)} of ${grouped(total)} characters` : "Copied";
}

export default { render: renderResponseView };
