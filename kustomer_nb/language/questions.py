"""The questions of a page about a text that it sends, and their answers as JSON.

A page counts in UTF-16, as JavaScript does; this module translates. The Jupyter server extension answers with
it, and so does a kernel where that extension is not installed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from kustomer_nb.diagnostics import Severity
from kustomer_nb.errors import EditError, KustomerNbError
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.printable import one_line

from .completion import complete
from .declarations import find_declaration
from .fixes import find_fixes
from .hovering import hover
from .last_runs import LastRun
from .parts import outline
from .reading import MOST_CHARACTERS, document_of, find_problems, problems_within, worst_problems
from .renaming import find_renamable, rename

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic, Edit

# Of one file, in a list of many.
MOST_LISTED = 100
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_MAGIC = re.compile(r"%%action\b[^\n]*")


class QuestionError(ValueError):
    """A question that is not asked as it must be; the message says how."""


class TooLargeError(QuestionError):
    """A text that is too large to be looked at while it is typed."""


def answer(question: str, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a question of `QUESTIONS` about a posted text.

    ``text`` is a definition or a cell that begins with ``%%action``, and for ``profile`` that of a
    ``kustomer-nb.toml``; ``offset`` is a place in it, ``path`` the name of its file, which is not read.
    ``inputs`` and ``body`` are those of the last run, and in place of the body, ``shape`` has its names and
    types, as `shapes.shape_of` returns them; ``runs`` has all by the name of the action. ``name`` is the new
    name for a rename, and ``start`` and ``end`` are the selection for fixes.

    Raises:
        QuestionError: there is no such question, or the text, the offset or the name is not one.
        TooLargeError: the text is longer than `MOST_CHARACTERS`.

    Example:
        >>> text = '{"app": "shop", "version": "1", "title": "Shop"}'
        >>> [problem["code"] for problem in answer("lint", {"text": text})["problems"]]
        ['KNB213']
    """
    if question not in QUESTIONS:
        message = f"there is no question {question!r}; ask one of {', '.join(QUESTIONS)}."
        raise QuestionError(message)
    return QUESTIONS[question](_Posted(posted))


class _Posted:
    """A question: its text, and the translation of offsets."""

    def __init__(self, posted: Mapping[str, Any]) -> None:
        text = posted.get("text")
        if not isinstance(text, str):
            message = '"text" must be the text of a definition.'
            raise QuestionError(message)
        if len(text) > MOST_CHARACTERS:
            message = f"the text has more than {MOST_CHARACTERS:,} characters."
            raise TooLargeError(message)
        # Of the same length, so that offsets stay those of the cell.
        self.text = _MAGIC.sub(lambda line: " " * len(line[0]), text, count=1) if _MAGIC.match(text) else text
        self._posted = posted

    @cached_property
    def _wide(self) -> list[int]:
        """The offsets of characters that JavaScript counts as two, in UTF-16."""
        return [match.start() + index for index, match in enumerate(_WIDE.finditer(self.text))]

    def offset(self, key: str = "offset") -> int:
        """Return an offset of the text."""
        value = self._posted.get(key)
        if type(value) is not int or value < 0:
            message = f'"{key}" must be an offset in the text, counted in UTF-16.'
            raise QuestionError(message)
        return min(value - bisect_left(self._wide, value), len(self.text))

    def in_page(self, offset: int) -> int:
        """Return an offset as the page counts it."""
        return offset + len(_WIDE.findall(self.text, 0, offset))

    @property
    def name(self) -> str:
        """The new name."""
        name = self._posted.get("name")
        if not isinstance(name, str):
            message = '"name" must be the new name.'
            raise QuestionError(message)
        return name

    @property
    def path(self) -> Path | None:
        """The name of the file, None without one."""
        path = self._posted.get("path")
        # Without its folders: nothing can be read with it.
        return Path(PurePosixPath(path.replace("\\", "/")).name) if isinstance(path, str) and path else None

    def last_run(self, name: str) -> LastRun:
        """Return the last run, as the page knows it."""
        runs = self._posted.get("runs")
        run = runs.get(name) if isinstance(runs, dict) else None
        run = run if isinstance(run, dict) else self._posted
        inputs = run.get("inputs")
        shape = run.get("shape")
        return LastRun(
            inputs if isinstance(inputs, dict) else None,
            run.get("body", UNDEFINED),
            shape if isinstance(shape, dict) else None,
        )

    def edits(self, edits: Iterable[Edit]) -> list[dict[str, Any]]:
        """Return edits as the page makes them."""
        return [
            {"start": self.in_page(edit.start), "end": self.in_page(edit.end), "text": edit.text}
            for edit in edits
        ]

    def span(self, start: int, end: int) -> dict[str, int]:
        """Return the place between two offsets."""
        return {"start": self.in_page(start), "end": self.in_page(end)}


def _lint(posted: _Posted) -> dict[str, Any]:
    problems = find_problems(posted.text, path=posted.path)
    actions = [
        {"name": part.name, **posted.span(part.name_span.start, part.name_span.end)}
        for part in outline(posted.text)
    ]
    return {
        "problems": [_problem(posted, problem) for problem in worst_problems(problems)],
        "actions": actions,
    }


def _problem(posted: _Posted, problem: Diagnostic) -> dict[str, Any]:
    span = problem.span
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "pointer": problem.pointer,
        "message": problem.message,
        "fix": problem.fix,
        "line": span.line if span else 1,
        **(posted.span(span.start, span.end) if span else {"start": 0, "end": 0}),
    }


def _overview(posted: _Posted) -> dict[str, Any]:
    """Return what a list of files shows of one: its actions, how many problems it has, and the worst."""
    document = document_of(posted.text, posted.path)
    problems = find_problems(posted.text, path=posted.path)
    severities = Counter(problem.severity.value for problem in problems)
    return {
        # Of what cannot be read at all, nobody knows.
        "definition": None if document is None else document.is_definition,
        "counts": {severity.value: severities[severity.value] for severity in Severity},
        "problems": [_problem(posted, problem) for problem in worst_problems(problems)[:MOST_LISTED]],
        "actions": [
            {"name": part.name, "line": part.name_span.line, "start": posted.in_page(part.name_span.start)}
            for part in outline(posted.text)[:MOST_LISTED]
        ],
    }


def _profile(posted: _Posted) -> dict[str, Any]:
    # Late: a definition has no profile.
    from kustomer_nb.config.posted_profiles import profiles_in

    nothing = {"name": "", "title": "", "colour": "grey", "guard": "", "names": [], "environment": False}
    try:
        profiles = profiles_in(posted.text)
    except KustomerNbError as error:
        span = error.diagnostics[0].span if error.diagnostics else None
        message = " ".join(f"{problem.message} Fix: {problem.fix}" for problem in error.diagnostics)
        return {**nothing, "line": span.line if span else 1, "error": one_line(message)}
    active = profiles.active
    return {
        "name": active.name,
        "title": one_line(active.title),
        "colour": active.tone,
        "guard": active.guarded,
        "names": [*profiles.names],
        "line": profiles.line,
        "environment": profiles.is_from_environment,
        "error": "",
    }


def _complete(posted: _Posted) -> dict[str, Any]:
    completions = complete(posted.text, posted.offset(), last_run=posted.last_run).as_source()
    items = [
        {"label": item.label, "kind": item.kind, "detail": item.detail, "insert": item.insert}
        for item in completions.items
    ]
    return {**posted.span(completions.start, completions.end), "items": items}


def _hover(posted: _Posted) -> dict[str, Any]:
    problems = find_problems(posted.text, path=posted.path)
    at = hover(posted.text, posted.offset(), last_run=posted.last_run, problems=problems)
    return {"hover": None if at is None else {**posted.span(at.start, at.end), "markdown": at.markdown}}


def _fixes(posted: _Posted) -> dict[str, Any]:
    start, end = posted.offset("start"), posted.offset("end")
    problems = problems_within(find_problems(posted.text, path=posted.path), start, end)
    fixes = find_fixes(posted.text, problems, path=posted.path, last_run=posted.last_run)
    return {
        "fixes": [
            {
                "title": fix.title,
                "code": fix.problem.code,
                "safe": fix.is_safe,
                "edits": posted.edits(fix.edits),
            }
            for fix in fixes
        ]
    }


def _rename(posted: _Posted) -> dict[str, Any]:
    written = find_renamable(posted.text, posted.offset())
    if written is None:
        return {"name": None, "edits": [], "error": "There is nothing to rename here."}
    place = {"name": written.name, **posted.span(written.start, written.end)}
    try:
        return {
            **place,
            "edits": posted.edits(rename(posted.text, posted.offset(), posted.name)),
            "error": "",
        }
    except EditError as error:
        return {**place, "edits": [], "error": " ".join(str(problem) for problem in error.diagnostics)}


def _definition(posted: _Posted) -> dict[str, Any]:
    span = find_declaration(posted.text, posted.offset())
    return {"definition": None if span is None else posted.span(span.start, span.end)}


QUESTIONS: Mapping[str, Callable[[_Posted], dict[str, Any]]] = {
    "lint": _lint,
    "overview": _overview,
    "profile": _profile,
    "complete": _complete,
    "hover": _hover,
    "fixes": _fixes,
    "rename": _rename,
    "definition": _definition,
}
