"""Times what an editor asks of a definition while it is typed: ``python -m benchmarks.language``.

A variable is typed in the last, a middle and the first of 40 actions, one character at a time. Printed are
the 50th and the 95th percentile of each question in processor time, and as a share of one ``lint``.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from time import process_time

from benchmarks.lint import definition
from kustomer_nb import loads
from kustomer_nb.language import LastRun, complete, find_declaration, find_problems, hover, outline

ACTIONS = 40
TYPED = "{{{orderId}}}"
WANTED = 0.05
RUN = LastRun({"orderId": 7}, {"id": 7, "items": [{"sku": "a"}] * 50})


def versions(text: str) -> Iterator[tuple[str, int]]:
    """Yield the text after each character that is typed, with the offset of the caret.

    What was typed in one place stays, as with a person: each text is the one before it and a character.
    """
    places = [match.end() for match in re.finditer(r'"uri": "', text)]
    for at in (places[-1], places[len(places) // 2], places[0]):
        for length in range(1, len(TYPED) + 1):
            yield text[:at] + TYPED[:length] + text[at:], at + length
        text = text[:at] + TYPED + text[at:]


def timed(work: Callable[[], object]) -> float:
    """Return the processor time of one call, in seconds."""
    start = process_time()
    work()
    return process_time() - start


def main() -> None:
    """Print the percentiles."""
    text = json.dumps(definition(ACTIONS), indent=2)
    questions: dict[str, Callable[[str, int], object]] = {
        # First: it reads each version for the others too, as an editor that asks for problems after each key.
        "completion": lambda typed, offset: complete(typed, offset, last_run=lambda name: RUN),
        "problems": lambda typed, offset: find_problems(typed),
        "hover": lambda typed, offset: hover(
            typed, offset, last_run=lambda name: RUN, problems=find_problems(typed)
        ),
        "definition": lambda typed, offset: find_declaration(typed, offset),
        "outline": lambda typed, offset: outline(typed),
    }
    times: dict[str, list[float]] = {name: [] for name in questions}
    for warm in (True, False):
        for typed, offset in versions(text):
            gc.collect()
            for name, ask in questions.items():
                duration = timed(lambda ask=ask, typed=typed, offset=offset: ask(typed, offset))
                if not warm:
                    times[name].append(duration)
    lint = median(timed(lambda: loads(text).lint()) for _ in range(9))
    print(f"{ACTIONS} actions, {len(text):,} characters; lint takes {lint * 1e3:.0f} ms")
    print(f"{'':12} {'p50':>8} {'p95':>8} {'of lint':>8} {'< 50 ms':>8}")
    for name, durations in times.items():
        p95 = quantiles(durations, n=20)[-1]
        verdict = "yes" if p95 < WANTED else "no"
        shares = f"{median(durations) * 1e3:5.1f} ms {p95 * 1e3:5.1f} ms {p95 / lint:7.2f}x"
        print(f"{name:12} {shares} {verdict:>8}")


if __name__ == "__main__":
    main()
