"""The version, read by the build and by ``kustomer-nb --version``."""

__version__ = "0.1.0"
