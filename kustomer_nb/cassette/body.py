"""Bodies in a form that can be read and compared line by line, from which the very bytes come back."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from kustomer_nb.response import PARSE_LIMIT

# Deeper ones stay text: what reads a cassette must not fail on them.
DEEPEST = 100
_LAYOUTS: Mapping[str, dict[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "spaced": {"separators": (", ", ": ")},
    "indent 2": {"indent": 2},
    "indent 4": {"indent": 4},
    "indent tab": {"indent": "\t"},
}
STYLES = tuple(
    f"{layout}{escapes}{end}" for layout in _LAYOUTS for escapes in ("", " ascii") for end in ("", " newline")
)
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


def read_json(text: str, *, longest: int = PARSE_LIMIT) -> tuple[Any] | None:
    """Return the value of a text that is strict JSON, not too deep and not too long, None where it is not."""
    if len(text) > longest:
        return None
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return (value,) if _is_flat(value, DEEPEST) else None


def styled(value: Any, style: str) -> str:
    r"""Return a value as JSON text in one of the known styles.

    Example:
        >>> styled({"é": [1]}, "spaced ascii newline")
        '{"\\u00e9": [1]}\n'
    """
    is_ascii, has_end = " ascii" in style, style.endswith(" newline")
    layout = style.removesuffix(" newline").removesuffix(" ascii")
    text = json.dumps(value, ensure_ascii=is_ascii, **_LAYOUTS[layout])
    return f"{text}\n" if has_end else text


def style_of(text: str, value: Any) -> str:
    """Return the style in which a value gives a text, empty where none does."""
    end = " newline" if text.endswith("\n") else ""
    styles = (f"{layout}{escapes}{end}" for escapes in ("", " ascii") for layout in _LAYOUTS)
    return next((style for style in styles if styled(value, style) == text), "")


def _is_flat(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_flat(item, levels - 1) for item in items)


def _refuse(constant: str) -> Any:
    msg = f"{constant} is not JSON"
    raise ValueError(msg)
