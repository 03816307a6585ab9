"""KNB6: whether an input may choose the host that a secret goes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.context import ENV, LintedAction, TemplateString
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_pointed
from kustomer_nb.request.domains import is_registrable
from kustomer_nb.request.written_tokens import tokens_in
from kustomer_nb.secrets.token_patterns import names_credential
from kustomer_nb.template.value_syntax import Reference

_TAG = re.compile(r"\{\{\{.*?\}\}\}|\{\{.*?\}\}", re.DOTALL)
# What is asked in them is not printed.
_CONDITION = re.compile(r"\{\{\{?~?\s*(?:[#^]\s*(?:if|unless)\b|else\b)")
_SCHEME = re.compile(r"\s*(?:https?)?://", re.IGNORECASE)
# An input, the NUL here, may add the slashes that are missing.
_BROKEN_SCHEME = re.compile(r"\s*[A-Za-z0-9+.\0-]*:/?(?=\0)")
_PARAMETER = re.compile(r"[?&]([^=&#{}]*)=[^&#]*\Z")
_ENDS_HOST = re.compile(r"[/\\?#]")
_SETTINGS = {"token": {"key": "shop.default.token"}, "site": {"key": "shop.default.site"}}
_FIX = "read the host from an app setting, or list the hosts it may be in allowed_hosts of a profile."
_PLAIN = frozenset({"string", "number", "boolean"})


def _calling(uri: str, **keys: object) -> str:
    template = a_request(uri=uri, headers={"authorization": "Bearer {{{token}}}"})
    return file(an_action(appSettings=_SETTINGS, inputTemplate=template, **keys))


@action_rule(
    Code.INPUT_CHOOSES_HOST,
    Severity.WARNING,
    why="measured: of https://{{{site}}}.shop.com with evil.example/? for the input the host is "
    "evil.example, and the token goes there. A run asks to confirm such a host. One label before a domain of "
    "the author's own is a hint: only what holds one of / ? # @ : or a dot changes where it goes.",
    bad=_calling("{{{address}}}", inputSchema=closed_schema(address="string")),
    good=_calling("https://{{{site}}}/orders"),
)
def _input_chooses_host(action: LintedAction) -> Iterator[Finding]:
    texts = [text for text in action.written if text.keys == ("uri",) or _is_host_header(text)]
    if not texts or (secret := _secret_sent(action)) is None:
        return
    for text in texts:
        for read in _in_host(text):
            if _first(read) in {*action.app_settings, ENV}:
                continue
            name = cut(read.path)
            is_whole, is_label = _around(text, read)
            what = "is the whole host" if is_whole else "may change the host"
            of = " header of the request" if _is_host_header(text) else ""
            message = f"the input `{name}` {what}{of} that {secret} goes to."
            severity = Severity.HINT if is_label else Severity.WARNING
            yield Finding(text.pointer, message, _FIX, severity, action.subject.place(text, read.span))


def _is_host_header(text: TemplateString) -> bool:
    return text.keys[0] == "headers" and len(text.keys) > 1 and text.keys[1].lower() == "host"


class _Around(NamedTuple):
    """Whether a variable is the whole host, and whether it is one label before a domain of somebody's."""

    is_whole: bool
    is_label: bool


def _in_host(uri: TemplateString) -> Iterator[Reference]:
    """Yield what is printed before the author's own text ends the host."""
    if is_pointed(uri.text):
        yield from uri.reads
        return
    end = _end_of_host(uri.text)
    tags = [tag.span() for tag in _TAG.finditer(uri.text) if _CONDITION.match(tag[0])]
    for read in uri.reads:
        at = read.span.start
        if at < end and not any(start <= at < stop for start, stop in tags):
            yield read


def _end_of_host(text: str) -> int:
    """Return where the text outside of tags ends the host, the end of all where it does not."""
    blank = _TAG.sub(lambda tag: "\0" * len(tag[0]), text)
    # An input may give the scheme too, or what of the :// is missing.
    begin = blank.find("://")
    if begin >= 0 and not _ENDS_HOST.search(blank[:begin]):
        start = begin + len("://")
    else:
        broken = _BROKEN_SCHEME.match(blank)
        start = 0 if broken is None else broken.end()
    mark = _ENDS_HOST.search(blank, start)
    return len(text) if mark is None else mark.start()


def _around(uri: TemplateString, read: Reference) -> _Around:
    if is_pointed(uri.text):
        return _Around(is_whole=True, is_label=False)
    end = _end_of_host(uri.text)
    at = read.span.start
    tag = next((tag for tag in _TAG.finditer(uri.text) if tag.start() <= at < tag.end()), None)
    start, stop = (read.span.start, read.span.end) if tag is None else tag.span()
    before, after = uri.text[:start], uri.text[stop:end]
    is_first = not before.strip() or _SCHEME.fullmatch(before) is not None
    _, dot, domain = _TAG.sub("\0", after).partition(".")
    is_within = "://" in before or _is_host_header(uri)
    is_label = bool(dot) and is_registrable(domain.partition(":")[0]) and is_within
    return _Around(is_whole=is_first and not after.strip(), is_label=is_label)


def _secret_sent(action: LintedAction) -> str | None:
    """Return a secret that goes along with a request, as a message names it."""
    account = action.value.get("appAccountName")
    if isinstance(account, str) and account:
        return f"the token of the app account `{cut(account)}`"
    for text in action.written:
        for read in text.reads:
            if (name := _first(read)) not in action.app_settings:
                continue
            setting = action.subject.setting_of(action.setting_key(name))
            kind = None if setting is None else setting.get("type")
            is_plain = isinstance(kind, str) and kind in _PLAIN
            if not is_plain or names_credential(_named(text, read)):
                return f"the setting `{cut(name)}`"
    for text in action.written:
        if any(tokens_in(text.keys, text.text)):
            return f"the token written out at {cut(text.pointer)}"
    return None


def _named(text: TemplateString, read: Reference) -> str:
    """Return the name of the header, parameter or member that a variable is sent in, empty where in none."""
    if text.keys == ("uri",):
        parameter = _PARAMETER.search(text.text, 0, read.span.start)
        return parameter[1] if parameter else ""
    names = [key for key in text.keys[1:] if not key.isdecimal()]
    return names[-1] if names and text.keys[0] in ("headers", "qs", "data", "json") else ""


def _first(read: Reference) -> str:
    return read.segments[0] if read.segments else ""
