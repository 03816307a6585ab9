"""A leaf in a real Chromium with its real Python, without a notebook: the channel between them is ours."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# What anywidget gives a leaf: a model, an element and a signal. `tell` hands a message to Python, and gets
# back what Python would have sent to the page.
PAGE = """async ([esm, css, state, isHidden]) => {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  const listeners = [];
  const emit = (name, ...values) => {
    for (const [other, act] of [...listeners]) if (other === name) act(...values);
  };
  // As a model takes an update: all traits are set before anything hears of one.
  const take = (updates) => {
    const traits = updates.filter(([kind]) => kind === "state");
    for (const [, name, value] of traits) state[name] = value;
    for (const [, name] of traits) emit(`change:${name}`);
    for (const [kind, , value] of updates) if (kind === "message") emit("msg:custom", value);
  };
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; emit(`change:${name}`); },
    on: (name, act) => listeners.push([name, act]),
    off: (name, act) => listeners.splice(listeners.findIndex(([n, a]) => n === name && a === act), 1),
    send: (content) => {
      window.sent.push(content);
      window.pending += 1;
      window.tell(content).then((updates) => { take(updates); window.pending -= 1; });
    },
  };
  window.sent = []; window.pending = 0; window.take = take;
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const leaf = (await import(url)).default;
  const el = document.createElement("div");
  el.hidden = isHidden;
  document.body.replaceChildren(el);
  window.controller = new AbortController();
  const start = performance.now();
  await leaf.render({ model: window.model, el, signal: window.controller.signal });
  el.getBoundingClientRect();
  return performance.now() - start;
}"""


class LeafPage:
    """A page that shows a leaf; ``milliseconds`` is how long it took to draw it."""

    def __init__(self, page: Page, leaf: Any, *, is_hidden: bool = False) -> None:
        self.page = page
        self._leaf = leaf
        self._updates: list[tuple[str, str, Any]] = []
        leaf.send_state = self._record
        leaf.send = lambda content, buffers=None: self._updates.append(("message", "", content))
        page.goto("about:blank")
        page.expose_function("tell", self._tell)
        state = {name: value for name, value in leaf.get_state().items() if not name.startswith("_")}
        self.milliseconds = page.evaluate(PAGE, [str(leaf._esm), str(leaf._css), state, is_hidden])

    def _record(self, key: Any = None) -> None:
        for name in [key] if isinstance(key, str) else key or ():
            self._updates.append(("state", name, self._leaf.get_state(name)[name]))

    def _tell(self, content: Any) -> list[tuple[str, str, Any]]:
        self._leaf._handle_custom_msg(content, [])
        return self._flush()

    def _flush(self) -> list[tuple[str, str, Any]]:
        updates, self._updates = self._updates, []
        return updates

    def settle(self) -> None:
        """Wait until Python has answered, and show what Python changed of itself."""
        self.page.wait_for_function("window.pending === 0")
        self.page.evaluate("(updates) => window.take(updates)", self._flush())
