"""The four kinds of value an action is written in: literal, reference, function and template.

A literal is any JSON value that is no string. ``/#path`` is a reference when it is the whole string, and
keeps the type of what it names. ``/#fn:name,path`` calls a function. Every other string is a Handlebars
template and gives a string, the one handlebars.js 4.7 gives (MIT, github.com/handlebars-lang/handlebars.js).

What plain templates do not need is imported when it is first asked for.
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
