"""No text makes a question of an editor fail: mutations of definitions, of which everything is asked."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from kustomer_nb.errors import EditError
from kustomer_nb.language import (
    LastRun,
    complete,
    find_declaration,
    find_fixes,
    find_problems,
    find_renamable,
    fix_all,
    hover,
    outline,
    rename,
)
from tests.jsontext.mutations import Mutations
from tests.work import SLOW

COUNT = 10_000 if SLOW else 200
RUN = LastRun({"orderId": "1", "id": 7, "lines": [{}]}, {"id": 1, "items": [{"a": None}]})


def ask_everything(text: str, offset: int) -> None:
    """Ask everything of an offset of a text, and look at the positions of the answers."""
    completions = complete(text, offset, last_run=lambda name: RUN).as_source()
    assert 0 <= completions.start <= offset <= completions.end <= len(text)
    problems = find_problems(text)
    for problem in problems:
        assert problem.span is None or 0 <= problem.span.start <= problem.span.end <= len(text)
    fixes = find_fixes(text, problems[:3])
    found = hover(text, offset, last_run=lambda name: RUN, problems=problems)
    declaration, written, parts = find_declaration(text, offset), find_renamable(text, offset), outline(text)
    spans = [(edit.start, edit.end) for fix in fixes for edit in fix.edits]
    spans += [(place.start, place.end) for place in (found, declaration, written) if place]
    spans += [(part.span.start, part.span.end) for part in parts]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    with suppress(EditError):
        rename(text, offset, "renamed")


@pytest.mark.uncounted
@pytest.mark.timeout(COUNT + 600)
@pytest.mark.parametrize("seed", range(10))
def test_each_question_has_an_answer(seed: int) -> None:
    generator = random.Random(seed)

    for number, text in enumerate(Mutations(seed).texts(COUNT // 10)):
        ask_everything(text, generator.randint(0, len(text)))
        if number % 10 == 0:
            fix_all(text)
