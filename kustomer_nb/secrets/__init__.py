"""Values that never print, and their removal from anything that may contain them."""

from .encodings import SHORTEST_INNER
from .redactor import Redactor, hide_all
from .secret import PLACEHOLDER, UNCOPIED, Credential, Secret, Uncopied, as_secret, keys_by_variable, variable

__all__ = [
    "PLACEHOLDER",
    "SHORTEST_INNER",
    "UNCOPIED",
    "Credential",
    "Redactor",
    "Secret",
    "Uncopied",
    "as_secret",
    "hide_all",
    "keys_by_variable",
    "variable",
]
