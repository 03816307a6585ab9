"""KNB6: secrets that stand in the file, or travel where they are written down."""

from __future__ import annotations

from collections.abc import Iterator

from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.secret import keys_by_variable

from .model import Finding, action_rule, document_rule
from .proof import a_request, an_action, an_app, file
from .subject import Action, Subject
from .tokens import severity_of, token_in
from .words import cut, said

_TOKEN_SETTING = {"token": {"key": "shop.default.token"}}
_DECLARED = {"default": {"token": {"type": "secret", "defaultValue": ""}}}


@action_rule(
    "KNB601",
    "token-in-file",
    Severity.ERROR,
    why="docs: a registered version is permanent. A secret belongs in an app setting of type secret, which "
    "is given per organisation and can be changed. What only may be a token is a warning.",
    bad=file(an_action(inputTemplate=a_request(headers={"authorization": "Bearer 0123456789abcdef0123"}))),
    good=file(
        an_action(
            appSettings=_TOKEN_SETTING,
            inputTemplate=a_request(headers={"authorization": "Bearer {{{token}}}"}),
        )
    ),
)
def _token_in_file(action: Action) -> Iterator[Finding]:
    headers = (action.request or {}).get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if (token := token_in(name, value)) is not None:
            # The token itself is never quoted.
            message = (
                f"the header {said(name)} holds a token of {len(token)} characters, readable in the file."
            )
            fix = "make it a setting of type secret, and read it by a variable of appSettings."
            severity = severity_of(token)
            yield Finding(action.at("inputTemplate", "headers", name), message, fix, severity)


@action_rule(
    "KNB602",
    "secret-in-address",
    Severity.WARNING,
    why="observed: /#response holds the whole address. Services and proxies on the way keep addresses in "
    "their logs, and headers seldom.",
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
def _secret_in_address(action: Action) -> Iterator[Finding]:
    for one in action.written:
        for read in one.reads if one.keys[0] in ("uri", "qs") else ():
            setting = action.subject.setting_of(action.setting_key(read.segments[0]))
            if setting is not None and setting.get("type") == "secret":
                message = f"the secret `{cut(read.segments[0])}` travels in the address, which logs keep."
                place = action.subject.place(one, read.span)
                yield Finding(
                    one.pointer, message, "send it in a header, if the service takes it.", span=place
                )


def _with_keys(*keys: str) -> str:
    used = {f"token{at}": {"key": key} for at, key in enumerate(keys)}
    headers = {f"x-{name}": f"{{{{{{{name}}}}}}}" for name in used}
    return file(an_action(appSettings=used, inputTemplate=a_request(headers=headers)))


@document_rule(
    "KNB607",
    "one-variable-of-two-settings",
    Severity.ERROR,
    why="measured: the value of api-key and that of api_key are both looked for in the environment variable "
    "SHOP_DEFAULT_API_KEY, so that one is sent in the place of the other.",
    bad=_with_keys("shop.default.api-key", "shop.default.api_key"),
    good=_with_keys("shop.default.api-key", "shop.default.other_key"),
)
def _one_variable_of_two(subject: Subject) -> Iterator[Finding]:
    places = _keys(subject)
    for name, keys in keys_by_variable(places).items():
        for key in keys[1:]:
            message = f"{said(key)} and {said(keys[0])} give one environment variable, {cut(name)}."
            yield Finding(places[key], message, "give one of them another key.")


def _keys(subject: Subject) -> dict[str, str]:
    """Return each key of a setting, and where it is declared, or first used where it is not."""
    found: dict[str, str] = {}
    app = (subject.app or {}).get("app")
    for rest in subject.settings if isinstance(app, str) else ():
        category, _, name = rest.partition(".")
        found[f"{app}.{rest}"] = pointers.join("/settings", category, name)
    for action in subject.actions:
        for name in action.app_settings:
            if isinstance(key := action.setting_key(name), str) and key:
                found.setdefault(key, action.at("appSettings", name, "key"))
    return found
