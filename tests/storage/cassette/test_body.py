"""A body is readable in a cassette, and its very bytes come back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.jsontext.json_styles import MAX_DEPTH, STYLES, styled
from kustomer_nb.storage.cassette.body import body_content, body_text, serialize_body, serialize_text

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("style", STYLES)
def test_json_in_a_known_style_is_stored_as_json(style: str) -> None:
    value = {"é": [1, 2.5, {"deep": None}], "t": True}
    content = styled(value, style).encode()

    written = serialize_body(content)

    assert written == {"json": value, "style": style}
    assert body_content(written) == content


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1, "b":2}',
        '{"a":1.0e3}',
        '{"a":1,"a":2}',
        '{"a":-0}',
        "[NaN]",
        "\ufeff{}",
        '{"a":"\\u0061"}',
        '{"a":"\\/"}',
        "[1e999]",
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" * 100_000,
        f"[{'9' * 5000}]",
        "",
        "<p>no JSON</p>",
    ],
    ids=lambda text: text[:12] or "empty",
)
def test_json_that_no_style_reproduces_is_stored_as_text(text: str) -> None:
    assert serialize_text(text) == {"text": text}
    assert body_content(serialize_text(text)) == text.encode()


def test_several_lines_are_stored_as_an_array() -> None:
    written = serialize_body(b"<p>\r\n  a\n</p>\n")

    assert written == {"text": ["<p>\r", "  a", "</p>", ""]}
    assert body_content(written) == b"<p>\r\n  a\n</p>\n"


def test_bytes_that_are_not_utf8_are_stored_as_base64() -> None:
    assert serialize_body(b"\xff\x00") == {"base64": "/wA="}


@given(st.binary() | values.map(lambda value: json.dumps(value).encode()) | st.text().map(str.encode))
def test_any_bytes_come_back(content: bytes) -> None:
    assert body_content(through_json(serialize_body(content))) == content


@given(values, st.sampled_from(STYLES))
def test_any_json_in_a_known_style_is_stored_as_json(value: Any, style: str) -> None:
    text = styled(value, style)

    written = through_json(serialize_text(text))

    assert "json" in written
    assert body_text(written) == text
