"""KNB6: secrets that stand in the file, or travel where they are written down."""

from __future__ import annotations

from collections.abc import Iterator

from kustomer_nb.diagnostics import Severity

from .model import Finding, action_rule
from .proof import a_request, an_action, an_app, file
from .subject import Action
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
