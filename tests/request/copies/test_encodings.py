"""The Python source of an encoding does what the encoding does."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import quoted
from kustomer_nb.request.copies.encodings import ENCODINGS, Encoding, find_encodings, part_of
from kustomer_nb.template import render_value

MODULES = {"base64": base64, "html": html, "json": json, "urllib": urllib}
STRINGS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("encoding", [*ENCODINGS, part_of(1, 3)], ids=lambda encoding: encoding.source)
@given(value=STRINGS)
def test_the_source_returns_what_the_encoding_returns(encoding: Encoding, value: str) -> None:
    source = encoding.source.format("value")

    assert eval(source, MODULES, {"value": value}) == encoding.encode(value)


@pytest.mark.parametrize("encoding", ENCODINGS, ids=lambda encoding: encoding.source)
def test_a_module_that_the_source_needs_is_named(encoding: Encoding) -> None:
    used = [name for name in ("base64", "html", "json", "urllib.parse") if f"{name}." in encoding.source]

    assert used == ([encoding.module] if encoding.module else [])


@given(value=STRINGS)
def test_what_handlebars_escapes_is_recognized(value: str) -> None:
    escaped = render_value("{{a}}", {"a": value})

    assert find_encodings(value, escaped) is not None


@given(value=STRINGS)
def test_what_json_escapes_is_recognized(value: str) -> None:
    assert find_encodings(value, quoted(value)[1:-1]) is not None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("abc", "cba", id="reversed"),
        pytest.param("abc", "abcd", id="longer"),
    ],
)
def test_any_other_text_is_not_recognized(value: str, text: str) -> None:
    assert find_encodings(value, text) is None
