"""The style sheet of HTML output: whole for widgets, and only the rules it uses for a saved output."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# A rule a line: ``SELECTOR, SELECTOR { DECLARATIONS }``.
_RULE = re.compile(r"^(.*?) \{ (.*) \}$", re.MULTILINE)
_SPACE = re.compile(r"(?<=[:;,{}>]) | (?=[{}>])")
# Classes and tags, as a selector and as a page name them. ``.knb-html`` itself is on every page.
_IN_SELECTOR = re.compile(r"knb-[\w-]+|(?<![\w.-])[a-z]+(?![\w-])")
_IN_PAGE = re.compile(r"(?<=<)[a-z]+|knb-[\w-]+")
_ROOT = '<div class="knb-html">'


@cache
def _rules() -> tuple[tuple[tuple[str, ...], str], ...]:
    text = (files(__package__) / "style.css").read_text(encoding="utf-8")
    return tuple((tuple(rule[1].split(", ")), _SPACE.sub("", rule[2])) for rule in _RULE.finditer(text))


def style_sheet() -> str:
    """Return every rule, for a page that takes a style sheet of its own."""
    return "".join(f"{','.join(selectors)}{{{declarations}}}" for selectors, declarations in _rules())


def with_style(fragment: str) -> str:
    """Return an HTML fragment with the rules that it uses.

    A notebook keeps the HTML of each output, so that the whole sheet would be most of a saved file.

    Example:
        >>> page = with_style('<div class="knb-html"><p>text</p></div>')
        >>> page.count("<style>"), "knb-html p" in page, "knb-html pre" in page
        (1, True, False)
    """
    # A rule stays if each class and tag of its selector is on the page; a rule too many does no harm.
    names = set(_IN_PAGE.findall(fragment))
    rules = []
    for selectors, declarations in _rules():
        used = [selector for selector in selectors if names.issuperset(_IN_SELECTOR.findall(selector))]
        if used:
            rules.append(f"{','.join(used)}{{{declarations}}}")
    return fragment.replace(_ROOT, f"{_ROOT}<style>{''.join(rules)}</style>", 1)
