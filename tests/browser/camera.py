"""A page of a JupyterLab, of which pictures are taken that change with what is shown only."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.bench_page import show, status
from tests.browser.lab import LIGHT, WINDOW, Lab, open_notebook, run_all

# No test presses Run twice within this time, which is taken for a double click.
APART = 700
STILL = """
*, *::before, *::after {
  animation: none !important; transition: none !important; caret-color: transparent !important;
}
.jp-Toolbar, .jp-InputPrompt, .jp-OutputPrompt { visibility: hidden; }
"""
SETTLE = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 150)));
})"""
# What a look at the clock or a free port decided; `SHOWN` of the same places is what was there.
LEVEL = r"""() => {
  const RULES = [
    [/127\.0\.0\.1:\d+/g, '127.0.0.1:8080'],
    [/\b\d\d:\d\d:\d\d\b/g, '14:02:11'],
    [/(?<![:\d])\d\d:\d\d\b(?!:)/g, '14:02'],
    [/\b20\d\d-\d\d-\d\d(?= )|(?<=saved )20\d\d-\d\d-\d\d/g, '2026-11-30'],
    [/\b\d+(\.\d+)? (ms)\b/g, '24 ms'],
    [/^\d+\.\d s$/g, '2.4 s'],
  ];
  window.levelled = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest('.knb, .knb-static')) continue;
    const text = RULES.reduce((shown, [from, to]) => shown.replace(from, to), node.data);
    if (text === node.data) continue;
    window.levelled.push([node, node.data]);
    node.data = text;
  }
}"""
SHOWN = "() => { for (const [node, text] of window.levelled) node.data = text; }"
# The workbench, and what is above it and may be larger than it.
EXTENT = """([selector, margin]) => {
  const open = document.querySelectorAll('.knb :popover-open:not(.knb-toasts, .knb-toasts *)');
  const boxes = [document.querySelector(selector), ...open].map((one) => one.getBoundingClientRect());
  const least = (side) => Math.floor(Math.min(...boxes.map((one) => one[side])));
  const most = (side) => Math.ceil(Math.max(...boxes.map((one) => one[side])));
  const [left, top] = [least('left'), least('top')].map((side) => Math.max(0, side - margin));
  const [right, bottom] = [most('right') + margin, most('bottom') + margin];
  return { x: left, y: top, width: right - left, height: bottom - top };
}"""
REDUCE = (Path(__file__).parent / "palette.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Look:
    """A theme and a window, by what they add to the name of a picture."""

    suffix: str
    theme: str
    window: dict[str, int]


LOOKS = (
    Look("", LIGHT, WINDOW),
    Look("-dark", "JupyterLab Dark", WINDOW),
    Look("-narrow", LIGHT, {"width": 700, "height": 1400}),
)


@dataclass
class Camera:
    """A page of a JupyterLab, of which it takes those pictures that are asked for."""

    page: Page
    lab: Lab
    look: Look
    folder: Path
    states: frozenset[str]
    taken: list[str] = field(default_factory=list)
    of: str = ""

    def project(self, name: str) -> str:
        """A folder of this look, so that no look resumes what was done in another."""
        return f"{name}{self.look.suffix}"

    def open(self, notebook: str, of: str = ".knb-shell", *, runs: bool = True) -> None:
        """Open a notebook in this look, run it, and scroll to the part that is looked at."""
        self.of = of
        self.page.set_viewport_size(self.look.window)  # type: ignore[arg-type] # a window has these keys
        open_notebook(self.page, self.lab, notebook, theme=self.look.theme)
        self.page.add_style_tag(content=STILL)
        if runs:
            run_all(self.page)
        if of == ".knb-shell":
            show(self.page)
        expect(self.page.locator(of).first).to_be_visible()
        # Before anything is open, which would be measured where it was.
        self.page.locator(of).first.evaluate("(part) => part.scrollIntoView()")

    def take(self, state: str) -> None:
        """Take a picture of a part of the page and of what is open above it."""
        if not self.states or state in self.states:
            self.page.mouse.move(0, 0)
            self.page.evaluate(SETTLE)
            self.look_at(state)

    def look_at(self, state: str) -> None:
        """Write the picture of a state that is shown."""
        self.page.evaluate(LEVEL)
        extent = self.page.evaluate(EXTENT, [self.of, 8 if self.of == ".knb-static" else 0])
        picture = self.page.screenshot(clip=extent)
        self.page.evaluate(SHOWN)
        path = self.folder / f"{state}{self.look.suffix}.png"
        before = as_url(path.read_bytes()) if path.exists() else ""
        if reduced := self.page.evaluate(REDUCE, [as_url(picture), before]):
            path.write_bytes(as_png(*reduced))
        self.taken.append(path.name)

    def press_run(self) -> Locator:
        """Press Run, not so soon after another press that it is none; return where the status is."""
        self.page.wait_for_timeout(APART)
        self.page.locator(".knb-run").press("Enter")
        return status(self.page)


def as_url(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def as_png(width: int, height: int, palette: list[int], pixels: str) -> bytes:
    """Return a picture as the bytes of a PNG file; ``pixels`` are indices of its palette, as Base64."""
    rows = base64.b64decode(pixels)
    lines = b"".join(b"\0" + rows[at : at + width] for at in range(0, len(rows), width))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    ]
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
