"""Values as text, HTML and JSON; static, escaped, and readable with neither kernel nor JavaScript."""

from __future__ import annotations

from .html import bench_head, fill, html, starter
from .json import as_json, envelope
from .text import as_github, text, xray

__all__ = ["as_github", "as_json", "bench_head", "envelope", "fill", "html", "starter", "text", "xray"]
