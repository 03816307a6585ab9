"""Runs the cases below some paths."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .collect import collect
from .replay import replay
from .results import Results


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
