"""From a run to the file of a case, which holds nothing that a cassette would not, and which passes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.action import Action
from kustomer_nb.codes import Code
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext.string_values import with_strings
from kustomer_nb.linting import without_tokens
from kustomer_nb.opening import require_string
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.masking import LABEL
from kustomer_nb.storage.case import CASE_SUFFIX, case_path, parse_case, write_case
from kustomer_nb.storage.case.serialization import format_case, slug
from kustomer_nb.user_paths import user_path

from .case_content import covered_inputs, recorded_exchange, response_value, run_output, written_keys
from .case_files import cases_from
from .comparison import compare, places
from .definitions import find_action
from .markers import escaped
from .replay import prepare_alone, replay
from .results import CaseResult, Outcome

if TYPE_CHECKING:
    from kustomer_nb.run import Run
    from kustomer_nb.run.prepare import Prepared

    from .case import Case


# What stands for a masked value or a cookie: by where it was found, or by its hash.
_LABEL = re.compile(rf"{LABEL.pattern}|<cookie:[0-9a-f]+>")
# In an output that holds the request: a replay has other values of secrets, of another length.
_AS_LONG_AS_SECRETS = ("/**/request/headers/content-length",)


def save_case(run: Run, name: str, *, path: str | Path | None = None, overwrite: bool = False) -> Path:
    """Write the case of a run, and return its path; see `Run.save_case`.

    Raises:
        SaveError: the run cannot be repeated from a file, there is a case of that name, or the file cannot be
            written.
    """
    name = _checked(name)
    _require_plain(run, name)
    app_path = _definition_path(run)
    target = _target(app_path, run.action, name, path)
    case = case_of(run, name, target)
    write_case(target, case, overwrite=overwrite)
    return target


def save_rejected(case: Case, *, path: str | Path | None = None, overwrite: bool = False) -> Path:
    """Write a case whose request is not sent, with the problems that it expects, and return its path.

    If it expects none, they are those that a replay has.

    Raises:
        SaveError: there is a case of that name, or the file cannot be written.
    """
    name = _checked(case.name)
    target = _target(case.app_path, case.action, name, path)
    action = find_action(case.app_path, case.action)
    context = action.context(mode="sample", **case.options)
    prepared = prepare_alone(action, case.inputs, context)
    response = case.exchange.response
    value = {
        "name": name,
        "action": case.action,
        "app": _relative(case.app_path, target.parent),
        "inputs": covered_inputs(prepared),
        **({} if response is None else {"exchange": {"response": response_value(response)}}),
        # That it is rejected is what the case holds.
        "findings": list(case.findings or sorted({str(problem.code) for problem in replay(case).problems})),
    }
    write_case(target, value, overwrite=overwrite)
    return target


def _checked(name: str) -> str:
    require_string(name, "the name of a case must be a string")
    name = " ".join(name.split())
    if not name:
        raise SaveError.from_code(
            Code.CASE_NOT_REPEATABLE, "a case needs a name.", "say in words what it shows."
        )
    return name


def _require_plain(run: Run, name: str) -> None:
    """Refuse a name with a secret, which the file would have in its name as well; it is not shown.

    Raises:
        SaveError: the name holds one.
    """
    prepared = run.prepared
    hidden = name if prepared is None else Redactor({**prepared.secrets}).text(name)
    if without_tokens(hidden) != name:
        message = "the name of the case holds a secret or a token; nothing was written."
        raise SaveError.from_code(Code.CASE_NOT_REPEATABLE, message, "say in words what the case shows.")


def case_of(run: Run, name: str, path: Path) -> dict[str, Any]:
    """Return the case of a run as the value of its file at a path.

    Raises:
        SaveError: the run cannot be repeated from a file.
    """
    prepared = _repeatable(run)
    app_path = _definition_path(run)
    case = {"name": name, "action": run.action, "app": _relative(app_path, path.parent)}
    exchange = recorded_exchange(run, prepared)
    lasting = exchange.response.lasting(exchange.reads)
    try:
        return _proven(run, {**case, **written_keys(run, prepared, exchange, lasting)}, path)
    except SaveError:
        if lasting == exchange.response:
            raise
    # The output has headers that change each time, as in an output that is the whole response.
    return _proven(run, {**case, **written_keys(run, prepared, exchange, exchange.response)}, path)


def _proven(run: Run, case: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the case with the output that it gives; it must be that of the run.

    Raises:
        SaveError: it is another one, so that the run depends on what no case holds.
    """
    result = _replayed(case, path)
    if result.outcome is Outcome.ERROR or result.request or result.run is None:
        raise _not_repeatable(run, result.reason)
    expected = result.run.output
    # Masked values have the label of another place in a replay, which has only the labels to look at.
    differences = compare(escaped(_unlabeled(run_output(run))), _unlabeled(expected), _AS_LONG_AS_SECRETS)
    if differences:
        # Mostly because the definition is another one by now.
        fix = "run it again, and save the case of that run."
        raise _not_repeatable(run, f"a replay gives another output: {places(differences)}", fix)
    findings = sorted({str(problem.code) for problem in result.run.later_diagnostics.errors})
    if findings:
        case = {**case, "findings": findings}
    case = {**case, "expected": escaped(expected)}
    result = _replayed(case, path)
    if result.outcome is not Outcome.PASSED:
        raise _not_repeatable(run, result.reason)
    return case


def _unlabeled(value: Any) -> Any:
    return with_strings(value, lambda text: _LABEL.sub("<masked>", text))


def _replayed(case: Mapping[str, Any], path: Path) -> CaseResult:
    cases = cases_from(parse_case(format_case(case), path))
    if not cases.cases:
        raise SaveError(cases.problems)
    return replay(cases.cases[0])


def _repeatable(run: Run) -> Prepared:
    """Return what the run was made of, if a file can hold it.

    Raises:
        SaveError: the run came of functions of the user's own, or of no action.
    """
    prepared = run.prepared
    if prepared is None or not isinstance(run.owner, Action):
        raise _not_repeatable(run, "it is not the run of an action")
    if not run.owner.document.is_saved:
        fix = "save the definition, in Python with app.save(), and run it again."
        raise _not_repeatable(run, "its definition has changes that are not saved", fix)
    if prepared.context.helpers:
        raise _not_repeatable(run, "it has template helpers of your own")
    if run.platform.conversions:
        raise _not_repeatable(run, "it has conversions of your own (Platform.conversions)")
    return prepared


def _definition_path(run: Run) -> Path:
    return definition_path(run.owner.document.path if run.owner is not None else None)


def definition_path(path: Path | None) -> Path:
    """Return the path of a definition, which a case names.

    Raises:
        SaveError: it has no file.
    """
    if path is None:
        message = "the definition has no file, so no case can name it."
        fix = "save it with app.save(path), and run it again."
        raise SaveError.from_code(Code.NO_PATH_TO_SAVE, message, fix)
    return path


def _target(app_path: Path, action: str, name: str, path: str | Path | None) -> Path:
    if path is None:
        return case_path(app_path, action, name)
    target = user_path(path)
    if target.is_dir():
        return target / f"{slug(name)}{CASE_SUFFIX}"
    if not target.name.endswith(CASE_SUFFIX):
        message = f"{quoted(target.name)} does not end in {CASE_SUFFIX}, so no test run would find it."
        raise SaveError.from_code(Code.CASE_NOT_REPEATABLE, message, f"write {target.stem}{CASE_SUFFIX}.")
    return target


def _relative(path: Path, folder: Path) -> str:
    try:
        relative = os.path.relpath(os.path.abspath(path), os.path.abspath(folder))  # noqa: PTH100 - not resolved
    except ValueError:
        # On another drive.
        return path.as_posix()
    return Path(relative).as_posix()


def _not_repeatable(run: Run, reason: str, fix: str = "") -> SaveError:
    reason = one_line(reason).rstrip(".")
    message = f"this run of {quoted(run.action or 'the action')} cannot be a case: {reason}."
    fix = fix or "run it again without that, and save the case of that run."
    return SaveError.from_code(Code.CASE_NOT_REPEATABLE, message, fix)
