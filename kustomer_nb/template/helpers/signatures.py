"""How each helper and function is called: its form, its arguments, and the texts that one of them may be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .basic import DEFAULT_SIZE
from .dates import DIFFERENCE, UNITS


class Signature(NamedTuple):
    """A call as documentation writes it, its ``key=`` arguments, and the texts of its text argument.

    ``has_block`` is true for a helper that is called with a block.
    """

    form: str
    hash: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    has_block: bool = False


_FORMATS = ("YYYY-MM-DD", "LL", "MMMM D, YYYY", "HH:mm")

HELPER_SIGNATURES: Mapping[str, Signature] = MappingProxyType(
    {
        "if": Signature("{{#if value}}…{{else}}…{{/if}}", ("includeZero",), has_block=True),
        "unless": Signature("{{#unless value}}…{{/unless}}", ("includeZero",), has_block=True),
        "each": Signature("{{#each array}}…{{/each}}", has_block=True),
        "with": Signature("{{#with object}}…{{/with}}", has_block=True),
        "lookup": Signature("{{lookup object key}}"),
        "log": Signature("{{log value}}", ("level",)),
        "date": Signature("{{date 'days' count=1}}", ("count",), tuple(f"{unit}s" for unit in UNITS)),
        "dateDiff": Signature(
            f"{{{{dateDiff '{DIFFERENCE}' from=start to=end}}}}", ("from", "to"), (DIFFERENCE,)
        ),
        "dateFormat": Signature("{{{dateFormat at format='LL'}}}", ("format",), _FORMATS),
        "math": Signature("{{math left '+' right}}", (), ("+", "-", "*", "/", "%")),
        "randomId": Signature(f"{{{{{{randomId size={DEFAULT_SIZE}}}}}}}", ("size",)),
        "toLower": Signature("{{{toLower text}}}"),
    }
)

FUNCTION_SIGNATURES: Mapping[str, Signature] = MappingProxyType(
    {
        "dateFormat": Signature("/#fn:dateFormat,path,format", (), _FORMATS),
        "ifExists": Signature("/#fn:ifExists,path,text"),
        "inBusinessHours": Signature("/#fn:inBusinessHours,path"),
        "isValidEmailAddress": Signature("/#fn:isValidEmailAddress,path"),
        "isValidPhoneNumber": Signature("/#fn:isValidPhoneNumber,path"),
        "parseFloat": Signature("/#fn:parseFloat,path"),
        "parseInt": Signature("/#fn:parseInt,path"),
    }
)
