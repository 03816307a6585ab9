"""The four kinds of value an action is written in: literal, reference, function and template.

A literal is any JSON value that is no string. ``/#path`` is a reference when it is the whole string, and
keeps the type of what it names. ``/#fn:name,path`` calls a function. Every other string is a Handlebars
template and gives a string, the one handlebars.js 4.7 gives (MIT, github.com/handlebars-lang/handlebars.js).

What plain templates do not need is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED

from .handlebars import Template
from .runtime import Options
from .truth import SafeString

if TYPE_CHECKING:
    from .origin import Kind, Missing, Notes, Piece, Scope, Text, Traced
    from .value import Rendering, render_value, trace_value
    from .written import references

_HOME = {
    **dict.fromkeys(("Kind", "Missing", "Notes", "Piece", "Scope", "Text", "Traced"), "origin"),
    **dict.fromkeys(("Rendering", "render_value", "trace_value"), "value"),
    "references": "written",
}

__all__ = [
    "UNDEFINED",
    "Kind",
    "Missing",
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


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = globals()[name] = getattr(import_module(f".{_HOME[name]}", __name__), name)
    return value
