"""A process that sends the rows of a batch, so that a test can end it: FOLDER URL COUNT, or FOLDER resume."""

from __future__ import annotations

import sys
from pathlib import Path

import kustomer_nb as knb
from tests.batch.counting_service import SETTINGS

LANES = 8


def rows(count: int) -> list[dict[str, object]]:
    return [{"orderId": at, "note": "x" * 50} for at in range(1, count + 1)]


def main(folder: Path, count: int, verb: str) -> None:
    action = knb.load(folder / "shop.json").action()
    if verb == "resume":
        (batch,) = action.app.batches()
        batch = batch.resume(rows(count), settings=SETTINGS, lanes=LANES)
    else:
        batch = action.map(rows(count), settings=SETTINGS).run(lanes=LANES)
    sys.stdout.write(f"{batch!r}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
