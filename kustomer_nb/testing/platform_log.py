"""From a record of the platform's log to a run, so that what happened there can be looked at and tested here.

The builder's *View Logs* shows each step with its input and output; ``GET /v1/workflows/{id}/processes`` has
failed runs, with the context as a string of JSON. A step is found by its response. Inputs are those of the
record, or are read from the logged request by inputTemplate. Tokens of the record are used to find them in
the response, and are in no run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from kustomer_nb.codes import Code
from kustomer_nb.errors import ConversionError, KustomerNbError, LoadError
from kustomer_nb.faces import how_to_pass
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.opening import require_string
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.printable import quoted
from kustomer_nb.request import is_plain_setting
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.storage.cassette import Exchange, RecordedRequest, RecordedResponse

from .replay import prepare_alone
from .rows import with_value

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.run import Run

# Keys that hold JSON as a string, in the records of failed runs.
_STRINGIFIED = frozenset({"context", "error", "meta", "input", "output"})
_INPUTS = ("inputs", "params", "input")
_TAG = re.compile(r"\{\{\{?\s*([A-Za-z_][\w.]*)\s*\}?\}\}")
_REFERENCE = re.compile(r"\s*/#([A-Za-z_][\w.]*)\s*")
# What the platform adds to the inputs of a step.
_ADDED = frozenset({"_env", "orgId"})
_CREDENTIAL = re.compile("auth|token|key|secret|cookie|signature|password|session", re.IGNORECASE)
# The length and the encoding of the bytes as they came.
_OF_OTHER_BYTES = ("content-length", "content-encoding")
_SHORTEST = 4
_MOST_LEVELS = 100


class LoggedStep(NamedTuple):
    """A step of a log: its id, the record around it, and its response as npm ``request`` writes it."""

    name: str
    record: Mapping[str, Any]
    response: Mapping[str, Any]


def from_log(text: str, action: Action, *, inputs: Mapping[str, Any] | None = None) -> Run:
    """Return the run that a record of the platform's log describes, as this definition would make it now.

    ``text`` is a line of the log, or JSON of a step or of a failed run. Nothing is sent: the response is that
    of the record. ``inputs`` are those of the run, where the record has none that inputTemplate shows. Tokens
    of the record are not in the run, which `Run.save_case` makes a test case.

    Raises:
        ConversionError: the text has no response of this action, or those of several steps.
        InputError: the inputs of the record are not what inputSchema takes.
        RequestError: the request could not be sent.

    Example:
        >>> from kustomer_nb import loads
        >>> template = {"uri": "https://a.b/{{{id}}}", "method": "GET"}
        >>> shop = loads(json.dumps({"name": "find", "type": "rest_api", "inputTemplate": template}))
        >>> text = '{"input": {"id": 7}, "run": {"response": {"statusCode": 404, "body": "gone"}}}'
        >>> from_log(text, shop.action())
        <Run: GET https://a.b/7 returned 404, no sample>
    """
    require_string(text, "from_log() expects the text of a log")
    step = _step_of(_value(text), action)
    recovered = _Recovered(action)
    recovered.read(step)
    if inputs is not None:
        recovered.inputs = dict(inputs)
    context = action.context(
        mode="replay", settings=recovered.plain_settings(), env=recovered.env, allow_missing=()
    )
    redactor = Redactor(recovered.secrets())
    # A token of the record may be an input of the step as well, and so in the request.
    prepared = prepare_alone(action, redactor.value(recovered.inputs), context)
    response = _response(step.response, redactor)
    return action.run_offline(
        prepared.with_exchange(Exchange(action.name, RecordedRequest("", ""), response))
    )


def _value(text: str) -> Any:
    """Return the JSON of a record, which may follow a time and other words on its line."""
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0:
        raise _refusal("the text has no JSON.", "paste the record of a step, with its input and output.")
    try:
        value = read(text[start:]).value
    except LoadError as error:
        # What it quotes of the text may be a token.
        raise _refusal("the record is not JSON.", "paste the whole record, from { to }.") from error
    return _opened(value, 0)


def _opened(value: Any, level: int, key: str = "") -> Any:
    """Return a value with the JSON that it holds as strings."""
    if level > _MOST_LEVELS:
        return value
    if isinstance(value, dict):
        return {name: _opened(item, level + 1, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_opened(item, level + 1, key) for item in value]
    if isinstance(value, str) and key in _STRINGIFIED and value.lstrip()[:1] in ("{", "["):
        try:
            return _opened(json.loads(value), level + 1, key)
        except (ValueError, RecursionError):
            return value
    return value


def _step_of(value: Any, action: Action) -> LoggedStep:
    """Return the step of an action, which is the only one, or the only one of that action."""
    steps = list(_steps(value, "", _actions_by_step(value)))
    if not steps:
        message = "the record has no response: nothing in it has a statusCode."
        simulation = how_to_pass("mode", "fault:timeout")
        fix = f"paste the step with its output; for a failure without a response, run it and {simulation}."
        raise _refusal(message, fix)
    matching = [step for step, name in steps if name and _is_same(name, action.name)]
    candidates = matching or [step for step, name in steps if not name]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        names = ", ".join(sorted({name for _, name in steps}))
        raise _refusal(
            f"the record has no step of {quoted(action.name)}: it has {names}.", "paste that of this action."
        )
    ids = ", ".join(step.name or "one without an id" for step in candidates)
    raise _refusal(f"the record has {len(candidates)} steps: {ids}.", "paste the record of one step.")


def _actions_by_step(value: Any) -> dict[str, str]:
    """Return the action of each step id, from ``stepsInfo`` and the steps of a workflow."""
    names: dict[str, str] = {}
    for table in _tables(value):
        for key in ("stepsInfo", "steps"):
            entries = table.get(key)
            items: Any = entries.items() if isinstance(entries, dict) else ()
            if isinstance(entries, list):
                items = ((str(entry.get("id", "")), entry) for entry in entries if isinstance(entry, dict))
            for step, entry in items:
                name = entry.get("action") if isinstance(entry, dict) else entry
                if isinstance(name, str) and step:
                    names[step] = name
    return names


def _tables(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    # The list grows in the loop.
    for item in waiting:
        if isinstance(item, dict):
            yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _steps(value: Any, name: str, actions: Mapping[str, str]) -> Iterator[tuple[LoggedStep, str]]:
    """Yield each step with the name of its action, empty if the record does not say it."""
    waiting: list[tuple[Any, str, Mapping[str, Any]]] = [(value, name, {})]
    seen: set[int] = set()
    while waiting:
        item, step, record = waiting.pop()
        if isinstance(item, list):
            waiting += [(inner, step, record) for inner in item]
        if not isinstance(item, dict):
            continue
        if any(key in item for key in (*_INPUTS, "action")) or not record:
            record = item
        step = str(item.get("id", step)) if "action" in item else step
        if _is_response(item):
            # One step may have its response twice: as it came, and in its output.
            if id(record) not in seen:
                seen.add(id(record))
                action = str(record.get("action") or actions.get(step, ""))
                yield LoggedStep(step, record, item), action
            continue
        inner = [(child, key if key in actions else step, record) for key, child in item.items()]
        # The response as it came before the output, which may hold a part of it.
        waiting += sorted(inner, key=lambda entry: entry[1] == step and entry[0] is item.get("run"))


def _is_response(value: Mapping[str, Any]) -> bool:
    status = value.get("statusCode", value.get("status_code"))
    return isinstance(status, int) and not isinstance(status, bool) and 100 <= status <= 599


def _is_same(logged: str, name: str) -> bool:
    # The id of a private app gets the id of the organization appended, and is in lower case in places.
    without_org = re.sub(r"_[0-9a-f]{24}(?=\.|$)", "", logged.lower())
    return without_org == name.lower() or name.lower().endswith(f".{without_org}")


@dataclass
class _Recovered:
    """What a record tells of the inputs, the settings and ``_env`` of a run."""

    action: Action
    inputs: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict, repr=False)
    env: dict[str, str] = field(default_factory=dict)
    credentials: list[str] = field(default_factory=list, repr=False)

    def read(self, step: LoggedStep) -> None:
        """Read a step: its inputs as they are, or from its request by inputTemplate."""
        tables = (step.record.get(key) for key in _INPUTS)
        passed: Mapping[str, Any] = next((table for table in tables if isinstance(table, dict)), {})
        environment = passed.get("_env")
        for name, value in environment.items() if isinstance(environment, dict) else ():
            if name in SAMPLE_ENV and isinstance(value, str):
                self.env[name] = value
        request = self._request(step, passed)
        self._read_credentials(request["headers"])
        self._read_credentials(step.response.get("headers"))
        template = self.action.value.get("inputTemplate")
        if isinstance(template, dict):
            for key, logged in request.items():
                self._match(template.get(key), logged)
        names = self._input_names()
        # What the record has as inputs counts more than what the request shows of them.
        if self._is_request(passed):
            self.inputs = {**self.inputs, **{name: passed[name] for name in names if name in passed}}
        elif passed:
            self.inputs = {name: passed[name] for name in passed if name in names or name not in _ADDED}

    def _request(self, step: LoggedStep, passed: Mapping[str, Any]) -> dict[str, Any]:
        """Return uri, headers and data of the request that was sent."""
        logged = step.response.get("request")
        logged = logged if isinstance(logged, dict) else {}
        uri = logged.get("uri")
        href = uri.get("href") if isinstance(uri, dict) else uri
        is_request = self._is_request(passed)
        return {
            "uri": href or (passed.get("uri") if is_request else None),
            "headers": logged.get("headers") or (passed.get("headers") if is_request else None),
            "data": passed.get("data", passed.get("json")) if is_request else None,
        }

    def _is_request(self, passed: Mapping[str, Any]) -> bool:
        return "uri" in passed and "uri" not in self._input_names()

    def _input_names(self) -> set[str]:
        schema = self.action.definition.input_schema
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        return set(properties) if isinstance(properties, Mapping) else set()

    def _read_credentials(self, headers: Any) -> None:
        for name, value in headers.items() if isinstance(headers, dict) else ():
            if isinstance(value, str) and _CREDENTIAL.search(name):
                # `Bearer <token>` and the token alone: a service may echo either.
                self.credentials += [
                    part for part in (value, value.rpartition(" ")[2]) if len(part) >= _SHORTEST
                ]

    def _match(self, template: Any, logged: Any) -> None:
        """Read the values of references from what they were rendered to."""
        if isinstance(template, dict) and isinstance(logged, dict):
            others = {key.lower(): item for key, item in logged.items()}
            for key, item in template.items():
                self._match(item, logged.get(key, others.get(key.lower())))
        elif isinstance(template, list) and isinstance(logged, list):
            for item, other in zip(template, logged, strict=False):
                self._match(item, other)
        elif isinstance(template, str) and logged is not None:
            self._match_text(template, logged)

    def _match_text(self, template: str, logged: Any) -> None:
        reference = _REFERENCE.fullmatch(template)
        if reference is not None:
            self._keep(reference[1], logged)
            return
        parts = _TAG.split(template)
        if not isinstance(logged, str) or len(parts) == 1 or any("{{" in part for part in parts[::2]):
            return
        pattern = "".join("(.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        # After a uri comes the query that qs adds.
        match = re.fullmatch(rf"{pattern}(?:[?#].*)?", logged, re.DOTALL)
        for name, value in zip(parts[1::2], match.groups() if match else (), strict=False):
            self._keep(name, unquote(value))

    def _keep(self, path: str, value: Any) -> None:
        name, _, _ = path.partition(".")
        key = self.action.definition.setting_keys.get(name)
        if key is not None:
            self.settings[key] = value
        elif name != "_env":
            try:
                self.inputs = with_value(self.inputs, tuple(path.split(".")), value)
            except ValueError:
                return

    def plain_settings(self) -> dict[str, Any]:
        """Return the settings of the record that are not secret."""
        app = self.action.app.model
        scalars = {key: value for key, value in self.settings.items() if isinstance(value, (str, int, float))}
        return {key: value for key, value in scalars.items() if is_plain_setting(app, key)}

    def secrets(self) -> dict[str, Secret]:
        """Return what the record has of secrets, by label, for a `Redactor`."""
        app = self.action.app.model
        secrets = {
            f"${key}": Secret(value, source="log")
            for key, value in self.settings.items()
            if isinstance(value, str) and len(value) >= _SHORTEST and not is_plain_setting(app, key)
        }
        known = [str(secret.reveal()) for secret in secrets.values()]
        for value in dict.fromkeys(self.credentials):
            # `Bearer <token>` is hidden where its token is, with the label of that.
            if not any(token in value for token in known):
                secrets[f"$log{len(secrets)}"] = Secret(value, source="log")
        return secrets


def _response(logged: Mapping[str, Any], redactor: Redactor) -> RecordedResponse:
    """Return the response of a record, without the secrets of its request."""
    status = logged.get("statusCode", logged.get("status_code"))
    headers = logged.get("headers")
    lines: list[tuple[str, str]] = []
    for name, value in redactor.value(headers).items() if isinstance(headers, dict) else ():
        lines += [(str(name), str(item)) for item in (value if isinstance(value, list) else [value])]
    lines = [(name, value) for name, value in lines if name.lower() not in _OF_OTHER_BYTES]
    body = redactor.value(logged.get("body", UNDEFINED)) if "body" in logged else UNDEFINED
    text = "" if body is UNDEFINED else body if isinstance(body, str) else stringify(body) or ""
    return RecordedResponse(int(status or 0), tuple(lines), text.encode("utf-8", "surrogatepass"))


def _refusal(message: str, fix: str) -> KustomerNbError:
    return ConversionError.from_code(Code.LOG_NOT_READ, message, fix)
