"""Pairs of definitions that a person judged, each with the reason, and the same pairs in reverse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonpatch
import pytest

import kustomer_nb as knb
from kustomer_nb.compatibility import Comparison

DATA = json.loads(Path(__file__).with_name("pairs.json").read_text(encoding="utf-8"))
PAIRS = DATA["pairs"]


def sides(pair: dict[str, Any]) -> tuple[Any, Any]:
    old = jsonpatch.apply_patch(DATA["base"], pair.get("before", []))
    return old, jsonpatch.apply_patch(old, pair["patch"])


def judged(comparison: Comparison) -> dict[str, Any]:
    return {
        "errors": sorted(change.kind.value for change in comparison.errors),
        "warnings": sorted(change.kind.value for change in comparison.warnings),
        "bump": comparison.bump.value,
    }


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["id"] for pair in PAIRS])
def test_a_pair_is_judged_as_by_a_person(pair: dict[str, Any]) -> None:
    old, new = sides(pair)

    comparison = knb.compare(old, new)

    assert judged(comparison) == {**pair["forward"], "errors": sorted(pair["forward"]["errors"])}, pair["why"]


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["id"] for pair in PAIRS])
def test_its_reverse_is_judged_as_by_a_person(pair: dict[str, Any]) -> None:
    old, new = sides(pair)

    comparison = knb.compare(new, old)

    assert judged(comparison) == {**pair["reverse"], "errors": sorted(pair["reverse"]["errors"])}, pair[
        "why_reverse"
    ]


def test_there_are_sixty_pairs_each_with_a_reason_of_its_own() -> None:
    assert len({pair["id"] for pair in PAIRS}) == len(PAIRS) >= 60
    assert all(pair["why"].endswith(".") and pair["why_reverse"].endswith(".") for pair in PAIRS)
