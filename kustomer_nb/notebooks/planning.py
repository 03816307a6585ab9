"""What a notebook would send when it is recorded, as far as its text tells without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kustomer_nb.definition import SCRIPT_SUFFIXES
from kustomer_nb.errors import LoadError
from kustomer_nb.linting import without_tokens
from kustomer_nb.loading import load

from .files import SUFFIX, read_notebook
from .sharing import SHARED

_SUFFIXES = (".json", ".json5", ".jsonc", *SCRIPT_SUFFIXES)
_STRING = re.compile(r"""(?P<quote>["'])(?P<text>[^"'\n]+)(?P=quote)""")


class PlannedRequest(NamedTuple):
    """A request that a notebook may send: the definition, the action, its method and its URL as written."""

    definition: Path
    action: str
    method: str
    uri: str


def find_notebooks(path: Path) -> list[Path]:
    """Return a notebook, or those in a folder and its folders; copies that are shared are none of them."""
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.rglob(f"*{SUFFIX}")
        if not file.stem.endswith(SHARED)
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def planned_requests(path: Path) -> list[PlannedRequest]:
    """Return the requests of the actions that a notebook names; of a definition of which it names none, all.

    Nothing is run, so a request whose definition is not a file that the notebook names is not among them.

    Raises:
        LoadError: the notebook cannot be read.
    """
    notebook, _ = read_notebook(path)
    words = dict.fromkeys(
        word for cell in notebook.cells if cell.cell_type == "code" for word in _strings(cell.source)
    )
    definitions = {(path.parent / word).resolve(): word for word in words if word.endswith(_SUFFIXES)}
    return [
        request
        for definition, word in definitions.items()
        if definition.is_file()
        for request in _requests(definition, Path(word), words)
    ]


def _requests(definition: Path, written: Path, words: dict[str, Any]) -> Iterator[PlannedRequest]:
    try:
        actions = load(definition).actions
    except LoadError:
        # Its cell says why, when it is run.
        return
    named = [action for action in actions if {action.name, _tail(action.name)} & words.keys()]
    for action in named or actions:
        template = action.definition.input_template
        method = (template.method or "get").upper() if template else "GET"
        uri = without_tokens(template.uri or "") if template else ""
        yield PlannedRequest(written, _tail(action.name), method, uri)


def _tail(name: str) -> str:
    return name.rpartition(".")[2]


def _strings(source: str) -> Iterator[str]:
    """Yield the strings in the code of a cell, also in one with a magic, which Python cannot parse."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        yield from (match["text"] for match in _STRING.finditer(source))
        return
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
