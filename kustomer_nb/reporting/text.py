"""Values as plain text for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from kustomer_nb.compatibility.result import Comparison, DefinitionChange
from kustomer_nb.config import Profile
from kustomer_nb.covering import Coverage
from kustomer_nb.definition import Changes, Document, ReadAction
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.difference import Diff, Difference, DiffKind
from kustomer_nb.effects import by_effect
from kustomer_nb.linting import without_tokens
from kustomer_nb.notebooks import Shared
from kustomer_nb.output import dotted_path
from kustomer_nb.printable import one_line, shortened
from kustomer_nb.probing import Hazards
from kustomer_nb.request import Origin, Origins, Request
from kustomer_nb.response import Response
from kustomer_nb.run import Run, Why
from kustomer_nb.run.fence import fence_note
from kustomer_nb.run.losses import unexpected_losses
from kustomer_nb.storage.history import Entry, History
from kustomer_nb.storage.ignored_headers import is_volatile

from .pretty import (
    MOST_ROWS,
    excerpt,
    guard_text,
    outcome,
    pretty,
    profile_and_mode,
    request_line,
    short,
    source,
    status_text,
    tail,
    unlisted,
    wrap,
)


@singledispatch
def text(value: Any, *, width: int | None = None, path: str = "") -> str:
    """Return a value as plain text.

    Messages are wrapped to ``width``, and are a line each if it is None. URLs, headers, bodies, JSON and
    source lines are never wrapped: a person copies them. ``path`` is the file of the definition, which
    locations then name.

    Example:
        >>> from kustomer_nb.difference import diff
        >>> print(text(diff({"a": 1}, {"a": 2})))
        1 changed
          a: changed from 1 to 2
    """
    return repr(value)


@text.register
def _(value: Diagnostics, *, width: int | None = None, path: str = "") -> str:
    lines = []
    for diagnostic in by_effect(value):
        lines.append(wrap(one_line(headline(diagnostic, path)), width))
        block = excerpt(value.text, diagnostic)
        lines += [f"    {line}" for line in block.split("\n") if block]
        if diagnostic.fix:
            lines.append(wrap(f"    {one_line(f'Fix: {diagnostic.fix}')}", width, "     "))
    return "\n".join([*lines, one_line(f"{path}: {value.summary}") if path else value.summary])


def headline(diagnostic: Diagnostic, path: str = "") -> str:
    """Return where a problem is, how serious it is, its code and what is wrong.

    As compilers write it, so that editors and terminals link the location.

    Example:
        >>> from kustomer_nb.diagnostics import Span
        >>> problem = Diagnostic("KNB404", Severity.WARNING, "/a", "qs is a string.", span=Span(9, 12, 2, 3))
        >>> headline(problem, "shop.json")
        'shop.json:2:3: warning KNB404 qs is a string.'
    """
    location = diagnostic.location(path)
    before = f"{location}: " if location else ""
    # What a run lost on the way has no code of its own.
    code = f" {diagnostic.code}" if diagnostic.code else ":"
    return f"{before}{diagnostic.severity.value}{code} {diagnostic.message}"


@text.register
def _(value: DefinitionChange, *, width: int | None = None, path: str = "") -> str:
    # The last part of the name tells the action, and the location which file it is in.
    owner = f"{value.action.rpartition('.')[2]}: " if value.action else ""
    location = value.diagnostic.location(path)
    before = f"{location}: " if location else ""
    headline = f"{before}{value.severity.value} {value.kind} {owner}{value.message}"
    lines = [wrap(one_line(headline), width)]
    if value.fix:
        lines.append(wrap(f"    {one_line(f'Fix: {value.fix}')}", width, "     "))
    return "\n".join(lines)


@text.register
def _(value: Comparison, *, width: int | None = None, path: str = "") -> str:
    lines = [text(change, width=width, path=path) for change in value]
    lines.append(wrap(one_line(f"{path}: {value.summary}" if path else value.summary), width))
    if value.version_line:
        lines.append(wrap(one_line(value.version_line), width))
    return "\n".join(lines)


@text.register
def _(value: Hazards, *, width: int | None = None, path: str = "") -> str:
    lines = []
    for number, hazard in enumerate(value, start=1):
        location = hazard.diagnostic.location(path)
        before = f"{location}: " if location else ""
        headline = f"{before}{hazard.severity.value} {hazard.kind} {hazard.message} [{number}]"
        lines.append(wrap(one_line(headline), width))
        if hazard.others:
            lines.append(wrap(f"    {one_line(f'Also: {hazard.others}.')}", width, "     "))
        lines.append(wrap(f"    {one_line(f'Fix: {hazard.fix}')}", width, "     "))
    lines.append(wrap(one_line(f"{path}: {value.summary}" if path else value.summary), width))
    lines += [wrap(one_line(value.untried_line), width)] if value.untried else []
    return "\n".join(lines)


@text.register
def _(value: Coverage, *, width: int | None = None, path: str = "") -> str:
    lines = []
    for action in value:
        lines.append(wrap(one_line(f"{tail(action.action) or 'the action'}: {action.summary}"), width))
        for site in action.missing:
            location = f"{path}:{site.span.line}:{site.span.column}: " if path and site.span else ""
            lines.append(wrap(f"    {one_line(f'{location}{site.missing}')}", width, "     "))
    lines.append(wrap(one_line(f"{path}: {value.summary}" if path else value.summary), width))
    return "\n".join(lines)


def marked_lines(coverage: Coverage) -> str:
    """Return the lines of a definition, each with the mark of what tests touched of it.

    ``+`` is a line of which they touched everything, ``~`` a part, ``!`` nothing.
    """
    lines = coverage.lines()
    digits = len(str(len(lines)))
    return "\n".join(f"{mark} {number:>{digits}} {line}".rstrip() for mark, number, line in lines)


@text.register
def _(value: Shared, *, width: int | None = None, path: str = "") -> str:
    lines = [text(value.findings, width=width, path=path).rpartition("\n")[0]] if value.findings else []
    return "\n".join([*lines, wrap(one_line(value.summary), width)])


@text.register
def _(value: Changes, *, width: int | None = None, path: str = "") -> str:
    return value.diff


def as_github(diagnostics: Diagnostics, path: str) -> list[str]:
    """Return diagnostics as workflow commands of GitHub Actions, a line each.

    As GitHub's page "Workflow commands" says: ``%``, line ends and, in properties, ``:`` and ``,`` are
    escaped. A hint is a notice.

    Example:
        >>> from kustomer_nb.diagnostics import Diagnostic, Severity
        >>> diagnostics = Diagnostics([Diagnostic("KNB213", Severity.HINT, "/version", "'1,0' is odd.")])
        >>> as_github(diagnostics, "shop.json")
        ["::notice file=shop.json,title=KNB213::'1,0' is odd."]
    """
    return [_annotation(diagnostic, path) for diagnostic in by_effect(diagnostics)]


def _annotation(diagnostic: Diagnostic, path: str) -> str:
    level = "notice" if diagnostic.severity is Severity.HINT else diagnostic.severity.value
    span = diagnostic.span
    location = f",line={span.line},col={span.column}" if span else ""
    file = _github(diagnostic.file or path).replace(":", "%3A").replace(",", "%2C")
    fix = f" Fix: {diagnostic.fix}" if diagnostic.fix else ""
    return f"::{level} file={file}{location},title={diagnostic.code}::{_github(diagnostic.message + fix)}"


def _github(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@text.register
def _(value: Document, *, width: int | None = None, path: str = "") -> str:
    title = " ".join(part for part in (value.app.app, value.app.version) if part) or "actions only"
    return "\n".join([one_line(title), *(f"  {text(action)}" for action in value.actions)])


@text.register
def _(value: ReadAction, *, width: int | None = None, path: str = "") -> str:
    template = value.definition.input_template
    method, uri = (template.method or "", without_tokens(template.uri or "")) if template else ("", "")
    return one_line(f"{value.definition.name or value.pointer}: {method} {uri}".rstrip(": "))


@text.register
def _(value: Request, *, width: int | None = None, path: str = "") -> str:
    lines = []
    # First where it really goes: a host override decides that, not the definition.
    if value.sent_to:
        host = value.sent_to.host_header.shown
        lines.append(one_line(f"Redirected to {value.sent_to.origin} (host override, host: {host})"))
    lines.append(one_line(f"{value.method} {value.url}"))
    lines += [one_line(f"{name}: {header.shown}") for name, header in value.header_texts]
    if value.body is not None:
        lines += ["", value.body]
    return "\n".join([*lines, *_problems(value.diagnostics, width, path)])


@text.register
def _(value: Origins, *, width: int | None = None, path: str = "") -> str:
    return "\n".join(_origin(origin, path) for origin in value) or "(empty)"


def _origin(origin: Origin, path: str) -> str:
    span = origin.span
    words = f"line {span.line}, column {span.column}" if span else ""
    location = f", {span.location(path) if path else words}" if span else ""
    return f"{short(origin.text)}\n    {one_line(f'{source(origin)}{location}')}"


def all_origins(value: Request, path: str = "") -> str:
    r"""Return each part of a request with the origins of its values.

    Example:
        >>> from kustomer_nb import load
        >>> template = {"uri": "http://a.b/{{id}}", "method": "get"}
        >>> request = load({"inputTemplate": template}).action().render({"id": 7})
        >>> print(*all_origins(request).splitlines()[:5], sep="\n")
        uri
          "http://a.b/"
              static text, line 3, column 13
          "7"
              input id, line 3, column 24
    """
    parts = []
    for pointer in value.parts:
        name = pointer.removeprefix("/").replace("headers/", "header ")
        parts.append(f"{one_line(name)}\n{_indented(text(value.origins(pointer), path=path))}")
    return "\n".join(parts)


@text.register
def _(value: Why, *, width: int | None = None, path: str = "") -> str:
    lines = [one_line(dotted_path(value.pointer))]
    for stage in value:
        mark = "  <- here" if stage.is_cause else ""
        title = one_line(f"{stage.name} ({stage.pointer or '/'})")
        lines.append(f"  {title}{mark}\n{wrap(f'    {one_line(stage.words)}', width, '  ')}")
    return "\n".join(lines)


@text.register
def _(value: Response, *, width: int | None = None, path: str = "") -> str:
    lines = [*unparsed_line(value, width), status_text(value.status_code)]
    lines += [one_line(f"{name}: {_header(name, header)}") for name, header in value.headers.items()]
    return "\n".join([*lines, *(["", pretty(value.body)] if pretty(value.body) else [])])


def unparsed_line(response: Response, width: int | None = None) -> list[str]:
    """Return the line that says why a large body was not parsed; none for another one.

    Example:
        >>> unparsed_line(Response.from_bytes(200, [], b"[1, 2]", parses_json=True, parse_limit=4))
        ['Not parsed as JSON: the body has 6 bytes, more than 4 bytes; it stays a string.']
    """
    reason = response.unparsed_reason
    return [wrap(f"Not parsed as JSON: {reason}", width)] if reason else []


def _header(name: str, value: str | list[str]) -> str:
    # Saved notebooks are compared by this text, so that it must not change with each run.
    if is_volatile(name):
        return "…"
    return ", ".join(value) if isinstance(value, list) else value


@text.register
def _(value: Diff, *, width: int | None = None, path: str = "") -> str:
    # Paths as authors write them, items.0.id, and not pointers.
    return "\n".join([value.summary, *(f"  {_difference(difference)}" for difference in value)])


def _difference(difference: Difference) -> str:
    return f"{one_line(dotted_path(difference.pointer))}: {_change(difference)}"


def change_text(difference: Difference) -> str:
    """Return a difference on one line, with its JSON pointer.

    Example:
        >>> from kustomer_nb.difference import diff
        >>> change_text(diff({"a": 1}, {"a": 2})[0])
        '/a: changed from 1 to 2'
    """
    return one_line(f"{difference.pointer or '(whole value)'}: {_change(difference)}")


def _change(difference: Difference) -> str:
    expected, actual = short(difference.expected), short(difference.actual)
    return {
        DiffKind.ADDED: f"added {actual}",
        DiffKind.REMOVED: f"removed, was {expected}",
        DiffKind.CHANGED: f"changed from {expected} to {actual}",
    }[difference.change]


def profile_line(profile: Profile) -> str:
    """Return a profile and what it guards on one line; empty without a profile.

    Example:
        >>> profile_line(Profile(name="live", guard="deny"))
        'Profile live: POST/PUT/PATCH/DELETE are blocked'
    """
    return one_line(f"Profile {profile.title}: {guard_text(profile)}") if profile.name else ""


@text.register
def _(value: Run, *, width: int | None = None, path: str = "") -> str:
    # Without the duration: the same run gives the same text, which can be compared.
    status = status_text(value.response.status_code) if value.response else "Sample (nothing sent)"
    mode = "" if value.mode in ("live", "sample") else f" ({value.mode})"
    attempts = f" after {value.attempts} attempts" if value.attempts > 1 else ""
    lines = [
        *(unparsed_line(value.response, width) if value.response else []),
        *([profile_line(value.profile)] if value.profile.name else []),
        one_line(f"{value.request.method} {value.request.url}"),
        *([one_line(f"Final URL: {value.redirected_to}")] if value.redirected_to else []),
        f"{status}{attempts}{mode}",
        *([wrap(fence_note(value.fence), width)] if value.fence else []),
        *_problems([*value.diagnostics, *_lost(value)], width, path),
        "",
        "Output",
        _indented(pretty(value.output)),
    ]
    if value.diff is not None:
        lines += ["", "Diff vs. sample", _indented(text(value.diff))]
    return "\n".join(lines)


@text.register
def _(value: History, *, width: int | None = None, path: str = "") -> str:
    lines = [repr(value)[1:-1]]
    # Not strict: the rows are cut, the numbers are not.
    for number, entry in zip(value.numbers, value[:MOST_ROWS], strict=False):
        columns = f"{outcome(entry):<9} {profile_and_mode(entry):<22}  {tail(entry.action)}"
        lines += [
            f"{number:>4}  {entry.at:%Y-%m-%d %H:%M:%S}  {columns}",
            f"      {request_line(entry)}",
        ]
    # On a terminal a row is a line; in a file or pipe nothing is cut, since it is searched.
    lines = [one_line(line if width is None else shortened(line, width)) for line in lines]
    return "\n".join([*lines, *([unlisted(value)] if unlisted(value) else [])])


@text.register
def _(value: Entry, *, width: int | None = None, path: str = "") -> str:
    lines = [f"{tail(value.action)}, {value.at:%Y-%m-%d %H:%M:%S} UTC, {value.mode}, {outcome(value)}"]
    lines += [f"Profile {value.profile}"] if value.profile else []
    lines += [request_line(value)]
    lines = [one_line(line) for line in lines]
    lines += ["", "Inputs", _indented(pretty(value.inputs))]
    lines += (
        ["", "Output", _indented(pretty(value.output))]
        if value.is_completed
        else ["", *(wrap(one_line(line), width) for line in value.error.split("\n"))]
    )
    return "\n".join([*lines, *_listed("Too large to store", value.truncated, width)])


def _problems(problems: Iterable[Diagnostic], width: int | None, path: str) -> list[str]:
    """Return the lines of what is wrong with a request or a run below its counts, the worst first."""
    by_severity = Diagnostics(sorted(by_effect(Diagnostics(problems)), key=_is_no_error))
    lines = []
    for problem in by_severity:
        lines.append(wrap(f"  {one_line(headline(problem, path))}", width))
        if problem.fix:
            lines.append(wrap(f"      {one_line(f'Fix: {problem.fix}')}", width, "     "))
    return ["", by_severity.summary, *lines] if lines else []


def _is_no_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is not Severity.ERROR


def _lost(run: Run) -> list[Diagnostic]:
    """Return what a run lost or changed on the way; a warning each, since nothing else reports it."""
    return [Diagnostic("", Severity.WARNING, "", message) for message in unexpected_losses(run)]


def _indented(block: str) -> str:
    # Not str.splitlines, which also splits at U+2028 and the like within a value.
    return "\n".join(f"  {line}" for line in block.replace("\r\n", "\n").split("\n")) if block else ""


def _listed(title: str, items: Iterable[object], width: int | None) -> list[str]:
    lines = [wrap(f"  {one_line(str(item))}", width) for item in items]
    return ["", *([title] if title else []), *lines] if lines else []
