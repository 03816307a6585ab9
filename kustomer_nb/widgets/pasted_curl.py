"""A curl command that was pasted into the page: read, never sent, its credentials in memory alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.convert.command_places import place_of
from kustomer_nb.convert.credential_names import is_secret_name
from kustomer_nb.convert.places import Part, parse_place
from kustomer_nb.errors import ConversionError, KustomerNbError
from kustomer_nb.importing import Imported, from_curl
from kustomer_nb.printable import shortened
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
        self,
        *,
        inputs: Mapping[str, str] | None = None,
        public: Iterable[str] = (),
        name: str | None = None,
        app: App | str | None = None,
    ) -> Imported:
        """Return what the command imports; ``public`` are places of what only looks like a credential.

        ``app`` is the id of a new app, or an app that the action is added to.

        Raises:
            ConversionError: there is none, or a name or an input cannot be used.
        """
        if self._text is None:
            message = "no curl command was read."
            raise ConversionError.from_code(Code.COMMAND_SYNTAX, message, "paste a curl command.")
        return from_curl(self._text, inputs=inputs, public=tuple(public), name=name, app=app)

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


def refused(text: str, error: KustomerNbError) -> list[dict[str, Any]]:
    """Return what a page shows of a command that is refused: each problem, its fix, and where it is.

    ``start`` and ``end`` are offsets in the text, which only the page has; both are 0 for the whole command.
    """
    problems = []
    for diagnostic in error.diagnostics:
        start, end = place_of(text, diagnostic) or (0, 0)
        problems.append(
            {
                "message": diagnostic.message,
                "fix": diagnostic.fix or "",
                # The page counts in UTF-16.
                "start": _utf16_length(text[:start]),
                "end": _utf16_length(text[:end]),
            }
        )
    return problems


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def described(imported: Imported, public: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what a page shows of an import; no value of a credential is in it.

    ``public`` has what somebody said to be no credential: the key of its setting, by its place.
    """
    action, suspected = imported.action, imported.suspected
    settings = [
        {
            "key": key,
            "variable": imported.secrets.variables[key],
            "where": suspected.get(key, ""),
            "place": in_words(suspected[key]) if key in suspected else "",
            "isSecret": True,
        }
        for key in imported.secrets
    ]
    settings += [
        {"key": key, "variable": "", "where": where, "place": in_words(where), "isSecret": False}
        for where, key in (public or {}).items()
    ]
    return {
        "app": imported.app.model.app,
        "name": action.name.rpartition(".")[2],
        "inputs": [
            {
                "name": proposal.name,
                "where": proposal.where,
                "place": in_words(proposal.where),
                "type": proposal.type or "any value",
                "example": _example(proposal.example),
                "isSelected": proposal.is_selected,
                "isFixed": proposal.is_fixed,
            }
            for proposal in imported.proposals
        ],
        "settings": settings,
        "notes": [
            {"severity": note.severity.value, "message": note.message, "fix": note.fix}
            for note in imported.diagnostics
        ],
        "template": json.dumps(action.value.get("inputTemplate"), indent=2, ensure_ascii=False),
    }


def _example(value: Any) -> str:
    """Return the value of a command as a page shows it; of a list or an object, how much it has."""
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        word = "item" if isinstance(value, list) else "key"
        return f"{len(value)} {word}{'' if len(value) == 1 else 's'}"
    return shortened(json.dumps(value, ensure_ascii=False))


def in_words(where: str) -> str:
    """Return a place as somebody says it who does not know how it is written.

    Example:
        >>> [in_words(where) for where in ("path[1]", "query.limit", "header.X-Trace", "body.lines[0].sku")]
        ['part 2 of the path', 'limit in the query', 'header X-Trace', 'lines[0].sku in the body']
    """
    part, keys = parse_place(where) or ("", ())
    name = where.removeprefix(part).removeprefix(".")
    if part == Part.PATH and isinstance(keys[0], int):
        return f"part {keys[0] + 1} of the path"
    if part == Part.HEADER:
        return f"header {keys[0]}"
    return f"{name} in the {part}" if name else f"in the {part}"
