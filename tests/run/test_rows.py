from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb import Run, loads
from kustomer_nb.config import FILE
from kustomer_nb.difference import DiffKind
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.run.rows import OutputRows, rows_at
from kustomer_nb.run.stages import cell, stage_value, stages
from tests.difference.test_compare import JSON
from tests.samples import an_action
from tests.work import count_calls

MARKS = {DiffKind.ADDED: "added", DiffKind.CHANGED: "changed", DiffKind.REMOVED: "missing"}


def run_of(body: Any, status: int = 200, **properties: Any) -> Run:
    action = loads(json.dumps(an_action(**{"outputTemplate": "/#body", **properties}))).action()
    return action.run(transport=httpx.MockTransport(lambda request: httpx.Response(status, json=body)))


def flat(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pending = [row]
    while pending:
        row = pending.pop()
        yield row
        pending += reversed(row["children"])


def facts(run: Run, **options: Any) -> list[tuple[Any, ...]]:
    rows = flat(OutputRows(run, **options).tree())
    return [(row["id"], row["mark"], [loss["kind"] for loss in row["losses"]]) for row in rows if row["id"]]


class TestMarks:
    def test_losses_and_marks_are_at_their_row_in_the_order_of_the_template(self) -> None:
        run = run_of(
            {"id": 7, "note": "x", "status": "open"},
            outputTemplate={name: f"/#body.{name}" for name in ("status", "id", "gone", "note")},
            outputSchema={
                "properties": {"id": {"type": "string"}, "status": {}, "gone": {}, "must": {}},
                "required": ["must"],
                "additionalProperties": False,
            },
            sampleOutputContext={"old": 1, "id": "7", "gone": "?"},
        )  # fmt: skip

        assert facts(run) == [
            ("/status", "added", []),
            ("/id", "", ["converted"]),
            ("/gone", "missing", ["no-value"]),
            ("/note", "", ["dropped"]),
            ("/old", "missing", []),
            ("/must", "", ["required"]),
        ]
        rows = {row["id"]: row for row in flat(OutputRows(run).tree())}
        assert rows["/note"]["losses"] == [
            {
                "pointer": "/note",
                "kind": "dropped",
                "words": "not declared in outputSchema",
                "value": {"type": "string", "size": 1, "text": '"x"'},
            }
        ]
        assert (rows["/note"]["actual"], rows["/note"]["output_pointer"]) == (None, "/note")
        assert rows["/gone"]["losses"][0]["words"] == "`body.gone` is not in this response"
        assert (rows["/old"]["actual"], rows["/old"]["sample"]["text"]) == (None, "1")
        assert rows[""]["touched"] == 6

    def test_items_are_aligned_as_in_the_diff(self) -> None:
        run = run_of(
            {"lines": [{"sku": "B", "n": 2}, {"sku": "C", "n": 1}]},
            sampleOutputContext={"lines": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}, {"sku": "C", "n": 3}]},
        )

        rows = OutputRows(run)
        lines = rows.at("/lines")

        assert [(row["id"], row["pointer"], row["mark"]) for row in lines] == [
            ("/lines/-0", "/lines/0", "missing"),
            ("/lines/0", "/lines/0", ""),
            ("/lines/1", "/lines/1", ""),
        ]
        assert [row["mark"] for row in rows.at("/lines/1")] == ["", "changed"]
        assert [row["sample"]["text"] for row in rows.at("/lines/-0")] == ['"A"', "1"]

    def test_a_missing_key_of_an_item_has_its_pointer_in_the_sample(self) -> None:
        sample = {"l": ["x", "A", {"i": 1, "k": 2}]}
        run = run_of({"l": ["A", {"i": 1}]}, sampleOutputContext=sample)

        (row,) = [row for row in flat(OutputRows(run).tree()) if row["key"] == "k"]

        assert run.diff is not None
        assert (row["mark"], row["id"], row["pointer"]) == ("missing", "/l/1/k", "/l/2/k")
        assert row["pointer"] in [entry.pointer for entry in run.diff]

    def test_ignored_rows_keep_their_mark_and_are_not_counted(self) -> None:
        run = run_of({"a": 1, "b": 2}, sampleOutputContext={"a": 0, "b": 0})

        rows = OutputRows(run, ignore=["/a"])

        assert [(row["mark"], row["is_ignored"], row["touched"]) for row in rows.at()] == [
            ("changed", True, 0),
            ("changed", False, 1),
        ]
        assert rows.root["touched"] == 1
        assert rows.diff is not None
        assert rows.diff.summary == "1 changed, 1 ignored"

    def test_the_project_says_what_is_ignored(self, tmp_path: Any) -> None:
        (tmp_path / FILE).write_text('ignore = { "*" = ["/a"] }', encoding="utf-8")
        path = tmp_path / "shop.json"
        sample = {"a": 0}
        path.write_text(json.dumps(an_action(sampleOutputContext=sample, outputTemplate="/#body")), "utf-8")
        from kustomer_nb import load

        transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"a": 1}))
        assert [row["is_ignored"] for row in rows_at(load(path).action().run(transport=transport))] == [True]

    def test_without_a_sample_nothing_is_marked(self) -> None:
        assert facts(run_of({"a": {"b": 1}})) == [("/a", "", []), ("/a/b", "", [])]

    @pytest.mark.parametrize(
        ("body", "sample", "ids"),
        [
            pytest.param({"a": [1]}, {"a": {"b": 1}}, ["/a", "/a/0"], id="an array beside an object"),
            pytest.param({"a": 5}, {"a": {"b": 1}}, ["/a", "/a/b"], id="a number beside an object"),
            pytest.param({"a": {}}, {"a": "x"}, ["/a"], id="an empty object beside a string"),
            pytest.param({"": {"/": 1}}, {}, ["/", "//~1"], id="odd keys"),
        ],
    )
    def test_values_of_two_types_show_the_members_of_one(
        self, body: Any, sample: Any, ids: list[str]
    ) -> None:
        assert [row_id for row_id, _, _ in facts(run_of(body, sampleOutputContext=sample))] == ids


@settings(deadline=None, max_examples=60)
@given(sample=JSON, body=JSON, size=st.integers(1, 3))
def test_each_difference_is_one_row_and_parts_make_the_same_tree(sample: Any, body: Any, size: int) -> None:
    run = run_of({"v": body}, sampleOutputContext={"v": sample})
    assert run.diff is not None
    rows = OutputRows(run)
    tree = rows.tree()
    every = list(flat(tree))

    marked = sorted((row["pointer"], row["mark"]) for row in every if row["mark"])
    assert marked == sorted((entry.pointer, MARKS[entry.change]) for entry in run.diff)
    assert tree["touched"] == len(marked)
    assert len({row["id"] for row in every}) == len(every)
    for row in every:
        assert row["actual"] == cell(pointers.resolve(run.output, row["pointer"])) or row["actual"] is None
        assert row["touched"] == sum(1 for inner in flat(row) if inner["mark"])
    assert json.loads(json.dumps(tree)) == tree

    fresh = OutputRows(run)

    def built(row: dict[str, Any]) -> dict[str, Any]:
        parts = [fresh.at(row["id"], start, size) for start in range(0, row["count"], size)]
        return {**row, "children": [built(child) for part in parts for child in part]}

    assert built(fresh.root) == tree


def test_no_such_row_is_a_lookup_error() -> None:
    rows = OutputRows(run_of({"a": [1]}, sampleOutputContext={"a": [1]}))

    for row_id in ("/b", "/a/1", "/a/-0", "/a/0/b"):
        with pytest.raises(LookupError):
            rows.at(row_id)
    assert rows.at("/a", 5) == []


ITEMS = [{"id": number, "name": f"n{number}", "tags": ["x"]} for number in range(24_000)]


class TestSize:
    def test_a_page_of_a_large_array_makes_only_its_rows(self) -> None:
        sample = [*ITEMS[:12_000], *ITEMS[12_010:]]
        run = run_of({"items": ITEMS}, sampleOutputContext={"items": sample})
        rows = OutputRows(run)

        first = count_calls(lambda: rows.at("/items", 0, 100))
        second = count_calls(lambda: rows.at("/items", 20_000, 100))

        assert [row["mark"] for row in rows.at("/items", 12_000, 11)] == [*["added"] * 10, ""]
        assert second < 10_000
        assert first < 400_000
        assert rows.root["touched"] == 10

    def test_a_large_value_is_not_in_a_row(self) -> None:
        run = run_of({"text": "x" * 1_000_000, "items": ITEMS})

        assert len(json.dumps(OutputRows(run).at())) < 2_000
        assert len(json.dumps(stages(run))) < 2_000


class TestStages:
    def test_each_stage_has_its_losses_and_its_value(self) -> None:
        run = run_of(
            {"id": 7, "x": 1},
            outputTemplate={"id": "/#body.id", "x": "/#body.x", "no": "/#body.no"},
            outputSchema={"properties": {"id": {"type": "string"}, "no": {}}, "additionalProperties": False},
        )

        assert [(stage["name"], [loss["kind"] for loss in stage["losses"]]) for stage in stages(run)] == [
            ("response", []),
            ("outputTemplate", ["no-value"]),
            ("outputSchema", ["dropped", "converted"]),
            ("next step", []),
        ]
        assert stage_value(run, "response") == {"id": 7, "x": 1}
        assert stage_value(run, "outputTemplate") == {"id": 7, "x": 1}
        assert stage_value(run, "next step") == {"id": "7"}

    def test_losses_are_counted_and_the_first_listed(self) -> None:
        run = run_of(
            {f"k{number}": number for number in range(250)}, outputSchema={"additionalProperties": False}
        )

        stage = stages(run)[2]

        assert (stage["count"], len(stage["losses"])) == (250, 100)

    def test_no_stage_of_that_name(self) -> None:
        with pytest.raises(LookupError):
            stage_value(run_of({}), "sample")

    def test_an_empty_response_has_no_value(self) -> None:
        action = loads(json.dumps(an_action(outputTemplate="/#body.x"))).action()
        run = action.run(transport=httpx.MockTransport(lambda request: httpx.Response(204)))

        assert [stage["value"] for stage in stages(run)][1:] == [None, None, None]
        assert stage_value(run, "next step") is UNDEFINED


def test_rows_and_stages_show_no_secret() -> None:
    token = "tok-4f9c2b7e1d"
    request = {
        "uri": "http://127.0.0.1/",
        "method": "get",
        "json": True,
        "headers": {"authorization": "Bearer {{{authToken}}}"},
    }
    definition = an_action(
        appSettings={"authToken": {"key": "shop.default.authToken"}},
        inputTemplate=request,
        outputSchema={"properties": {"body": {"additionalProperties": False}}},
    )
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"echo": token, token: 1}))
    run = loads(json.dumps(definition)).action().run(transport=transport, settings={"authToken": token})

    text = json.dumps([OutputRows(run).tree(), stages(run)])

    assert token not in text
    assert "$shop.default.authToken" in text
