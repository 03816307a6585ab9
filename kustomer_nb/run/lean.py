"""A run of thousands of rows: what the definition, the settings and the platform decide is worked out once.

A `LeanPlan` gives the bytes of the request and the output that a run gives, without a `Run`: no origins, no
warnings. Whatever it does not do exactly raises `NotLeanError`, when the plan is made or for a row; then the
stages of a run give it, and say what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from kustomer_nb.config import SENDING
from kustomer_nb.difference import Diff, diff, diff_json
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext.javascript import UNDEFINED, utf8
from kustomer_nb.output import compiled_output, map_sample, output_template, projected_output
from kustomer_nb.request.lean import LeanRequest, RequestPlan
from kustomer_nb.response import BodyReader, is_compressed_as, joined_headers
from kustomer_nb.schema import coerce, compile_schema
from kustomer_nb.secrets import Redactor
from kustomer_nb.storage.cassette.matching import UNRECORDED_HEADERS, label_pattern
from kustomer_nb.template.lean import NotLeanError, require
from kustomer_nb.template.value_syntax import FUNCTION, REFERENCE, calls, parse_reference, parse_template
from kustomer_nb.template.values import HelperSet, render_compiled

from .prepare import input_schema

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.schema import Coerced, Projected
    from kustomer_nb.template import Rendering

    from .context import RunContext
    from .prepare import Prepared

__all__ = ["LeanPlan", "NotLeanError"]

# Of a response, all that is known without the request of the row.
_RESPONSE = (("statusCode",), ("body",), ("headers",))
# What may read another part of it in a template with blocks or helpers.
_READS_ALL = re.compile(
    r"@root|\blookup\b|\.\./|[#^]\s*(?:each\s+|with\s+)?(?:this|\.)[\s}]|\(\s*\w+\s+this\b"
)
_MOST_TEXTS = 1_000


class _Unread(dict[str, Any]):
    """What a plan does not know of a response: an object of which no member may be looked at."""

    def _refuse(self, *args: object) -> NoReturn:
        raise NotLeanError("a part of a response that is not known")

    get = items = keys = values = _refuse
    __getitem__ = __contains__ = __iter__ = __len__ = __bool__ = _refuse


_UNREAD: Any = _Unread()


class LeanPlan:
    """Makes requests and outputs of one action, each from plain values, for any number of rows.

    ``prepared`` is the first row, as a run prepares it: the plan is compared with it, and has its settings,
    its secrets and its context. ``fixed`` are those of ``now`` and ``seed`` that the caller chose: without
    one of them, a row that reads it differs from the next. The plan keeps the secrets alive, so that they are
    hidden in whatever is shown, unless ``keeps_secrets`` is false.

    Raises:
        NotLeanError: the action, or the first row, is not one of which a plan is exact.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b/{{id}}", "method": "get", "json": True}
        >>> inputs = {"properties": {"id": {"type": "number"}}}
        >>> output = {"name": "/#body.name"}
        >>> action = load(
        ...     {"inputSchema": inputs, "inputTemplate": template, "outputTemplate": output}
        ... ).action()
        >>> plan = LeanPlan(action.definition, action.prepare({"id": "7"}, action.context(mode="sample")))
        >>> plan.request({"id": "007"}).url
        'http://a.b/7'
        >>> plan.output(200, [], b'{"name": "Ann", "age": 7}').value
        {'name': 'Ann'}
    """

    def __init__(
        self,
        definition: ActionDefinition,
        prepared: Prepared,
        *,
        fixed: Iterable[str] = (),
        keeps_secrets: bool = True,
    ) -> None:
        _require_plain(prepared)
        self._definition = definition
        self._fixed = frozenset(fixed)
        # With a set of its own for what its rows read.
        context = self._context = replace(prepared.context, read=set(), settings={}, accounts={}, prompt=None)
        platform = context.platform
        secrets = prepared.request.secrets
        keys = definition.setting_keys
        schema = input_schema(definition, platform)
        self._schema = compile_schema(schema) if definition.input_schema else schema
        self._requests = RequestPlan(
            definition,
            {name: secrets.get(f"${key}") for name, key in keys.items()},
            platform=platform,
            rendering=lambda: context.rendering("request"),
            allow_missing=context.allow_missing,
            is_sent=prepared.mode in SENDING,
        )
        redactor = Redactor(prepared.secrets)
        self._redactor = redactor if keeps_secrets else redactor.detached()
        self._labels = label_pattern(prepared.request.labels)
        self._clear: set[str] = set()
        self._template = compiled_output(definition, platform)
        # What an output may read is looked at when one is made: a definition may have none that is compiled.
        template = output_template(definition, platform)
        self._why_no_output = _why_not(template)
        self._reads_request = _reads_request(template)
        self._calls_in_output = not self._why_no_output and any(calls(self._template.value))
        # A run counts the steps of all its templates together, so each may take a share of them here.
        self._steps = platform.template_steps // (2 * len(_strings(self._template.value)) or 1)
        self._helpers = HelperSet(self._rendering())
        self._reads_headers = "headers" in repr(self._template.value)
        self._ignore = prepared.profile.ignored(definition.name or "") if prepared.profile.ignore else ()
        self._require_same(prepared)

    @property
    def context(self) -> RunContext:
        """The context of all rows."""
        return self._context

    def coerce(self, inputs: Mapping[str, Any]) -> Coerced:
        """Return inputs as templates see them, with each conversion; `identity_losses` are made of these.

        Raises:
            InputError: the platform would reject them.
        """
        return coerce(inputs, self._schema, conversions=self._context.platform.conversions)

    def request(self, inputs: Mapping[str, Any]) -> LeanRequest:
        """Return the request of inputs as they are passed.

        Raises:
            InputError: the platform would reject the inputs.
            NotLeanError: a run makes another one, or none.
        """
        return self.build(self.coerce(inputs).value)

    def build(self, inputs: Mapping[str, Any]) -> LeanRequest:
        """Return the request of inputs that `coerce` returned.

        Raises:
            NotLeanError: a run makes another one, or none.
        """
        request = self._requests.build(inputs)
        self._require_fixed()
        return request

    def output(
        self,
        status_code: int,
        headers: Iterable[tuple[str, str]],
        content: bytes,
        request: LeanRequest | None = None,
    ) -> Projected:
        """Return the output of a response, with what outputSchema converted and dropped.

        ``request`` is what it responds to. Some outputs have it in them, as without an outputTemplate.

        Raises:
            NotLeanError: only a run gives it, or the run has an error.
        """
        require(not self._why_no_output, self._why_no_output)
        # Where a redirect leads is judged by a run.
        require(not 300 <= status_code < 400, "a redirect")
        joined = joined_headers(headers)
        platform = self._context.platform
        encoding = str(joined.get("content-encoding", "identity"))
        require(not is_compressed_as(encoding, decompresses=platform.decompresses), "a compressed body")
        reader = BodyReader(self._requests.parses_json, self._context.parse_limit)
        text = reader.text(content, "")
        body, _ = self._redactor.parsed(reader.body(text, len(content), status_code), text)
        if self._reads_request:
            require(request is not None, "an output with its request")
        # With each of its members, in their order: a template may list their names.
        response = {
            "statusCode": status_code,
            "body": body,
            "headers": self._redactor.value(joined)
            if self._reads_headers or self._reads_request
            else _UNREAD,
            "request": request.to_json() if request is not None and self._reads_request else _UNREAD,
        }
        context: dict[str, Any] = {"response": response, "body": body}
        if body is UNDEFINED:
            del response["body"], context["body"]
        return projected_output(self._mapped(context), self._definition, platform, is_json=True)

    def sample(self) -> Projected:
        """Return the output of the sample, as a run in sample mode gives it.

        Raises:
            NotLeanError: there is no sample.
        """
        require(self._definition.sample_output_context is not None, "no sample")
        return map_sample(self._definition, self._context.platform).projected

    def difference(self, output: Any) -> Diff | None:
        """Return how an output differs from the sample; None without a sample."""
        sample = self._definition.sample_output_context
        if sample is None:
            return None
        return diff(sample, output, ignore=self._ignore) if self._ignore else diff_json(sample, output)

    def recorded(self, request: LeanRequest) -> dict[str, Any]:
        """Return a request as cases and cassettes compare it: settings as ``$<key>``, without some headers.

        Raises:
            NotLeanError: there is something to hide in it besides settings.
        """
        headers = {
            name: text
            for header, text in request.masked_headers
            if (name := header.lower()) not in UNRECORDED_HEADERS
        }
        body = request.masked_body
        if body is not None and "\\" in body:
            # An escape may stand for what is hidden.
            require(self._redactor.is_clear(utf8(body)), "a secret in the body")
            body = None
        new = [text for text in headers.values() if text not in self._clear]
        texts = (*new, request.masked_url, body or "")
        parts = [part for text in texts for part in self._labels.split(text)[::2]]
        require(self._redactor.value(parts) is parts, "a secret in the request")
        if len(self._clear) > _MOST_TEXTS:
            self._clear.clear()
        # Only now: another thread may look at the same text.
        self._clear.update(new)
        return {
            "method": request.method,
            "url": request.masked_url,
            "headers": dict(sorted(headers.items())),
            "body": request.masked_body,
        }

    def _rendering(self) -> Rendering:
        return replace(self._context.rendering("output"), steps=self._steps)

    def _mapped(self, context: dict[str, Any]) -> Any:
        helpers = self._helpers
        if self._calls_in_output:
            helpers = HelperSet(self._rendering(), [])
        try:
            mapped = render_compiled(self._template, context, helpers)
        except TemplateError as error:
            raise NotLeanError(str(error)) from error
        require(not helpers.diagnostics, "a helper reports something")
        self._require_fixed()
        return mapped

    def _require_fixed(self) -> None:
        """Refuse what depends on the time, or on chance, unless the caller chose both."""
        read = self._context.read
        if read and not read <= self._fixed:
            read.clear()
            raise NotLeanError("the time, or random numbers")

    def _require_same(self, prepared: Prepared) -> None:
        """Compare the first row with what a run makes of it."""
        request = prepared.request
        built = self.build(prepared.inputs)
        texts = request.header_texts
        expected = (
            request.method,
            None if request.address is None else request.address.text.real,
            request.url,
            tuple([(name, text.real) for name, text in texts]),
            tuple([(name, text.shown) for name, text in texts]),
            None if request.body_text is None else request.body_text.real,
            request.body,
        )
        actual = (
            built.method,
            built.url,
            built.masked_url,
            built.headers,
            built.masked_headers,
            built.body,
            built.masked_body,
        )
        require(actual == expected, "a request that is not the same")


def _require_plain(prepared: Prepared) -> None:
    context = prepared.context
    require(not prepared.input_errors and not prepared.read_errors, "an error in the inputs or the file")
    require(isinstance(prepared.inputs, Mapping), "inputs that are no object")
    require(not prepared.request.diagnostics.errors, "a request with an error")
    require(not prepared.profile.mask and prepared.request.sent_to is None, "masks, or another host")
    require(not (context.helpers or context.platform.conversions), "functions of the user's own")
    require(context.steps is None, "inputs that read steps")


def _why_not(template: Any) -> str:
    """Return why outputs of a template are left to runs; empty if they are not."""
    try:
        for text in _strings(template):
            _require_known_parts(text)
    except (NotLeanError, TemplateError) as error:
        return str(error) or "an outputTemplate with an error"
    return ""


def _strings(value: Any) -> list[str]:
    waiting, texts = [value], []
    for item in waiting:
        if isinstance(item, str):
            texts.append(item)
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return texts


def _require_known_parts(text: str) -> None:
    """Refuse a text that reads all of a response, or its request.

    What a template reads in its blocks depends on the response; of that, `_Unread` refuses.

    Raises:
        NotLeanError: it does.
    """
    if text.startswith((REFERENCE, FUNCTION)):
        parse_reference(text)
    else:
        template = parse_template(text, "")
        require(not template.diagnostics, "an outputTemplate with an error")


def _reads_request(template: Any) -> bool:
    """Return whether an output may have the request of its response in it; True if that is not certain."""
    try:
        return any(map(_may_read_request, _strings(template)))
    except TemplateError:
        # It has no output.
        return False


def _may_read_request(text: str) -> bool:
    if text.startswith((REFERENCE, FUNCTION)):
        paths = [parse_reference(text).segments]
    else:
        template = parse_template(text, "")
        if (template.plain_tags is None and _READS_ALL.search(text)) or (
            template.helper_calls and "this" in text
        ):
            return True
        paths = [variable.segments for variable in template.references if not variable.is_local]
    parts = [path[1:2] for path in paths if path[:1] == ("response",)]
    return any(part not in _RESPONSE for part in parts)
