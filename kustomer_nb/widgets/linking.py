"""Joins the ES modules of a widget into the one text that anywidget loads, and its style sheets likewise.

Scope hoisting, as bundlers call it: each module comes once, after the modules that it imports, without its
import and export keywords. What that requires of the modules is checked here: named imports without renaming,
named exports in front of declarations, no cycles, and top-level names that are unique over all modules.

Each widget sends its text to the page and keeps it in a saved notebook, so comments and indentation are left
out. The page runs the text of each widget anew; the same text then takes the functions of the first one,
which the browser has compiled already.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from posixpath import dirname, join, normpath

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[^"]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|let|class) )", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (\{ render(?:: \w+)? \});$", re.MULTILINE)
_DECLARED = re.compile(r"^(?:export )?(?:async function|function|const|let|class) (\w+)", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async function|function|const|let|class) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
# Comments that have their lines to themselves; in code, `/** @type {X} */ (value)` stays.
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)
_STYLE_COMMENT = re.compile(r"/\*(?:(?!\*/)[\s\S])*\*/")
_MARGIN = re.compile(r"^\s+", re.MULTILINE)
_LAYERS = "@layer knb.base, knb.leaf;\n"


class LinkError(Exception):
    """A module does something that linking does not support."""


@cache
def link(name: str) -> str:
    """Return a module of ``kustomer_nb/widgets`` with all that it imports, as one module without imports.

    Raises:
        LinkError: a module imports or exports in another way, imports itself, or repeats a name; or a
            template has several lines.
    """
    modules: dict[str, str] = {}
    _collect(name, modules, ())
    _require_unique_names(modules)
    *libraries, entry = modules.values()
    text = "\n".join([*(_DEFAULT.sub("", text) for text in libraries), entry])
    return _shared(_without_comments(text))


@cache
def style(*names: str) -> str:
    """Return ``lib/base.css`` and style sheets of leaves as one text, base in the lower layer."""
    leaves = "\n".join(source(name) for name in names)
    text = f"{_LAYERS}@layer knb.base {{\n{source('lib/base.css')}}}\n@layer knb.leaf {{\n{leaves}}}\n"
    return _MARGIN.sub("", _STYLE_COMMENT.sub("", text))


def source(name: str) -> str:
    """Return the text of one of the package's own files."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def imports_of(name: str, text: str) -> list[tuple[str, list[str]]]:
    r"""Return the modules that a module imports, each with the imported names, in order.

    Example:
        >>> imports_of("lib/a.js", 'import { make, newId } from "./dom.js";\n')
        [('lib/dom.js', ['make', 'newId'])]
    """
    return [
        (
            normpath(join(dirname(name), match[2])),
            [part.strip() for part in match[1].split(",") if part.strip()],
        )
        for match in _IMPORT.finditer(text)
    ]


def exports_of(text: str) -> list[str]:
    r"""Return the names that a module exports.

    Example:
        >>> exports_of("export const A = 1;\nexport function b() {}\nconst c = 2;\n")
        ['A', 'b']
    """
    return _EXPORTED.findall(text)


def _collect(name: str, modules: dict[str, str], importers: tuple[str, ...]) -> None:
    """Add a module, after those that it imports, to ``modules`` as it is in the linked text."""
    if name in importers:
        msg = f"{name} imports itself: {' -> '.join([*importers, name])}"
        raise LinkError(msg)
    if name in modules:
        return
    text = source(name)
    for path, names in imports_of(name, text):
        exported = exports_of(source(path))
        if missing := [imported for imported in names if imported not in exported]:
            msg = f"{name} imports {', '.join(missing)}, which {path} does not export"
            raise LinkError(msg)
        _collect(path, modules, (*importers, name))
    modules[name] = _without_keywords(name, text)


def _without_keywords(name: str, text: str) -> str:
    body = _EXPORT.sub("", _IMPORT.sub("", text))
    if unsupported := _OTHER.search(_DEFAULT.sub("", body)):
        msg = f"{name}: only named imports and exports without renaming can be linked: {unsupported[0]}"
        raise LinkError(msg)
    return body


def _without_comments(text: str) -> str:
    code = _COMMENT.sub("", text)
    if multiline := next((line for line in code.splitlines() if line.count("`") % 2), None):
        msg = f"a template of several lines would lose its indentation: {multiline.strip()}"
        raise LinkError(msg)
    return _MARGIN.sub("", code)


def _shared(text: str) -> str:
    """Return a module whose default export is that of the first module of the same text in the page."""
    digest = sha256(text.encode()).hexdigest()[:16]
    place = f'globalThis[Symbol.for("kustomer_nb {digest}")]'
    return _DEFAULT.sub(lambda match: f"export default ({place} ??= {match[1]});", text)


def _require_unique_names(modules: dict[str, str]) -> None:
    declared: dict[str, str] = {}
    for name, text in modules.items():
        for declaration in _DECLARED.findall(text):
            if declaration in declared:
                msg = f"{name} and {declared[declaration]} both declare {declaration}"
                raise LinkError(msg)
            declared[declaration] = name
