// Shared by every leaf; put before its own module when the widget is made.

/**
 * Send what a person wants to Python; say so when nobody is there to take it.
 *
 * After a kernel restart save_changes() would change the page alone and look alive; send() throws.
 * @param {{ send(content: unknown): void }} model
 * @param {HTMLElement} notice
 * @param {object} content
 */
function intend(model, notice, content) {
  try {
    model.send(content);
  } catch {
    notice.textContent = "The kernel was restarted or is gone: run this cell again.";
  }
}

/** Milliseconds after which a press no longer waits for what was typed before it. */
const PATIENCE = 2000;

/**
 * Do something once Python has all that was typed on the page; its widgets have a channel each, and one may
 * overtake the other.
 * @param {() => void} act
 */
function onceTaken(act, since = performance.now()) {
  const isWaiting = document.querySelector("[data-knb-untaken]") && performance.now() - since < PATIENCE;
  if (isWaiting) setTimeout(() => onceTaken(act, since), 20);
  else act();
}

/**
 * An id for labels and their controls; each widget loads a module of its own, so a counter would begin anew.
 * (crypto.randomUUID is there in secure contexts alone, and JupyterLab is often served by plain http.)
 */
function newId() {
  return `knb-${Math.random().toString(36).slice(2)}`;
}

/**
 * Make an element with its properties and children.
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
 * Give a leaf its root and the line that says troubles; returns that line.
 * @param {{ get(name: "notice"): unknown, on(name: "change:notice", paint: () => void): void, off(name: "change:notice", paint: () => void): void }} model
 * @param {HTMLElement} el
 * @returns {{ notice: HTMLElement, release: () => void }}
 */
function leaf(model, el) {
  el.classList.add("knb-leaf");
  // Letters typed on a button or a box must not be taken for JupyterLab's shortcuts.
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
 * Let Enter in a line of text press the form's button; JupyterLab keeps the browser from doing so itself.
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
