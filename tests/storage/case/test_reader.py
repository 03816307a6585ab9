"""A case is read as it is written, whichever way of reading its layout takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustomer_nb.storage.case import parse_case
from kustomer_nb.storage.case.model import CaseFile
from kustomer_nb.storage.case.serialization import format_case

PATH = Path("a.case.json")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


def file_of(text: str) -> CaseFile:
    read = parse_case(text, PATH)
    assert read.file is not None, read.problems[0]
    return read.file


@given(JSON)
def test_the_fast_and_the_tolerant_reader_agree(value: Any) -> None:
    case = {"name": "a", "action": "find", "expected": value}

    fast = file_of(format_case(case))
    # A space before the colon is read by the tolerant reader.
    tolerant = file_of(json.dumps(case, separators=(",", " : ")))

    assert repr(fast.expected) == repr(tolerant.expected)
    assert fast == tolerant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"name": "a", "action": "find", "action": "find", "expected": 1}', "KNB"),
        ('{"name": "a\\u003ab", "action": "find", "expected": {"x": 1, "x": 2}}', "KNB"),
        ('{"name": "a", "action": "find", "expected": {"x" : 1, "x" : 2}}', "KNB"),
        ('{"name": "a", "action": "find", "expected": 1e400}', "KNB"),
        ('{"name": "a", "action": "find", "expected": NaN}', "KNB"),
        ('{"name": "a", "action": "find", "expected": 1,}', "KNB105"),
    ],
)
def test_what_json_does_not_have_is_a_fault_with_its_line(text: str, code: str) -> None:
    read = parse_case(text, PATH)

    assert read.file is None
    assert read.problems[0].code.startswith(code)
    assert read.problems[0].location().startswith("a.case.json:1:")


def test_a_colon_in_a_string_is_no_member() -> None:
    assert file_of('{"name": "a\\":b", "action": "find", "expected": {"\\"": 1}}').name == 'a":b'
