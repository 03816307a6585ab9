"""Mutated definitions: read or refused with little work, as json.loads reads them, every place true."""

import json
import os
from itertools import pairwise

import pytest

import kustomer_nb
from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.pointer import join, resolve
from tests.jsontext.mutations import Mutations
from tests.work import count_calls

SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "800"))
# What they take, ten times: 5,000 calls to read a text, and with a rule's first call 350,000 to lint it.
MOST_CALLS = {"read": 50_000, "lint": 3_000_000}
pytestmark = [pytest.mark.uncounted, pytest.mark.timeout(600 + CASES / 20)]


def texts():
    return Mutations(SEED).texts(CASES)


def read_or_rejected(text):
    try:
        reading = read(text)
    except LoadError as error:
        return None, error.diagnostics
    return reading, reading.diagnostics


def linted_or_rejected(text):
    try:
        return kustomer_nb.loads(text).lint()
    except LoadError as error:
        return error.diagnostics


def counted(work, text, most_calls):
    results = []
    assert count_calls(lambda: results.append(work(text))) < most_calls, text
    return results[0]


def loaded(text):
    """Return what json.loads reads in a text, in a list; an empty list if it fails."""
    try:
        return [json.loads(text)]
    except ValueError:
        return []


def is_json(text):
    """Return whether JSON.parse accepts a text."""

    def refuse(constant):
        raise ValueError(constant)

    try:
        json.loads(text, parse_int=float, parse_constant=refuse)
    except ValueError:
        return False
    return True


def every_pointer(value, pointer=""):
    yield pointer
    members = enumerate(value) if isinstance(value, list) else getattr(value, "items", tuple)()
    for key, item in members:
        yield from every_pointer(item, join(pointer, key))


def cut(text, span):
    return text[span.start : span.end]


def test_each_mutation_is_read_or_rejected_with_little_work():
    repaired = 0
    for text in texts():
        reading, _ = counted(read_or_rejected, text, MOST_CALLS["read"])
        repaired += reading is not None

    assert repaired > CASES / 2


def test_each_mutation_is_linted_or_rejected_with_little_work_and_every_diagnostic_is_inside_it():
    for text in texts():
        spans = [d.span for d in counted(linted_or_rejected, text, MOST_CALLS["lint"]) if d.span]
        assert all(0 <= span.start <= span.end <= len(text) for span in spans), text
        assert spans == [Span.from_offsets(text, span.start, span.end) for span in spans], text


def test_what_json_loads_accepts_is_read_as_the_same_value():
    count = 0
    for text in texts():
        for value in loaded(text):
            count += 1
            assert repr(read(text).value) == repr(value), text

    assert count > CASES / 10


def test_only_what_json_parse_rejects_has_an_error_or_is_a_module():
    for text in texts():
        _, diagnostics = read_or_rejected(text)
        is_module = (Code.WRAPPER, Severity.HINT) in {(d.code, d.severity) for d in diagnostics}
        assert bool(diagnostics.errors or is_module) != is_json(text.removeprefix("\ufeff")), text


def test_every_problem_is_inside_the_text_and_in_its_order():
    for text in texts():
        _, diagnostics = read_or_rejected(text)
        spans = [d.span for d in diagnostics]
        assert all(0 <= span.start <= span.end <= len(text) for span in spans), text
        assert spans == [Span.from_offsets(text, span.start, span.end) for span in spans], text
        assert all(span.start <= following.start for span, following in pairwise(spans)), text


def test_the_text_at_every_span_of_json_is_its_value():
    for text in texts():
        for value in loaded(text):
            reading = read(text)
            for pointer in every_pointer(value):
                at = cut(text, reading.span(pointer))
                assert repr(json.loads(at)) == repr(resolve(value, pointer)), text
                key = reading.key_span(pointer)
                last = "/" + pointer.rpartition("/")[2]
                assert key is None or join("", json.loads(cut(text, key))) == last, text


def test_every_part_of_a_mended_value_has_a_place_inside_the_text():
    for text in texts():
        reading, _ = read_or_rejected(text)
        for pointer in every_pointer(reading.value) if reading else ():
            span = reading.span(pointer)
            assert 0 <= span.start <= span.end <= len(text), (pointer, text)
            assert span == Span.from_offsets(text, span.start, span.end), (pointer, text)
