"""The four kinds of value in an action: literal, reference, function and template.

A literal is any JSON value that is not a string. ``/#path`` as a whole string is a reference and keeps the
type of its value. ``/#fn:name,path`` calls a function. Every other string is a Handlebars template, which
renders as in handlebars.js 4.7 (MIT, github.com/handlebars-lang/handlebars.js).

Modules that plain templates do not need are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED

from .js_semantics import SafeString
from .runtime import Options
from .template import Template

if TYPE_CHECKING:
    from .provenance import Kind, MissingReference, Notes, Piece, Scope, Text, Traced
    from .value_syntax import references
    from .values import Rendering, render_value, trace_value

# Imported on first use: a plain template needs none of these, and they take most of the import time.
_MODULES = {
    **dict.fromkeys(("Kind", "MissingReference", "Notes", "Piece", "Scope", "Text", "Traced"), "provenance"),
    **dict.fromkeys(("Rendering", "render_value", "trace_value"), "values"),
    "references": "value_syntax",
}

__all__ = [
    "UNDEFINED",
    "Kind",
    "MissingReference",
    "Notes",
    "Options",
    "Piece",
    "Rendering",
    "SafeString",
    "Scope",
    "Template",
    "TemplateError",
    "Text",
    "Traced",
    "references",
    "render_value",
    "trace_value",
]


__getattr__ = lazy_names(__name__, _MODULES)
