"""A text of a curl command beside a variable: its template, in the real handlebars.js."""

from __future__ import annotations

import shlex
from itertools import product

import pytest

from kustomer_nb import from_curl

pytestmark = pytest.mark.node

PIECES = ["\\", "{", "}", " ", "x", "{{", "\\{{"]
TEXTS = ["", *("".join(pieces) for count in (1, 2, 3) for pieces in product(PIECES, repeat=count))]


def template_of(before: str, after: str) -> str:
    data = f'{shlex.quote(f"={before}")}"$VALUE"{shlex.quote(after)}'
    imported = from_curl(f"curl https://a.b/ -H 'Content-Type: text/plain' --data-binary {data}")
    return imported.action.value["inputTemplate"]["data"]


def test_a_text_beside_a_variable_is_rendered_as_it_is(oracle):
    texts = [(before, TEXTS[-at]) for at, before in enumerate(dict.fromkeys(TEXTS))]
    cases = [
        {"template": template_of(before, after), "context": {"value": "<v>", "x": "WRONG"}}
        for before, after in texts
    ]

    answers = oracle.ask("handlebars", cases)

    expected = [{"text": f"={before}<v>{after}"} for before, after in texts]
    assert [pair for pair in zip(answers, expected, cases, strict=True) if pair[0] != pair[1]] == []
