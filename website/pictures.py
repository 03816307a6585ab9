"""Pictures in light and dark: ``<picture>``, as GitHub shows it, becomes two images that follow the theme."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_PICTURE = re.compile(
    r'<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(?P<dark>[^"]+)">\s*'
    r'<img src="(?P<light>[^"]+)" alt="(?P<alt>[^"]+)">\s*</picture>'
)


class Pictures(SphinxTransform):
    """Replaces each picture by its image for a light and that for a dark page."""

    default_priority = 300

    def apply(self, **kwargs: object) -> None:
        """Replace the pictures of a page."""
        for raw in list(self.document.findall(nodes.raw)):
            if match := _PICTURE.fullmatch(raw.astext().strip()):
                raw.replace_self([_image(match, theme) for theme in ("light", "dark")])


def _image(match: re.Match[str], theme: str) -> nodes.image:
    return nodes.image(uri=match[theme], alt=match["alt"], classes=[f"only-{theme}"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the transform; Sphinx calls this."""
    app.add_transform(Pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
