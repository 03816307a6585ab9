"""A row to a request: the one function that a plan and a run share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.run.guards import refusals

if TYPE_CHECKING:
    from kustomer_nb.request import Wire
    from kustomer_nb.run.prepare import Prepared
    from kustomer_nb.run.series import Series
    from kustomer_nb.schema import Conversion

CHECK_BYTES = 8


class BuiltRow(NamedTuple):
    """What becomes of a row: why it cannot be sent, or all that is sent.

    ``read_errors`` are those of the file, which every row has. ``content`` is what makes its request another
    one than that of another row; empty if there is none.
    """

    prepared: Prepared
    inputs: Any
    converted: tuple[Conversion, ...]
    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    content: bytes
    read_errors: tuple[Diagnostic, ...] = ()


def build_row(series: Series, inputs: Mapping[str, Any], number: int) -> BuiltRow:
    """Return the request of a row, or why there is none; nothing is sent.

    Raises:
        LoadError: the cassette of a replay cannot be read.
        SettingError: ``settings`` names something that is not a setting of the action.
    """
    prepared = series.prepare(inputs, number)
    diagnostics = prepared.request.diagnostics
    if prepared.input_errors:
        # What else is wrong may be so because of these.
        return BuiltRow(prepared, prepared.inputs, (), tuple(prepared.input_errors), (), b"")
    errors: tuple[Diagnostic, ...] = tuple(diagnostics.errors)
    if series.sends:
        errors += refusals(prepared.request, prepared.profile)
        # Nobody confirms a host for each of thousands of rows.
        errors += tuple(_as_error(note) for note in diagnostics if note.code == Code.HOST_CHOSEN_BY_INPUT)
    content = b"" if diagnostics.errors else _content(prepared.request.wire())
    warnings = tuple(diagnostics.warnings)
    read_errors = tuple(prepared.read_errors)
    return BuiltRow(prepared, prepared.inputs, prepared.converted, errors, warnings, content, read_errors)


def check_of(inputs: Any, key: bytes) -> bytes:
    """Return a keyed hash of coerced inputs, by which a row is known again; its values cannot be guessed.

    Example:
        >>> check_of({"a": 1, "b": 2}, b"key") == check_of({"b": 2, "a": 1}, b"key")
        True
    """
    text = json.dumps(inputs, sort_keys=True, default=repr)
    return blake2b(text.encode(), digest_size=CHECK_BYTES, key=key).digest()


def _as_error(diagnostic: Diagnostic) -> Diagnostic:
    fix = "list the hosts in allowed_hosts of the profile: nobody confirms a host for each row."
    return Diagnostic(diagnostic.code, Severity.ERROR, diagnostic.pointer, diagnostic.message, fix)


def _content(wire: Wire) -> bytes:
    port = "" if wire.port is None else str(wire.port)
    head = f"{wire.method} {wire.scheme}://{wire.host}:{port} ".encode()
    return b"%b%b\n%b" % (head, wire.target, wire.body)
