"""What saved notebooks and the history show of runs counts as far as it is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.covering import SiteKind
from kustomer_nb.covering.evidence import path_of

DEFINITION = {
    "app": "shop",
    "version": "1.0.0",
    "title": "Shop",
    "actions": [
        {
            "name": "kustomer.app.shop.find",
            "type": "rest_api",
            "inputSchema": {
                "properties": {"id": {"type": "number"}, "note": {"type": "string"}},
                "required": ["id"],
            },
            "inputTemplate": {
                "uri": "https://api.shop.com/{{{id}}}",
                "method": "post",
                "json": True,
                "data": {"note": "{{#if note}}{{{note}}}{{else}}-{{/if}}"},
            },
            "outputTemplate": {"status": "/#body.status", "deep": {"code": "/#response.statusCode"}},
            "sampleOutputContext": {"status": "paid"},
        }
    ],
}
FACTS = {
    "kind": "Run",
    "action": "kustomer.app.shop.find",
    "inputs": {"id": 7, "note": "hi"},
    "losses": [
        {"kind": "converted", "stage": "inputSchema", "place": "/id", "types": "from string to number"}
    ],
    "output": {"status": "paid", "deep": {"code": 200}},
    "status": 200,
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DEFINITION, indent=2))
    return path


def notebook(path: Path, *facts: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    outputs = [
        {"output_type": "display_data", "data": {"application/vnd.kustomer.run+json": item}} for item in facts
    ]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_a_saved_notebook_touches_what_its_runs_did(shop: Path) -> None:
    notebook(shop.parent / "notebooks" / "find.ipynb", FACTS)

    (measured,) = knb.coverage(knb.load(shop))

    rejections = [site.missing for site in measured.missing if site.kind is SiteKind.REJECTION]
    assert [site.missing for site in measured.missing if site.missing not in rejections] == [
        f"the else branch of line {measured.missing[0].line} was never taken: {{{{#if note}}}}",
        "no case leaves out `note`",
        "no case with a response of 4xx",
        "no case with a response of 5xx",
        "no case with the output of the sample",
    ]
    # No run shows what is rejected.
    assert rejections == [
        "no case shows that `id` is required",
        "no case gives `id` a value of another type, which is rejected",
        "no case gives `note` a value of another type, which is rejected",
    ]
    assert measured.tests[("conversion", "id")] == ("find.ipynb, cell 1",)


def test_a_run_in_sample_mode_has_no_status(shop: Path) -> None:
    path = notebook(shop.parent / "find.ipynb", {**FACTS, "status": "sample", "losses": []})

    coverage = knb.coverage(knb.load(shop), path)

    kinds = [site.kind for site in coverage.missing]
    assert kinds.count(SiteKind.STATUS) == 3
    assert kinds.count(SiteKind.CONVERSION) == 1
    # outputTemplate is not rendered in sample mode.
    assert kinds.count(SiteKind.REFERENCE) == 2


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"kind": "Diff"}, id="another kind"),
        pytest.param({**FACTS, "action": "kustomer.app.other.find"}, id="another action"),
        pytest.param("text", id="no facts"),
        pytest.param({"kind": "Run"}, id="nothing known"),
    ],
)
def test_what_is_no_run_of_the_action_touches_nothing(shop: Path, facts: Any) -> None:
    notebook(shop.parent / "find.ipynb", facts)

    assert knb.coverage(knb.load(shop)).percent == 0


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": 7}', '{"cells": [7]}'])
def test_a_broken_notebook_is_a_problem(shop: Path, text: str) -> None:
    (shop.parent / "broken.ipynb").write_text(text)

    coverage = knb.coverage(knb.load(shop))

    assert [problem.severity for problem in coverage.problems] == [knb.Severity.WARNING]


def test_checkpoints_of_jupyter_are_not_read(shop: Path) -> None:
    notebook(shop.parent / ".ipynb_checkpoints" / "find.ipynb", FACTS)

    assert knb.coverage(knb.load(shop)).percent == 0


def test_the_history_counts_where_it_is_passed(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_HISTORY")
    app = knb.load(shop)
    app.action().run({"id": "7"}, mode="fault:404")

    coverage = knb.coverage(app, app.history())

    statuses = [site.missing for site in coverage.missing if site.kind is SiteKind.STATUS]
    assert statuses == ["no case with a response of 2xx", "no case with a response of 5xx"]
    assert knb.coverage(app).percent == 0


def test_a_path_has_brackets_for_items() -> None:
    assert path_of("/a/0/b", {"a": [{"b": 1}]}) == "a[].b"
    assert path_of("/a/9", {"a": []}) == "a[]"
