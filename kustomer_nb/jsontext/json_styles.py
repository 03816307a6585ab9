"""Strict JSON and the few layouts in which programs write it, so that the same text can be restored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# Parsing a larger text takes seconds, and ten times its size in memory.
PARSE_LIMIT = 8 * 2**20
# A deeper value stays text: whatever reads a cassette must not fail on it.
MAX_DEPTH = 100
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


def read_json(text: str, *, longest: int = PARSE_LIMIT) -> tuple[Any] | None:
    """Return the value of a text in a tuple of one; None if it is not strict JSON, too deep or too long."""
    if len(text) > longest:
        return None
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return (value,) if _is_flat(value, MAX_DEPTH) else None


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
    """Return the style that writes a value as exactly this text, empty if there is none."""
    # Compact first: most services send it.
    end = " newline" if text.endswith("\n") else ""
    styles = (f"{layout}{escapes}{end}" for escapes in ("", " ascii") for layout in _LAYOUTS)
    return next((style for style in styles if styled(value, style) == text), "")


def _is_flat(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_flat(item, levels - 1) for item in items)


def _refuse(constant: str) -> Any:
    msg = f"{constant} is not JSON"
    raise ValueError(msg)
