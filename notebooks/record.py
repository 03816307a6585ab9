"""Record the notebooks given as arguments, or all of them: against the demo store, which they start.

A call of ``kustomer-nb record``, which saves them so that only what changed differs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kustomer_nb.cli import main

if __name__ == "__main__":
    # Not the folder: the projects of the tutorials in it have cases.
    notebooks = sys.argv[1:] or [str(path) for path in sorted(Path(__file__).parent.glob("*.ipynb"))]
    main(["record", *notebooks, "--yes"])
