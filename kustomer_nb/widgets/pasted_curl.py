"""A curl command that was pasted into the page: read, never sent, its credentials in memory alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.convert.credential_names import is_secret_name
from kustomer_nb.errors import ConversionError
from kustomer_nb.importing import Imported, from_curl
from kustomer_nb.secrets.token_shapes import tokens_in
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

if TYPE_CHECKING:
    from kustomer_nb.app import App

# What curl is told and an action does not have: it may hold a credential, and nobody has looked at it.
_LEFT_OUT = frozenset({Code.PART_LEFT_OUT, Code.TRANSPORT_DIFFERS})
_WORD = re.compile(r"[\w.-]+")
# An option of credentials, a user in a URL, and what is no part of a request: comments, fragments, and
# quotes that write a value in another way.
_IN_DOUBT = re.compile(
    r"(?<![\w-])-[A-Za-z]*[uUbxE]|--(?:user|proxy|cookie|cert|pass|oauth|tls|login)|@|#|\$'|[`^|;]"
)


class PastedCommand:
    """The text of a command, which is kept here alone: nothing of it goes back to the page.

    Example:
        >>> command = PastedCommand()
        >>> command.read("curl https://a.shop.com/orders/7 -H 'Authorization: Bearer s3cr3t-01'")
        >>> command.is_hidden, command.imported(name="find").action.name
        (True, 'kustomer.app.shop.find')
    """

    def __init__(self) -> None:
        self._text: str | None = None
        self.is_hidden = False

    @scrub_tracebacks
    def read(self, text: str) -> None:
        """Keep a command in place of the one before it, which is forgotten also if this one is refused.

        Raises:
            ConversionError: it is no curl command, or an action cannot send such a request.
        """
        self.forget()
        imported = from_curl(text)
        self._text, self.is_hidden = text, _may_hold_credentials(text, imported)

    @scrub_tracebacks
    def imported(
        self, *, inputs: Mapping[str, str] | None = None, name: str | None = None, app: App | None = None
    ) -> Imported:
        """Return what the command imports.

        Raises:
            ConversionError: there is none, or a name or an input cannot be used.
        """
        if self._text is None:
            message = "no curl command was read."
            raise ConversionError.from_code(Code.COMMAND_SYNTAX, message, "paste a curl command.")
        return from_curl(self._text, inputs=inputs, name=name, app=app)

    def forget(self) -> None:
        """Forget the command and its credentials."""
        self._text, self.is_hidden = None, False


def _may_hold_credentials(text: str, imported: Imported) -> bool:
    """Return whether a text has credentials, or parts of which nobody can say that they are none."""
    return (
        bool(imported.secrets)
        or any(note.code in _LEFT_OUT for note in imported.diagnostics)
        or _IN_DOUBT.search(text) is not None
        or any(map(is_secret_name, _WORD.findall(text)))
        or next(tokens_in(text), None) is not None
    )


def chosen_inputs(pairs: Iterable[str]) -> dict[str, str]:
    """Return the places of inputs by their names, from pairs such as ``id=path[1]``."""
    return dict(pair.partition("=")[::2] for pair in pairs)


def described(imported: Imported) -> dict[str, Any]:
    """Return what a page shows of an import; no value of a credential is in it."""
    action = imported.action
    return {
        "name": action.name.rpartition(".")[2],
        "inputs": [
            {
                "name": proposal.name,
                "where": proposal.where,
                "type": proposal.type,
                "example": ""
                if proposal.example is None
                else json.dumps(proposal.example, ensure_ascii=False),
                "isSelected": proposal.is_selected,
            }
            for proposal in imported.proposals
        ],
        "settings": [
            {"key": key, "variable": imported.secrets.variables.get(key, "")} for key in imported.secrets
        ],
        "notes": [
            {"severity": note.severity.value, "message": note.message, "fix": note.fix}
            for note in imported.diagnostics
        ],
        "template": json.dumps(action.value.get("inputTemplate"), indent=2, ensure_ascii=False),
    }
