"""What an editor asks about the text of a definition while it is typed: pure functions of text and offset.

Offsets are in characters from 0. No function reads a file, asks for a setting or sends anything, and none
raises for what a text contains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

if TYPE_CHECKING:
    from .completion import complete as complete
    from .declarations import find_declaration as find_declaration
    from .fixes import Fix as Fix
    from .fixes import find_fixes as find_fixes
    from .fixes import fix_all as fix_all
    from .fixes import fix_title as fix_title
    from .fixes import fixed_document as fixed_document
    from .hovering import Hover as Hover
    from .hovering import hover as hover
    from .items import Completion as Completion
    from .items import Completions as Completions
    from .last_runs import LastRun as LastRun
    from .last_runs import LastRunOf as LastRunOf
    from .last_runs import never_run as never_run
    from .parts import Part as Part
    from .parts import outline as outline
    from .reading import find_problems as find_problems
    from .renaming import find_renamable as find_renamable
    from .renaming import rename as rename

# Imported at first use: completion needs no rules, and a page opens without either.
_MODULES = {
    "Completion": "items",
    "Completions": "items",
    "Fix": "fixes",
    "Hover": "hovering",
    "LastRun": "last_runs",
    "LastRunOf": "last_runs",
    "Part": "parts",
    "complete": "completion",
    "find_declaration": "declarations",
    "find_fixes": "fixes",
    "find_problems": "reading",
    "find_renamable": "renaming",
    "fix_all": "fixes",
    "fix_title": "fixes",
    "fixed_document": "fixes",
    "hover": "hovering",
    "never_run": "last_runs",
    "outline": "parts",
    "rename": "renaming",
}
__all__ = [*_MODULES]

__getattr__ = lazy_names(__name__, _MODULES)
