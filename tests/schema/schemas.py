"""The values and schemas the property tests draw from, and ajv's scenarios as cases."""

import json
from pathlib import Path

import pytest
from hypothesis import strategies as st

_AJV = json.loads((Path(__file__).parents[1] / "conformance/ajv_coercion.json").read_text("utf-8"))

# ajv accepts these roots or applies anyOf; a Kustomer schema describes an object by five keywords alone.
_NOT_OURS = {
    "schema without type: root not an object",
    "root scalar cannot be written back",
    "anyOf coercion",
}


def _pointer(error):
    params = error["params"]
    name = params.get("missingProperty") or params.get("additionalProperty")
    return f"{error['path']}/{name}" if name else error["path"]


def _cases(*, removing):
    return [
        pytest.param({**case, "pointers": [_pointer(error) for error in case["errors"]]}, id=case["name"])
        for case in _AJV["scenarios"]
        if case["name"] not in _NOT_OURS and ("removeAdditional" in case["opts"]) is removing
    ]


SCENARIOS = {"ajv": _cases(removing=False), "ajv removing": _cases(removing=True)}

_NAMES = st.sampled_from(["a", "b", "c", "d/e"])
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " ", "0", "1", "1.5", "true", "false", "TRUE", "x", "{}", "1e3", "0x1F"]),
)
JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(_NAMES, JSON, max_size=4)

_TYPE = st.sampled_from(["string", "number", "integer", "boolean", "object", "array", "null"])
_TYPED = st.fixed_dictionaries(
    {}, optional={"type": _TYPE | st.lists(_TYPE, min_size=1, max_size=3, unique=True)}
)


def _described(inner):
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", ["array", "object"], ["null", "object"]]),
            "properties": st.dictionaries(_NAMES, inner, max_size=4),
            "required": st.lists(_NAMES, max_size=2, unique=True),
            "additionalProperties": st.booleans() | inner,
            "items": inner,
        },
    )


_SUBSCHEMAS = st.recursive(_TYPED, _described, max_leaves=6)
SCHEMAS = st.builds(
    lambda schema, members: {**schema, "properties": members},
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("object"),
            "required": st.lists(_NAMES, max_size=2, unique=True),
            "additionalProperties": st.booleans() | _SUBSCHEMAS,
        },
    ),
    st.dictionaries(_NAMES, _SUBSCHEMAS, max_size=4),
)
