"""Whether a ``.gitignore`` keeps the files of its own folder out of git."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

BYTE_ORDER_MARK = "\ufeff"
# fnmatch reads them otherwise than git.
_UNSURE = re.compile(r"[\[\\]")


def is_ignored(name: str, text: str) -> bool:
    r"""Return whether a ``.gitignore`` ignores a file beside it; where that is not sure it does not.

    Example:
        >>> [is_ignored("history.jsonl", text) for text in ("*\n", "*\n!shared.json\n", "*\n!*.jsonl\n", "")]
        [True, True, False, False]
    """
    ignored = False
    for line in text.removeprefix(BYTE_ORDER_MARK).splitlines():
        pattern = line.rstrip(" ")
        is_negated = pattern.startswith("!")
        pattern = pattern.removeprefix("!").removeprefix("**/").removeprefix("/")
        if not pattern or line.startswith("#") or pattern.endswith("/"):
            continue
        if _UNSURE.search(pattern):
            ignored = ignored and not is_negated
        # Where core.ignorecase is set, git compares without case.
        elif fnmatchcase(name.lower(), pattern.lower()) if is_negated else fnmatchcase(name, pattern):
            ignored = not is_negated
    return ignored
