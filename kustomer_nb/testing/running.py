"""Runs the cases below some paths."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .collect import collect
from .replay import replay
from .results import Results

if TYPE_CHECKING:
    from .case import Case
    from .results import CaseResult


def test(
    paths: str | Path | Iterable[str | Path] = ".",
    *,
    actions: Iterable[str] = (),
    since: str | None = None,
    mode: str = "replay",
) -> Results:
    """Return the results of the test cases in files, folders and glob patterns, each run without a network.

    ``actions`` keeps those of some actions, by full name or a tail of it. ``since`` is a git revision, and
    keeps what changed since then. ``mode="sample"`` takes all outputs from the samples.

    Raises:
        LoadError: ``since`` is no revision, or there is no git repository.
        ValueError: there is no such mode.

    Example:
        >>> import tempfile
        >>> from kustomer_nb import new_app
        >>> app = new_app("shop", path=Path(tempfile.mkdtemp(), "shop.json"))
        >>> changes = app.add_action("find", {"type": "rest_api", "sampleOutputContext": {"id": 7}})
        >>> changes = app.save()
        >>> path = app.action("find").run(mode="sample").save_case("an order")
        >>> test(path), test(path).ok
        (<Results: 1 passed>, True)
    """
    if mode not in ("replay", "sample"):
        msg = f"there is no mode {mode!r} here: write 'replay' or 'sample'"
        raise ValueError(msg)
    collected = collect((paths,) if isinstance(paths, (str, Path)) else paths, actions=actions, since=since)
    return Results(tuple(replay(case, mode=mode) for case in collected.cases), collected.problems)


def run_case(
    case: Case,
    mode: str,
    *,
    against_cassette: bool = False,
    profile: str | None = None,
    confirm: str | None = None,
) -> CaseResult:
    """Return what a case comes to: replayed, from its sample, or with ``mode="live"`` from the service.

    ``profile`` and ``confirm`` are those of live runs, and so is ``against_cassette``, which tells a change
    of the service from a change of the definition.
    """
    if mode != "live":
        return replay(case, mode=mode)
    # Imported only by what sends.
    from .live import run_against_cassette, run_live

    run = run_against_cassette if against_cassette else run_live
    return run(case, profile=profile, confirm=confirm)
