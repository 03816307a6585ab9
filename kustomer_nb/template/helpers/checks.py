"""Kustomer's functions that check a value: `is_valid_email_address` and `if_exists`."""

from __future__ import annotations

import math
import re
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED

from .calls import Ambient, Call, text

# /.+@.+/ finds a text exactly when this does, and this one never walks the text twice.
_EMAIL = re.compile("[^\n\r\u2028\u2029]@[^\n\r\u2028\u2029]")


def is_valid_email_address(ambient: Ambient, call: Call, value: Any, /, *args: str) -> bool:
    """Return whether ``/.+@.+/`` finds the value: ``/#fn:isValidEmailAddress,path``.

    Source: help centre, "Data validation workflow helpers". Certainty: documented; a value that is no text
    being written as JavaScript writes it is inferred.

    Example:
        >>> [is_valid_email_address(Ambient(), Call("isValidEmailAddress"), one) for one in ("k@t", "k.t")]
        [True, False]
    """
    ambient.only(call.name, args)
    return _EMAIL.search(text(value)) is not None


def if_exists(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Return a text when the value exists, else nothing: ``/#fn:ifExists,path,text``.

    A value exists when ``{{#if}}`` takes it for true: not null, "", 0, false, NaN or an empty array.

    Source: help centre, "Conditional workflow helpers", which calls it a variant of ``if`` that outputs a
    text. Certainty: its purpose is documented; the place of the text, and nothing otherwise, are inferred.

    Example:
        >>> call = Call("ifExists")
        >>> if_exists(Ambient(), call, "USA", "Has a country"), if_exists(Ambient(), call, None, "Has one")
        ('Has a country', UNDEFINED)
    """
    if len(args) != 1:
        why = f"its public arguments are a path and one text, and here are {len(args)} texts"
        return ambient.not_known(call.name, why, "pass one text, as in /#fn:ifExists,steps.1.name,Known.")
    return args[0] if _exists(value) else UNDEFINED


def _exists(value: Any) -> bool:
    if isinstance(value, dict):
        return True
    return bool(value) and not (isinstance(value, float) and math.isnan(value))
