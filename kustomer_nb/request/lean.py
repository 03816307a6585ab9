"""Requests of thousands of rows: what the definition and the settings decide is worked out once.

The bytes are those of `build_request`, by the same templates, checks and writers; what only a preview shows,
such as origins and warnings, is left out. What is not compiled exactly raises `NotLeanError`, when the plan
is made or for a row. It is left to `build_request`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import string, utf8
from kustomer_nb.platform import SAMPLE_ENV
from kustomer_nb.template.lean import LeanCompiler, LeanRow, NotLeanError, require
from kustomer_nb.template.provenance import Scope
from kustomer_nb.template.values import CompiledValue, TemplateNode

from .added_headers import CONNECTION
from .checks import check_action, check_method, check_output_template
from .context import compiled_template, declared_names
from .lean_parts import Pair, Parts, compile_headers, compile_json
from .lean_url import LeanUrl, UrlLeaf, compile_url
from .method_override import is_override_header, may_have_override

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.platform import Platform
    from kustomer_nb.secrets import Secret
    from kustomer_nb.template import Rendering

_ABSENT = CompiledValue(None)
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class LeanRequest:
    """A request as it is sent; ``masked_url``, ``masked_headers`` and ``masked_body`` may be shown.

    ``parts`` are the method as it is written, the URL, and the author's headers as JSON. A request is never
    shown itself, and its repr has no value.
    """

    method: str
    url: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: str | None
    masked_url: str
    masked_headers: tuple[tuple[str, str], ...]
    masked_body: str | None
    parts: tuple[str, LeanUrl, dict[str, Any]] = field(repr=False)

    def __repr__(self) -> str:
        return f"<LeanRequest: {self.method}>"

    def to_json(self) -> dict[str, Any]:
        """Return the request in the shape of npm ``request``'s ``toJSON()``, as `Request.to_json` does.

        Raises:
            NotLeanError: its URL has a setting or a fragment.
        """
        method, url, headers = self.parts
        added = {
            name: int(text) if name == "content-length" else text
            for name, text in self.masked_headers
            if name not in headers and name not in ("host", "Connection")
        }
        return {"uri": url.to_json(), "method": method, "headers": {**headers, **added}}

    @property
    def wire(self) -> tuple[str, bytes, tuple[tuple[bytes, bytes], ...], bytes]:
        """The method, the target, the headers and the body, as `Wire` has them."""
        # Node writes the head in the encoding of a string body, and in Latin-1 without one.
        charset = "utf-8" if self.body else "latin-1"
        headers = tuple([(name.encode(), text.encode(charset)) for name, text in self.headers])
        return self.method, self.target.encode(charset), headers, utf8(self.body or "")


class _Scope(NamedTuple):
    """The variables that are the same in each row, the labels of settings, and texts that no row may have."""

    values: dict[str, Any]
    labels: dict[str, str]
    secrets: tuple[str, ...]


class RequestPlan:
    """Makes the requests of an action for the inputs of rows, which have to be coerced.

    ``settings`` are those by variable name. ``is_sent`` is true for rows that are sent: the facts that a
    guard of a run judges are then the same for each row that it makes.

    Raises:
        NotLeanError: only `build_request` makes the requests of the action.

    Example:
        >>> from kustomer_nb.definition import ActionDefinition
        >>> from kustomer_nb.platform import Platform
        >>> from kustomer_nb.template import Rendering
        >>> template = {"uri": "http://a.b/{{id}}", "method": "get"}
        >>> action = {"inputTemplate": template, "inputSchema": {"properties": {"id": {}}}}
        >>> definition = ActionDefinition.read(action).model
        >>> plan = RequestPlan(definition, {}, platform=Platform(), rendering=Rendering)
        >>> [plan.build({"id": number}).url for number in (7, 8)]
        ['http://a.b/7', 'http://a.b/8']
    """

    def __init__(
        self,
        definition: ActionDefinition,
        settings: Mapping[str, Secret | None],
        *,
        platform: Platform,
        rendering: Callable[[], Rendering],
        allow_missing: frozenset[str] = frozenset(),
        is_sent: bool = False,
    ) -> None:
        template = definition.input_template.as_written if definition.input_template else {}
        compiled, is_suspicious = compiled_template(template)
        _require_plain_action(definition, rendering())
        require(not is_suspicious, "a template with a mistake that rendering does not show")
        require(platform.setting_beats_input or not settings, "an input in place of a setting")
        self._rendering = rendering
        self._scope = scope = _scope_of(definition, settings, platform)
        _require_no_secret_in(template, scope, platform, is_sent=is_sent)
        declared = declared_names(definition) | allow_missing
        scope_of_constants = Scope(scope.values, scope.labels)
        self._compiler = compiler = LeanCompiler(scope_of_constants, rendering(), declared)
        method = _method(compiler, compiled.get("method", _ABSENT))
        self._method = method.upper()
        self._written = method if platform.keeps_method_case else method.upper()
        # In this order, which is that of random numbers.
        self._url: UrlLeaf = compile_url(compiler, compiled.get("uri", _ABSENT), compiled.get("qs", _ABSENT))
        self._body, self.parses_json = _compile_body(compiler, compiled)
        self._headers = compile_headers(compiler, compiled.get("headers", _ABSENT))
        self._has_length = self._written != "GET"
        self._connection = ("Connection", CONNECTION[platform.keeps_alive].real)
        self._names = frozenset(name.lower() for name, _ in self._headers)
        self._is_sent = is_sent
        require(not (is_sent and any(map(is_override_header, self._names))), "a header with a method")

    def build(self, inputs: Mapping[str, Any]) -> LeanRequest:
        """Return the request of coerced inputs.

        Raises:
            NotLeanError: only `build_request` makes it, or it has an error.
        """
        try:
            return self._build(inputs)
        except TemplateError as error:
            raise NotLeanError(str(error)) from error

    def _build(self, inputs: Mapping[str, Any]) -> LeanRequest:
        values, labels, secrets = self._scope
        if secrets:
            _require_none_of(secrets, inputs)
        row = LeanRow({**inputs, **values}, labels, self._rendering)
        url = self._url(row)
        body = None if self._body is None else self._body(row)
        authored = [(name, header) for name, leaf in self._headers if (header := leaf(row)) is not None]
        self._compiler.require_values(row)
        if self._is_sent:
            require(not _may_override(url.target, body), "a parameter with a method")
        host, masked_host = url.host
        added = self._added(body)
        if not self._names.isdisjoint(_DEFAULTS):
            names = {name.lower() for name, _ in authored}
            added = [header for header in added if header[0].lower() not in names]
        return LeanRequest(
            self._method,
            url.text,
            url.target,
            (*[(name, header.text) for name, header in authored], ("host", host), *added),
            body and body[0],
            url.masked,
            (*[(name, header.masked) for name, header in authored], ("host", masked_host), *added),
            body and body[1],
            (self._written, url, {name: header.as_json for name, header in authored}),
        )

    def _added(self, body: Pair | None) -> list[tuple[str, str]]:
        """Return the headers that npm request adds after the host, in its order: see `added_headers`."""
        added = []
        if self.parses_json:
            added.append(("accept", _JSON))
            if body is not None:
                added.append(("content-type", _JSON))
        if (body is not None and body[0]) or self._has_length:
            length = 0 if body is None else len(body[0]) if body[0].isascii() else len(utf8(body[0]))
            added.append(("content-length", str(length)))
        added.append(self._connection)
        return added


# Of the headers that npm request adds, those that an author may write: no other is compiled.
_DEFAULTS = frozenset({"accept", "content-type"})


def _require_plain_action(definition: ActionDefinition, rendering: Rendering) -> None:
    diagnostics = [
        *check_action(definition),
        *check_output_template(definition.output_template, rendering.helpers),
    ]
    require(all(item.severity is not Severity.ERROR for item in diagnostics), "an action with an error")
    require(not definition.app_account_name, "an app account")


def _scope_of(
    definition: ActionDefinition, settings: Mapping[str, Secret | None], platform: Platform
) -> _Scope:
    labels = {name: f"${key}" for name, key in definition.setting_keys.items()}
    values = {
        name: secret.reveal() for name, secret in settings.items() if secret is not None and name in labels
    }
    texts = tuple(text for value in values.values() if (text := string(value)))
    return _Scope({**values, "_env": dict(platform.env)}, labels, texts)


def _require_no_secret_in(
    template: Mapping[str, Any], scope: _Scope, platform: Platform, *, is_sent: bool
) -> None:
    """Refuse a template with the value of a setting in it, or with a sample of ``_env`` that is sent."""
    written = repr(template)
    # As `build_request` asks: what has the value of a setting is hidden, wherever it is from.
    require(all(repr(text) == f"'{text}'" for text in scope.secrets), "a setting with quotes or escapes")
    require(not any(text in written for text in scope.secrets), "the value of a setting in the template")
    is_sample = any(platform.env.get(name) == value for name, value in SAMPLE_ENV.items())
    require(not (is_sent and is_sample and "_env" in written), "a sample of _env")


def _require_none_of(secrets: tuple[str, ...], inputs: Mapping[str, Any]) -> None:
    try:
        written = repr(inputs)
    except RecursionError as error:
        raise NotLeanError("inputs that are nested too deeply") from error
    for text in secrets:
        if text in written:
            raise NotLeanError("the value of a setting in the inputs")


def _may_override(target: str, body: Pair | None) -> bool:
    """Return whether a service may read another method in a request; False for most."""
    _, _, query = target.partition("?")
    return may_have_override(query) or (body is not None and may_have_override(body[0]))


def _method(compiler: LeanCompiler, method: CompiledValue) -> str:
    require(isinstance(method.node, TemplateNode) and "{{" not in method.value, "a method of an input")
    text: str = compiler.constant(method).value
    require(check_method(text, "") is None, "an unknown method")
    return text


def _compile_body(compiler: LeanCompiler, template: Mapping[str, CompiledValue]) -> tuple[Parts | None, bool]:
    """Return what writes the body, None without one, and whether the response is parsed as JSON."""
    option = template.get("json", _ABSENT).value
    require(option is None or isinstance(option, bool), "a json that is no boolean")
    data = template.get("data", _ABSENT)
    if data.value is None:
        return None, bool(option)
    if option:
        # npm request sends no body for null.
        return compile_json(compiler, data, sends_null=False), True
    require(isinstance(data.node, TemplateNode), "data that is no string")
    leaf = compiler.leaf(data)
    if not callable(leaf):
        require(not leaf.has_setting, "a setting in a text body")
        constant = leaf.value, leaf.value
        return lambda row: constant, False
    render = leaf

    def find(row: LeanRow) -> Pair:
        text = render(row)
        return text, text

    return find, False
