"""The E-comm Store: a small real HTTP service over SQLite, on loopback.

Kustomer's documentation refunds an order of this store; here the example can be run without an account and
without internet. Needs the extra ``demo``: ``pip install "kustomer-nb[demo]"``.
"""

from .definition import definition_text
from .project import project
from .server import Store
from .service import service
from .starting import start

__all__ = ["Store", "definition_text", "project", "service", "start"]
