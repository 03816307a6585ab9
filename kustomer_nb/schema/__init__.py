"""The part of JSON Schema the platform applies: inputs coming in, an output going out."""

from .coerce import Coerced, coerce
from .compile import Schema, compile_schema
from .inference import Inferred, infer
from .nodes import Conversion
from .project import Drop, Projected, Unconverted, project

__all__ = [
    "Coerced",
    "Conversion",
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
