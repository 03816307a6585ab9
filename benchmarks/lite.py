"""Size of the JupyterLite site and time until its kernel runs code: ``python -m benchmarks.lite``.

Beside it, in turns and in the same Chromium, a site of the same JupyterLite without our files: Pyodide,
IPython and the extensions for widgets. Each time is that of a first visit. ``ok`` and ``MISSED`` say whether
the site has at most 50 MB and its kernel is ready after at most 1.1 times the other's time. It needs what
``make lite`` and ``make test`` install.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from lite.__main__ import JUPYTER
from lite.browsing import alone, open_notebook, served
from lite.site import LARGEST, NOTEBOOKS, build, size
from tests.browser.lab import started_chromium

NOTEBOOK = "01-first-action.ipynb"
MOST = 1.1


def seconds_to_kernel(browser: Browser, folder: Path) -> float:
    """Return the seconds of a first visit, from the address bar to the answer of the kernel."""
    with served(folder) as address, alone(browser, address) as (page, refused):
        begun = time.perf_counter()
        open_notebook(page, address, NOTEBOOK)
        seconds = time.perf_counter() - begun
    if refused:
        msg = f"the site asked for {refused}"
        raise RuntimeError(msg)
    return seconds


def verdict(*, is_met: bool) -> str:
    """Return how a figure is judged."""
    return "ok" if is_met else "MISSED"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lite", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="visits to each site")
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        ours, plain = Path(temporary) / "ours", Path(temporary) / "plain"
        build(ours, JUPYTER)
        build(plain, JUPYTER, with_package=False, notebooks=[NOTEBOOKS / NOTEBOOK])
        bytes_ = size(ours)
        print(f"size        {bytes_ / 1e6:6.1f} MB  (without ours {size(plain) / 1e6:.1f} MB)", end="  ")
        print(verdict(is_met=bytes_ <= LARGEST))
        times: dict[Path, list[float]] = {ours: [], plain: []}
        with started_chromium(str(shutil.which("chromium"))) as browser:
            for number in range(rounds):
                # In turns, and each first as often as the other.
                for folder in (ours, plain) if number % 2 else (plain, ours):
                    times[folder].append(seconds_to_kernel(browser, folder))
    ratio = median(times[ours]) / median(times[plain])
    print(f"kernel runs {median(times[ours]):6.1f} s   (least {min(times[ours]):.1f} s)")
    print(f"  without   {median(times[plain]):6.1f} s   (least {min(times[plain]):.1f} s)")
    print(f"ratio       {ratio:6.2f}     {verdict(is_met=ratio <= MOST)}")


if __name__ == "__main__":
    main()
