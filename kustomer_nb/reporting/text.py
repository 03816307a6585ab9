"""Values as plain text for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from kustomer_nb.definition import Changes, Document, ReadAction
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.difference import Diff
from kustomer_nb.linting import without_tokens
from kustomer_nb.output import said
from kustomer_nb.printable import one_line
from kustomer_nb.request import Origin, Origins, Request
from kustomer_nb.response import Response
from kustomer_nb.run import Run, Why
from kustomer_nb.storage.history import Entry, History
from kustomer_nb.storage.volatile_headers import is_volatile

from .pretty import MOST_ROWS, SHORT, asked, came, excerpt, how, left_out, pretty, reason, short, tail


@singledispatch
def text(value: Any) -> str:
    """Return a value as plain text, over as many lines as it needs.

    Example:
        >>> from kustomer_nb.difference import diff
        >>> print(text(diff({"a": 1}, {"a": 2})))
        1 changed
          a: changed from 1 to 2
    """
    return repr(value)


@text.register
def _(value: Diagnostics) -> str:
    lines = []
    for one in value:
        where = f"{one.span.line}:{one.span.column}" if one.span else one.pointer or "-"
        lines.append(one_line(f"{where} {one.severity.value} {one.code} {one.message}"))
        shown = excerpt(value.text, one)
        lines += [f"    {line}" for line in shown.split("\n") if shown]
        if one.fix:
            lines.append(f"    {one_line(f'Fix: {one.fix}')}")
    return "\n".join([*lines, value.summary])


@text.register
def _(value: Changes) -> str:
    return value.diff


def as_github(found: Diagnostics, path: str) -> list[str]:
    """Return findings as GitHub's runners take them from a log, a line each.

    Facts from GitHub's page "Workflow commands": ``%``, line ends and, in properties, ``:`` and ``,`` are
    escaped; a hint is a notice.

    Example:
        >>> from kustomer_nb.diagnostics import Diagnostic, Severity
        >>> found = Diagnostics([Diagnostic("KNB213", Severity.HINT, "/version", "'1,0' is odd.")])
        >>> as_github(found, "shop.json")
        ["::notice file=shop.json,title=KNB213::'1,0' is odd."]
    """
    return [_annotation(one, path) for one in found]


def _annotation(one: Diagnostic, path: str) -> str:
    level = "notice" if one.severity is Severity.HINT else one.severity.value
    place = f",line={one.span.line},col={one.span.column}" if one.span else ""
    file = _github(path).replace(":", "%3A").replace(",", "%2C")
    way_out = f" Fix: {one.fix}" if one.fix else ""
    return f"::{level} file={file}{place},title={one.code}::{_github(one.message + way_out)}"


def _github(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@text.register
def _(value: Document) -> str:
    title = " ".join(part for part in (value.app.app, value.app.version) if part) or "actions only"
    return "\n".join([one_line(title), *(f"  {text(one)}" for one in value.actions)])


@text.register
def _(value: ReadAction) -> str:
    template = value.definition.input_template
    method, uri = (
        ((template.method or "").upper(), without_tokens(template.uri or "")) if template else ("", "")
    )
    return one_line(f"{value.definition.name or value.pointer}: {method} {uri}".rstrip(": "))


@text.register
def _(value: Request) -> str:
    lines = [one_line(f"{value.method} {value.url}")]
    if value.sent_to:
        host = value.sent_to.host_header.shown
        lines.append(one_line(f"  (sent to {value.sent_to.origin} in its place, with host: {host})"))
    lines += [one_line(f"{name}: {header.shown}") for name, header in value.header_texts]
    if value.body is not None:
        lines += ["", value.body]
    return "\n".join([*lines, *_listed("", value.diagnostics)])


@text.register
def _(value: Origins) -> str:
    return "\n".join(_origin(one) for one in value) or "nothing"


def _origin(one: Origin) -> str:
    place = f", line {one.span.line}, column {one.span.column}" if one.span else ""
    return f"{short(one.text)}\n    {one_line(one.words)}{place}"


def xray(value: Request) -> str:
    r"""Return each part of a request with the origin of every piece of it.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b/{{id}}", "method": "get"}
        >>> request = load({"inputTemplate": template}).action().render({"id": 7})
        >>> print(*xray(request).splitlines()[:5], sep="\n")
        uri
          "http://a.b/"
              literal, line 3, column 13
          "7"
              input id, line 3, column 24
    """
    parts = []
    for pointer in value.parts:
        name = pointer.removeprefix("/").replace("headers/", "header ")
        parts.append(f"{one_line(name)}\n{_indented(text(value.origins(pointer)))}")
    return "\n".join(parts)


@text.register
def _(value: Why) -> str:
    lines = [one_line(said(value.pointer))]
    for one in value:
        mark = "  <- here" if one.is_cause else ""
        place = one_line(f"{one.name} ({one.pointer or '/'})")
        lines.append(f"  {place}{mark}\n    {one_line(one.words)}")
    return "\n".join(lines)


@text.register
def _(value: Response) -> str:
    lines = [f"{value.status_code} {reason(value.status_code)}".rstrip()]
    lines += [one_line(f"{name}: {_header(name, header)}") for name, header in value.headers.items()]
    return "\n".join([*lines, *(["", pretty(value.body)] if pretty(value.body) else [])])


def _header(name: str, value: str | list[str]) -> str:
    # Saved notebooks are compared by this text.
    if is_volatile(name):
        return "…"
    return ", ".join(value) if isinstance(value, list) else value


@text.register
def _(value: Diff) -> str:
    changes = {
        "added": lambda one: f"added {short(one.actual)}",
        "removed": lambda one: f"removed, was {short(one.expected)}",
        "changed": lambda one: f"changed from {short(one.expected)} to {short(one.actual)}",
    }
    return "\n".join(
        [
            value.summary,
            *(f"  {one_line(said(one.pointer))}: {changes[one.change.value](one)}" for one in value),
        ]
    )


@text.register
def _(value: Run) -> str:
    answer = value.response
    came = f"{answer.status_code} {reason(answer.status_code)}".rstrip() if answer else "from the sample"
    mode = "" if value.mode in ("live", "sample") else f" ({value.mode})"
    tries = f", after {value.attempts} tries" if value.attempts > 1 else ""
    lines = [
        *(
            [one_line(f"Profile {value.profile.title}: {value.profile.guarded}")]
            if value.profile.name
            else []
        ),
        one_line(f"{value.request.method} {value.request.url}"),
        f"{came}{mode}{tries}",
        "",
        "Output",
        _indented(pretty(value.output)),
    ]
    if value.diff is not None:
        lines += ["", "Beside the sample", _indented(text(value.diff))]
    return "\n".join([*lines, *_listed("On the way", value.losses), *_listed("", value.diagnostics)])


@text.register
def _(value: History) -> str:
    lines = [repr(value)[1:-1]]
    for number, one in zip(value.numbers, value[:MOST_ROWS], strict=False):
        lines += [
            f"{number:>4}  {one.at:%Y-%m-%d %H:%M:%S}  {came(one):<9} {how(one):<22}  {tail(one.action)}",
            f"      {asked(one)}",
        ]
    lines = [one_line(line if len(line) <= SHORT else f"{line[: SHORT - 1]}…") for line in lines]
    return "\n".join([*lines, *([left_out(value)] if left_out(value) else [])])


@text.register
def _(value: Entry) -> str:
    lines = [f"{tail(value.action)}, {value.at:%Y-%m-%d %H:%M:%S} UTC, {value.mode}, {came(value)}"]
    lines += [f"Profile {value.profile}"] if value.profile else []
    lines += [asked(value)]
    lines = [one_line(line) for line in lines]
    lines += ["", "Inputs", _indented(pretty(value.inputs))]
    lines += (
        ["", "Output", _indented(pretty(value.output))] if value.is_answered else ["", one_line(value.said)]
    )
    return "\n".join([*lines, *_listed("Too large to keep", value.cut)])


def _indented(block: str) -> str:
    # Not str.splitlines, which also splits at U+2028 and its like within a value.
    return "\n".join(f"  {line}" for line in block.replace("\r\n", "\n").split("\n")) if block else ""


def _listed(title: str, items: Iterable[object]) -> list[str]:
    lines = [f"  {one_line(str(item))}" for item in items]
    return ["", *([title] if title else []), *lines] if lines else []
