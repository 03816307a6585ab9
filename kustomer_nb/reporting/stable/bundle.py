"""What a notebook gets of a value: the text that is compared, the same facts as JSON, and HTML to look at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from kustomer_nb.display import MIME_PREFIX
from kustomer_nb.reporting.html import html

from .cards import Card, card
from .facts import facts
from .form import VERSION, as_form, as_portable

TEXT_VARIABLE = "KUSTOMER_NB_TEXT"


def mimebundle(value: Any, content: Any = None) -> dict[str, Any]:
    """Return text, JSON and HTML of a value; ``content`` is what it shows, if that is something else.

    The JSON has its facts, and a card of what the extension of JupyterLab draws.

    Example:
        >>> from kustomer_nb.difference import diff
        >>> list(mimebundle(diff(1, 2)))
        ['text/plain', 'application/vnd.kustomer.diff+json', 'text/html']
    """
    content = value if content is None else content
    bundle = with_facts(type(value).__name__, repr(value), facts(content))
    drawn = None if _is_short() else card(content)
    if drawn is not None:
        name = _mime_type(type(value).__name__)
        bundle[name] = {**bundle[name], "card": drawn}
    return {**bundle, "text/html": html(content)}


def with_card(kind: str, line: str, drawn: Card | None) -> dict[str, Any]:
    """Return a card as the JSON of an output whose text is the same line each time.

    Example:
        >>> with_card("record", "Last run", {"notes": []})["application/vnd.kustomer.record+json"]
        {'kind': 'record', 'card': {'notes': []}}
    """
    card_of_it = {} if drawn is None else {"card": drawn}
    return {"text/plain": line, _mime_type(kind): {"kind": kind, **card_of_it}}


def with_facts(kind: str, line: str, facts_of_it: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as the text and the JSON of an output; with KUSTOMER_NB_TEXT=short, only its line.

    Example:
        >>> with_facts("Run", "<Run: pay>", {"action": "pay"})["application/vnd.kustomer.run+json"]
        {'form': 1, 'kind': 'Run', 'action': 'pay'}
    """
    name = _mime_type(kind)
    head = {"form": VERSION, "kind": kind}
    if _is_short():
        return {"text/plain": line, name: head}
    return {"text/plain": as_form(kind, facts_of_it), name: {**head, **as_portable(facts_of_it)}}


def _mime_type(kind: str) -> str:
    return f"{MIME_PREFIX}{kind.lower()}+json"


def _is_short() -> bool:
    return os.environ.get(TEXT_VARIABLE, "").lower() == "short"
