"""Names of a package that are imported when they are first used, so that reading loads nothing that sends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package whose names are in its submodules.

    ``modules`` gives the submodule of each name. A name that was used once is an attribute of the package.

    Raises:
        AttributeError: from what is returned, for any other name.

    Example:
        >>> lookup = lazy_names("kustomer_nb", {"Severity": "diagnostics"})
        >>> lookup("Severity").ERROR.value
        'error'
    """

    def lookup(name: str) -> Any:
        if name not in modules:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return lookup
