"""A hazard is saved as a test case, which passes until the definition changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kustomer_nb as knb
from kustomer_nb.probing import HazardKind
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.replay import replay
from kustomer_nb.testing.results import Outcome

DEFINITION = {
    "app": "shop",
    "version": "1.0.0",
    "title": "Shop",
    "actions": [
        {
            "name": "kustomer.app.shop.find",
            "type": "rest_api",
            "appSettings": {"token": {"key": "shop.default.token"}},
            "inputSchema": {"properties": {"note": {"type": "string"}}},
            "inputTemplate": {
                "uri": "https://api.shop.com/x",
                "method": "post",
                "headers": {"x-note": "{{note}}", "authorization": "Bearer {{{token}}}"},
                "json": True,
                "data": {"note": "{{note}}"},
            },
        }
    ],
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DEFINITION, indent=2))
    return path


def number_of(hazards: knb.Hazards, kind: HazardKind) -> int:
    return next(number for number, hazard in enumerate(hazards, start=1) if hazard.kind is kind)


def outcomes(path: Path) -> list[Outcome]:
    return [replay(case).outcome for case in collect([path]).cases]


def test_a_value_that_arrives_changed_is_a_case_that_passes(shop: Path) -> None:
    hazards = knb.hazards(knb.load(shop).action())

    path = hazards.save_case(number_of(hazards, HazardKind.ESCAPED))

    assert path.name == "note-with-double-quotes.case.json"
    assert json.loads(path.read_text())["exchange"]["request"]["body"] == {"note": "say &quot;hi&quot; now"}
    assert outcomes(path) == [Outcome.PASSED]


def test_the_case_fails_when_the_definition_is_fixed(shop: Path) -> None:
    hazards = knb.hazards(knb.load(shop).action())
    path = hazards.save_case(number_of(hazards, HazardKind.ESCAPED), "a quote")

    shop.write_text(shop.read_text().replace('"{{note}}"', '"{{{note}}}"'))

    assert outcomes(path) == [Outcome.FAILED]


def test_a_refused_value_is_a_case_that_expects_the_problem(shop: Path) -> None:
    hazards = knb.hazards(knb.load(shop).action())

    path = hazards.save_case(number_of(hazards, HazardKind.REFUSED))

    assert json.loads(path.read_text())["findings"] == ["KNB407"]
    assert outcomes(path) == [Outcome.PASSED]


def test_every_hazard_can_be_a_case(shop: Path) -> None:
    hazards = knb.hazards(knb.load(shop).action())

    paths = [hazards.save_case(number, f"hazard {number}") for number in range(1, len(hazards) + 1)]

    assert [outcomes(path) for path in paths] == [[Outcome.PASSED]] * len(hazards)
    assert not any("{{{token" in path.read_text() for path in paths)


@pytest.mark.parametrize("number", [0, 99])
def test_there_is_no_other_number(shop: Path, number: int) -> None:
    with pytest.raises(IndexError, match="numbered from 1 to"):
        knb.hazards(knb.load(shop).action()).save_case(number)


def test_a_definition_without_a_file_cannot_be_named() -> None:
    hazards = knb.hazards(knb.load(DEFINITION).action())

    with pytest.raises(knb.SaveError, match="has no file"):
        hazards.save_case(1)


def test_a_name_is_used_once(shop: Path) -> None:
    hazards = knb.hazards(knb.load(shop).action())
    hazards.save_case(1, "a")

    with pytest.raises(knb.SaveError, match="already"):
        hazards.save_case(1, "a")
    hazards.save_case(1, "a", overwrite=True)


def test_a_refused_value_is_saved_without_what_is_masked(shop: Path) -> None:
    (shop.parent / "kustomer-nb.toml").write_text('mask = ["/inputs/pin"]\n')
    hazards = knb.hazards(knb.load(shop).action(), {"pin": "hunter2"})

    path = hazards.save_case(number_of(hazards, HazardKind.REFUSED))

    assert "hunter2" not in path.read_text()
    assert outcomes(path) == [Outcome.PASSED]
