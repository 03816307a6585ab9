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
pytestmark = pytest.mark.timeout(600 + CASES / 20)


def texts():
    return Mutations(SEED).texts(CASES)


def read_or_refused(text):
    try:
        reading = read(text)
    except LoadError as error:
        return None, error.diagnostics
    return reading, reading.diagnostics


def linted_or_refused(text):
    try:
        return kustomer_nb.loads(text).lint()
    except LoadError as error:
        return error.diagnostics


def counted(work, text, most_calls):
    results = []
    assert count_calls(lambda: results.append(work(text))) < most_calls, text
    return results[0]


def loaded(text):
    """Return what json.loads makes of a text, in a list, and an empty one where it refuses."""
    try:
        return [json.loads(text)]
    except ValueError:
        return []


def is_json(text):
    """Return whether JSON.parse takes a text."""

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


def test_each_mutation_is_read_or_refused_with_little_work():
    mended = 0
    for text in texts():
        reading, _ = counted(read_or_refused, text, MOST_CALLS["read"])
        mended += reading is not None

    assert mended > CASES / 2


def test_each_mutation_is_linted_or_refused_with_little_work_and_every_finding_is_inside_it():
    for text in texts():
        spans = [one.span for one in counted(linted_or_refused, text, MOST_CALLS["lint"]) if one.span]
        assert all(0 <= one.start <= one.end <= len(text) for one in spans), text
        assert spans == [Span.of(text, one.start, one.end) for one in spans], text


def test_what_json_loads_takes_is_read_to_the_same_value():
    taken = 0
    for text in texts():
        for value in loaded(text):
            taken += 1
            assert repr(read(text).value) == repr(value), text

    assert taken > CASES / 10


def test_only_what_json_parse_refuses_has_an_error_or_is_a_module():
    for text in texts():
        _, found = read_or_refused(text)
        is_module = (Code.WRAPPER, Severity.HINT) in {(one.code, one.severity) for one in found}
        assert bool(found.errors or is_module) != is_json(text.removeprefix("\ufeff")), text


def test_every_fault_stands_inside_the_text_in_its_order():
    for text in texts():
        _, found = read_or_refused(text)
        spans = [one.span for one in found]
        assert all(0 <= one.start <= one.end <= len(text) for one in spans), text
        assert spans == [Span.of(text, one.start, one.end) for one in spans], text
        assert all(one.start <= next_one.start for one, next_one in pairwise(spans)), text


def test_the_text_at_every_place_of_json_is_the_value_there():
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
        reading, _ = read_or_refused(text)
        for pointer in every_pointer(reading.value) if reading else ():
            span = reading.span(pointer)
            assert 0 <= span.start <= span.end <= len(text), (pointer, text)
            assert span == Span.of(text, span.start, span.end), (pointer, text)
