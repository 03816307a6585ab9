"""What an editor asks about the text of a definition while it is typed: pure functions of text and offset."""

from __future__ import annotations

from .completion import complete
from .items import Completion, Completions
from .last_runs import LastRun, LastRunOf, never_run

__all__ = ["Completion", "Completions", "LastRun", "LastRunOf", "complete", "never_run"]
