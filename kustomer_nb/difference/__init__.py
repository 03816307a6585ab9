"""Two JSON values compared: what was added, removed or changed, by JSON pointer."""

from .changes import Change, Diff, Difference
from .comparison import MODES, diff
from .equality import equal, type_name

__all__ = ["MODES", "Change", "Diff", "Difference", "diff", "equal", "type_name"]
