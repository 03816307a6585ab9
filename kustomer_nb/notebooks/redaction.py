"""The secrets and paths of a notebook, replaced in all of its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.secrets.token_patterns import is_named
from kustomer_nb.secrets.token_shapes import mask, public_tokens_in

from .credentials import Credential, credentials_in
from .texts import Kind, Place, places_in

if TYPE_CHECKING:
    from .known_values import KnownSecrets
    from .machine_paths import MachinePaths

# Colours of a terminal, and the tags of HTML: a secret that is coloured may be in several pieces.
_MARKS = {Kind.LOG: re.compile(r"\x1b\[[0-9;]*[A-Za-z]"), Kind.MARKUP: re.compile(r"<[^<>]*>")}
_MARKS[Kind.TEXT] = _MARKS[Kind.LOG]
# The array of a chart: base64 of its numbers.
_BYTES = "bdata"
# A longer string beside the name of a credential is a text.
_LONGEST_NAMED = 500
_FIX_OF_OUTPUT = "share the copy, which has {} in its place; replace the secret if others have seen it."
_FIX_OF_SOURCE = "read it from a setting, and replace the secret if others have seen it; the copy has {}."


class Redaction:
    """Replaces what a notebook must not show, text by text; ``findings`` are what was replaced."""

    def __init__(self, notebook: Any, known: KnownSecrets, paths: MachinePaths) -> None:
        self._notebook = notebook
        self._known = known
        self._paths = paths
        self.findings: list[Diagnostic] = []

    def run(self) -> None:
        """Replace the secrets that are known, then what looks like one, then paths."""
        for place in places_in(self._notebook):
            self._replace(place, self._known.redactor, Code.SETTING_IN_NOTEBOOK)
        distinct = self._replace_credentials()
        # A token that its name gives away in one cell is printed without that name in another.
        if distinct:
            for place in places_in(self._notebook):
                self._replace(place, distinct, Code.CREDENTIAL_IN_NOTEBOOK)
        for place in places_in(self._notebook):
            if place.kind is Kind.LOG:
                self._shorten_paths(place)

    def secrets_left(self, text: str) -> bool:
        """Return whether a text still contains a secret that the project knows."""
        return self._known.redactor.text(text) != text

    def _replace(self, place: Place, redactor: Redactor, code: Code) -> None:
        if place.kind is Kind.JSON:
            redacted = redactor.value(_plain(place.value))
            labels = _labels_in(redactor, place.value) if redacted != _plain(place.value) else []
            lines = dict.fromkeys(labels, 0)
        elif place.kind is Kind.BINARY:
            lines = dict.fromkeys((label for _, _, label in redactor.spans(place.value)), 0)
            redacted = None
        else:
            redacted, lines = self._redacted_text(place, redactor)
        if not lines:
            return
        for label, line in lines.items():
            self._report_secret(place, label, line, code)
        if redacted is None and place.remove is not None:
            place.remove()
        else:
            place.write(redacted)

    def _redacted_text(self, place: Place, redactor: Redactor) -> tuple[str | None, dict[str, int]]:
        """Return a text without secrets, None if it has to go, and each label with its first line."""
        text: str = place.value
        spans = redactor.spans(text)
        redacted = redactor.text(text)
        marks = _MARKS.get(place.kind)
        joined = marks.sub("", redacted) if marks is not None else redacted
        if joined == redacted or not (split := redactor.spans(joined)):
            return redacted, _first_lines(text, spans)
        lines = {**dict.fromkeys((label for _, _, label in split), 0), **_first_lines(text, spans)}
        # Without its colours a traceback reads the same; HTML without its tags does not.
        return (None if place.kind is Kind.MARKUP else redactor.text(joined)), lines

    def _report_secret(self, place: Place, label: str, line: int, code: Code) -> None:
        name = f"{place.name}, line {line}" if line else place.name
        if code is Code.SETTING_IN_NOTEBOOK:
            message = f"{name} contains the value of `{label.removeprefix('$')}`."
        else:
            message = f"{name} contains a token that another part of the notebook names."
        self._report(code, Severity.ERROR, place, message, _fix(place, label))

    def _report(self, code: Code, severity: Severity, place: Place, message: str, fix: str) -> None:
        self.findings.append(Diagnostic(code, severity, place.pointer, one_line(message), fix))

    def _replace_credentials(self) -> Redactor | None:
        """Replace what looks like a credential at its place; return a redactor of those without a doubt."""
        labels: dict[str, str] = {}
        for place in places_in(self._notebook):
            at_place: dict[Credential, str] = {}
            for credential in self._credentials(place):
                label = mask(credential.text)
                if credential.is_distinct:
                    label = labels.setdefault(credential.text, f"$credential.{len(labels) + 1}")
                at_place[credential] = label
            if at_place:
                self._report_credentials(place, at_place)
                place.write(_relabelled(place.value, at_place))
        secrets = {label: Secret(text, source="the notebook") for text, label in labels.items()}
        return Redactor(secrets) if secrets else None

    def _credentials(self, place: Place) -> list[Credential]:
        """Return what looks like a credential in a text, and is none of our labels."""
        if place.kind is Kind.BINARY:
            return []
        if place.kind is Kind.CODE:
            credentials: Iterable[Credential] = (
                Credential(*token) for token in public_tokens_in(place.value)
            )
        elif place.kind is Kind.JSON:
            credentials = _credentials_in_json(place.value, self._known.keys)
        else:
            credentials = credentials_in(place.value, self._known.keys)
        ours = tuple(self._known.labels)
        return [credential for credential in credentials if not credential.text.startswith(ours)]

    def _report_credentials(self, place: Place, labels: dict[Credential, str]) -> None:
        firsts = {credential.text: credential for credential in sorted(labels, reverse=True)}
        for credential in reversed(firsts.values()):
            where = f"{place.name}{_line_of(place, credential)}"
            message = f"{where} contains what looks like a token ({len(credential.text)} characters)."
            severity = Severity.ERROR if credential.is_certain else Severity.WARNING
            fix = _fix(place, labels[credential])
            self._report(Code.CREDENTIAL_IN_NOTEBOOK, severity, place, message, fix)

    def _shorten_paths(self, place: Place) -> None:
        shortened = self._paths.shortened(place.value)
        if shortened != place.value:
            place.write(shortened)
            is_known = any(
                finding.code == Code.PATH_IN_NOTEBOOK and _owner(finding.pointer) == _owner(place.pointer)
                for finding in self.findings
            )
            if not is_known:
                message = f"{place.name} shows where files are on the machine that ran it."
                fix = "share the copy, in which paths are relative to the project."
                self._report(Code.PATH_IN_NOTEBOOK, Severity.WARNING, place, message, fix)


def _first_lines(text: str, spans: Iterable[tuple[int, int, str]]) -> dict[str, int]:
    """Return the line that each label is first on, counted from 1."""
    lines: dict[str, int] = {}
    for start, _, label in spans:
        lines.setdefault(label, _line(text, start))
    return lines


def _line_of(place: Place, credential: Credential) -> str:
    return f", line {_line(place.value, credential.start)}" if isinstance(place.value, str) else ""


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _owner(pointer: str) -> str:
    """Return the pointer of the output that holds a text."""
    return "/".join(pointer.split("/")[:5])


def _fix(place: Place, label: str) -> str:
    return (_FIX_OF_SOURCE if place.kind is Kind.SOURCE else _FIX_OF_OUTPUT).format(f"`{label}`")


def _plain(value: Any) -> Any:
    """Return a JSON value as plain objects: those of nbformat are a class of their own."""
    return json.loads(json.dumps(value)) if isinstance(value, dict) else value


def _labels_in(redactor: Redactor, value: Any) -> list[str]:
    text = json.dumps(value, ensure_ascii=False)
    return [label for _, _, label in redactor.spans(text)] or ["$secret"]


def _credentials_in_json(value: Any, keys: frozenset[str]) -> Iterator[Credential]:
    """Yield what looks like a credential in a JSON value; the offsets are those in its string."""
    for name, text in _members(value):
        credentials = list(credentials_in(text, keys))
        if not credentials and len(text) <= _LONGEST_NAMED and is_named(name):
            # As it would be written in a file, where its name gives it away.
            before = f'"{name}": "'
            named = credentials_in(f'{before}{text}"', keys)
            credentials = [
                Credential(start - len(before), end - len(before), token) for start, end, token in named
            ]
        yield from credentials


def _members(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each string of a JSON value with the name that it has."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        # As services list headers: {"name": "x-api-key", "value": "…"}.
        listed = value.get("name", value.get("key"))
        for key, item in value.items():
            yield "", key
            if key != _BYTES:
                yield from _members(item, listed if key == "value" and isinstance(listed, str) else key)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item, name)


def _relabelled(value: Any, labels: dict[Credential, str]) -> Any:
    """Return a text or JSON value with labels in place of credentials.

    In JSON, one that may be a word is replaced only where it is a whole string, or ends one.
    """
    if isinstance(value, str):
        for credential in sorted(labels, reverse=True):
            value = value[: credential.start] + labels[credential] + value[credential.end :]
        return value
    return _with(value, {credential.text: (credential, label) for credential, label in labels.items()})


def _with(value: Any, labels: dict[str, tuple[Credential, str]]) -> Any:
    if isinstance(value, str):
        for token, (credential, label) in labels.items():
            if credential.is_distinct:
                value = value.replace(token, label)
            elif value.endswith(token):
                value = value.removesuffix(token) + label
        return value
    if isinstance(value, dict):
        return {_with(key, labels): _with(item, labels) for key, item in value.items()}
    return [_with(item, labels) for item in value] if isinstance(value, list) else value
