"""Values as text, HTML and JSON. HTML is static and escaped: it needs neither a kernel nor JavaScript."""

from __future__ import annotations

from . import html_request as html_request  # registers how a request is drawn
from .html import html
from .json import as_json, envelope
from .last_run import last_run
from .mustache import fill, starter
from .pretty import guard_text, run_status, secret_facts, source, status_text, wrap
from .style import style_sheet, with_style
from .text import all_origins, as_github, marked_lines, profile_line, text

__all__ = [
    "all_origins",
    "as_github",
    "as_json",
    "envelope",
    "fill",
    "guard_text",
    "html",
    "last_run",
    "marked_lines",
    "profile_line",
    "run_status",
    "secret_facts",
    "source",
    "starter",
    "status_text",
    "style_sheet",
    "text",
    "with_style",
    "wrap",
]
