"""JSON5 documents beside the npm package json5, alone and as what a JavaScript module exports."""

import os

import pytest

from kustomer_nb.codes import Code
from kustomer_nb.jsontext.javascript import number_text
from kustomer_nb.jsontext.parser import read
from tests.oracle.json5_grammar import Documents

pytestmark = pytest.mark.node
SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "2000"))
BATCH = 1000


def batches(make):
    for start in range(0, CASES, BATCH):
        yield [make() for _ in range(min(BATCH, CASES - start))]


def worded(value):
    """Return a value as the oracle writes it: JSON has no word for NaN and Infinity."""
    if isinstance(value, dict):
        return {key: worded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [worded(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"number": number_text(value)}
    return value


def test_every_json5_document_is_read_as_json5_parse_reads_it(oracle):
    different = []

    for batch in batches(Documents(SEED).text):
        pairs = zip(batch, oracle.ask("json5", batch), strict=True)
        different += [
            (text, answer) for text, answer in pairs if {"value": worded(read(text).value)} != answer
        ]

    assert different[:3] == []


def test_every_json5_document_that_a_module_exports_is_read_as_json5_parse_reads_it(oracle):
    documents, different = Documents(SEED), []

    for batch in batches(documents.document):
        pairs = zip(map(documents.module, batch), oracle.ask("json5", batch), strict=True)
        different += [
            (text, answer) for text, answer in pairs if {"value": worded(read(text).value)} != answer
        ]

    assert different[:3] == []


def test_a_module_of_json5_has_no_fault_but_numbers_that_json_cannot_hold():
    documents = Documents(SEED)

    modules = [documents.module(document) for batch in batches(documents.document) for document in batch]

    expected = {Code.NOT_A_NUMBER, Code.NUMBER_TOO_LARGE}
    assert [text for text in modules if not expected.issuperset(read(text).diagnostics.errors.codes)][
        :3
    ] == []


def test_keeps_a_backslash_that_escapes_nothing_though_json5_drops_it(oracle):
    # Who writes a Windows path or a pattern means the backslash; the fault says to double it.
    text = r'["C:\dir", "\w+"]'

    (answer,) = oracle.ask("json5", [text])

    assert answer == {"value": ["C:dir", "w+"]}
    assert read(text).value == [r"C:\dir", r"\w+"]
    assert read(text).diagnostics.codes == ["KNB116", "KNB116"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("[01]", [1], id="a leading zero"),
        pytest.param("[1_000]", [1000], id="a number with separators"),
        pytest.param("['a\nb']", ["a\nb"], id="a string over two lines"),
        pytest.param("[1 2]", [1, 2], id="a missing comma"),
        pytest.param("[undefined]", [None], id="undefined"),
    ],
)
def test_reads_on_where_json5_refuses(oracle, text, value):
    (answer,) = oracle.ask("json5", [text])

    assert read(text).value == value
    assert "error" in answer
