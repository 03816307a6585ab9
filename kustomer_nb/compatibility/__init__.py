"""What changed between two versions of a definition, and the version number that Kustomer asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

if TYPE_CHECKING:
    from .documents import compare_documents as compare_documents
    from .result import Bump as Bump
    from .result import ChangeKind as ChangeKind
    from .result import Comparison as Comparison
    from .result import DefinitionChange as DefinitionChange

_MODULES = {
    "Bump": "result",
    "ChangeKind": "result",
    "Comparison": "result",
    "DefinitionChange": "result",
    "compare_documents": "documents",
}
__all__ = ["Bump", "ChangeKind", "Comparison", "DefinitionChange", "compare_documents"]

# What shows a comparison knows its class, without importing what makes one.
__getattr__ = lazy_names(__name__, _MODULES)
