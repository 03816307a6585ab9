"""Names the problems of a definition for a page, and applies the fix that is chosen there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import one_at_a_time
from kustomer_nb.errors import EditError
from kustomer_nb.language import fixed_document
from kustomer_nb.printable import one_line

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import Changes, ReadAction
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


@one_at_a_time
def make_fix(app: App, problem: Diagnostic, session: Session | None = None) -> Changes:
    """Fix a problem in the text of an app; what was typed in a session tells the type of an input.

    Raises:
        EditError: its fix would change something else.
    """

    def inputs_of(read: ReadAction) -> Mapping[str, Any]:
        action = next(action for action in app.actions if action.read is read)
        return session.template_fixes.inputs(action) if session else {}

    return app.change_document(fixed_document(app.document, problem, inputs_of))


def fix_words(problem: Diagnostic) -> str:
    """Return what is said of a problem that was fixed."""
    return one_line(f"Fixed {problem.code}: {problem.message}".rstrip("."))


def fix_problem(session: Session, problem: Diagnostic) -> Changes:
    """Fix a problem of a session's app, and let all leaves follow.

    Raises:
        EditError: its fix would change something else.
        SaveError: the file changed since it was read; the fix is in memory.
    """
    return session.edit(lambda: make_fix(session.app, problem, session), fix_words(problem), place="problems")
