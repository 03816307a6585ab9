"""What sharing a notebook returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kustomer_nb.display import Displayable

if TYPE_CHECKING:
    from pathlib import Path

    from kustomer_nb.diagnostics import Diagnostics


@dataclass(frozen=True)
class Shared(Displayable):
    """A notebook that was shared or checked: its path, that of the copy, and what the copy has otherwise.

    ``copy`` is None if nothing was written. ``text`` is the text of the copy.
    """

    path: Path
    copy: Path | None
    findings: Diagnostics
    text: str

    @property
    def ok(self) -> bool:
        """Whether the notebook could be shared as it is: it has no error and no warning."""
        return not (self.findings.errors or self.findings.warnings)

    @property
    def summary(self) -> str:
        """What came out of it, in one line."""
        counts = self.findings.summary if self.findings else "nothing to leave out"
        return f"{self.path.name}: {counts}" + (f"; the copy is {self.copy}" if self.copy else "")

    def __repr__(self) -> str:
        return f"<Shared: {self.summary}>"
