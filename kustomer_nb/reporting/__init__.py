"""Values as text, HTML and JSON. HTML is static and escaped: it needs neither a kernel nor JavaScript."""

from __future__ import annotations

from . import batch_views as batch_views  # registers how plans and batches are shown
from . import html_request as html_request  # registers how a request is drawn
from .case_lines import case_lines, rerun_command
from .case_report import CaseReport
from .html import html
from .json import as_json, envelope
from .junit import junit
from .last_run import last_run
from .mustache import fill, starter
from .pretty import guard_text, run_status, secret_facts, source, status_text, wrap
from .results_html import coverage_section, results_page
from .results_json import report_json
from .results_text import report_text
from .stable import (
    Json,
    as_form,
    facts,
    mimebundle,
    response_shape,
    run_card,
    with_card,
    with_facts,
    words_card,
)
from .style import style_sheet, with_style
from .text import all_origins, as_github, change_text, marked_lines, profile_line, text

__all__ = [
    "CaseReport",
    "Json",
    "all_origins",
    "as_form",
    "as_github",
    "as_json",
    "case_lines",
    "change_text",
    "coverage_section",
    "envelope",
    "facts",
    "fill",
    "guard_text",
    "html",
    "junit",
    "last_run",
    "marked_lines",
    "mimebundle",
    "profile_line",
    "report_json",
    "report_text",
    "rerun_command",
    "response_shape",
    "results_page",
    "run_card",
    "run_status",
    "secret_facts",
    "source",
    "starter",
    "status_text",
    "style_sheet",
    "text",
    "with_card",
    "with_facts",
    "with_style",
    "words_card",
    "wrap",
]
