// @ts-check
import { hidden, listenTo, make, plural, setUpLeaf } from "./lib/dom.js";
import { newId } from "./lib/ids.js";
import { faultPalette } from "./lib/fault_palette.js";
import { guardForm } from "./lib/guard_form.js";
import { icon } from "./lib/icons.js";
import { whenKernelGoes, whenKernelIsSilent } from "./lib/kernel_gone.js";
import { KEYS } from "./lib/keys.js";
import { pickerFoot } from "./lib/picker_foot.js";
import { menuItem, opener } from "./lib/popover.js";
import { isPressIn, newPress } from "./lib/presses.js";
import { receive, sendOrNotice } from "./lib/protocol.js";
import { byteCount } from "./lib/units.js";

/** @import { Model } from "./lib/dom.js" */
/** @import { Piece } from "./lib/json_view.js" */
/** @import { Allow, Message, StartRun } from "./lib/protocol.js" */
/** @typedef {{ name: string, short: string, method: string, path: string, description: string, errors: number, warnings: number }} ActionRow */
/** @typedef {{ name: string, label: string, colour: string, asks: string, words: string, hosts: string, default: boolean }} ProfileRow */
/** @typedef {{ method: string, effective: string, url: Piece[], authored: string, why: string }} RequestLine */
/** @typedef {{ kind: string, words: string, targets: { pointer: string, label: string }[], line?: number }} Refusal */
/** @typedef {{ state: string, words: string, simulated: string, status?: number, title?: string, milliseconds?: number, size?: number }} Head */
/** @import { IconName } from "./lib/icons.js" */
/** @typedef {(message: Message) => boolean} Say */

/** Milliseconds between two updates of the time that a request has taken so far. */
const TICK = 100;
/** Every so many ticks of a run the page looks whether the kernel is still there: not every host tells. */
const TICKS_TO_PING = 10;
/** Milliseconds after a key in which Python may not have answered it. */
const JUST_TYPED = 400;
/** Milliseconds that a press right after a key waits for what Python says of that key. */
const MOST_WAITING = 400;
/** Letters of a status that the bar has room for. */
const MOST_STATUS = 34;
/** Milliseconds within which two presses count as one: a double click must not send twice. */
const DOUBLE = 600;
/** Milliseconds without an answer after which the page says that a press waits. */
const PATIENCE = 400;
/** What Run leads to where another profile or mode helps. */
const PICKERS = /** @type {Record<string, string>} */ ({ profile: ".knb-profile", mode: ".knb-mode" });
/** @type {Record<string, IconName>} */
const TONE_ICONS = { good: "ok", bad: "error", warn: "warning" };

/**
 * @param {{ model: Model, el: HTMLElement, signal: AbortSignal }} context
 */
function render({ model, el, signal }) {
  const notice = setUpLeaf(model, el, signal);
  /** @type {Say} */
  const say = (message) => sendOrNotice(model, message, notice);
  const kernel = { isGone: false, isSilent: false, isWaiting: false };
  const status = statusOf(model, kernel, signal);
  /** @param {boolean} isSilent */
  const goSilent = (isSilent) => {
    kernel.isSilent = isSilent;
    status.paint();
  };
  const ping = whenKernelIsSilent(model, say, goSilent, signal);
  const run = runButton(model, say, kernel, ping, signal, () => status.paint());
  const bar = make(
    "div",
    { class: "knb-bar", role: "group", "aria-label": "Run" },
    ...actionPicker(model, say, signal),
    requestLine(model, signal),
    ...profilePicker(model, say, signal),
    ...modePicker(model, say, signal),
    ...run.elements,
    ...status.elements,
  );
  el.append(bar, notice);
  const goGone = () => {
    kernel.isGone = true;
    kernel.isWaiting = false;
    // The status says it, once.
    notice.textContent = "";
    run.paint();
    status.paint();
  };
  whenKernelGoes(model, el, goGone, signal);
  // The workbench presses Run for Ctrl+Enter typed anywhere in it, and opens the picker for Ctrl+K.
  el.addEventListener("knb-press", run.press, { signal });
  el.addEventListener("keydown", (event) => {
    if (!KEYS.isRun(event)) return;
    event.preventDefault();
    event.stopPropagation();
    run.press();
  });
}

/**
 * The picker of the action: a combobox over a list.
 * @param {Model} model
 * @param {Say} say
 * @param {AbortSignal} signal
 */
function actionPicker(model, say, signal) {
  const button = make("button", { type: "button", class: "knb-picker" });
  const { box, open } = opener(button, (close) => actionList(model, say, close), {
    label: "Choose an action",
    style: "knb-pop-wide",
  });
  button.addEventListener("knb-open", open, { signal });
  const paint = () => {
    const { short, index } = model.get("action");
    const total = model.get("actions").length;
    const place = total > 1 ? `${index + 1} of ${total}` : "";
    button.replaceChildren(make("span", { class: "knb-pickname" }, short), make("span", { class: "knb-quiet" }, place), icon("down"));
    button.setAttribute("aria-label", `Action ${short}${place && `, ${place}`}`);
    button.title = model.get("actions")[index]?.description || model.get("action").name;
  };
  listenTo(model, ["action", "actions"], paint, signal);
  return [button, box];
}

/**
 * @param {Model} model
 * @param {Say} say
 * @param {() => void} close
 */
function actionList(model, say, close) {
  const list = make("div", { role: "listbox", id: newId(), class: "knb-options", "aria-label": "Actions" });
  const search = make("input", {
    type: "search",
    placeholder: "Find an action",
    autofocus: true,
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": list.id,
    "aria-label": "Find an action",
    autocomplete: "off",
  });
  /** @type {ActionRow[]} */
  const actions = model.get("actions");
  const current = model.get("action").index;
  let at = Math.max(0, current);
  /** @param {ActionRow} action */
  const pick = (action) => {
    close();
    say({ kind: "pick", name: action.name });
  };
  const paint = () => {
    const query = search.value.toLowerCase();
    const words = query.split(/\s+/);
    const fitting = actions.filter(({ name, description, method, path }) => {
      const text = `${name} ${description} ${method || "GET"} ${path}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    at = Math.max(0, Math.min(at, fitting.length - 1));
    const options = fitting.map((action, index) => {
      const isCurrent = actions.indexOf(action) === current;
      const option = actionOption(action, `${list.id}-${index}`, index === at, isCurrent);
      option.addEventListener("click", () => pick(action));
      return option;
    });
    list.replaceChildren(...(options.length > 0 ? options : [make("p", { class: "knb-quiet knb-pad" }, "No action matches.")]));
    const active = options[at];
    if (active) search.setAttribute("aria-activedescendant", active.id);
    else search.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  };
  // The search keeps the focus. Otherwise it would go to the cell of the notebook, which is then styled again as a whole.
  list.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest("[role=option]")) event.preventDefault();
  });
  search.addEventListener("input", () => {
    at = 0;
    paint();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      at += event.key === "ArrowDown" ? 1 : -1;
      paint();
    }
    if (event.key === "Enter" && !KEYS.isRun(event)) {
      event.preventDefault();
      list.querySelector('[aria-selected="true"]')?.dispatchEvent(new MouseEvent("click"));
    }
  });
  // Once it is in the page, so that the current action is scrolled into view.
  queueMicrotask(paint);
  paint();
  return [make("div", { class: "knb-pad" }, search), list, pickerFoot(model, say, close)];
}

/**
 * @param {ActionRow} action
 * @param {string} id
 * @param {boolean} isActive
 * @param {boolean} isCurrent
 */
function actionOption(action, id, isActive, isCurrent) {
  const problems = action.errors + action.warnings;
  const count =
    problems > 0 &&
    make("span", { class: "knb-optcount" }, icon(action.errors > 0 ? "error" : "warning"), String(problems), hidden(problems === 1 ? " problem" : " problems"));
  const name = action.short || action.name || "Unnamed action";
  const words = make("span", { class: "knb-optname", title: name }, make("b", {}, name), make("small", {}, action.description), make("small", { class: "knb-mono" }, action.path));
  return make(
    "div",
    { role: "option", id, "aria-selected": String(isActive), "data-current": String(isCurrent) },
    methodBadge(action.method || "GET"),
    words,
    count,
  );
}

/** @param {string} name */
function methodBadge(name) {
  return make("span", { class: "knb-method", "data-method": name.toUpperCase() }, name);
}

/**
 * The target of the request: the real one leads, and the authored one is told under it.
 * @param {Model} model
 * @param {AbortSignal} signal
 */
function requestLine(model, signal) {
  const badge = make("span", { class: "knb-method" });
  const url = make("span", { class: "knb-url" });
  const authored = make("span", { class: "knb-authored" });
  const line = make("div", { class: "knb-address", role: "group", "aria-label": "Request line" }, badge, make("div", { class: "knb-urls" }, url, authored));
  const paint = () => {
    /** @type {RequestLine} */
    const request = model.get("request_line");
    if (!request.url) {
      badge.textContent = "";
      url.replaceChildren("No request");
      authored.replaceChildren();
      return;
    }
    badge.textContent = request.method;
    badge.dataset.method = request.method.toUpperCase();
    url.replaceChildren(
      ...request.url.map((piece) => make("span", { class: piece.k && piece.k !== "override" ? `knb-o-${piece.k}` : "" }, piece.x)),
    );
    url.title = request.url.map((piece) => piece.x).join("");
    const acts = request.effective === request.method ? "" : `acts as ${request.effective}. `;
    authored.replaceChildren(acts + (request.authored ? `in the file: ${request.authored}` : "as in the file"));
    authored.title = request.authored;
    line.classList.toggle("knb-redirected", Boolean(request.authored));
  };
  listenTo(model, ["request_line"], paint, signal);
  return line;
}

/**
 * @param {Model} model
 * @param {Say} say
 * @param {AbortSignal} signal
 */
function profilePicker(model, say, signal) {
  const button = make("button", { type: "button", class: "knb-profile" });
  const { box } = opener(button, (close) => profileList(model, say, close), { label: "Choose a profile", style: "knb-pop-menu" });
  const paint = () => {
    /** @type {Partial<ProfileRow>} */
    const profile = model.get("profile");
    // Where a name is typed each time, no approval is enough.
    const approval = model.get("question").asks ? undefined : currentApproval(model);
    const words = approval ? (approval.minutes === null ? "asks after restart" : `asks in ${approval.minutes} min`) : (profile.asks ?? "");
    const name = profile.name ? [make("span", { class: "knb-quiet" }, "Profile: "), profile.name] : "No profile";
    button.replaceChildren(
      make("i", { class: `knb-dot knb-c-${profile.colour ?? "grey"}` }),
      make("span", { class: "knb-two" }, make("b", { class: "knb-ellipsis" }, name), make("small", {}, words)),
      icon("down"),
    );
    button.dataset.colour = profile.colour ?? "grey";
    // It begins as what is seen does, for who speaks to the page, and goes on with what only the list shows.
    const shown = profile.name ? `Profile: ${profile.name}` : "No profile";
    const facts = [profile.label, profile.words, profile.hosts].filter(Boolean).join(", ");
    button.setAttribute("aria-label", `${[shown, words].filter(Boolean).join(", ")}.${facts && ` ${facts}.`}`);
    button.title = [shown, profile.label, profile.words].filter(Boolean).join(" · ");
  };
  listenTo(model, ["profile", "approvals", "action", "question"], paint, signal);
  return [button, box];
}

/** @param {Model} model */
function currentApproval(model) {
  /** @type {{ minutes: number | null, is_current: boolean }[]} */
  const approvals = model.get("approvals");
  return approvals.find((approval) => approval.is_current);
}

/**
 * @param {Model} model
 * @param {Say} say
 * @param {() => void} close
 */
function profileList(model, say, close) {
  /** @type {ProfileRow[]} */
  const profiles = model.get("profiles");
  const current = model.get("profile").name ?? "";
  const items = profiles.map((profile) => {
    const note = [profile.label, profile.words, profile.hosts].filter(Boolean).join(" · ");
    const choose = () => {
      close();
      say({ kind: "profile", name: profile.default ? "" : profile.name });
    };
    const item = menuItem(profile.name || "No profile", note, choose, { "aria-current": String(profile.name === current) });
    item.prepend(make("i", { class: `knb-dot knb-c-${profile.colour}` }));
    return item;
  });
  if (model.get("approvals").length === 0) return items;
  const forget = () => {
    close();
    say({ kind: "ask" });
  };
  return [...items, make("hr"), menuItem("Ask Again Now", "forget what was allowed", forget)];
}

/**
 * @param {Model} model
 * @param {Say} say
 * @param {AbortSignal} signal
 */
function modePicker(model, say, signal) {
  const select = make("select", { class: "knb-mode", "aria-label": "Mode" });
  const anchor = make("button", { type: "button", hidden: true }, "Simulate failure");
  const palette = opener(
    anchor,
    (close) =>
      faultPalette(model.get("faults"), (name) => {
        close();
        select.focus();
        say({ kind: "simulate", name });
      }),
    { label: "Simulate failure", style: "knb-pop-faults", anchor: () => select },
  );
  const paint = () => {
    const mode = model.get("mode");
    const modes = [...model.get("modes"), { name: "simulate", label: "Simulate failure…" }];
    if (!modes.some(({ name }) => name === mode)) modes.push({ name: mode, label: mode });
    select.replaceChildren(...modes.map(({ name, label }) => make("option", { value: name }, label)));
    select.value = mode;
  };
  select.addEventListener("change", () => {
    if (select.value === "simulate") {
      select.value = model.get("mode");
      palette.open();
    } else {
      say({ kind: "mode", name: select.value });
    }
  });
  listenTo(model, ["mode", "modes"], paint, signal);
  return [select, anchor, palette.box];
}

/**
 * Run, which is Cancel during a run. It is never disabled, which would lose the focus: pressed while something
 * is in the way, it leads there.
 * @param {Model} model
 * @param {Say} say
 * @param {{ isGone: boolean, isWaiting: boolean }} kernel
 * @param {() => boolean} ping
 * @param {AbortSignal} signal
 * @param {() => void} waits what is called when the page begins and ends to wait for the kernel
 */
function runButton(model, say, kernel, ping, signal, waits) {
  const button = make("button", { type: "button", class: "knb-run" });
  const anchor = make("button", { type: "button", hidden: true }, "Confirm");
  const progress = make("div", { class: "knb-progress", hidden: true });
  const elapsed = make("span", { class: "knb-elapsed", "aria-hidden": "true" });
  const guard = opener(
    anchor,
    (close) => [
      // What it does depends on the whole URL, not on the host alone.
      make("p", { class: "knb-target knb-pad" }, requestText(model)),
      ...guardForm(model.get("question"), model.get("action").short, model.get("profile").name ?? "", {
        cancel: () => {
          close();
          button.focus();
        },
        allow: (answer) => {
          close();
          button.focus();
          submit({ kind: "allow", press: newPress(button), ...answer });
          ping();
        },
      }),
    ],
    { label: "Confirm the request", style: "knb-pop-guard", align: "end", anchor: () => button },
  );
  let pressed = -DOUBLE;
  let begun = 0;
  let timer = 0;
  /** The press that Python has not answered yet, as long as the kernel is busy with something else. */
  let pending = "";
  let patience = 0;
  const settle = () => {
    pending = "";
    clearTimeout(patience);
    if (!kernel.isWaiting) return;
    kernel.isWaiting = false;
    waits();
  };
  /** @param {StartRun | Allow} message */
  const submit = (message) => {
    pending = message.press;
    clearTimeout(patience);
    patience = window.setTimeout(() => {
      kernel.isWaiting = true;
      waits();
    }, PATIENCE);
    if (!say(message)) settle();
  };
  const isBusy = () => !kernel.isGone && Object.keys(model.get("busy")).length > 0;
  // A press right after a key: what prevents the run may be what was there before that key.
  let waiting = 0;
  /** @param {Event} [event] */
  const press = (event) => {
    clearTimeout(waiting);
    const typed = event instanceof CustomEvent ? Number(event.detail.typed) : -Infinity;
    const isTyping = performance.now() - typed < JUST_TYPED;
    waiting = 0;
    // What was typed since the last press makes this one no second click of it.
    if (typed > pressed) pressed = -DOUBLE;
    if (isTyping && "kind" in model.get("refusal")) waiting = window.setTimeout(press, MOST_WAITING);
    else pressNow();
  };
  const pressNow = () => {
    const now = performance.now();
    if (isBusy()) {
      // The second click of a double click must not cancel what the first began.
      if (now - pressed >= DOUBLE) say({ kind: "cancel" });
      return;
    }
    // A press that waits for the kernel is one press, however often it is repeated.
    if (now - pressed < DOUBLE || (pending && !kernel.isGone)) return;
    pressed = now;
    /** @type {Refusal | {}} */
    const refusal = model.get("refusal");
    if ("kind" in refusal && PICKERS[refusal.kind]) {
      const picker = button.parentElement?.querySelector(PICKERS[refusal.kind] ?? "");
      if (!(picker instanceof HTMLElement)) return;
      if (refusal.kind === "mode") picker.focus();
      else picker.click();
      return;
    }
    if ("kind" in refusal) {
      button.dispatchEvent(new CustomEvent("knb-reveal", { bubbles: true, detail: refusal }));
      return;
    }
    if (model.get("question").asks) {
      // Nothing was sent: after Escape, Run is pressed again as soon as somebody likes.
      pressed = -DOUBLE;
      guard.open();
    } else {
      submit({ kind: "run", press: newPress(button), turn: model.get("turn") });
      ping();
    }
  };
  let ticks = 0;
  const paintTime = () => {
    ticks += 1;
    if (ticks % TICKS_TO_PING === 0) ping();
    elapsed.textContent = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  };
  const paint = () => {
    const busy = isBusy();
    const wasBusy = button.dataset.state === "busy";
    clearInterval(timer);
    if (busy) {
      begun = performance.now() - 1000 * model.get("busy").elapsed;
      timer = window.setInterval(paintTime, TICK);
      paintTime();
    }
    if (busy !== wasBusy || !button.dataset.state) {
      const label = busy ? [icon("stop"), make("span", {}, "Cancel"), elapsed] : [icon("play"), make("span", {}, "Run"), make("kbd", {}, KEYS.run)];
      button.replaceChildren(...label);
      button.dataset.state = busy ? "busy" : "idle";
      button.classList.toggle("knb-cancel", busy);
    }
    button.setAttribute("aria-disabled", String(kernel.isGone || (!busy && "kind" in model.get("refusal"))));
    button.setAttribute("aria-keyshortcuts", KEYS.isMac ? "Meta+Enter" : "Control+Enter");
    progress.hidden = !busy;
  };
  const pressOnceValid = () => {
    if (!waiting || "kind" in model.get("refusal")) return;
    clearTimeout(waiting);
    waiting = 0;
    pressNow();
  };
  button.addEventListener("click", () => press());
  receive(model, "pressed", (answer) => answer.press === pending && settle(), signal);
  receive(
    model,
    "question",
    (asked) => {
      // Another view shows the question when Run is pressed there.
      if (!isPressIn(button, asked.press)) return;
      pressed = -DOUBLE;
      guard.open();
    },
    signal,
  );
  listenTo(model, ["busy", "refusal"], paint, signal);
  listenTo(model, ["refusal"], pressOnceValid, signal);
  const stop = () => {
    clearInterval(timer);
    clearTimeout(patience);
    clearTimeout(waiting);
  };
  signal.addEventListener("abort", stop, { once: true });
  return { press, paint, elements: [button, anchor, guard.box, progress] };
}

/** @param {Model} model */
function requestText(model) {
  /** @type {RequestLine} */
  const { method, url } = model.get("request_line");
  return `${method} ${(url ?? []).map((piece) => piece.x).join("")}`;
}

/**
 * What became of the latest press of Run. A live region: it speaks once for each change.
 * @param {Model} model
 * @param {{ isGone: boolean, isSilent: boolean, isWaiting: boolean }} kernel
 * @param {AbortSignal} signal
 */
function statusOf(model, kernel, signal) {
  const status = make("div", { class: "knb-status", role: "status" });
  const details = make("button", { type: "button", class: "knb-link knb-stmore", hidden: true }, "Details");
  let text = "";
  const popover = opener(details, () => make("div", { class: "knb-pad knb-sttext" }, text), { label: "What happened", align: "end" });
  let shown = "";
  const paint = () => {
    const [tone, first, second] = kernelWords(kernel) ?? statusWords(model, kernel.isWaiting);
    const key = JSON.stringify([tone, first, second]);
    if (key === shown) return;
    shown = key;
    const mark = TONE_ICONS[tone];
    const line = make("span", { class: `knb-st knb-${tone || "plain"}`, title: first }, mark && icon(mark), first);
    status.replaceChildren(line, make("span", { class: "knb-st2", title: second }, second));
    // What there is no room for is one click away, not in a title alone.
    const isLong = first.length > MOST_STATUS || second.length > MOST_STATUS;
    if (isLong) line.after(details);
    details.hidden = !isLong;
    text = [first, second].join("\n");
  };
  listenTo(model, ["busy", "refusal", "head"], paint, signal);
  return { elements: [status, popover.box], paint };
}

/**
 * @param {{ isGone: boolean, isSilent: boolean }} kernel
 * @returns {["bad" | "warn", string, string] | undefined}
 */
function kernelWords({ isGone, isSilent }) {
  if (isGone) return ["bad", "Kernel disconnected", "Run the cell again"];
  return isSilent ? ["warn", "Kernel does not answer", "It is busy with a cell, or gone"] : undefined;
}

/**
 * @param {Model} model
 * @param {boolean} isWaiting
 * @returns {["good" | "bad" | "warn" | "quiet" | "", string, string]}
 */
function statusWords(model, isWaiting) {
  /** @type {Head} */
  const head = model.get("head");
  const { action: other = "", host = "", ...busy } = model.get("busy");
  // The run of an action that was selected before goes on.
  if (Object.keys(busy).length > 0) return ["", other ? `Sending ${other}…` : "Sending…", host];
  if (isWaiting) return ["", "Waiting for the kernel…", "Run starts when the kernel is free"];
  /** @type {Refusal | {}} */
  const refusal = model.get("refusal");
  // Which one, its chip says.
  if ("kind" in refusal && refusal.kind === "settings") return ["bad", `${plural(refusal.targets.length, "setting")} missing`, "Run is disabled"];
  if ("kind" in refusal) return ["bad", refusal.words, "Run is disabled"];
  const simulated = head.simulated ? "simulated, nothing sent" : "";
  switch (head.state) {
    case "cancelled":
      return ["warn", "Cancelled", head.words];
    case "sent":
      return ["bad", "Sent, no result", head.words];
    case "refused":
      return ["bad", "Not sent", head.words];
    case "no response":
      return ["bad", "No response", simulated || head.words];
  }
  if (head.status === undefined) return ["quiet", head.words, ""];
  const size = byteCount(head.size ?? 0);
  return [head.status < 400 ? "good" : "bad", head.title ?? String(head.status), simulated || `${head.milliseconds} ms · ${size}`];
}

export default { render };
