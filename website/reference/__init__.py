"""The pages of docs/reference/ that say what the code says; ``python -m website.reference`` writes them.

A test compares them with the files, so that one without its line is noticed.
"""

from __future__ import annotations

from collections.abc import Callable

from kustomer_nb.rules import docs as rules

from . import api, codes, commands, files

# The text of each page, by its file in docs/reference/.
PAGES: dict[str, Callable[[], str]] = {
    "api.md": api.page,
    "codes.md": codes.page,
    "commands.md": commands.page,
    "files.md": files.page,
    "rules.md": rules.page,
}
