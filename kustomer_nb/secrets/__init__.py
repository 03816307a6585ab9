"""Values that never print, and their removal from anything that might hold them."""

from .encodings import SHORTEST_INNER
from .redactor import Redactor, hide_all
from .secret import UNCOPIED, Credential, Secret, Uncopied, kept, keys_by_variable, variable

__all__ = [
    "SHORTEST_INNER",
    "UNCOPIED",
    "Credential",
    "Redactor",
    "Secret",
    "Uncopied",
    "hide_all",
    "kept",
    "keys_by_variable",
    "variable",
]
