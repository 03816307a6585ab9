"""What the pages of Sphinx need for a reader: pictures in two themes, names of what is clicked."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_PICTURE = re.compile(
    r'<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(?P<dark>[^"]+)">\s*'
    r'<img src="(?P<light>[^"]+)" alt="(?P<alt>[^"]+)">\s*</picture>'
)
# The parameters of a long signature: Sphinx writes a list of definitions without terms.
_PARAMETERS = re.compile(r'<dl>\n(<dd><(?:em|span) class="(?:sig|k).*?)</dl>', re.DOTALL)


class Pictures(SphinxTransform):
    """Replaces each ``<picture>``, as GitHub shows it, by its image for a light and that for a dark page."""

    default_priority = 300

    def apply(self, **kwargs: object) -> None:
        """Replace the pictures of a page."""
        for raw in list(self.document.findall(nodes.raw)):
            if match := _PICTURE.fullmatch(raw.astext().strip()):
                raw.replace_self([_image(match, theme) for theme in ("light", "dark")])


class Heads(SphinxTransform):
    """Removes the empty heads of tables: Markdown has no table without one."""

    default_priority = 300

    def apply(self, **kwargs: object) -> None:
        """Remove the empty heads of a page."""
        for head in list(self.document.findall(nodes.thead)):
            if not head.astext().strip():
                head.parent.remove(head)


def _image(match: re.Match[str], theme: str) -> nodes.image:
    return nodes.image(uri=match[theme], alt=match["alt"], classes=[f"only-{theme}"])


def name_lines(
    app: Sphinx, page: str, template: str, context: dict[str, object], doctree: nodes.document | None
) -> None:
    """Write the parameters of a long signature as lines, not as a list of definitions."""
    if isinstance(body := context.get("body"), str):
        context["body"] = _PARAMETERS.sub(_lines, body)


def name_buttons(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the buttons that open a part of the menu a name, which the theme leaves out."""
    generate = context["generate_toctree_html"]

    def named(*arguments: Any, **options: Any) -> str:
        return str(generate(*arguments, **options)).replace("<summary>", '<summary aria-label="Pages below">')

    context["generate_toctree_html"] = named


def _lines(match: re.Match[str]) -> str:
    return match[1].replace("<dd>", '<span class="sig-line">').replace("</dd>", "</span>")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the transforms; Sphinx calls this."""
    # Pages are written anew when the code that writes them has changed.
    app.add_config_value("website_code", "", "env")
    app.add_transform(Pictures)
    app.add_transform(Heads)
    app.connect("html-page-context", name_lines)
    # After the theme, which adds the function.
    app.connect("html-page-context", name_buttons, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
