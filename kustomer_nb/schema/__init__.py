"""The part of JSON Schema the platform applies: inputs coming in, an output going out."""

from .coerce import Coerced, coerce
from .compiled import Schema, compile_schema
from .inference import Inferred, infer
from .project import Drop, Projected, Unconverted, project
from .walk import Change

__all__ = [
    "Change",
    "Coerced",
    "Drop",
    "Inferred",
    "Projected",
    "Schema",
    "Unconverted",
    "coerce",
    "compile_schema",
    "infer",
    "project",
]
