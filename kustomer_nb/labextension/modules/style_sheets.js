// @ts-check

/**
 * Add a style sheet of this folder to the page, once.
 * @param {string} name
 */
export function addStyle(name) {
  const href = new URL(name, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  [link.rel, link.href] = ["stylesheet", href];
  document.head.append(link);
}
