"""KNB5: output template, output schema and sample, which must tell of one and the same output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.diagnostics import Severity

from .model import Finding, action_rule
from .proof import a_request, an_action, closed_schema, file
from .subject import Action
from .words import cut, near_miss, said
from .written import is_fixed

_CREDENTIALS = ("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey")
_TO_HEADERS = ("response", "request", "headers")
# Keys that lead to a place, and what two parts of an action hold there.
_Pair = tuple[tuple[str, ...], Any, Any]


def _with_token(**output: Any) -> str:
    headers = {"authorization": "Bearer {{{token}}}"}
    return file(
        an_action(
            appSettings={"token": {"key": "shop.default.token"}},
            inputTemplate=a_request(headers=headers, json=True),
            **output,
        )
    )


@action_rule(
    "KNB504",
    "sample-not-emitted",
    Severity.WARNING,
    why="docs: the sample is shown in the workflow builder, so that later steps can pick from it. It is the "
    "shape after outputTemplate (the page's trigger sample matches its own), and a key that is never emitted "
    "is empty in every run.",
    bad=file(an_action(outputTemplate={"body": "/#body"}, sampleOutputContext={"data": {"total": 5}})),
    good=file(an_action(outputTemplate={"body": "/#body"}, sampleOutputContext={"body": {"total": 5}})),
)
def _sample_not_emitted(action: Action) -> Iterator[Finding]:
    waiting: list[_Pair] = [((), action.value.get("outputTemplate"), action.value.get("sampleOutputContext"))]
    while waiting:
        keys, template, sample = waiting.pop()
        if not isinstance(template, dict) or not isinstance(sample, dict):
            continue
        for key, item in sample.items():
            if key in template:
                waiting.append(((*keys, key), template[key], item))
                continue
            pointer = action.at("sampleOutputContext", *keys, key)
            near = near_miss(key, template)
            emit = f"emit {said(key)} in outputTemplate, or take it out of the sample."
            fix = f"did you mean `{near}`?" if near else emit
            message = f"the sample has {said(key)}, which outputTemplate never emits."
            edits = action.subject.renamed(pointer, near)
            yield Finding(pointer, message, fix, span=action.subject.key_span(pointer), edits=edits)


@action_rule(
    "KNB505",
    "output-dropped",
    Severity.WARNING,
    why="docs: what outputTemplate emits and outputSchema does not name is filtered out, without a word, "
    "where additionalProperties is false.",
    bad=file(an_action(outputTemplate={"body": "/#body"}, outputSchema=closed_schema())),
    good=file(an_action(outputTemplate={"body": "/#body"}, outputSchema=closed_schema(body="object"))),
)
def _output_dropped(action: Action) -> Iterator[Finding]:
    waiting: list[_Pair] = [((), action.value.get("outputTemplate"), action.value.get("outputSchema"))]
    while waiting:
        keys, template, schema = waiting.pop()
        if not isinstance(template, dict) or not isinstance(schema, dict):
            continue
        for key, item in template.items():
            kept, within = _step(schema, key)
            if kept:
                waiting.append(((*keys, key), item, within))
                continue
            pointer = action.at("outputTemplate", *keys, key)
            names = schema.get("properties")
            near = near_miss(key, names if isinstance(names, dict) else ())
            fix = f"did you mean `{near}`?" if near else f"declare {said(key)} in outputSchema."
            message = f"outputTemplate emits {said(key)}, and outputSchema drops it."
            edits = action.subject.renamed(pointer, near)
            yield Finding(pointer, message, fix, span=action.subject.key_span(pointer), edits=edits)


@action_rule(
    "KNB506",
    "request-in-output",
    Severity.WARNING,
    why="observed: /#response holds the request with its headers, so a token in one of them is written into "
    "the output of the step and into the workflow's log.",
    bad=_with_token(outputTemplate={"response": "/#response"}),
    good=_with_token(outputTemplate={"statusCode": "/#response.statusCode"}),
)
def _request_in_output(action: Action) -> Iterator[Finding]:
    if not (name := _credential(action)):
        return
    schema = action.value.get("outputSchema")
    for one in action.written_output:
        for read in one.reads:
            segments = read.segments
            inner = _TO_HEADERS[len(segments) :]
            reaches = segments[: len(_TO_HEADERS)] == _TO_HEADERS[: len(segments)]
            if read.form == "reference" and reaches and _keeps(schema, (*one.keys, *inner)):
                message = f"/#{cut(read.path)} puts the request's headers, {name} included, into the output."
                yield Finding(one.pointer, message, "emit what is needed, as in /#response.statusCode.")


def _credential(action: Action) -> str | None:
    """Return what to call the header that holds a token, None where no header may."""
    headers = (action.request or {}).get("headers")
    if action.value.get("appAccountName"):
        return "the token of the app account"
    if isinstance(headers, dict):
        for name, value in headers.items():
            if name.lower() in _CREDENTIALS or not is_fixed(value):
                return said(name)
    return "whatever they hold" if isinstance(headers, str) else None


def _step(schema: dict[str, Any], key: str) -> tuple[bool, Any]:
    """Return whether a schema keeps a key, and the schema of what stands there."""
    properties, extras = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(properties, dict) and key in properties:
        return True, properties[key]
    return extras is not False, extras


def _keeps(schema: Any, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(schema, dict):
            return True
        kept, schema = _step(schema, key)
        if not kept:
            return False
    return True
