"""What can be written at an offset of a definition that is being typed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers

from .definition_keys import keys_of, schemas_at, values_of
from .items import Completion, Completions, matching, quoted_source
from .last_runs import LastRunOf, never_run
from .names import input_names, output_names, setting_keys, undeclared
from .subject import Subject, find_subject
from .templates import complete_string

if TYPE_CHECKING:
    from kustomer_nb.definition import Document

    from .cursor import Cursor

_TEMPLATES = ("inputTemplate", "outputTemplate")
_SCHEMAS = ("inputSchema", "outputSchema")


def complete(
    text: str, offset: int, *, last_run: LastRunOf = never_run, known: Document | None = None
) -> Completions:
    """Return what can be written at an offset of a definition, which need not parse.

    Keys that the object lacks, values that a key lists, and in templates what they can read: inputs, app
    settings, ``_env``, helpers with their arguments, and in an outputTemplate paths of the response.
    Without a last response or its shape, its paths are those of the sample. ``known`` is the last version
    that could be read, for a text that cannot. Values are never shown, only their types.
    What is inserted into a string is as the string reads; `Completions.as_source` escapes it for the text.

    Example:
        >>> text = '{"inputSchema": {"properties": {"id": {}}}, "inputTemplate": {"uri": "/{{{i'
        >>> completions = complete(text, len(text))
        >>> [(item.label, item.kind) for item in completions.items][:2], completions.start == len(text) - 1
        ([('id', 'input'), ('#if', 'helper')], True)
    """
    offset = max(0, min(offset, len(text)))
    subject = find_subject(text, offset, known)
    if subject is None:
        return Completions(offset, offset)
    cursor = subject.cursor
    if cursor.place == "key":
        return _keys(text, offset, cursor, subject)
    return _values(text, offset, cursor, subject, last_run)


def _keys(text: str, offset: int, cursor: Cursor, subject: Subject) -> Completions:
    token = cursor.token
    start, end = (token.start, token.end) if token else (offset, offset)
    typed = "" if token is None else text[start + len(token.quote) : offset]
    items = [
        Completion(
            label,
            kind,
            detail,
            quoted_source(label, cursor.key_quote) + ("" if cursor.has_colon else ": "),
        )
        for label, kind, detail in _key_labels(cursor, subject)
        if label not in cursor.siblings
    ]
    return Completions(start, end, matching(items, typed))


def _key_labels(cursor: Cursor, subject: Subject) -> Iterator[tuple[str, Any, str]]:
    inner = subject.inner
    if inner[:1] == ("inputTemplate",) and len(inner) > 1:
        return
    if inner == ("inputSchema", "properties"):
        for name in undeclared(subject.action, subject.reads()):
            yield name, "input", "a template reads it"
    if inner == ("appSettings",):
        for key in setting_keys(subject.app):
            yield key.rpartition(".")[2], "setting", f"app setting {key}"
    nodes = schemas_at(subject.path, is_app=subject.is_app, is_action=subject.is_action)
    for key, detail in keys_of(nodes).items():
        yield key, "key", detail


def _values(text: str, offset: int, cursor: Cursor, subject: Subject, last_run: LastRunOf) -> Completions:
    token = cursor.token
    inner = subject.inner
    if token is not None and token.quote and inner[:1] and inner[0] in _TEMPLATES:
        is_output = inner[0] == "outputTemplate"
        run = last_run(subject.action_name)
        names = (
            output_names(subject.action, run.body, run.shape)
            if is_output
            else input_names(subject.action, subject.app)
        )
        close = token.end - 1 if token.is_closed else token.end
        completions = complete_string(text[token.start + 1 : offset], text[offset:close], offset, names)
        if completions is not None and (completions.items or text[token.start + 1 : offset]):
            listed = _with_listed(completions, text, offset, cursor, subject)
            return replace(listed, quote=token.quote)
    return _listed(text, offset, cursor, subject)


def _with_listed(
    completions: Completions, text: str, offset: int, cursor: Cursor, subject: Subject
) -> Completions:
    """Return the completions of a string, with the values of its key where it is still empty."""
    if completions.start != completions.end or text[offset - 1 : offset] not in ('"', "'"):
        return completions
    listed = _listed(text, offset, cursor, subject, is_within=True)
    return Completions(completions.start, completions.end, (*listed.items, *completions.items))


def _listed(
    text: str, offset: int, cursor: Cursor, subject: Subject, *, is_within: bool = False
) -> Completions:
    token = cursor.token
    start, end = (token.start, token.end) if token else (offset, offset)
    quote = token.quote if token else ""
    typed = "" if token is None else text[start + len(quote) : offset]
    items = []
    for value, kind, detail in _listed_values(cursor, subject):
        label = value if isinstance(value, str) else json.dumps(value)
        if is_within and not isinstance(value, str):
            continue
        insert = (
            label if is_within or not isinstance(value, str) else quoted_source(value, cursor.value_quote)
        )
        items.append(Completion(label, kind, detail, insert))
    return Completions(start, end, matching(items, typed))


def _listed_values(cursor: Cursor, subject: Subject) -> Iterator[tuple[Any, Any, str]]:
    inner = subject.inner
    if inner[:1] and inner[0] == "appSettings" and inner[2:] == ("key",):
        for key in setting_keys(subject.app):
            yield key, "setting", "declared by the app"
    if len(inner) > 1 and inner[0] in _SCHEMAS and inner[-2] == "required" and cursor.is_in_array:
        schema = pointers.resolve(subject.action, [str(key) for key in inner[:-2]])
        properties, required = _members(schema, "properties"), _members(schema, "required")
        for name in properties:
            if name not in required:
                yield name, "input", "a property"
    if len(inner) > 1 and inner[0] in _SCHEMAS and "default" in inner[-2:]:
        schema = pointers.resolve(subject.action, [str(key) for key in inner[: inner.index("default")]])
        if isinstance(schema, dict) and schema.get("type") == "boolean":
            yield True, "value", ""
            yield False, "value", ""
    path: Sequence[str | int] = subject.path
    if inner[:1] and inner[0] in _TEMPLATES and len(inner) > 2:
        return
    for value in values_of(schemas_at(path, is_app=subject.is_app, is_action=subject.is_action)):
        yield value, "value", ""


def _members(schema: Any, key: str) -> list[str]:
    members = schema.get(key) if isinstance(schema, dict) else None
    return list(members) if isinstance(members, (dict, list)) else []
