"""A credential of a call: its value, the text around it, and the name of its setting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kustomer_nb.secrets import Secret
from kustomer_nb.secrets.token_shapes import is_sample

from .names import camel_case
from .words import MARKER

if TYPE_CHECKING:
    from .http_call import HttpCall
    from .places import Place
    from .words import Variable

# The name of a cookie, a scheme, or a prefix such as key-
_BEFORE_VARIABLE = re.compile(r"(?:[A-Za-z][\w.-]{0,30}=|[A-Za-z]{1,12}[-_.: ])?")


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A credential: its place (None for that of ``-u``), the text around it, and its value.

    ``secret`` is None if its value is a placeholder or that of a variable. ``name`` is that of its setting.
    ``markers`` are the variables that it stands for. ``is_suspected`` is true if only its name or its form
    says so, and may be wrong.
    """

    name: str
    place: Place | None
    index: int
    before: str
    after: str
    secret: Secret | None
    markers: frozenset[str]
    description: str
    is_suspected: bool = False
    # Whether it is one variable and nothing else, so that its value is that of the variable.
    is_variable: bool = False


def credential_of_value(
    name: str, place: Place | None, index: int, text: str, call: HttpCall, description: str
) -> Credential:
    """Return the credential that a value is; of a text around one variable, it is that variable."""
    markers = MARKER.findall(text)
    if len(markers) == 1:
        before, marker, after = text.partition(markers[0])
        # Anything else that is written out may be a credential too: it is read as one text then.
        if not after and _BEFORE_VARIABLE.fullmatch(before):
            return new_credential(name, place, index, before, "", marker, call, description)
    return new_credential(name, place, index, "", "", text, call, description)


def new_credential(
    name: str,
    place: Place | None,
    index: int,
    before: str,
    after: str,
    token: str,
    call: HttpCall,
    description: str,
) -> Credential:
    """Return the credential that a token is; ``before`` and ``after`` are the text around it."""
    markers = frozenset(MARKER.findall(token))
    if len(markers) == 1 and len(token) == 1:
        # A variable is named by its author, unless it is the output of a command.
        (variable,) = [call.variables[marker] for marker in markers]
        name = _name_of_variable(variable) or name
    is_placeholder = bool(markers) or is_sample(token)
    secret = None if is_placeholder else Secret(token, source="the imported command")
    is_variable = MARKER.fullmatch(token) is not None
    return Credential(
        name, place, index, before, after, secret, markers, description, is_variable=is_variable
    )


def _name_of_variable(variable: Variable) -> str:
    return camel_case(variable.name)
