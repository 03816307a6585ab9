"""The E-comm Store: a small real HTTP service over SQLite, on loopback.

The store that Kustomer's documentation refunds an order of, so that its example can be run for real, with
no account and no internet. Needs the extra ``demo``: ``pip install "kustomer-nb[demo]"``.
"""

from .server import Store
from .service import service
from .starting import start

__all__ = ["Store", "service", "start"]
