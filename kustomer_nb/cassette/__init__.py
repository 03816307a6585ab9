"""Recorded exchanges beside a definition: readable JSON without secrets, from which a replay answers."""

from .asked import Asked
from .exchange import Answered, Exchange
from .file import Cassette, cassette_path

__all__ = ["Answered", "Asked", "Cassette", "Exchange", "cassette_path"]
