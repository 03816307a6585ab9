"""Builds the site with Sphinx; a warning is an error."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from .sources import ROOT, stage

STAGED = ROOT / "build/website"


def build(output: Path) -> int:
    """Build the site in a folder, and return 0, or 1 if there was a warning; Sphinx prints each.

    Pages that have not changed since the last build are left as they are.

    Raises:
        SourceError: a page links to a file that does not exist.
    """
    source = STAGED / "source"
    stage(source)
    with patch_docutils(str(ROOT / "website")), docutils_namespace():
        app = Sphinx(
            source,
            ROOT / "website",
            output,
            STAGED / "doctrees",
            "html",
            warningiserror=True,
            status=None,
            parallel=2,
        )
        app.build()
    return app.statuscode
