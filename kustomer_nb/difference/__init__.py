"""Two JSON values compared: what was added, removed or changed, by JSON pointer."""

from .compare import MODES, Diff, Difference, DiffKind, diff, diff_json
from .equality import equal, type_name

__all__ = ["MODES", "Diff", "DiffKind", "Difference", "diff", "diff_json", "equal", "type_name"]
