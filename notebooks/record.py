"""Record the notebooks given as arguments, or all of them: against the demo store, which they start.

A call of ``kustomer-nb record``, which saves them so that only what changed differs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kustomer_nb.cli import main

if __name__ == "__main__":
    main(["record", *(sys.argv[1:] or [str(Path(__file__).parent)]), "--yes"])
