"""What an editor asks about the text of a definition while it is typed: pure functions of text and offset."""

from __future__ import annotations

from .completion import complete
from .items import Completion, Completions

__all__ = ["Completion", "Completions", "complete"]
