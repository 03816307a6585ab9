// A page without a browser: jsdom, with what it lacks of popovers, and a model as anywidget has it.
import { createRequire } from "node:module";

const require = createRequire(new URL("../oracle/package.json", import.meta.url));
const { JSDOM } = require("jsdom");

const page = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
const EVENTS = ["Event", "CustomEvent", "KeyboardEvent", "AbortController", "AbortSignal"];
const NAMES = ["document", "window", "Node", "NodeFilter", "Element", "HTMLElement", "HTMLInputElement", "Range", "requestAnimationFrame", ...EVENTS];
for (const name of NAMES) globalThis[name] = page.window[name];
globalThis.getComputedStyle = (element) => page.window.getComputedStyle(element);
globalThis.innerWidth = 1200;
globalThis.innerHeight = 800;
globalThis.CSS = {};
globalThis.requestAnimationFrame = page.window.requestAnimationFrame.bind(page.window);
// jsdom lays nothing out, so that nothing is ever resized.
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

// jsdom has no popovers: these only keep whether one is open.
const { prototype } = page.window.HTMLElement;
const matches = page.window.Element.prototype.matches;
const shown = new WeakSet();
prototype.showPopover = function () {
  shown.add(this);
  this.dispatchEvent(new page.window.Event("toggle"));
};
prototype.hidePopover = function () {
  shown.delete(this);
  this.dispatchEvent(new page.window.Event("toggle"));
};
page.window.Element.prototype.matches = function (selector) {
  return selector === ":popover-open" ? shown.has(this) : matches.call(this, selector);
};
prototype.scrollIntoView = function () {};

/** An empty element in the page. */
export function mount() {
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  return el;
}

export function press(target, key, more = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

export class FakeModel {
  constructor(traits) {
    this.traits = { notice: "", ...traits };
    this.listeners = [];
    this.sent = [];
    this.saves = 0;
    this.isAlive = true;
  }

  get(name) {
    return this.traits[name];
  }

  on(name, callback) {
    this.listeners.push([name, callback]);
  }

  off(name, callback) {
    this.listeners = this.listeners.filter(([other, listener]) => other !== name || listener !== callback);
  }

  send(content) {
    if (!this.isAlive) throw new Error("no kernel");
    this.sent.push(content);
  }

  save_changes() {
    this.saves += 1;
  }

  /** What Python does. */
  set(name, value) {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  /** What Python sends in one update: every trait is set before anything hears of it. */
  update(traits) {
    Object.assign(this.traits, traits);
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }

  emit(name, ...values) {
    for (const [other, listener] of [...this.listeners]) if (other === name) listener(...values);
  }
}
