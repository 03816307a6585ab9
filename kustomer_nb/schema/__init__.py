"""The part of JSON Schema the platform applies: inputs coming in, an output going out."""

from .coerce import Coerced, coerce
from .compiled import Schema, compile_schema
from .project import Drop, Projected, Unconverted, project
from .walk import Change

__all__ = [
    "Change",
    "Coerced",
    "Drop",
    "Projected",
    "Schema",
    "Unconverted",
    "coerce",
    "compile_schema",
    "project",
]
