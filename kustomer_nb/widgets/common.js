// Shared by every widget: its own module is appended to this one.

/**
 * Send a message to Python, or show that there is no kernel to receive it.
 *
 * After a kernel restart save_changes() would change only the page and look alive; send() throws.
 * @param {{ send(content: unknown): void }} model
 * @param {HTMLElement} notice
 * @param {object} content
 */
function intend(model, notice, content) {
  try {
    model.send(content);
  } catch {
    notice.textContent = "The kernel was restarted or is not running. Run this cell again.";
  }
}

/** Milliseconds for which a click waits until Python has received the text typed before it. */
const PATIENCE = 2000;

/**
 * Do something once Python has received all typed text. Each widget has a channel of its own, so that a
 * message of one may overtake that of another.
 * @param {() => void} act
 */
function onceReceived(act, since = performance.now()) {
  const isWaiting = document.querySelector("[data-knb-pending]") && performance.now() - since < PATIENCE;
  if (isWaiting) setTimeout(() => onceReceived(act, since), 20);
  else act();
}

/**
 * An id for labels and their controls. Each widget loads a module of its own, so a counter would start again.
 * (crypto.randomUUID exists only in secure contexts, and JupyterLab is often served by plain HTTP.)
 */
function newId() {
  return `knb-${Math.random().toString(36).slice(2)}`;
}

/**
 * Make an element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | boolean>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/**
 * Set up the root of a widget and the line for its problems; returns that line.
 * @param {{ get(name: "notice"): unknown, on(name: "change:notice", paint: () => void): void, off(name: "change:notice", paint: () => void): void }} model
 * @param {HTMLElement} el
 * @returns {{ notice: HTMLElement, release: () => void }}
 */
function setUp(model, el) {
  el.classList.add("knb-leaf");
  // Keys pressed on a button or checkbox must not trigger JupyterLab's shortcuts.
  el.dataset.lmSuppressShortcuts = "true";
  const notice = make("p", { class: "knb-notice", role: "alert" });
  const paint = () => {
    notice.textContent = String(model.get("notice"));
  };
  model.on("change:notice", paint);
  paint();
  return { notice, release: () => model.off("change:notice", paint) };
}

/**
 * Let Enter in a text field submit its form, which JupyterLab prevents the browser from doing.
 * @param {HTMLInputElement} input
 * @param {HTMLFormElement} form
 */
function enterSubmits(input, form) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
