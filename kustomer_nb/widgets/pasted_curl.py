"""A curl command that was pasted into the page: read, never sent, its credentials in memory alone."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from kustomer_nb.importing import Imported, from_curl
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

if TYPE_CHECKING:
    from kustomer_nb.app import App

_DOTS = "\N{BULLET}" * 6
# A shorter value may be a part of other words.
_SHORTEST = 4


class PastedCommand:
    """The text of a command, and the text with masks in place of its credentials, for the page.

    A mask stands for its credential if the page sends it back, so that the command can be edited.

    Example:
        >>> command = PastedCommand()
        >>> imported = command.read("curl https://a.shop.com/orders/7 -H 'Authorization: Bearer s3cr3t-01'")
        >>> command.masked.count("s3cr3t"), command.masked.startswith("curl https://a.shop.com/orders/7 -H")
        (0, True)
        >>> command.read(command.masked + " -X DELETE").action.definition.input_template.method
        'DELETE'
    """

    def __init__(self) -> None:
        self._text = ""
        self._values: dict[str, str] = {}
        self.masked = ""
        self.is_hidden = False

    @scrub_tracebacks
    def read(
        self,
        text: str,
        *,
        inputs: Mapping[str, str] | None = None,
        name: str | None = None,
        app: App | None = None,
    ) -> Imported:
        """Return what a command imports; the masks in it stand for the credentials of the command before it.

        Raises:
            ConversionError: it is no curl command, or an action cannot send such a request.
        """
        restored = self._text if self.is_hidden and text == self.masked else self._unmasked(text)
        imported = from_curl(restored, inputs=inputs, name=name, app=app)
        self._keep(restored, imported)
        return imported

    def forget(self) -> None:
        """Forget the command and its credentials."""
        self._text, self.masked, self.is_hidden = "", "", False
        self._values.clear()

    def _unmasked(self, text: str) -> str:
        for mask, value in self._values.items():
            text = text.replace(mask, value)
        return text

    def _keep(self, text: str, imported: Imported) -> None:
        self._text, self._values, self.masked, self.is_hidden = text, {}, text, False
        for key, secret in imported.secrets.items():
            forms = [form for form in _forms(str(secret.reveal())) if len(form) >= _SHORTEST]
            written = [form for form in forms if form in self.masked]
            if not written:
                # It is written in a way that nobody here recognizes: nothing of the text is shown.
                words = "hidden, as it has credentials: paste it again to change it"
                self.masked = f"curl \N{HORIZONTAL ELLIPSIS} ({words})"
                self.is_hidden = True
                return
            for number, form in enumerate(sorted(written, key=len, reverse=True)):
                mask = f"{_DOTS}{key.rpartition('.')[2]}{number or ''}{_DOTS}"
                self._values[mask] = form
                self.masked = self.masked.replace(form, mask)


def _forms(value: str) -> Iterator[str]:
    """Yield the ways in which a command may write a credential."""
    yield value
    yield quote(value, safe="")
    yield quote_plus(value)
    yield json.dumps(value)[1:-1]
    yield value.replace("'", "'\\''")
    try:
        decoded = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    yield decoded
    # -u user:password; the user alone is no secret.
    if ":" in decoded:
        yield decoded.partition(":")[2]


def chosen_inputs(pairs: Iterable[str]) -> dict[str, str]:
    """Return the places of inputs by their names, from pairs such as ``id=path[1]``."""
    return dict(pair.partition("=")[::2] for pair in pairs)


def described(imported: Imported) -> dict[str, Any]:
    """Return what a page shows of an import; no value of a credential is in it."""
    action = imported.action

    def example(value: Any) -> str:
        return "" if value is None else json.dumps(value, ensure_ascii=False)

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
