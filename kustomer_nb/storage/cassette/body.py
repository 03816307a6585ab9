"""Bodies in a form that people can read and compare line by line, and that gives back the exact bytes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from kustomer_nb.jsontext.json_styles import read_json, style_of, styled

FORMS = frozenset({"json", "text", "base64"})


def serialize_body(content: bytes) -> dict[str, Any]:
    r"""Return a body in its cassette form: JSON, a string, an array of lines, or base64.

    Example:
        >>> serialize_body(b'{"id": 7}'), serialize_body(b"a\nb"), serialize_body(b"\xff")
        ({'json': {'id': 7}, 'style': 'spaced'}, {'text': ['a', 'b']}, {'base64': '/w=='})
    """
    try:
        return serialize_text(content.decode())
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def serialize_text(text: str) -> dict[str, Any]:
    """Return a body that is a string in its cassette form.

    It is stored as JSON if one of the known styles reproduces the string.
    """
    parsed = read_json(text)
    # Only what comes back byte for byte: outputTemplate may read the body as text.
    if parsed is not None and (style := style_of(text, parsed[0])):
        return {"json": parsed[0], "style": style}
    return {"text": text.split("\n") if "\n" in text else text}


def body_text(serialized: Mapping[str, Any]) -> str:
    """Return the string of a body in its cassette form.

    Raises:
        KeyError: it has no form, or is base64.
    """
    if "json" in serialized:
        return styled(serialized["json"], serialized["style"])
    text = serialized["text"]
    return text if isinstance(text, str) else "\n".join(text)


def body_content(serialized: Mapping[str, Any]) -> bytes:
    """Return the bytes of a body in its cassette form.

    Raises:
        ValueError: its base64 is invalid, or it holds a character that UTF-8 cannot encode.
    """
    if "base64" in serialized:
        return base64.b64decode(serialized["base64"], validate=True)
    return body_text(serialized).encode()
