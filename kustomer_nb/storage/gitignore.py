"""Whether a ``.gitignore`` keeps the files of its own folder out of git.

Only the syntax that our own folders need: git may not be installed.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

BYTE_ORDER_MARK = "\ufeff"
# fnmatch and git differ in these characters.
_UNSURE = re.compile(r"[\[\\]")


def is_ignored(name: str, text: str) -> bool:
    r"""Return whether a ``.gitignore`` ignores a file in its folder; False if that is not certain.

    Example:
        >>> [is_ignored("history.jsonl", text) for text in ("*\n", "*\n!shared.json\n", "*\n!*.jsonl\n", "")]
        [True, True, False, False]
    """
    ignored = False
    for line in text.removeprefix(BYTE_ORDER_MARK).splitlines():
        pattern = line.rstrip(" ")
        is_negated = pattern.startswith("!")
        pattern = pattern.removeprefix("!").removeprefix("**/").removeprefix("/")
        # A pattern that ends in a slash matches folders only.
        if not pattern or line.startswith("#") or pattern.endswith("/"):
            continue
        if _UNSURE.search(pattern):
            ignored = ignored and not is_negated
        elif _matches(name, pattern, is_negated=is_negated):
            ignored = not is_negated
    return ignored


def _matches(name: str, pattern: str, *, is_negated: bool) -> bool:
    # git ignores case if core.ignorecase is set. A negation that might match counts as one.
    if is_negated:
        return fnmatchcase(name.lower(), pattern.lower())
    return fnmatchcase(name, pattern)
