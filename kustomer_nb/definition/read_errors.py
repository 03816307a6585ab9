"""Which parts of an action the reader had to guess, so that they must not be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.faces import for_face
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.read_guesses import encloses, guesses

from .document import Document, ReadAction
from .models import setting_key_parts

# The properties that decide what is sent, and what the output is.
SENT = ("type", "appSettings", "appAccountName", "inputSchema", "inputTemplate", "outputTemplate")


def guessed(document: Document, action: ReadAction, defaults: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Return the read errors of a document that make uncertain what a run of an action sends.

    They keep their code and their span. Their pointers are relative to the action, empty for a problem around
    it. ``defaults`` are the keys of the settings whose default in the definition is sent; read errors in
    other defaults do not matter.

    Example:
        >>> from .document import read_document
        >>> text = '[{"description": now(), "inputTemplate": {"data": {"at": now(), "id":}}}]'
        >>> document = read_document(text)
        >>> [(error.code, error.pointer) for error in guessed(document, document.actions[0])]
        [('KNB122', '/inputTemplate/data/at'), ('KNB109', '/inputTemplate/data/id')]
    """
    reading = document.reading
    parts = [pointers.join(action.pointer, name) for name in SENT]
    declared = list(_declared(document, action, defaults))
    errors: list[Diagnostic] = []
    for guess in guesses(reading):
        if _is_in(guess.pointer, parts):
            errors.append(_read_error(guess, guess.pointer.removeprefix(action.pointer)))
        elif _is_in(guess.pointer, declared):
            errors.append(_read_error(guess, guess.pointer))
        elif any(encloses(guess, part, reading) for part in parts):
            errors.append(_read_error(guess, ""))
    return tuple(errors)


def mistyped(document: Document, action: ReadAction) -> tuple[Diagnostic, ...]:
    """Return the errors for properties of an inputTemplate that have the wrong type, so they are not sent.

    Example:
        >>> from .document import read_document
        >>> document = read_document('[{"inputTemplate": {"headers": ["accept"]}}]')
        >>> [error.message for error in mistyped(document, document.actions[0])]
        ['headers is an array, not an object; nothing is sent.']
    """
    request = pointers.join(action.pointer, "inputTemplate")
    return tuple(
        Diagnostic(
            Code.WRONG_TYPE,
            Severity.ERROR,
            mismatch.pointer.removeprefix(action.pointer),
            f"{pointers.split(mismatch.pointer)[-1]} is {_named(mismatch.value)}, not {mismatch.expected}; "
            "nothing is sent.",
            f"write {mismatch.expected}.",
            document.span(mismatch.pointer),
        )
        for mismatch in document.type_mismatches
        if f"{mismatch.pointer}/".startswith(f"{request}/")
    )


def _named(value: Any) -> str:
    names = {str: "a string", list: "an array", dict: "an object", bool: "a boolean"}
    return names.get(type(value), "a number")


def _is_in(pointer: str, parts: list[str]) -> bool:
    return any(f"{pointer}/".startswith(f"{part}/") for part in parts)


def _declared(document: Document, action: ReadAction, defaults: Collection[str]) -> Iterator[str]:
    """Yield the pointers of the declarations of the settings that an action reads."""
    for key in action.definition.setting_keys.values():
        app, category, name = setting_key_parts(key)
        # The settings of another app are not declared in this document.
        if app == document.app.app:
            pointer = pointers.join("/settings", category, name)
            yield from (f"{pointer}/type", *([f"{pointer}/defaultValue"] if key in defaults else ()))


def _read_error(guess: Diagnostic, pointer: str) -> Diagnostic:
    fixer = for_face(python="app.fix()", command_line="kustomer-nb fix")
    auto_fix = f" `{fixer}` does that." if guess.is_safe else ""
    message = f"{guess.message} This value is a guess, so it is not sent."
    # Without the edits: a run fixes nothing, and only the document knows the text that they refer to.
    return replace(
        guess, pointer=pointer, message=message, fix=f"{guess.fix}{auto_fix}", edits=(), is_safe=False
    )
