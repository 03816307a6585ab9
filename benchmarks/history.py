"""Times adding lines of 5 kB to a history, and reading them: ``python -m benchmarks.history``."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from kustomer_nb.storage import history

LINE = {"version": 1, "at": "2034-01-02T09:00:00+00:00", "output": {"items": ["x" * 97] * 50}}
LINES = 2_000


def main() -> None:
    """Print both times."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        started = time.perf_counter()
        for _ in range(LINES):
            history.append(root, LINE)
        added = time.perf_counter() - started
        started = time.perf_counter()
        found = history.read_history(root, rerun=print)
        read = time.perf_counter() - started
    print(
        f"one line of 5 kB added in {added / LINES * 1e6:.0f} us, {len(found):,} read in {read * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    main()
