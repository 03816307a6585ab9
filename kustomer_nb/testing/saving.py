"""From a run to the file of a case, which holds nothing that a cassette would not, and which passes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.action import Action
from kustomer_nb.app import require_string
from kustomer_nb.codes import Code
from kustomer_nb.config import FAULT
from kustomer_nb.errors import SaveError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.json_styles import STYLES, read_json, style_of
from kustomer_nb.platform import Platform
from kustomer_nb.printable import one_line, quoted
from kustomer_nb.run.recordable import build_exchange, build_record
from kustomer_nb.secrets import Redactor
from kustomer_nb.secrets.cookies import cookies_in
from kustomer_nb.secrets.masking import LABEL, cover, masked
from kustomer_nb.storage.case import CASE_SUFFIX, case_path, parse_case, write_case
from kustomer_nb.storage.case.model import PLATFORM_FIELDS
from kustomer_nb.storage.case.serialization import format_case, slug
from kustomer_nb.transport.models import RawResponse

from .case_files import cases_from
from .comparison import compare, places
from .definitions import find_action
from .markers import escaped
from .replay import body_value, prepare_alone, replay
from .results import CaseResult, Outcome
from .rows import with_value

if TYPE_CHECKING:
    from kustomer_nb.run import Run
    from kustomer_nb.run.prepare import Prepared
    from kustomer_nb.storage.cassette import Exchange, RecordedRequest, RecordedResponse

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
    app_path = _definition_path(run)
    target = _target(app_path, run.action, name, path)
    case = case_of(run, name, target)
    write_case(target, case, overwrite=overwrite)
    return target


def save_rejected(case: Case, *, path: str | Path | None = None, overwrite: bool = False) -> Path:
    """Write a case whose request is not sent, with the problems that a replay has, and return its path.

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
        "inputs": _inputs(prepared),
        **({} if response is None else {"exchange": {"response": _response(response)}}),
        # That it is rejected is what the case holds.
        "findings": sorted({str(problem.code) for problem in replay(case).problems}),
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


def case_of(run: Run, name: str, path: Path) -> dict[str, Any]:
    """Return the case of a run as the value of its file at a path.

    Raises:
        SaveError: the run cannot be repeated from a file.
    """
    prepared = _repeatable(run)
    app_path = _definition_path(run)
    case = {"name": name, "action": run.action, "app": _relative(app_path, path.parent)}
    exchange = _exchange(run, prepared)
    lasting = exchange.response.lasting(exchange.reads)
    try:
        return _proven(run, {**case, **_context(run, prepared, exchange, lasting)}, path)
    except SaveError:
        if lasting == exchange.response:
            raise
    # The output has headers that change each time, as in an output that is the whole response.
    return _proven(run, {**case, **_context(run, prepared, exchange, exchange.response)}, path)


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


def run_output(run: Run) -> Any:
    """Return the output of a run without what no file may hold."""
    prepared = run.prepared
    if prepared is None:
        return run.output
    record = build_record(prepared, run)
    hide = _redactor(prepared, record)
    return hide.value(cover(prepared.profile.mask, record))["output"]


def _redactor(prepared: Prepared, record: Mapping[str, Any]) -> Redactor:
    cookies = cookies_in(record, prepared.request.labels)
    return Redactor({**prepared.secrets, **masked(prepared.profile.mask, record), **cookies})


def _unlabeled(value: Any) -> Any:
    if isinstance(value, str):
        return _LABEL.sub("<masked>", value)
    if isinstance(value, dict):
        return {key: _unlabeled(item) for key, item in value.items()}
    return [_unlabeled(item) for item in value] if isinstance(value, list) else value


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
        fix = "save them with app.save(), and run it again."
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
    target = Path(path).expanduser()
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


def _context(run: Run, prepared: Prepared, exchange: Exchange, response: RecordedResponse) -> dict[str, Any]:
    """Return the keys of a case that say what went in and what was exchanged."""
    settings = dict(exchange.request.settings)
    keys: dict[str, Any] = {
        "inputs": _inputs(prepared),
        "settings": settings,
        "env": dict(exchange.env),
        "now": None if exchange.now is None else exchange.now.isoformat(),
        "seed": exchange.seed,
        "allow_missing": sorted(prepared.context.allow_missing),
        "platform": _platform(run.platform),
    }
    keys = {name: value for name, value in keys.items() if value not in ({}, [], None) or name == "inputs"}
    request = _request(exchange.request)
    if prepared.mode.startswith(FAULT):
        return {**keys, "exchange": {"request": request}, "simulate": prepared.mode.removeprefix(FAULT)}
    if run.response is None:
        return {**keys, "exchange": {"request": request}}
    return {
        **keys,
        "exchange": {"request": request, "response": _response(response)},
    }


def _exchange(run: Run, prepared: Prepared) -> Exchange:
    """Return the exchange of a run as a cassette would store it."""
    response = run.response
    if response is None:
        raw = RawResponse(200, (), b"")
    else:
        is_truncated = Code.RESPONSE_TRUNCATED in [note.code for note in response.notes]
        content = response.text.encode("utf-8", "surrogatepass")
        headers = tuple(_lines(response.headers))
        raw = RawResponse(response.status_code, headers, content, 0.0, is_truncated, run.redirects)
    return build_exchange(prepared.app, prepared, raw, run)


def _lines(headers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, str(item)


def _inputs(prepared: Prepared) -> Any:
    """Return the inputs as they were passed, with stand-ins for what is masked."""
    inputs = prepared.inputs
    for conversion in prepared.converted:
        inputs = with_value(inputs, tuple(pointers.split(conversion.pointer)), conversion.before)
    record = {"inputs": inputs}
    hide = _redactor(prepared, {**build_record(prepared), "inputs": inputs})
    covered = hide.value(cover(prepared.profile.mask, record))["inputs"]
    return _typed(covered, inputs)


def _typed(covered: Any, value: Any) -> Any:
    """Return covered inputs with 0 or false for a label where inputSchema wants a number or a boolean."""
    if isinstance(covered, str) and not isinstance(value, str):
        return False if isinstance(value, bool) else 0
    if isinstance(covered, dict) and isinstance(value, dict):
        return {key: _typed(item, value.get(key)) if key in value else item for key, item in covered.items()}
    if isinstance(covered, list) and isinstance(value, list):
        return [_typed(item, other) for item, other in zip(covered, value, strict=True)]
    return covered


def _platform(platform: Platform) -> dict[str, Any]:
    default = Platform()
    chosen = {name: getattr(platform, name) for name in PLATFORM_FIELDS}
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in chosen.items()
        if value != getattr(default, name)
    }


def _request(request: RecordedRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": escaped(request.url),
        "headers": escaped(dict(request.headers)),
        "body": escaped(body_value(request.body)),
    }


def _response(response: RecordedResponse) -> dict[str, Any]:
    """Return a response as people read it, and as it gives the same bytes again."""
    names = [name.lower() for name, _ in response.headers]
    is_table = len(set(names)) == len(names)
    value: dict[str, Any] = {
        "status_code": response.status_code,
        "headers": dict(response.headers)
        if is_table
        else [f"{header}: {text}" for header, text in response.headers],
    }
    value.update(_body(response.content))
    if response.is_truncated:
        value["is_truncated"] = True
    if response.redirects:
        value["redirects"] = [f"{status} {url}" for status, url in response.redirects]
    return value


def _body(content: bytes) -> dict[str, Any]:
    text = content.decode("utf-8", "surrogatepass")
    parsed = read_json(text)
    # A body that is a JSON string would be read as text.
    if parsed is not None and not isinstance(parsed[0], str) and (style := style_of(text, parsed[0])):
        return {"body": parsed[0], **({} if style == STYLES[0] else {"body_style": style})}
    return {"body": text}
