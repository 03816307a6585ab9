"""Text as a template that renders it, whatever is in it and around it."""

from __future__ import annotations

import re

_BRACES = re.compile(r"(\\*)\{\{")
_TRAILING = re.compile(r"(\{*)(\\*)\Z")
# Renders as nothing; the second takes the space before it with it.
NOTHING = "{{!}}"
_NOTHING_AFTER_SPACE = " {{~!}}"


def escaped(text: str) -> str:
    r"""Return a text as a template that renders it.

    Example:
        >>> escaped("Hi {{name}}")
        'Hi \\{{name}}'
    """
    # Two backslashes before a tag stand for one, and do not escape it.
    return _BRACES.sub(lambda match: f"{match[1]}\\{NOTHING}\\{{{{" if match[1] else "\\{{", text)


def before_reference(text: str) -> str:
    """Return a text as a template that renders it before a tag, whose braces must stay its own."""
    template = escaped(text)
    match = _TRAILING.search(text)
    braces, backslashes = match.groups() if match else ("", "")
    if backslashes:
        return f"{template}\\"
    # A pair of them is escaped, and ends before the tag.
    return f"{template}{_NOTHING_AFTER_SPACE}" if len(braces) % 2 else template


def without_reference(template: str) -> str:
    """Return a template that is not read as a reference, by a comment before it.

    Example:
        >>> without_reference("/#1"), without_reference("/1")
        ('{{!}}/#1', '/1')
    """
    return f"{NOTHING}{template}" if template.startswith("/#") else template
