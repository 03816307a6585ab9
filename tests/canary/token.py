"""A token that is used everywhere, and the search for it in everything that was written."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterator
from pathlib import Path

# Letters and digits, which no escaping changes, so that one search finds the token plain, URL-quoted, escaped
# for HTML and for JSON. Written backwards: no source, and no traceback that quotes one, holds the token.
CORE = "RqD3v8TzWm5KxN2p"[::-1]
TOKEN = f"cn/{CORE}+\"<&'=%7E>="
VARIABLE = "CANARY_DEFAULT_TOKEN"


def traces(root: Path, *, exempt: frozenset[str] = frozenset()) -> list[str]:
    """Return the files below a folder that hold the canary, and how it stands in each."""
    found = []
    for path in sorted(one for one in root.rglob("*") if one.is_file()):
        name = path.relative_to(root).as_posix()
        if name in exempt:
            continue
        content = path.read_bytes()
        found += [f"{name}: {how}" for how, form in _forms() if form in content]
    return found


def _forms() -> Iterator[tuple[str, bytes]]:
    """Yield the encodings in which the canary is looked for, none of them made by the package."""
    core = CORE.encode()
    yield "plain, URL-quoted, or escaped", core
    yield "UTF-16", CORE.encode("utf-16-le")
    yield "hexadecimal", codecs.encode(core, "hex")
    yield "each character URL-quoted", b"".join(b"%%%02X" % one for one in core)
    yield "each character escaped for JSON", b"".join(b"\\u%04x" % one for one in core)
    yield "each character escaped for HTML", b"".join(b"&#%d;" % one for one in core)
    for offset in range(3):
        inner = _in_base64(core, offset)
        yield f"base64 at {offset}", inner
        for again in range(3):
            yield f"base64 at {offset} in base64 at {again}", _in_base64(inner, again)


def _in_base64(raw: bytes, offset: int) -> bytes:
    """Return the characters of base64 that are the same whatever stands around; 0 to 2 bytes before."""
    return base64.b64encode(bytes(offset) + raw + b"\0\0")[4 * (offset > 0) :][: (len(raw) - 2) // 3 * 4]
