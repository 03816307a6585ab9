"""Plans and batches of many rows as text, HTML, JSON and facts, without what a profile masks."""

from __future__ import annotations

from typing import Any

from kustomer_nb.batch.findings import InvalidRows
from kustomer_nb.batch.handles import Batch, Summary
from kustomer_nb.batch.plan import Plan
from kustomer_nb.faces import name_of
from kustomer_nb.printable import one_line

from .html import html
from .json import as_json
from .mustache import fill
from .pretty import MOST_ROWS, tail, wrap
from .stable.facts import Facts, facts, finding_rows
from .stable.form import without_ports
from .text import headline, text

_SEVERITIES = {"invalid": "error", "changed": "error"}
_UNKNOWN_LISTED = 20


@text.register
def _(value: Plan, *, width: int | None = None, path: str = "") -> str:
    lines = [wrap(one_line(f"{tail(value.action.name) or 'action'}: {value.summary}"), width)]
    lines.append(wrap(f"  {value.duration}", width))
    for problem in value.problems:
        lines.append(wrap(one_line(headline(problem, path)), width))
        if problem.fix:
            lines.append(wrap(f"    {one_line(f'Fix: {problem.fix}')}", width, "     "))
    for row in value.finding_rows()[:MOST_ROWS]:
        name = f" {row['input']}" if row["input"] else ""
        line = f"  {row['count']:,} {row['kind']} {row['code']}{name}: {row['message']}"
        lines.append(wrap(one_line(line), width, "    "))
        lines.append(wrap(one_line(f"    {row['rows']}"), width, "    "))
    if value.unused:
        lines.append(wrap(one_line(f"  Columns that are not used: {', '.join(value.unused)}"), width, "    "))
    if value.request is not None:
        line = f"{value.request.method} {value.request.url}"
        # Its path and query may hold a masked input.
        visible_line = (
            line if not value.series.profile.mask else f"{value.request.method} {value.request.host}"
        )
        lines += ["  Request of the first valid row:", f"    {one_line(visible_line)}"]
    if value.confirm and not value.refusals:
        lines.append(one_line(f'  To run it, confirm "{value.confirm}"'))
    return "\n".join(lines)


@text.register
def _(value: Batch, *, width: int | None = None, path: str = "") -> str:
    summary = value.summary
    lines = [wrap(one_line(f"{tail(value.record.action) or 'action'}: {summary.words}"), width)]
    if value.reason:
        lines.append(wrap(one_line(f"  Stopped: {value.reason}"), width))
    lines += [f"  {name}: {count:,}" for name, count in _counts(summary)]
    if summary.unknown:
        lines.append(wrap(f"  Unknown, never sent again: {_unknown(value)}", width, "    "))
    lines.append(f"  {value.folder}")
    return "\n".join(lines)


def _counts(summary: Summary) -> list[tuple[str, int]]:
    statuses = [(f"status {status}", count) for status, count in summary.statuses.items()]
    return [*statuses, *summary.reasons.items()]


def _unknown(batch: Batch) -> str:
    numbers = batch.unknown
    more = f" and {len(numbers) - _UNKNOWN_LISTED:,} more" if len(numbers) > _UNKNOWN_LISTED else ""
    return f"rows {', '.join(map(str, numbers[:_UNKNOWN_LISTED]))}{more}"


@html.register
def _(value: Plan, *, styled: bool = True) -> str:
    rows = value.finding_rows()
    first_rows = [
        {**row, "count": f"{row['count']:,}", "severity": _SEVERITIES.get(row["kind"], "warning")}
        for row in rows[:MOST_ROWS]
    ]
    return fill(
        "plan",
        {
            "action": tail(value.action.name) or "action",
            "summary": value.summary,
            "duration": value.duration,
            "rows_from": value.source.name,
            "problems": [
                {
                    "severity": problem.severity.value,
                    "code": str(problem.code),
                    "message": problem.message,
                    "fix": problem.fix,
                }
                for problem in value.problems
            ],
            "rows": first_rows,
            "has_rows": bool(rows),
            "more": f"and {len(rows) - MOST_ROWS:,} more kinds" if len(rows) > MOST_ROWS else "",
            "columns": [{"input": name, "column": column} for name, column in value.columns.items()],
            "unused": ", ".join(value.unused),
            # Where something is masked, only the facts show a request: they have its mask.
            "has_request": value.request is not None and not value.series.profile.mask,
            "request": "" if value.request is None else html(value.request, styled=False),
            "confirm": name_of("confirm", value.confirm) if value.confirm and not value.refusals else "",
        },
        styled=styled,
    )


@html.register
def _(value: Batch, *, styled: bool = True) -> str:
    summary = value.summary
    counts = [{"name": name, "count": f"{count:,}"} for name, count in _counts(summary)]
    latencies = [{"name": name, "count": f"{count:,}"} for name, count in summary.latencies.items()]
    return fill(
        "batch",
        {
            "action": tail(value.record.action) or "action",
            "summary": summary.words,
            "reason": value.reason,
            "unknown": _unknown(value) if summary.unknown else "",
            "counts": counts,
            "has_counts": bool(counts),
            "latencies": latencies,
            "has_latencies": bool(latencies),
            "folder": value.name,
        },
        styled=styled,
    )


@as_json.register
def _(value: Plan) -> Any:
    return {
        "action": value.action.name,
        "rows": value.rows,
        "valid": value.valid,
        "invalid": value.invalid.total,
        "mode": value.mode,
        "source": value.source.name,
        "columns": value.columns,
        "unused": list(value.unused),
        "unmatched": list(value.unmatched),
        "problems": as_json(value.problems),
        "findings": value.finding_rows(),
        "rates": [str(rate) for rate in value.rates],
        "seconds": value.seconds,
        "request": None if value.request is None else as_json(value.request),
        "confirm": value.confirm or None,
    }


@as_json.register
def _(value: InvalidRows) -> Any:
    return [row._asdict() for row in value]


@as_json.register
def _(value: Batch) -> Any:
    return {
        "batch": value.name,
        "action": value.record.action,
        "reason": value.reason or None,
        "unknown_rows": list(value.unknown),
        **value.summary.to_json(),
    }


@facts.register
def _(value: Plan) -> Facts:
    rows = [
        {name: row[name] for name in ("kind", "code", "input", "count", "rows")}
        for row in value.finding_rows()
    ]
    return {
        "action": value.action.name,
        "rows": value.rows,
        "valid": value.valid,
        "invalid": value.invalid.total,
        "mode": value.mode,
        "columns": value.columns,
        "unused columns": list(value.unused),
        "rates": [str(rate) for rate in value.rates],
        "problems": finding_rows(value.problems, is_of_a_run=False),
        "findings": rows,
        **({"confirm": without_ports(value.confirm)} if value.confirm else {}),
        **({} if value.request is None else {"request": facts(value.request)}),
    }


@facts.register
def _(value: Batch) -> Facts:
    # Neither times nor the name of its folder, which is one.
    summary = value.summary.to_json()
    del summary["latencies"]
    reason = {"stopped": value.reason} if value.reason else {}
    return {"action": value.record.action, **summary, **reason}
