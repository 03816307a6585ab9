"""KNB6: tokens in the definition, and secrets in URLs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.examples import a_request, an_action, an_app, file
from kustomer_nb.linting.messages import cut, quote
from kustomer_nb.linting.rule import Finding, action_rule, document_rule
from kustomer_nb.request.written_tokens import tokens_in
from kustomer_nb.secrets import keys_by_variable
from kustomer_nb.secrets.token_patterns import (
    USE_A_SETTING,
    hard_coded_message,
    severity_of,
    token_in,
)

from .knb2_settings import declared_settings, holds_secret

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintContext, LintedAction

_TOKEN_SETTING = {"token": {"key": "shop.default.token"}}
_DECLARED = {"default": {"token": {"type": "secret", "defaultValue": ""}}}


@action_rule(
    Code.TOKEN_IN_FILE,
    Severity.ERROR,
    why="docs: a registered version is permanent. A secret belongs in an app setting of type secret, which "
    "each organization sets and can change. A value that may not be a token is only a warning.",
    bad=file(an_action(inputTemplate=a_request(headers={"authorization": "Bearer 0123456789abcdef0123"}))),
    good=file(
        an_action(
            appSettings=_TOKEN_SETTING,
            inputTemplate=a_request(headers={"authorization": "Bearer {{{token}}}"}),
        )
    ),
)
def _token_in_file(action: LintedAction) -> Iterator[Finding]:
    headers = (action.request or {}).get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if (token := token_in(name, value)) is not None:
            # The token itself is never quoted.
            message = (
                f"the header {quote(name)} contains a token ({len(token)} characters), readable in the file."
            )
            fix = "move it to a setting of type secret, and read that with a variable in appSettings."
            severity = severity_of(token)
            yield Finding(action.at("inputTemplate", "headers", name), message, fix, severity)


@action_rule(
    Code.SECRET_IN_ADDRESS,
    Severity.WARNING,
    why="observed: /#response contains the complete URL. Services and proxies log URLs, but seldom headers.",
    bad=file(
        an_app(
            settings=_DECLARED,
            actions=[an_action(appSettings=_TOKEN_SETTING, inputTemplate=a_request(qs={"key": "/#token"}))],
        )
    ),
    good=file(
        an_app(
            settings=_DECLARED,
            actions=[
                an_action(
                    appSettings=_TOKEN_SETTING, inputTemplate=a_request(headers={"x-api-key": "{{{token}}}"})
                )
            ],
        )
    ),
)
def _secret_in_address(action: LintedAction) -> Iterator[Finding]:
    for string in action.input_strings:
        for reference in string.references if string.keys[0] in ("uri", "qs") else ():
            if is_secret(action, reference.segments[0]):
                message = (
                    f"the secret `{cut(reference.segments[0])}` is part of the URL, which ends up in logs."
                )
                fix = "send it in a header, if the service accepts that."
                span = action.subject.span_in(string, reference.span)
                yield Finding(string.pointer, message, fix, span=span)


def is_secret(action: LintedAction, variable: str) -> bool:
    """Return whether a variable of an action is a setting of type secret."""
    setting = action.subject.setting_of(action.setting_key(variable))
    return setting is not None and setting.get("type") == "secret"


def _with_keys(*keys: str) -> str:
    used = {f"token{at}": {"key": key} for at, key in enumerate(keys)}
    headers = {f"x-{name}": f"{{{{{{{name}}}}}}}" for name in used}
    return file(an_action(appSettings=used, inputTemplate=a_request(headers=headers)))


@document_rule(
    Code.ONE_VARIABLE_OF_TWO_SETTINGS,
    Severity.ERROR,
    why="measured: the values of api-key and api_key are both read from the environment variable "
    "SHOP_DEFAULT_API_KEY, so one of them is sent as the other.",
    bad=_with_keys("shop.default.api-key", "shop.default.api_key"),
    good=_with_keys("shop.default.api-key", "shop.default.other_key"),
)
def _one_variable_of_two(subject: LintContext) -> Iterator[Finding]:
    pointer_by_key = _setting_keys(subject)
    for name, keys in keys_by_variable(pointer_by_key).items():
        for key in keys[1:]:
            message = (
                f"{quote(key)} and {quote(keys[0])} are read from the same environment variable, {cut(name)}."
            )
            yield Finding(pointer_by_key[key], message, "rename one of the keys.")


def _setting_keys(subject: LintContext) -> dict[str, str]:
    """Return the pointer of each setting by its key: to its declaration, or else to its first use."""
    pointer_by_key: dict[str, str] = {}
    app = (subject.app or {}).get("app")
    for declared in subject.settings if isinstance(app, str) else ():
        category, _, name = declared.partition(".")
        pointer_by_key[f"{app}.{declared}"] = pointers.join("/settings", category, name)
    for action in subject.actions:
        for name in action.app_settings:
            if isinstance(key := action.setting_key(name), str) and key:
                pointer_by_key.setdefault(key, action.at("appSettings", name, "key"))
    return pointer_by_key


_TOKEN = "0123456789abcdef0123"  # noqa: S105 - for the bad files
_SETTING = {"token": {"key": "shop.default.token"}}
_WITH_HEADER = a_request(headers={"x-api-key": "{{{token}}}"})


def _declaring(default: str) -> str:
    setting = {"type": "secret", "defaultValue": default}
    using = an_action(appSettings=_SETTING, inputTemplate=_WITH_HEADER)
    return file(an_app(settings={"default": {"token": setting}}, actions=[using]))


def _posting(value: str, **keys: Any) -> str:
    template = a_request(method="post", data={"client_secret": value}, json=True)
    return file(an_action(inputTemplate=template, **keys))


@action_rule(
    Code.TOKEN_IN_ADDRESS,
    Severity.ERROR,
    why="docs: a registered version is permanent. observed: /#response contains the complete URL, and "
    "services and proxies log URLs. A value that may not be a token is only a warning.",
    bad=file(an_action(inputTemplate=a_request(qs={"api_key": _TOKEN}))),
    good=file(an_action(appSettings=_SETTING, inputTemplate=_WITH_HEADER)),
)
def _token_in_address(action: LintedAction) -> Iterator[Finding]:
    yield from _hard_coded(action, "uri", "qs")


def _hard_coded(action: LintedAction, *parts: str) -> Iterator[Finding]:
    """Yield the hard-coded tokens in these parts of a request."""
    for string in action.input_strings:
        for token in tokens_in(string.keys, string.text) if string.keys[0] in parts else ():
            # Without a name it is the password before the @ of a URL, which is certainly a secret.
            holder = quote(token.name) if token.name else "the part of the uri before its @"
            severity = severity_of(token.token) if token.name else Severity.ERROR
            is_whole = len(string.keys) > 1
            inner = Span.from_offsets(string.text, token.start, token.end)
            span = None if is_whole else action.subject.span_in(string, inner)
            yield Finding(
                string.pointer, hard_coded_message(holder, token.token), USE_A_SETTING, severity, span
            )


@document_rule(
    Code.SECRET_DEFAULT_IN_FILE,
    Severity.ERROR,
    why="docs: a registered version is permanent and the same for every organization. A secret is set by "
    "each organization and never shown again.",
    bad=_declaring(_TOKEN),
    good=_declaring(""),
)
def _secret_default(subject: LintContext) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        if holds_secret(setting):
            message = "the defaultValue of a secret is readable in the file."
            fix = 'write "defaultValue": "", and set the secret in each organization.'
            yield Finding(pointers.join(pointer, "defaultValue"), message, fix)


@action_rule(
    Code.TOKEN_IN_DATA,
    Severity.ERROR,
    why="docs: a registered version is permanent. A secret belongs in an app setting of type secret, which "
    "each organization sets and can change. A value that may not be a token is only a warning.",
    bad=_posting(_TOKEN),
    good=_posting("/#token", appSettings=_SETTING),
)
def _token_in_data(action: LintedAction) -> Iterator[Finding]:
    yield from _hard_coded(action, "data", "json")
