"""Recorded exchanges in a file next to a definition: readable JSON without secrets, which a replay reads."""

from .matching import RecordedRequest
from .model import Exchange, RecordedResponse
from .store import Cassette, cassette_path

__all__ = ["Cassette", "Exchange", "RecordedRequest", "RecordedResponse", "cassette_path"]
