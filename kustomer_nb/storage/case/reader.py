"""The case of a file's text, with every fault as a diagnostic at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.parser import ParsedText, read
from kustomer_nb.near_names import near_miss
from kustomer_nb.storage.files import read_file

from .model import CaseFile, ExchangeTable, PointerTables, RequestTable, ResponseTable

# The models by the pointer of what they check.
_MODELS: dict[str, type[BaseModel]] = {
    "": CaseFile,
    "/exchange": ExchangeTable,
    "/exchange/request": RequestTable,
    "/exchange/response": ResponseTable,
    "/ignore": PointerTables,
    "/warn": PointerTables,
}
# A quote, a space or a colon that is written as an escape, but never by `to_json`.
_ESCAPED_COLON = re.compile(r"\\u00(?:2[02]|3[aA])")


@dataclass(frozen=True)
class ReadCase:
    """What a case file says; ``file`` is None where ``problems`` has an error."""

    path: Path
    file: CaseFile | None
    problems: Diagnostics
    value: Any = None

    @cached_property
    def reading(self) -> ParsedText | None:
        """The text with the place of each value; most cases have no fault, and so need no place."""
        return None if self.file is None else read(self.problems.text)

    def fault(self, pointer: str, message: str, fix: str) -> Diagnostic:
        """Return a fault at a pointer of the file, with its line."""
        return _diagnostic(self.path, self.reading, pointer, message, fix)


def read_case(path: Path) -> ReadCase:
    """Return the case of a file; a file that cannot be read is a problem, too."""
    try:
        text = read_file(path).text
    except LoadError as error:
        problems = [replace(problem, file=str(path)) for problem in error.diagnostics]
        return ReadCase(path, None, Diagnostics(problems))
    return parse_case(text, path)


def parse_case(text: str, path: Path) -> ReadCase:
    """Return the case of a text.

    Example:
        >>> parse_case('{"name": "a", "action": 7}', Path("a.case.json")).problems[0].location()
        'a.case.json:1:25'
    """
    value = _strict_value(text)
    if value is not UNDEFINED:
        file, faults = validated(value)
        if file is not None:
            return ReadCase(path, file, Diagnostics(text=text), value)
    try:
        reading = read(text)
    except LoadError as error:
        problems = [replace(problem, file=str(path)) for problem in error.diagnostics]
        return ReadCase(path, None, Diagnostics(problems, text=text))
    if reading.diagnostics:
        # Repaired is not read: a test that may be another one than its author wrote proves nothing.
        # So each is an error, also a key that occurs twice: with a warning, a run without it would pass.
        problems = [
            replace(problem, file=str(path), severity=Severity.ERROR) for problem in reading.diagnostics
        ]
        return ReadCase(path, None, Diagnostics(problems, text=text))
    file, faults = validated(reading.value)
    problems = [_diagnostic(path, reading, *fault) for fault in faults]
    return ReadCase(path, file, Diagnostics(problems, text=text), reading.value)


def _strict_value(text: str) -> Any:
    """Return the value of a text that is JSON without a doubt; ``UNDEFINED`` for any other.

    As `read` returns it, in a tenth of the time, which a suite of thousands of cases notices.
    """
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError:
        return UNDEFINED
    try:
        # In C, in a tenth of the time of a look at each member.
        written = to_json(value, inf_nan_mode="constants")
    except ValueError:
        return UNDEFINED
    # A key that occurs twice has two colons in the text and one here. Those of strings are in both, unless
    # the text has one as an escape; no number in JSON is infinite.
    is_sure = text.count(":") == written.count(b":") and "\\u" not in text
    return value if (is_sure or _has_unique_keys(text, written)) and b"Infinity" not in written else UNDEFINED


def _has_unique_keys(text: str, written: bytes) -> bool:
    """Return whether no key occurs twice in an object of a text, by what its value is written as."""
    # Each member has such a colon; there may be space in front of it. A string may have one too, in both,
    # unless a part of it is escaped in the text.
    if _ESCAPED_COLON.search(text):
        return False
    return _colons(text.encode("utf-8", "surrogatepass")) == _colons(written)


def _colons(json: bytes) -> int:
    return json.translate(None, b" \t\r\n").count(b'":')


class Fault(NamedTuple):
    """A fault in a case: its pointer, what is wrong, and the fix."""

    pointer: str
    message: str
    fix: str


def validated(value: Any) -> tuple[CaseFile | None, list[Fault]]:
    """Return the case of a value, or its faults."""
    try:
        return CaseFile.model_validate(value), []
    except ValidationError as error:
        faults = list(_faults(error, value))
    # Of a union, the branch that the author did not mean is at fault as a whole.
    inner = [fault.pointer for fault in faults]
    return None, [fault for fault in faults if not any(p.startswith(f"{fault.pointer}/") for p in inner)]


def _diagnostic(path: Path, reading: ParsedText | None, pointer: str, message: str, fix: str) -> Diagnostic:
    span = None if reading is None else _nearest_span(reading, pointer)
    return Diagnostic(Code.CASE_INVALID, Severity.ERROR, pointer, message, fix, span, file=str(path))


def _nearest_span(reading: ParsedText, pointer: str) -> Span | None:
    keys = pointers.split(pointer)
    while (span := reading.span(pointers.join("", *keys))) is None and keys:
        keys.pop()
    return span


def _faults(error: ValidationError, value: Any) -> Iterator[Fault]:
    """Yield one diagnostic for each key that is at fault; pydantic has one for each branch of a union."""
    seen: set[str] = set()
    # Without the input: a case may hold what its author did not mean to show.
    for item in error.errors(include_input=False, include_context=False, include_url=False):
        pointer, key = _place(item["loc"], value)
        if pointer in seen:
            continue
        seen.add(pointer)
        # Of an item of a list or a table, such as a header, the key that holds all of them is described.
        parent = pointer.rpartition("/")[0]
        while parent not in _MODELS or not isinstance(pointers.resolve(value, parent), dict):
            key = pointers.split(parent)[-1]
            parent = parent.rpartition("/")[0]
        message, fix = _explained(item["type"], _MODELS[parent], pointer, key)
        yield Fault(pointer, message, fix)


def _explained(kind: str, model: type[BaseModel], pointer: str, key: str) -> tuple[str, str]:
    """Return what is wrong with a key of a model, and the fix; ``kind`` is the type of pydantic's error."""
    if kind == "missing":
        return f"`{key}` is missing.", f"add it: {_description(model, key)}."
    if kind == "extra_forbidden":
        near = near_miss(key, [field.alias or name for name, field in model.model_fields.items()])
        return f"the key `{key}` is unknown.", f"did you mean `{near}`?" if near else "remove it."
    words = _description(model, key) if pointer else "an object with name, action and inputs"
    return f"{f'`{key}`' if key else 'the case'} is not {words}.", f"make it {words}."


def _place(location: tuple[int | str, ...], value: Any) -> tuple[str, str]:
    """Return the pointer of a fault and the key in the table that it is in, without branches of unions."""
    pointer = ""
    for part in location:
        inner = pointers.join(pointer, part)
        if pointer in _MODELS or pointers.resolve(value, inner) is not UNDEFINED:
            # A branch of a union is named in the location like a key.
            is_branch = pointer in _MODELS and not _is_key(part, _MODELS[pointer], value, inner)
            if is_branch:
                continue
            pointer = inner
            if pointer not in _MODELS:
                break
    return pointer, pointers.split(pointer)[-1] if pointer else ""


def _is_key(part: int | str, model: type[BaseModel], value: Any, pointer: str) -> bool:
    names = {field.alias or name for name, field in model.model_fields.items()}
    return part in names or pointers.resolve(value, pointer) is not UNDEFINED


def _description(model: type[BaseModel], key: str) -> str:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return field.description or "what it should be"
    return "what it should be"
