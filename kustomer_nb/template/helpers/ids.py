"""Kustomer's helper for identifiers: `random_id`."""

from __future__ import annotations

import string
from typing import Any

from .calls import Ambient, Options, said, whole_number

ALPHABET = string.ascii_uppercase + string.digits
SIZE = 10
LONGEST = 1_000


def random_id(ambient: Ambient, options: Options, /, *args: Any) -> Any:
    """Return random upper-case letters and digits, 10 or as many as asked: ``{{{randomId size=6}}}``.

    Source: help centre, "Data validation workflow helpers". Certainty: documented; the alphabet is inferred
    from its two examples. More than 1,000 characters are not made here.

    Example:
        >>> from random import Random
        >>> from kustomer_nb.template.helpers import Call
        >>> random_id(Ambient(random=Random(1)), Call("randomId", {"size": 6}))
        'E41JRQ'
    """
    ambient.only(options.name, args)
    size = options.hash.get("size", SIZE)
    wanted = whole_number(size)
    if wanted is None or not 0 <= wanted <= LONGEST:
        fix = f"pass size= with a whole number from 0 to {LONGEST:,}."
        return ambient.not_known(options.name, f"its size is {said(size)}", fix)
    return "".join(ambient.random.choices(ALPHABET, k=wanted))
