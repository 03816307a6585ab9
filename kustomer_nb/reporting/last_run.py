"""The latest run of a workbench as one static card: what a saved notebook shows where there is no kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from kustomer_nb.definition import AppDefinition
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.request import request_secrets
from kustomer_nb.response import Response
from kustomer_nb.run import Run
from kustomer_nb.run.rows import OutputRows, Row
from kustomer_nb.secrets import Redactor

from .html_request import request_line, request_parts
from .mustache import fill
from .pretty import duration, run_mode, run_status, short, truncate_json

MOST_ROWS = 200
_NOTES = {
    "dropped": "Dropped",
    "converted": "Converted",
    "not-converted": "Not converted",
    "no-value": "No value",
    "required": "Required",
}


def last_run(
    run: Run,
    file: str,
    saved: datetime,
    *,
    ignore: Iterable[str] | None = None,
    tree: OutputRows | None = None,
) -> str:
    """Return the card of a run: its request, its output beside the sample, and its response.

    ``file`` is the name of the definition, ``saved`` the time of the run. ``ignore`` are the
    pointers whose differences do not count; without any given, those of the profile. ``tree`` are the rows of
    the run without them, if they are made already. Without its style it is still readable: an untrusted
    notebook shows it so.

    Example:
        >>> from kustomer_nb import load
        >>> run = load({"sampleOutputContext": {"id": 1}}).action().run(mode="sample")
        >>> "Last run, saved 2034-01-02 09:30" in last_run(run, "shop.json", datetime(2034, 1, 2, 9, 30))
        True
    """
    response = run.response
    is_bad = response is not None and response.status_code >= 400
    # A saved notebook has it: an input may hold what a setting holds too.
    app = AppDefinition() if run.owner is None else run.owner.document.app
    hide = Redactor(request_secrets(app, run.request))
    return fill(
        "last_run",
        {
            "title": f"Last run, saved {saved:%Y-%m-%d %H:%M}",
            "subject": " · ".join(part for part in (run.action, file) if part),
            "mark": "error" if is_bad else "good",
            "profile": run.profile.name,
            "colour": run.profile.tone,
            "status": run_status(run).partition(" in ")[0],
            "facts": " · ".join(part for part in (duration(run), run_mode(run)) if part),
            "line": hide.text(request_line(run.request)),
            "summary": "no sample to compare with" if run.diff is None else run.diff.summary,
            "sent": hide.value(request_parts(run.request)),
            **_output_fields(run, tree or _tree(run, ignore), hide),
            **_response_fields(response, hide),
        },
    )


def _output_fields(run: Run, tree: OutputRows, hide: Redactor) -> dict[str, Any]:
    rows, rows_left_out = _rows(run, tree)
    return {
        # The rows say what was lost, each at its key.
        "losses": [] if rows and not rows_left_out else list(run.losses)[:MOST_ROWS],
        "has_rows": bool(rows),
        "rows": [{name: hide.text(cell) for name, cell in row.items()} for row in rows],
        "more": f"and {rows_left_out:,} more" if rows_left_out else "",
    }


def _response_fields(response: Response | None, hide: Redactor) -> dict[str, Any]:
    if response is None:
        return {"has_response": False, "response": "", "truncated": ""}
    text, truncated = truncate_json(_body(response.body), "run.response")
    return {"has_response": True, "response": hide.text(text), "truncated": truncated}


def output_table(
    run: Run,
    tree: OutputRows | None = None,
    ignore: Iterable[str] | None = None,
    *,
    skips: Callable[[str], bool] = lambda pointer: False,
) -> tuple[list[str], list[list[str]], str]:
    """Return columns, rows and a note of the table of output beside sample; a row begins with its mark.

    ``skips`` says of a pointer whether its row is left out.

    Example:
        >>> from kustomer_nb import load
        >>> run = load({"sampleOutputContext": {"id": 1}}).action().run(mode="sample")
        >>> output_table(run)
        (['Key', 'Actual', 'Sample', 'Difference'], [['', 'id', '1', '1', '']], '')
    """
    rows, left_out = _rows(run, tree or _tree(run, ignore), skips)
    cells = [[row[name] for name in ("mark", "key", "actual", "sample", "note")] for row in rows]
    return ["Key", "Actual", "Sample", "Difference"], cells, f"and {left_out:,} more" if left_out else ""


def _tree(run: Run, ignore: Iterable[str] | None) -> OutputRows:
    return OutputRows(run, ignore=[*(run.profile.ignored(run.action) if ignore is None else ignore)])


def _body(body: Any) -> Any:
    return "" if body is None else body


def _rows(
    run: Run, tree: OutputRows, skips: Callable[[str], bool] = lambda pointer: False
) -> tuple[list[dict[str, str]], int]:
    """Return the rows of the table, and how many are left out: those below what does not differ."""
    rows: list[dict[str, str]] = []
    root = tree.root
    count = root["count"]
    pending = [(row, 0) for row in reversed(tree.at("", 0, MOST_ROWS))]
    while pending and len(rows) < MOST_ROWS:
        row, depth = pending.pop()
        if skips(row["pointer"]):
            count -= 1
            continue
        rows.append(_cells(row, depth))
        if _is_opened(row):
            count += row["count"]
            below = tree.at(row["id"], 0, MOST_ROWS)
            pending += [(child, depth + 1) for child in reversed(below)]
    left_out = count - len(rows)
    is_empty = not rows and run.mapped is not UNDEFINED
    if root["mark"] or is_empty:
        # Of another type than the sample: its members say nothing of the output.
        rows.insert(0, _cells({**root, "key": "output"}, 0))
    return rows, left_out


def _is_opened(row: Row) -> bool:
    """Return whether something within a row is to be seen, beside what the row itself shows."""
    return bool(row["touched"] > bool(row["mark"] or row["losses"]))


def _cells(row: Row, depth: int) -> dict[str, str]:
    notes = [row["mark"].capitalize()] if row["mark"] else []
    notes += [f"{_NOTES[loss['kind']]}: {loss['words']}" for loss in row["losses"]]
    dropped = next((loss["value"] for loss in row["losses"] if loss["kind"] == "dropped"), None)
    key = row["key"] if isinstance(row["key"], str) else f"[{row['key']}]"
    actual = row["actual"] or dropped
    mark = {"added": "added", "changed": "changed", "missing": "removed"}.get(row["mark"], "")
    return {
        # Without styles, and in text, the depth must still be seen.
        "key": "\u00a0\u00a0" * depth + (key or short("")),
        "actual": _cell(actual, "not in output"),
        "sample": _cell(row["sample"], "not in sample"),
        "note": ", ".join(notes),
        "mark": mark or ("warning" if row["losses"] else ""),
    }


def _cell(value: dict[str, Any] | None, none: str) -> str:
    if value is None:
        return none
    if value["text"]:
        return str(value["text"])
    kind, brackets = ("item", "[]") if value["type"] == "array" else ("key", "{}")
    return f"{brackets[0]} {value['size']} {kind}{'' if value['size'] == 1 else 's'} {brackets[1]}"
