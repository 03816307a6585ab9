"""The line ends of a text that a page edits: a text field has newlines alone."""

from __future__ import annotations

import re

_LINE_END = re.compile("\r\n|\r|\n")


def with_newlines(text: str) -> str:
    r"""Return a text with each line end as a newline, as an editor of a page has it.

    Example:
        >>> with_newlines("a\r\nb\rc")
        'a\nb\nc'
    """
    return _LINE_END.sub("\n", text)


def with_line_ends(text: str, before: str) -> str:
    r"""Return a page's text with the line ends that the text before the edit has.

    What did not change keeps its own; what is new takes the first that was there.

    Example:
        >>> with_line_ends("a\nb!\nc\nd", "a\r\nb\rd")
        'a\r\nb!\r\nc\rd'
    """
    ends = _LINE_END.findall(before)
    if all(end == "\n" for end in ends):
        return text
    old, new = _LINE_END.split(before), text.split("\n")
    most = min(len(old), len(new)) - 1
    head = next((index for index in range(most) if old[index] != new[index]), most)
    tail = next((index for index in range(most - head) if old[-1 - index] != new[-1 - index]), most - head)
    # The ends before the change, those of its lines, and those after it.
    inner = [ends[0]] * (len(new) - 1 - head - tail)
    replaced = ends[head : len(ends) - tail]
    inner[: len(replaced)] = replaced[: len(inner)]
    written = _joined(new, [*ends[:head], *inner, *ends[len(ends) - tail :]])
    # A carriage return and the newline of an empty line would be one line end.
    is_same = with_newlines(written) == text
    return written if is_same else _joined(new, [ends[0]] * (len(new) - 1))


def _joined(lines: list[str], ends: list[str]) -> str:
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
