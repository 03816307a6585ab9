"""KNB5: whether the sample, the schemas and the output template agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.examples import a_request, an_action, an_app, closed_schema, file
from kustomer_nb.linting.messages import cut, did_you_mean, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import TYPES, is_fixed
from kustomer_nb.schema.conversions import TYPE_NAMES, kind_of
from kustomer_nb.secrets.token_patterns import names_credential

from .knb3_templates import valid_references
from .knb4_body import fix_of_string_body, is_off

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction

# Headers that carry a credential even when their value is fixed.
_CREDENTIALS = ("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey")
# npm request 2.88.2, toJSON(): the response contains request.headers.
_TO_HEADERS = ("response", "request", "headers")
# A path of keys, and the values of two parts of an action at that path.
_Pair = tuple[tuple[str, ...], Any, Any]


def _with_token(**output: Any) -> str:
    action = an_action(
        appSettings={"token": {"key": "shop.default.token"}},
        inputTemplate=a_request(headers={"authorization": "Bearer {{{token}}}"}, json=True),
        **output,
    )
    setting = {"type": "secret", "defaultValue": ""}
    return file(an_app(settings={"default": {"token": setting}}, actions=[action]))


def _in_app(**keys: Any) -> str:
    action = an_action(inputTemplate=a_request(json=True), outputTemplate={"body": "/#body"}, **keys)
    return file(an_app(actions=[action]))


@action_rule(
    Code.SAMPLE_NOT_EMITTED,
    Severity.WARNING,
    why="docs: the workflow builder offers the sample to later steps. It has the shape of the output after "
    "outputTemplate (on the page, the sample of the trigger does), so a key that is never emitted is empty "
    "in every run. The page's own action contradicts that, so this is a warning only for a name that is "
    "misspelt, and otherwise a hint.",
    bad=file(an_action(outputTemplate={"body": "/#body"}, sampleOutputContext={"bdy": {"total": 5}})),
    good=file(an_action(outputTemplate={"body": "/#body"}, sampleOutputContext={"body": {"total": 5}})),
)
def _sample_not_emitted(action: LintedAction) -> Iterator[Finding]:
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
            emit = f"emit {quote(key)} in outputTemplate, or remove it from the sample."
            fix = f"did you mean `{near}`?" if near else emit
            message = f"the sample contains {quote(key)}, which outputTemplate never emits."
            severity = Severity.WARNING if near else Severity.HINT
            span, edits = action.subject.key_span(pointer), action.subject.rename_key(pointer, near)
            yield Finding(pointer, message, fix, severity, span, edits)


@action_rule(
    Code.SAMPLE_MISSING,
    Severity.HINT,
    why="docs: the workflow builder offers the fields of the sample to later steps. Without one nobody can "
    "pick a field, and here there is neither a run from the sample nor a comparison with it. observed: real "
    "apps leave it out.",
    bad=_in_app(),
    good=_in_app(sampleOutputContext={"body": {"total": 5}}),
)
def _sample_missing(action: LintedAction) -> Iterator[Finding]:
    # An action by itself is still being written; it gets its sample from its first run.
    is_in_app = action.subject.app is not None
    emits = action.value.get("outputTemplate") not in (None, "", {}, [])
    if is_in_app and action.request is not None and emits and action.value.get("sampleOutputContext") is None:
        message = "the action has no sampleOutputContext, so later steps are offered no field of its output."
        fix = "run the action once, and save its output as sampleOutputContext."
        yield Finding(action.at("sampleOutputContext"), message, fix)


@action_rule(
    Code.OUTPUT_DROPPED,
    Severity.WARNING,
    why="docs: when additionalProperties is false, everything in the output that outputSchema does not "
    "declare is silently removed.",
    bad=file(an_action(outputTemplate={"body": "/#body"}, outputSchema=closed_schema())),
    good=file(an_action(outputTemplate={"body": "/#body"}, outputSchema=closed_schema(body="object"))),
)
def _output_dropped(action: LintedAction) -> Iterator[Finding]:
    waiting: list[_Pair] = [((), action.value.get("outputTemplate"), action.value.get("outputSchema"))]
    while waiting:
        keys, template, schema = waiting.pop()
        if not isinstance(template, dict) or not isinstance(schema, dict):
            continue
        for key, item in template.items():
            is_emitted, subschema = _child_schema(schema, key)
            if is_emitted:
                waiting.append(((*keys, key), item, subschema))
                continue
            pointer = action.at("outputTemplate", *keys, key)
            near = _meant(key, template, schema)
            fix = f"did you mean `{near}`?" if near else f"declare {quote(key)} in outputSchema."
            message = f"outputTemplate emits {quote(key)}, but outputSchema drops it."
            edits = action.subject.rename_key(pointer, near)
            yield Finding(pointer, message, fix, span=action.subject.key_span(pointer), edits=edits)


@action_rule(
    Code.REQUEST_IN_OUTPUT,
    Severity.WARNING,
    why="observed: /#response contains the request with its headers, so a token in a header ends up in the "
    "output of the step and in the log of the workflow. This is a hint for a header whose setting is not "
    "declared as a secret.",
    bad=_with_token(outputTemplate={"response": "/#response"}, sampleOutputContext={"response": {}}),
    good=_with_token(outputTemplate={"status": "/#response.statusCode"}, sampleOutputContext={"status": 200}),
)
def _request_in_output(action: LintedAction) -> Iterator[Finding]:
    if (credential := _credential(action)) is None:
        return
    schema = action.value.get("outputSchema")
    for string in action.output_strings:
        for reference in string.references:
            segments = reference.segments
            # True of a path to the headers, of one that ends above them and of one that goes on below.
            has_headers = segments[: len(_TO_HEADERS)] == _TO_HEADERS[: len(segments)]
            emitted_keys = (*string.keys, *_TO_HEADERS[len(segments) :])
            if reference.form == "reference" and has_headers and _is_emitted(schema, emitted_keys):
                path = cut(reference.path)
                message = f"/#{path} puts the request headers, including {credential.name}, into the output."
                fix = "emit only what you need, such as /#response.statusCode."
                yield Finding(string.pointer, message, fix, credential.severity)


class _Credential(NamedTuple):
    """A header that may contain a token, as a message names it, and how serious it is to emit it."""

    name: str
    severity: Severity


def _credential(action: LintedAction) -> _Credential | None:
    """Return the header that most surely contains a token; None if no header does."""
    headers = (action.request or {}).get("headers")
    if action.value.get("appAccountName"):
        return _Credential("the token of the app account", Severity.WARNING)
    if isinstance(headers, str):
        # A reference to all headers.
        return _Credential("any token in them", Severity.HINT)
    uncertain = None
    for string in action.input_strings if isinstance(headers, dict) else ():
        if string.keys[0] != "headers":
            continue
        name = string.keys[1]
        settings = [action.setting_of(ref.segments[0]) for ref in string.references]
        is_credential = name.lower() in _CREDENTIALS or names_credential(name)
        if any(setting is not None and setting.get("type") == "secret" for setting in settings) or (
            is_credential and is_fixed(string.text)
        ):
            return _Credential(quote(name), Severity.WARNING)
        if is_credential or any(ref.segments[0] in action.app_settings for ref in string.references):
            uncertain = uncertain or _Credential(quote(name), Severity.HINT)
    return uncertain


def _child_schema(schema: dict[str, Any], key: str) -> tuple[bool, Any]:
    """Return whether a schema lets a key through, and the schema of its value."""
    properties, extras = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(properties, dict) and key in properties:
        return True, properties[key]
    return extras is not False, extras


def _is_emitted(schema: Any, keys: tuple[str, ...]) -> bool:
    """Return whether a schema lets the value at these keys through."""
    for key in keys:
        if not isinstance(schema, dict):
            return True
        is_declared, schema = _child_schema(schema, key)
        if not is_declared:
            return False
    return True


# The one property of a JavaScript string that a path can read.
_LENGTH = "length"
_OTHER_TYPES = tuple(kind for kind in TYPES if kind != "object")


def _showing(sample: Any) -> str:
    schema = {"properties": {"order": closed_schema(total="number")}}
    return file(
        an_action(
            inputTemplate=a_request(json=True),
            outputTemplate={"order": "/#body"},
            outputSchema=schema,
            sampleOutputContext={"order": sample},
        )
    )


def _emitting(*names: str) -> str:
    schema = {"properties": {name: {"type": "string"} for name in names}}
    template = a_request(json=True)
    return file(an_action(inputTemplate=template, outputTemplate={"id": "/#body.id"}, outputSchema=schema))


@action_rule(
    Code.SAMPLE_CONTRADICTS_SCHEMA,
    Severity.WARNING,
    why="docs: outputs are converted to the types in outputSchema. Later steps are built from the sample, "
    "but no run ever emits a value of another type.",
    bad=_showing({"total": "5"}),
    good=_showing({"total": 5}),
)
def _sample_contradicts(action: LintedAction) -> Iterator[Finding]:
    projected = action.projected_sample
    # Values are not quoted: samples are copied from real responses.
    for conversion in projected.converted:
        before, after = kind_of(conversion.before), kind_of(conversion.after)
        if before == after:
            # A number with more digits than JavaScript keeps: KNB150 reports it.
            continue
        message = (
            f"the sample has {TYPE_NAMES[before]} here, but outputSchema converts it to {TYPE_NAMES[after]}."
        )
        yield _in_sample(action, conversion.pointer, message)
    for mismatch in projected.unconverted:
        expected = " or ".join(TYPE_NAMES[kind] for kind in mismatch.wanted.split(" or "))
        actual = TYPE_NAMES[kind_of(mismatch.value)]
        message = f"the sample has {actual} here, but outputSchema expects {expected}."
        yield _in_sample(action, mismatch.pointer, message)


def _in_sample(action: LintedAction, pointer: str, message: str) -> Finding:
    in_action = action.at("sampleOutputContext", *pointers.split(pointer))
    return Finding(
        in_action, message, "write the value with the type in outputSchema, or change the type there."
    )


@action_rule(
    Code.SAMPLE_DROPPED,
    Severity.WARNING,
    why="docs: when additionalProperties is false, everything that outputSchema does not declare is removed, "
    "so no run emits what the sample shows there.",
    bad=_showing({"total": 5, "tax": 1}),
    good=_showing({"total": 5}),
)
def _sample_dropped(action: LintedAction) -> Iterator[Finding]:
    for drop in action.projected_sample.dropped:
        keys = pointers.split(drop.pointer)
        if _is_reported_elsewhere(action.value.get("outputTemplate"), keys):
            continue
        pointer = action.at("sampleOutputContext", *keys)
        message = f"the sample contains {quote(keys[-1])}, which outputSchema drops."
        declare = f"declare {quote(keys[-1])} in outputSchema, or remove it from the sample."
        fix = did_you_mean(keys[-1], _sibling_properties(action.value.get("outputSchema"), keys), declare)
        yield Finding(pointer, message, fix, span=action.subject.key_span(pointer))


def _is_reported_elsewhere(template: Any, keys: list[str]) -> bool:
    """Return whether KNB504 reports a key that is never emitted, or KNB505 one that is emitted."""
    for key in keys:
        if not isinstance(template, dict):
            return False
        if key not in template:
            return True
        template = template[key]
    return True


def _sibling_properties(schema: Any, keys: list[str]) -> dict[str, Any]:
    for key in keys[:-1]:
        schema = _properties(schema).get(key)
    return _properties(schema)


@action_rule(
    Code.BODY_PATH_WITHOUT_JSON,
    Severity.ERROR,
    why="docs: when json is true, the response is parsed into an object. Otherwise the body is a string, "
    "which has no properties except its length.",
    bad=file(an_action(outputTemplate={"total": "/#body.total"})),
    good=file(an_action(inputTemplate=a_request(json=True), outputTemplate={"total": "/#body.total"})),
)
def _body_path(action: LintedAction) -> Iterator[Finding]:
    if action.request is None or not is_off(action.request.get("json")):
        return
    for string in action.output_strings:
        for reference in valid_references(string):
            name = _property_of_body(reference.segments)
            # When a block around the reference names the property, the block is reported.
            if name is not None and name in reference.path:
                message = (
                    f"`{cut(reference.path)}` reads a property of the body, which is a string: json is not "
                    "true."
                )
                span = action.subject.span_in(string, reference.span)
                fix = fix_of_string_body(action) or 'set "json": true in inputTemplate.'
                yield Finding(string.pointer, message, fix, span=span)


def _property_of_body(segments: tuple[str, ...]) -> str | None:
    """Return the property of the body that a reference reads; None if it reads none, or the length."""
    body = segments[1:] if segments[0] == "response" else segments
    if body[:1] != ("body",) or body[1:2] in ((), (_LENGTH,)):
        return None
    return body[1]


@action_rule(
    Code.OUTPUT_NEVER_EMITTED,
    Severity.WARNING,
    why="docs: outputTemplate makes the output, and outputSchema then filters it. A property that the schema "
    "declares but the template never emits is empty in every run, even when it is required.",
    bad=_emitting("id", "total"),
    good=_emitting("id"),
)
def _never_emitted(action: LintedAction) -> Iterator[Finding]:
    waiting = [
        (action.at("outputSchema"), action.value.get("outputTemplate"), action.value.get("outputSchema"))
    ]
    while waiting:
        pointer, template, schema = waiting.pop()
        if not isinstance(template, dict) or not isinstance(schema, dict):
            continue
        properties, meant = _properties(schema), _meant_properties(template, schema)
        undeclared = [key for key in template if key not in properties]
        for name, subschema in properties.items():
            property_pointer = pointers.join(pointer, "properties", name)
            if name in template:
                waiting.append((property_pointer, template[name], subschema))
            elif name not in meant:
                span = action.subject.key_span(property_pointer)
                yield Finding(property_pointer, *_never_emits(name, undeclared), span=span)
        for index, name in _required_names(schema, {*properties, *template}):
            yield Finding(pointers.join(pointer, "required", index), *_never_emits(name, undeclared))


def _meant(key: str, template: dict[str, Any], schema: dict[str, Any]) -> str | None:
    """Return the declared property that was probably meant by a key; not one that is emitted already."""
    return near_miss(key, (name for name in _properties(schema) if name not in template))


def _meant_properties(template: dict[str, Any], schema: dict[str, Any]) -> set[str | None]:
    """Return the properties that KNB505 suggests: one misspelt name is one finding."""
    return {_meant(key, template, schema) for key in template if not _child_schema(schema, key)[0]}


def _required_names(schema: dict[str, Any], known: set[str]) -> list[tuple[int, str]]:
    """Return the index and the name of each entry of ``required`` that names none of the known properties."""
    required = schema.get("required")
    entries = enumerate(required if isinstance(required, list) else ())
    # KNB502 reports an entry that is not a string.
    return [(index, name) for index, name in entries if isinstance(name, str) and name not in known]


def _never_emits(name: str, undeclared: list[str]) -> tuple[str, str]:
    fix = f"emit {quote(name)} in outputTemplate, or remove it from outputSchema."
    message = f"outputSchema declares {quote(name)}, which outputTemplate never emits."
    return message, did_you_mean(name, undeclared, fix)


@action_rule(
    Code.SCHEMA_WITHOUT_ROOT_OBJECT,
    Severity.WARNING,
    why="docs: the properties of a schema declare the inputs or the keys of the output. The inputs are "
    "always an object, and so is the output of a template that is an object, so a root of another type never "
    "matches.",
    bad=file(an_action(inputSchema={"type": "string"})),
    good=file(an_action(inputSchema={"type": "object"})),
)
def _root_type(action: LintedAction) -> Iterator[Finding]:
    is_object = isinstance(action.value.get("outputTemplate"), (dict, type(None)))
    for key, actual in (("inputSchema", "the inputs are"), ("outputSchema", "the output is")):
        schema = action.value.get(key)
        kind = schema.get("type") if isinstance(schema, dict) else None
        if (key == "inputSchema" or is_object) and _excludes_objects(kind):
            message = f"the type of {key} is {quote(kind)}, but {actual} always an object."
            yield Finding(action.at(key, "type"), message, 'write "type": "object".')


def _excludes_objects(kind: Any) -> bool:
    """Return whether the value of ``type`` names only types other than object."""
    kinds = kind if isinstance(kind, list) else [kind]
    return bool(kinds) and all(name in _OTHER_TYPES for name in kinds)


def _properties(schema: Any) -> dict[str, Any]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}
