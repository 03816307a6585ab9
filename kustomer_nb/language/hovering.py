"""What is known of an offset, in Markdown: a key, a name, a helper, a finding, what a template becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line
from kustomer_nb.rules import RULES
from kustomer_nb.template.helpers.signatures import FUNCTION_SIGNATURES, HELPER_SIGNATURES

from .definition_keys import descriptions_of, schemas_at, values_of
from .last_runs import LastRunOf, never_run
from .names import Name, at_route, input_names, output_names
from .reading import action_at
from .rendering import rendered_input, rendered_output
from .subject import Subject, find_subject
from .written_names import WrittenName, dotted, find_name

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic, Diagnostics

_RULES = {rule.code.value: rule for rule in RULES}
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")
_MOST_PROBLEMS = 5


@dataclass(frozen=True)
class Hover:
    """What to show for ``text[start:end]``, as Markdown."""

    start: int
    end: int
    markdown: str


def hover(
    text: str, offset: int, *, last_run: LastRunOf = never_run, problems: Diagnostics | None = None
) -> Hover | None:
    """Return what is known of an offset of a definition, None if that is nothing.

    That are the documentation of a key, of a helper and of what was found there, the type of a name, and what
    the template becomes with the inputs or the response of the last run. Settings are shown as their keys.

    Example:
        >>> from kustomer_nb.language import LastRun
        >>> schema = '"inputSchema": {"properties": {"id": {"type": "number"}}}'
        >>> text = f'{{{schema}, "inputTemplate": {{"uri": "{{{{id}}}}"}}}}'
        >>> at = hover(text, text.rindex("id"), last_run=lambda name: LastRun({"id": 7}))
        >>> print(at.markdown)
        **id** (input): number
        <BLANKLINE>
        With the inputs of the last run:
        ```json
        "7"
        ```
    """
    subject = find_subject(text, offset)
    sections: list[str] = []
    start, end = offset, offset
    place = (offset, offset)
    if subject is not None and subject.cursor.token is not None:
        token = subject.cursor.token
        start, end = place = token.start, token.end
        written = find_name(subject, offset)
        if written is not None:
            start, end = written.start, written.end
            sections += _of_name(subject, written, last_run)
        elif subject.cursor.place == "key":
            sections += _of_key(subject, token.value)
        else:
            sections += _of_value(subject)
        sections += _rendering(subject, last_run)
    sections += _findings(problems or (), *place)
    return Hover(start, end, "\n\n".join(sections)) if sections else None


def _of_name(subject: Subject, written: WrittenName, last_run: LastRunOf) -> Iterator[str]:
    if written.kind == "helper":
        signature = HELPER_SIGNATURES.get(written.name) or FUNCTION_SIGNATURES[written.name]
        yield f"{_code(signature.form)}"
        return
    if written.kind in ("setting key", "action"):
        return
    is_output = written.kind == "body"
    run = last_run(subject.action_name)
    names = (
        output_names(subject.action, run.body, run.shape)
        if is_output
        else input_names(subject.action, subject.app)
    )
    name = at_route(names, written.route)
    words = _described(name) if name else "no schema declares it" if written.kind == "input" else ""
    yield f"**{_plain(dotted(written.route))}** ({written.kind})" + (f": {_plain(words)}" if words else "")


def _described(name: Name) -> str:
    return name.detail or name.type or ""


def _of_key(subject: Subject, key: str) -> Iterator[str]:
    if subject.inner[:1] == ("inputTemplate",) and len(subject.inner) > 1:
        return
    path = (*subject.path, key)
    nodes = schemas_at(path, is_app=subject.is_app, is_action=subject.is_action)
    described = descriptions_of(nodes)
    if described:
        yield f"**{_plain(key)}**: {_plain(' '.join(described))}"
    values = [value for value in values_of(nodes) if isinstance(value, (str, bool))]
    if described and values:
        yield "One of " + ", ".join(_code(str(value)) for value in values)


def _of_value(subject: Subject) -> Iterator[str]:
    """Yield what the key of a value is for, unless it is free text of a template."""
    if subject.inner[:1] and subject.inner[0] in ("inputTemplate", "outputTemplate"):
        return
    nodes = schemas_at(subject.path, is_app=subject.is_app, is_action=subject.is_action)
    if described := descriptions_of(nodes):
        yield f"**{_plain(str(subject.path[-1]))}**: {_plain(' '.join(described))}"


def _rendering(subject: Subject, last_run: LastRunOf) -> Iterator[str]:
    """Yield what the template at the offset becomes, if there was a run."""
    part = subject.inner[0] if subject.inner else ""
    if subject.document is None or part not in ("inputTemplate", "outputTemplate"):
        return
    pointer, token = subject.pointer, subject.cursor.token
    if subject.cursor.place == "key" and token is not None:
        pointer = pointers.join(pointer, token.value)
    template: Any = pointers.resolve(subject.value, pointer)
    read, run = action_at(subject.document, subject.action_pointer), last_run(subject.action_name)
    if template is UNDEFINED or read is None:
        return
    if part == "inputTemplate" and run.inputs is not None:
        result, source = rendered_input(read.definition, template, run.inputs), "inputs"
    elif part == "outputTemplate" and run.body is not UNDEFINED:
        result, source = rendered_output(template, run.body), "response"
    else:
        return
    if result is not None:
        yield f"With the {source} of the last run:\n{_fenced(result)}"


def _findings(problems: Iterable[Diagnostic], start: int, end: int) -> Iterator[str]:
    """Yield why something is a problem that is within ``text[start:end]``.

    One of the whole definition is not about each of its words.
    """
    within = [problem for problem in problems if _is_within(problem, start, end)]
    for code in list(dict.fromkeys(problem.code for problem in within))[:_MOST_PROBLEMS]:
        known = _RULES.get(code)
        reason = known.reason if known else Code(code).meaning
        yield f"**{code}** {_plain(reason)}"


def _is_within(problem: Diagnostic, start: int, end: int) -> bool:
    span = problem.span
    return span is not None and not problem.file and start <= span.start <= span.end <= end


def _plain(text: str) -> str:
    """Return a text of a definition so that Markdown shows it as it is."""
    return _MARKS.sub(r"\\\1", one_line(text))


def _code(text: str) -> str:
    return f"`` {one_line(text)} ``" if "`" in text else f"`{one_line(text)}`"


def _fenced(text: str) -> str:
    runs = re.findall(r"`{3,}", text)
    fence = "`" * (max(map(len, runs), default=2) + 1)
    return f"{fence}json\n{one_line(text)}\n{fence}"
