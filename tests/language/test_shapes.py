"""The names and types of a response, which editors get in place of its values."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.language.questions import answer
from kustomer_nb.language.shapes import DEEPEST, MOST_NAMES, shape_of
from kustomer_nb.reporting import response_shape, run_card
from kustomer_nb.run import Run

NAME = "kustomer.app.shop.find"
TEXT = json.dumps(
    {
        "name": NAME,
        "type": "rest_api",
        "appSettings": {"token": {"key": "shop.default.token"}},
        "inputTemplate": {
            "uri": "https://a.b/x",
            "method": "GET",
            "headers": {"authorization": "{{{token}}}"},
        },
        "outputTemplate": {"id": "/#body.sampled", "x": "/#body."},
        "sampleOutputContext": {"id": 7},
    }
)
SECRET = "c4nary-of-the-body"
BODY = {
    "customer": {"email": "ann@a.b", SECRET: 1},
    "lines": [{"sku": "a sku"}, {"other": 1}],
    "note": None,
}


def labels(runs: Any, after: str = "/#body.") -> list[str]:
    offset = TEXT.rindex(after) + len(after)
    items = answer("complete", {"text": TEXT, "offset": offset, "runs": runs})["items"]
    return [item["label"] for item in items]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run of which the response is recorded, with a setting in a name of it."""
    action = knb.loads(TEXT).action()
    live = action.run({}, mode="fault:503", settings={"token": SECRET})
    assert live.response is not None
    return replace(live, response=replace(live.response, body=BODY))


def test_paths_of_the_last_response_are_proposed_in_place_of_the_sample() -> None:
    shape = shape_of(BODY)

    assert labels({NAME: {"shape": shape}}) == ["customer", "lines", "note"]
    assert labels({}) == ["sampled"]
    assert labels({"another": {"shape": shape}}) == ["sampled"]


def test_hover_names_the_type_of_what_the_response_had() -> None:
    shape = shape_of({"sampled": "x"})

    offset = TEXT.index("sampled") + 1
    hover = answer("hover", {"text": TEXT, "offset": offset, "runs": {NAME: {"shape": shape}}})["hover"]

    assert "string" in hover["markdown"]


def test_no_value_of_a_response_leaves_a_run_and_no_secret_in_a_name(run: Run) -> None:
    shape = response_shape(run)
    card = run_card(run)

    assert card is not None
    assert card["known"] == {"action": NAME, "shape": shape}
    text = json.dumps(shape)
    assert "customer" in text
    for value in ("ann@a.b", "a sku", SECRET):
        assert value not in text


def test_what_a_profile_masks_is_a_label_as_in_all_that_is_kept_of_a_run(run: Run) -> None:
    masked = replace(run, profile=replace(run.profile, mask=("/response/body/customer",)))

    shape = response_shape(masked)

    assert shape is not None
    assert list(shape["properties"]) == ["customer", "lines", "note"]
    types = [member["type"] for member in shape["properties"]["customer"]["properties"].values()]
    # One of them is a number.
    assert types == ["string", "string"]
    assert run_card(masked) is None


def test_a_sample_has_no_response() -> None:
    assert (
        response_shape(knb.loads(TEXT).action().run({}, mode="sample", settings={"token": "x" * 9})) is None
    )


def test_a_large_response_is_cut_to_names_that_can_be_posted() -> None:
    shape = shape_of({f"name {number}": {"inner": number} for number in range(100_000)})

    assert len(shape["properties"]) == MOST_NAMES
    assert len(json.dumps(shape)) < 60_000


def test_a_deep_response_ends_with_a_type() -> None:
    body: Any = 1
    for _ in range(5_000):
        body = [{"a": body}]

    text = json.dumps(shape_of(body))

    assert text.count("items") == DEEPEST // 2


@pytest.mark.parametrize(
    "shape",
    [
        {"properties": 1},
        {"properties": {"a": 1, "b": None, "c": []}},
        {"items": [], "type": []},
        {"properties": {"a": {}}, "required": 1},
        {"type": {}, "properties": {"a": {"type": 5, "description": []}}},
    ],
)
def test_a_shape_that_is_none_fails_nothing(shape: dict[str, Any]) -> None:
    labels({NAME: {"shape": shape}})


def test_a_schema_whose_required_is_no_list_fails_nothing() -> None:
    text = '{"inputSchema": {"properties": {"a": {}}, "required": 5}, "inputTemplate": {"uri": "{{{'

    assert answer("complete", {"text": text, "offset": len(text)})["items"][0]["label"] == "a"
