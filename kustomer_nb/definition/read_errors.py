"""What of an action the reader had to guess, so that it must not be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.read_guesses import encloses, guesses

from .document import Document, ReadAction

# What decides what is sent, and what is made of the response.
SENT = ("type", "appSettings", "appAccountName", "inputSchema", "inputTemplate", "outputTemplate")


def guessed(document: Document, action: ReadAction, defaults: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Return the read errors of a document that leave open what a run of an action sends.

    They keep their code and their place in the text. Their pointers are those of the action, empty where
    the fault is around it. ``defaults`` are the keys of the settings whose default in the definition is
    sent; the others may have a default that nobody can read.

    Example:
        >>> from .document import read_document
        >>> text = '[{"description": now(), "inputTemplate": {"data": {"at": now(), "id":}}}]'
        >>> document = read_document(text)
        >>> [(one.code, one.pointer) for one in guessed(document, document.actions[0])]
        [('KNB122', '/inputTemplate/data/at'), ('KNB109', '/inputTemplate/data/id')]
    """
    reading = document.reading
    parts = [pointers.join(action.pointer, name) for name in SENT]
    declared = list(_declared(document, action, defaults))
    found: list[Diagnostic] = []
    for one in guesses(reading):
        if _is_in(one.pointer, parts):
            found.append(_told(one, one.pointer.removeprefix(action.pointer)))
        elif _is_in(one.pointer, declared):
            found.append(_told(one, one.pointer))
        elif any(encloses(one, part, reading) for part in parts):
            found.append(_told(one, ""))
    return tuple(found)


def _is_in(pointer: str, parts: list[str]) -> bool:
    return any(f"{pointer}/".startswith(f"{part}/") for part in parts)


def _declared(document: Document, action: ReadAction, defaults: Collection[str]) -> Iterator[str]:
    """Yield the pointers of what the app declares of the settings that an action reads."""
    for key in action.definition.setting_keys.values():
        app, _, rest = key.partition(".")
        category, _, name = rest.partition(".")
        if app == document.app.app:
            pointer = pointers.join("/settings", category, name)
            yield from (f"{pointer}/type", *([f"{pointer}/defaultValue"] if key in defaults else ()))


def _told(found: Diagnostic, pointer: str) -> Diagnostic:
    way_out = " app.fix() and `kustomer-nb fix` do that." if found.is_safe else ""
    message = f"{found.message} It was read by guessing, so it is not sent."
    return replace(
        found, pointer=pointer, message=message, fix=f"{found.fix}{way_out}", edits=(), is_safe=False
    )
