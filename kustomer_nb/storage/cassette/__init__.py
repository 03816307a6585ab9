"""Recorded exchanges beside a definition: readable JSON without secrets, from which a replay answers."""

from .matching import RecordedRequest
from .model import Exchange, RecordedResponse
from .store import Cassette, cassette_path

__all__ = ["Cassette", "Exchange", "RecordedRequest", "RecordedResponse", "cassette_path"]
