from types import SimpleNamespace

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.schema import infer, project
from kustomer_nb.schema.inference import LONGEST
from tests.schema.schemas import JSON
from tests.work import growth

BODIES = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", "c/d", "~"]), JSON, max_size=3), min_size=1, max_size=5
)


@pytest.mark.parametrize(
    ("bodies", "schema"),
    [
        pytest.param(
            {"id": 7, "name": "x", "paid": True, "o": {"n": 1.5}, "l": []},
            {
                "type": "object",
                "properties": {
                    "id": {"type": "number"},
                    "name": {"type": "string"},
                    "paid": {"type": "boolean"},
                    "o": {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]},
                    "l": {"type": "array"},
                },
                "required": ["id", "name", "paid", "o", "l"],
                "additionalProperties": False,
            },
            id="every type",
        ),
        pytest.param(
            [{"a": 1}, {"a": 2, "b": 1}],
            {
                "type": "object",
                "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
                "required": ["a"],
                "additionalProperties": False,
            },
            id="what is in every body is required",
        ),
        pytest.param({}, {"type": "object", "additionalProperties": False}, id="an empty object"),
        pytest.param([[1], [2]], {"type": "array"}, id="arrays"),
        pytest.param("text", {"type": "string"}, id="a text is one body"),
        pytest.param(
            {"a": UNDEFINED},
            {"type": "object", "additionalProperties": False},
            id="what is absent is not there",
        ),
    ],
)
def test_the_schema_is_what_all_bodies_have_in_common(bodies, schema):
    assert infer(bodies).schema == schema


@pytest.mark.parametrize(
    ("bodies", "note"),
    [
        pytest.param(
            [{"o": {"x": None}}],
            "o.x is null in every body, so its type is unknown; any value is accepted.",
            id="only null",
        ),
        pytest.param(
            [{"x": 1}, {"x": None}],
            "x is number or null; it has no type, because one would convert null.",
            id="at times null",
        ),
        pytest.param(
            [{"x": 1}, {"x": "1"}, {"x": None}],
            "x is number or string or null; it has no type, because one would convert some of them.",
            id="two types",
        ),
        pytest.param(
            [{"x": 2**60 + 1}],
            "x is a number too large for JavaScript; it has no type, so that it is kept.",
            id="a number that is no double",
        ),
        pytest.param(
            [1, "a"],
            "the body is number or string; it has no type, because one would convert some of them.",
            id="roots",
        ),
    ],
)
def test_a_value_without_a_type_is_reported_and_kept(bodies, note):
    inferred = infer(bodies)

    assert inferred.notes == (note,)
    assert [project(body, inferred.schema).value for body in bodies] == bodies


@pytest.mark.parametrize(
    ("bodies", "sample"),
    [
        pytest.param(
            [{"a": None}, {"a": 1, "b": "x"}, {"a": 2}], {"a": 1, "b": "x"}, id="the first that is there"
        ),
        pytest.param({"l": [{"a": 1}, {"b": 2}]}, {"l": [{"a": 1, "b": 2}]}, id="one item with what any has"),
        pytest.param([{"l": []}, {"l": [[1, 2], [3]]}], {"l": [[1]]}, id="items of any body"),
        pytest.param({"t": "x" * 999}, {"t": "x" * (LONGEST - 1) + "…"}, id="a long text"),
        pytest.param({"a": None, "l": []}, {"a": None, "l": []}, id="nothing to show"),
    ],
)
def test_the_sample_shows_every_property_once(bodies, sample):
    assert infer(bodies).sample == sample


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(SimpleNamespace(body={"a": 1}), id="a response"),
        pytest.param(SimpleNamespace(mapped={"a": 1}, output={}), id="a run"),
        pytest.param([SimpleNamespace(body={"a": 1})], id="responses"),
        pytest.param(iter([{"a": 1}]), id="an iterator"),
    ],
)
def test_a_response_stands_for_its_body_and_a_run_for_its_output(source):
    assert infer(source) == infer({"a": 1})


def test_without_a_body_nothing_can_be_told():
    with pytest.raises(ValueError, match=r"infer\(\) needs a body: pass one, or a list of them"):
        infer([])


@given(bodies=BODIES)
@settings(max_examples=200, deadline=None)
def test_what_is_inferred_takes_every_body_and_changes_nothing(bodies):
    inferred = infer(bodies)

    results = [project(body, inferred.schema) for body in bodies]
    assert [
        (result.value, result.converted, result.dropped, result.unconverted, result.absent)
        for result in results
    ] == [(body, (), (), (), ()) for body in bodies]
    assert [body for body in bodies if not jsonschema.Draft7Validator(inferred.schema).is_valid(body)] == []


@given(bodies=BODIES)
@settings(max_examples=100, deadline=None)
def test_a_body_seen_again_tells_nothing_new(bodies):
    assert infer([*bodies, bodies[0]]).schema == infer(bodies).schema


@given(bodies=BODIES)
@settings(max_examples=100, deadline=None)
def test_the_schema_accepts_the_sample(bodies):
    inferred = infer(bodies)

    required = {**inferred.schema, "required": []}
    assert project(inferred.sample, required).unconverted == ()


def test_a_deep_body_ends_in_anything():
    deep = {"leaf": 1}
    for _ in range(500):
        deep = {"a": deep, "l": [deep] if _ < 2 else []}

    inferred = infer(deep)

    assert project(deep, inferred.schema).converted == ()


def test_the_work_of_reading_bodies_grows_with_their_number():
    body = {f"k{at}": at for at in range(100)}

    assert growth(lambda count: infer([dict(body) for _ in range(count)]), 20) < 5


def test_a_repr_counts_what_was_found():
    assert repr(infer([{"a": 1}, {"a": None, "b": 1}])) == "<Inferred: 2 properties, 1 notes>"
    assert repr(infer({"a": 1})) == "<Inferred: 1 property>"
