"""Names the problems of a definition for a page, and applies the fix that is chosen there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kustomer_nb.authoring import can_declare
from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.printable import one_line

if TYPE_CHECKING:
    from kustomer_nb.action import Action
    from kustomer_nb.app import App
    from kustomer_nb.definition import Changes
    from kustomer_nb.diagnostics import Diagnostic

    from .session import Session

_NAME = re.compile(r"[A-Za-z_$][\w$-]*")


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


def fix_title(app: App, problem: Diagnostic) -> str:
    """Return what the button of a problem is called; "" if nothing fixes it.

    Example:
        >>> from kustomer_nb import loads
        >>> app = loads('[{"inputTemplate": {"uri": "http://a.b/{{{id}}}"}, "inputSchema": {}}]')
        >>> {fix_title(app, problem) for problem in app.lint(select=["KNB303"])}
        {'Add to inputSchema'}
    """
    if problem.edits:
        return "Fix"
    return "Add to inputSchema" if declaration_of(app, problem) else ""


def declaration_of(app: App, problem: Diagnostic) -> tuple[Action, str] | None:
    """Return the action and the variable that a problem is about, if that can be declared as an input."""
    if problem.code != Code.VARIABLE_NOT_DECLARED or problem.span is None or problem.file:
        return None
    name = _NAME.search(app.text, problem.span.start, problem.span.end)
    for action in app.actions if name else ():
        is_here = problem.pointer.startswith(f"{action.pointer}/inputTemplate/")
        if name and is_here and can_declare(app.document, action.read, name[0]):
            return action, name[0]
    return None


def make_fix(app: App, problem: Diagnostic, session: Session | None = None) -> Changes:
    """Fix a problem in the text of an app; what was typed in a session tells the type of an input.

    Raises:
        EditError: its fix would change something else.
    """
    declaration = None if problem.edits else declaration_of(app, problem)
    if declaration is None:
        return app.apply_fix(problem)
    action, variable = declaration
    return action.declare(variable, session.template_fixes.inputs(action) if session else None)


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
