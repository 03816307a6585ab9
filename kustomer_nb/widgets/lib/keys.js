// @ts-check

/**
 * The names and tests of keys on this machine: ⌘ on macOS, Ctrl elsewhere.
 * @param {string} platform
 */
export function keysOf(platform) {
  const isMac = /Mac|iPhone|iPad/.test(platform);
  /** @param {KeyboardEvent} event */
  const isMod = (event) => (isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey);
  return {
    isMac,
    mod: isMac ? "⌘" : "Ctrl+",
    run: isMac ? "⌘⏎" : "Ctrl+⏎",
    runWords: isMac ? "⌘⏎" : "Ctrl+Enter",
    redo: isMac ? "⇧⌘Z" : "Ctrl+Shift+Z",
    unset: isMac ? "⌃⌫" : "Alt+⌫",
    isMod,
    /** @param {KeyboardEvent} event */
    isRun: (event) => event.key === "Enter" && isMod(event) && !event.isComposing,
    /** @param {KeyboardEvent} event */
    isUnset: (event) => event.key === "Backspace" && (isMac ? event.ctrlKey : event.altKey),
    /**
     * Whether a key takes the latest step back: "undo", "redo", or "" for another key.
     * @param {KeyboardEvent} event
     * @returns {"undo" | "redo" | ""}
     */
    history: (event) => {
      const key = event.key.toLowerCase();
      if (!isMod(event) || event.altKey || !(key === "z" || key === "y")) return "";
      return key === "y" || event.shiftKey ? "redo" : "undo";
    },
    /** @param {KeyboardEvent} event */
    isMenu: (event) => event.key === "." && isMod(event),
    /** @param {KeyboardEvent} event */
    isFind: (event) => event.key.toLowerCase() === "f" && isMod(event) && !event.shiftKey && !event.altKey,
  };
}

export const KEYS = keysOf(globalThis.navigator?.platform ?? "");
