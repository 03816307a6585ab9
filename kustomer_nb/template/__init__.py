"""The four kinds of value an action is written in: literal, reference, function and template.

A literal is any JSON value that is no string. ``/#path`` is a reference when it is the whole string, and
keeps the type of what it names. ``/#fn:name,path`` calls a function. Every other string is a Handlebars
template and gives a string, the one handlebars.js 4.7 gives (MIT, github.com/handlebars-lang/handlebars.js).
"""

from __future__ import annotations

from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED

from .handlebars import Template
from .origin import Kind, Missing, Piece, Scope, Text, Traced
from .runtime import Options
from .truth import SafeString
from .value import Rendering, render_value, trace_value
from .written import references

__all__ = [
    "UNDEFINED",
    "Kind",
    "Missing",
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
