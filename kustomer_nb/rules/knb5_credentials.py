"""KNB5: whether the output of an action contains a token that it sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.examples import a_request, an_action, an_app, file
from kustomer_nb.linting.messages import cut, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_fixed
from kustomer_nb.secrets.token_patterns import names_credential

from .knb5_outputs import is_emitted

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction
    from kustomer_nb.linting.template_strings import TemplateString

# Headers that carry a credential even when their value is fixed.
_CREDENTIALS = ("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey")
# npm request 2.88.2, toJSON(): the response contains request.headers.
_TO_HEADERS = ("response", "request", "headers")


def _with_token(**output: Any) -> str:
    action = an_action(
        appSettings={"token": {"key": "shop.default.token"}},
        inputTemplate=a_request(headers={"authorization": "Bearer {{{token}}}"}, json=True),
        **output,
    )
    setting = {"type": "secret", "defaultValue": ""}
    return file(an_app(settings={"default": {"token": setting}}, actions=[action]))


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
            if reference.form == "reference" and has_headers and is_emitted(schema, emitted_keys):
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
        severity = _severity_of(action, string) if string.keys[0] == "headers" else None
        if severity is Severity.WARNING:
            return _Credential(quote(string.keys[1]), severity)
        if severity is not None:
            uncertain = uncertain or _Credential(quote(string.keys[1]), severity)
    return uncertain


def _severity_of(action: LintedAction, header: TemplateString) -> Severity | None:
    """Return how serious it is to emit a header; None if it contains no token."""
    variables = {reference.segments[0] for reference in header.references}
    name = header.keys[1]
    is_credential = name.lower() in _CREDENTIALS or names_credential(name)
    has_secret = any(_is_secret(action, variable) for variable in variables)
    if has_secret or (is_credential and is_fixed(header.text)):
        return Severity.WARNING
    return Severity.HINT if is_credential or not variables.isdisjoint(action.app_settings) else None


def _is_secret(action: LintedAction, variable: str) -> bool:
    setting = action.setting_of(variable)
    return setting is not None and setting.get("type") == "secret"
