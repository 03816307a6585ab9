"""Bodies in a form that can be read and compared line by line, from which the very bytes come back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from kustomer_nb.jsontext.json_styles import read_json, style_of, styled

FORMS = frozenset({"json", "text", "base64"})


def written_body(content: bytes) -> dict[str, Any]:
    r"""Return a body as it stands in a cassette: as JSON, text, lines of text, or base64.

    Example:
        >>> written_body(b'{"id": 7}'), written_body(b"a\nb"), written_body(b"\xff")
        ({'json': {'id': 7}, 'style': 'spaced'}, {'text': ['a', 'b']}, {'base64': '/w=='})
    """
    try:
        return written_text(content.decode())
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def written_text(text: str) -> dict[str, Any]:
    """Return a body that is text as it stands in a cassette.

    JSON is kept as such where one of a few styles gives the same text again.
    """
    read = read_json(text)
    if read is not None and (style := style_of(text, read[0])):
        return {"json": read[0], "style": style}
    return {"text": text.split("\n") if "\n" in text else text}


def body_text(written: Mapping[str, Any]) -> str:
    """Return the text of a body as it stands in a cassette.

    Raises:
        KeyError: it is none, or base64.
    """
    if "json" in written:
        return styled(written["json"], written["style"])
    text = written["text"]
    return text if isinstance(text, str) else "\n".join(text)


def body_content(written: Mapping[str, Any]) -> bytes:
    """Return the bytes of a body as it stands in a cassette.

    Raises:
        ValueError: what stands there as base64 is none, or holds what UTF-8 cannot.
    """
    if "base64" in written:
        return base64.b64decode(written["base64"], validate=True)
    return body_text(written).encode()
