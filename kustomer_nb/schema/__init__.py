"""The part of JSON Schema that the platform applies to the inputs and the output of an action."""

from .apply import (
    Coerced,
    Drop,
    Projected,
    Unconverted,
    coerce,
    find_conversions,
    identity_loss,
    identity_losses,
    project,
    project_json,
)
from .compile import Schema, compile_once, compile_schema
from .inference import Inferred, infer
from .nodes import Conversion

__all__ = [
    "Coerced",
    "Conversion",
    "Drop",
    "Inferred",
    "Projected",
    "Schema",
    "Unconverted",
    "coerce",
    "compile_once",
    "compile_schema",
    "find_conversions",
    "identity_loss",
    "identity_losses",
    "infer",
    "project",
    "project_json",
]
