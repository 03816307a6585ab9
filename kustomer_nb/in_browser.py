"""Whether Python runs in a browser (Pyodide), which has no threads, sockets or processes."""

from __future__ import annotations

import sys

IN_BROWSER: bool = sys.platform == "emscripten"
