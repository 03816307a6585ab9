"""KNB6: whether an input may choose the host that a secret goes to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.context import ENV, LintedAction
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_pointed
from kustomer_nb.request.domains import is_registrable
from kustomer_nb.request.written_tokens import tokens_in
from kustomer_nb.secrets.token_patterns import names_credential

if TYPE_CHECKING:
    from kustomer_nb.linting.template_strings import TemplateString
    from kustomer_nb.template.value_syntax import Reference

# Triple tags first: a double tag would match the first two of their braces.
_TAG = re.compile(r"\{\{\{.*?\}\}\}|\{\{.*?\}\}", re.DOTALL)
# The condition in such a tag is not printed.
_CONDITION = re.compile(r"\{\{\{?~?\s*(?:[#^]\s*(?:if|unless)\b|else\b)")
_SCHEME = re.compile(r"\s*(?:https?)?://", re.IGNORECASE)
# An input (replaced by NUL here) may add the missing slashes.
_BROKEN_SCHEME = re.compile(r"\s*[A-Za-z0-9+.\0-]*:/?(?=\0)")
# The query parameter whose value ends the text.
_PARAMETER = re.compile(r"[?&]([^=&#{}]*)=[^&#]*\Z")
# A backslash too: WHATWG URL parsers treat it as a slash.
_ENDS_HOST = re.compile(r"[/\\?#]")
_SETTINGS = {"token": {"key": "shop.default.token"}, "site": {"key": "shop.default.site"}}
_FIX = "read the host from an app setting, or list the allowed hosts in allowed_hosts of a profile."
# Types of settings other than secret.
_PLAIN = frozenset({"string", "number", "boolean"})


def _calling(uri: str, **keys: object) -> str:
    template = a_request(uri=uri, headers={"authorization": "Bearer {{{token}}}"})
    return file(an_action(appSettings=_SETTINGS, inputTemplate=template, **keys))


@action_rule(
    Code.INPUT_CHOOSES_HOST,
    Severity.WARNING,
    why="measured: when the input in https://{{{site}}}.shop.com is evil.example/?, the host is "
    "evil.example, and the token is sent there. A run asks for confirmation of such a host. A single label "
    "before a fixed domain is only a hint: the host changes only when the input contains / ? # @ : or a dot.",
    bad=_calling("{{{address}}}", inputSchema=closed_schema(address="string")),
    good=_calling("https://{{{site}}}/orders"),
)
def _input_chooses_host(action: LintedAction) -> Iterator[Finding]:
    hosts = [string for string in action.input_strings if string.keys == ("uri",) or _is_host_header(string)]
    if not hosts or (secret := _secret_sent(action)) is None:
        return
    for string in hosts:
        for reference in _references_in_host(string):
            if _is_input(action, _variable(reference)):
                yield _chosen_by(action, string, reference, secret)


def _chosen_by(action: LintedAction, string: TemplateString, reference: Reference, secret: str) -> Finding:
    is_whole, is_label = _surroundings(string, reference)
    effect = "is the whole" if is_whole else "may change the"
    target = "Host header of the request" if _is_host_header(string) else "host"
    message = f"the input `{cut(reference.path)}` {effect} {target} that {secret} is sent to."
    severity = Severity.HINT if is_label else Severity.WARNING
    return Finding(string.pointer, message, _FIX, severity, action.subject.span_in(string, reference.span))


def _is_host_header(string: TemplateString) -> bool:
    return string.keys[0] == "headers" and len(string.keys) > 1 and string.keys[1].lower() == "host"


class _Surroundings(NamedTuple):
    """Whether a variable is the whole host, and whether it is one label before a registrable domain."""

    is_whole: bool
    is_label: bool


def _references_in_host(uri: TemplateString) -> Iterator[Reference]:
    """Yield the references that are printed before the static text ends the host."""
    if is_pointed(uri.text):
        yield from uri.references
        return
    end = _end_of_host(uri.text)
    conditions = [tag.span() for tag in _TAG.finditer(uri.text) if _CONDITION.match(tag[0])]
    for reference in uri.references:
        offset = reference.span.start
        if offset < end and not any(start <= offset < stop for start, stop in conditions):
            yield reference


def _end_of_host(text: str) -> int:
    """Return the offset where the text outside tags ends the host; the length of the text if it does not."""
    # Masked to the same length, so that offsets stay right.
    blank = _TAG.sub(lambda tag: "\0" * len(tag[0]), text)
    # An input may contain the scheme, or the missing part of ://.
    separator = blank.find("://")
    if separator >= 0 and not _ENDS_HOST.search(blank[:separator]):
        start = separator + len("://")
    else:
        broken = _BROKEN_SCHEME.match(blank)
        start = 0 if broken is None else broken.end()
    match = _ENDS_HOST.search(blank, start)
    return len(text) if match is None else match.start()


def _surroundings(uri: TemplateString, reference: Reference) -> _Surroundings:
    if is_pointed(uri.text):
        return _Surroundings(is_whole=True, is_label=False)
    end = _end_of_host(uri.text)
    start, stop = _tag_span(uri.text, reference)
    before, after = uri.text[:start], uri.text[stop:end]
    is_first = not before.strip() or _SCHEME.fullmatch(before) is not None
    _, dot, domain = _TAG.sub("\0", after).partition(".")
    is_within = "://" in before or _is_host_header(uri)
    is_label = bool(dot) and is_registrable(domain.partition(":")[0]) and is_within
    return _Surroundings(is_whole=is_first and not after.strip(), is_label=is_label)


def _tag_span(text: str, reference: Reference) -> tuple[int, int]:
    """Return the offsets of the tag that contains a reference; those of the reference outside a tag."""
    offset = reference.span.start
    tag = next((tag for tag in _TAG.finditer(text) if tag.start() <= offset < tag.end()), None)
    return (offset, reference.span.end) if tag is None else tag.span()


def _secret_sent(action: LintedAction) -> str | None:
    """Return a secret that the request carries, as a message writes it, or None."""
    account = action.value.get("appAccountName")
    if isinstance(account, str) and account:
        return f"the token of the app account `{cut(account)}`"
    for string in action.input_strings:
        for reference in string.references:
            if _reads_secret(action, string, reference):
                return f"the setting `{cut(_variable(reference))}`"
    for string in action.input_strings:
        if any(tokens_in(string.keys, string.text)):
            return f"the hard-coded token at {cut(string.pointer)}"
    return None


def _reads_secret(action: LintedAction, string: TemplateString, reference: Reference) -> bool:
    name = _variable(reference)
    if name not in action.app_settings:
        return False
    setting = action.subject.setting_of(action.setting_key(name))
    kind = None if setting is None else setting.get("type")
    # A setting that is not declared may be a secret.
    is_plain = isinstance(kind, str) and kind in _PLAIN
    return not is_plain or names_credential(_sent_as(string, reference))


def _sent_as(string: TemplateString, reference: Reference) -> str:
    """Return the name of the header, parameter or key that a variable is sent in, or an empty string."""
    if string.keys == ("uri",):
        parameter = _PARAMETER.search(string.text, 0, reference.span.start)
        return parameter[1] if parameter else ""
    # An index of an array is not a name.
    names = [key for key in string.keys[1:] if not key.isdecimal()]
    return names[-1] if names and string.keys[0] in ("headers", "qs", "data", "json") else ""


def _variable(reference: Reference) -> str:
    return reference.segments[0] if reference.segments else ""


def _is_input(action: LintedAction, name: str) -> bool:
    """Return whether a name in a template is that of an input.

    Whoever installs the app sets its settings, and Kustomer sets _env. KNB303 reports a name that can never
    have a value.
    """
    can_be_set = name in action.inputs or not action.is_closed
    return can_be_set and name not in {*action.app_settings, ENV}
