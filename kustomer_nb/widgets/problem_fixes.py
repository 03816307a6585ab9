"""Names the problems of a definition for a page, and applies the fix that is chosen there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.printable import one_line

if TYPE_CHECKING:
    from kustomer_nb.definition import Changes
    from kustomer_nb.diagnostics import Diagnostic

    from .session import Session


def named_problems(problems: Iterable[Diagnostic]) -> dict[str, Diagnostic]:
    """Return the problems by ids that stay when others are fixed: code, pointer, and a number."""
    numbers: Counter[tuple[str, str]] = Counter()
    by_id = {}
    for problem in problems:
        key = (problem.code, problem.pointer)
        by_id[f"{problem.code} {problem.pointer} {numbers[key]}"] = problem
        numbers[key] += 1
    return by_id


def problem_is_gone() -> EditError:
    """Return the error for a problem that was fixed, or changed, since it was shown."""
    message = "this problem is gone: the definition has changed since it was shown."
    return EditError.from_code(Code.POINTER_NOT_FOUND, message, "look at the list as it is now.")


def fix_words(problem: Diagnostic) -> str:
    """Return what is said of a problem that was fixed."""
    return one_line(f"Fixed {problem.code}: {problem.message}".rstrip("."))


def fix_problem(session: Session, problem: Diagnostic) -> Changes:
    """Fix a problem of a session's app, and let all leaves follow.

    Raises:
        EditError: its fix would change something else.
        SaveError: the file changed since it was read; the fix is in memory.
    """
    return session.edit(lambda: session.app.apply_fix(problem), fix_words(problem), place="problems")
