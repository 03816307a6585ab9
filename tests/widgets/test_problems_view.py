from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb import App, EditError, ProblemsView, SaveError, load, loads
from kustomer_nb.widgets.session import Session
from kustomer_nb.widgets.shown_paths import shown_path
from tests.widgets.pressing import press

# A key that is ignored silently, a missing name, and values that are escaped if they have quotes.
SHOP = {
    "app": "shop",
    "version": "1.0.0",
    "title": "Shop",
    "actions": [
        {
            "name": "kustomer.app.shop.note",
            "type": "rest_api",
            "inputSchema": {"type": "object", "properties": {"comment": {"type": "string"}}},
            "inputTemplate": {
                "uri": "https://shop.example/notes",
                "method": "post",
                "json": True,
                "data": {"comment": "{{comment}}"},
                "body": {},
            },
        },
        {"type": "rest_api", "inputTemplate": {"uri": "https://shop.example/x", "method": "get"}},
    ],
}


def app() -> App:
    return loads(json.dumps(SHOP, indent=2))


def codes(view: ProblemsView) -> dict[str, list[str]]:
    return {group["effect"]: [problem["code"] for problem in group["problems"]] for group in view.groups}


def problem_with_a_fix(view: ProblemsView) -> dict[str, str]:
    return next(problem for group in view.groups for problem in group["problems"] if problem["fixTitle"])


def test_problems_are_grouped_by_what_they_change() -> None:
    view = ProblemsView(app())

    groups = codes(view)

    assert list(groups) == ["changes_now", "blocks", "may_change"]
    assert [group["isFolded"] for group in view.groups] == [False, False, True]
    assert "KNB204" in groups["blocks"]
    assert sum(map(len, groups.values())) == len(view.problems)


def test_all_problems_of_the_file_are_there_with_their_place() -> None:
    view = ProblemsView(app())

    rows = [problem for group in view.groups for problem in group["problems"]]
    escaped = next(row for row in rows if row["place"] == "inputTemplate.data.comment")

    assert escaped["action"] == "note"
    assert escaped["line"] == next(
        number for number, line in enumerate(view.app.text.split("\n"), 1) if "{{comment}}" in line
    )


def test_ids_are_unique() -> None:
    view = ProblemsView(loads("{app: 'shop', app: 'shop', version: '1', title: 'x',}"))

    ids = [problem["id"] for group in view.groups for problem in group["problems"]]

    assert len(ids) == len(set(ids)) == len(view.problems)


def test_no_problems_is_said_with_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps({**SHOP, "actions": []}))

    view = ProblemsView(load(path))

    assert (view.groups, view.summary) == ([], "No problems in shop.json")
    assert repr(view) == "<ProblemsView: No problems in shop.json>"


def test_one_problem_is_fixed_and_the_others_stay() -> None:
    view = ProblemsView(loads("{app: 'shop', version: '1.0.0', title: 'Shop'}"))
    before = view.problems.codes
    row = problem_with_a_fix(view)

    view._receive(view, {"kind": "fix", "id": row["id"]}, [])

    assert view.notice == ""
    assert sorted([*view.problems.codes, row["code"]]) == sorted(before)


def test_a_fix_keeps_the_layout() -> None:
    view = ProblemsView(loads("{app: 'shop',   version: '1.0.0', // the version\n title: 'Shop'}"))

    view.fix(problem_with_a_fix(view)["id"])

    assert view.app.text.endswith(",   version: '1.0.0', // the version\n title: 'Shop'}")


def test_a_problem_that_is_gone_is_not_fixed_again() -> None:
    view = ProblemsView(loads("{app: 'shop', version: '1.0.0', title: 'Shop'}"))
    id = problem_with_a_fix(view)["id"]
    view.fix(id)

    with pytest.raises(EditError, match="this problem is gone"):
        view.fix(id)
    view._receive(view, {"kind": "fix", "id": id}, [])

    assert "this problem is gone" in view.notice


def rows_with_a_fix(view: ProblemsView) -> list[dict]:
    return [row for group in view.groups for row in group["problems"] if row["fixTitle"]]


DOUBLE_BRACES = (
    "{app: 'shop', version: '1.0.0', title: 'Shop', actions: [{name: 'kustomer.app.shop.find',"
    " type: 'rest_api', inputTemplate: {uri: 'https://a.b/{{x}}', method: 'get'},"
    " inputSchema: {properties: {x: {type: 'string'}}}}]}"
)


def loaded(path: Path) -> App:
    path.write_text(DOUBLE_BRACES)
    return load(path)


@pytest.mark.parametrize("app_id", ["s", "a-much-longer-shop", "poos"])
def test_a_fix_after_a_change_in_a_cell_is_that_of_the_present_text(app_id: str, tmp_path: Path) -> None:
    for row in rows_with_a_fix(ProblemsView(loads(DOUBLE_BRACES))):
        app, expected = loaded(tmp_path / "shop.json"), loads(DOUBLE_BRACES)
        view = ProblemsView(app)
        for changed in (app, expected):
            changed.edit("/app", app_id)
        app.save()
        present = ProblemsView(expected)
        is_gone = row["id"] not in [present_row["id"] for present_row in rows_with_a_fix(present)]
        present._receive(present, {"kind": "fix", "id": row["id"]}, [])

        view._receive(view, {"kind": "fix", "id": row["id"]}, [])

        assert ("this problem is gone" in view.notice) == is_gone
        assert app.path.read_text() == expected.text


@pytest.mark.parametrize("pointer", ["/app", "/title", "/version", "/actions/0/inputTemplate/uri"])
def test_a_fix_of_another_text_changes_nothing(pointer: str) -> None:
    shop = loads(DOUBLE_BRACES)
    problems = [problem for problem in shop.lint() if problem.edits]
    shop.edit(pointer, "{{{y}}}/{{x}}, and what is longer than before")
    text = shop.text

    for problem in problems:
        try:
            shop.apply_fix(problem)
        except EditError:
            continue
        # It was before the change, and is where it was.
        assert problem.span.end <= text.index("{{{y}}}")
        shop.undo()

    assert shop.text == text


def test_a_problem_whose_token_is_masked_is_fixed() -> None:
    shop = loads("{app: 'shop', version: '1.0.0', title: 'Shop', token: 'sk_live_a8dk3lfk3k2l5j6h7g8f9d0s'}")

    for problem in [problem for problem in shop.lint() if problem.is_safe]:
        shop.apply_fix(problem)
        shop.undo()


def test_a_problem_without_a_fix_is_refused() -> None:
    shop = app()
    problem = next(problem for problem in shop.lint() if problem.code == "KNB204")

    with pytest.raises(EditError, match="KNB204 was not fixed"):
        shop.apply_fix(problem)


def test_a_saved_file_is_saved_again_and_a_file_that_changed_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text("{app: 'shop', version: '1.0.0', title: 'Shop'}")
    view = ProblemsView(load(path))

    view.fix(problem_with_a_fix(view)["id"])
    after = path.read_text()
    path.write_text("{}")

    with pytest.raises(SaveError):
        view.fix(problem_with_a_fix(view)["id"])
    assert after == view.app.document.file.text
    assert path.read_text() == "{}"


def test_changes_that_are_not_saved_stay_unsaved(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text("{app: 'shop', version: '1.0.0', title: 'Shop'}")
    app = load(path)
    app.edit("/version", "1.0.1")
    view = ProblemsView(app)

    view.fix(problem_with_a_fix(view)["id"])

    assert path.read_text() == "{app: 'shop', version: '1.0.0', title: 'Shop'}"


def test_in_a_session_all_leaves_hear_of_a_fix_and_lines_can_be_followed() -> None:
    session = Session(app())
    heard: set[str] = set()
    session.listen(heard.update)
    view = ProblemsView(session)

    view._receive(view, {"kind": "fix", "id": problem_with_a_fix(view)["id"]}, [])
    view._receive(view, {"kind": "goto", "line": 12}, [])

    assert view.notice == ""
    assert {"app", "problems", "preview", "toast", "reveal"} <= heard
    assert session.toast is not None
    assert session.toast.words.startswith("Fixed KNB")
    assert session.revealed == ("definition", "12")
    assert view.shows_lines


def test_a_fix_in_a_session_can_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP))
    session = Session(load(path))
    view = ProblemsView(session, is_compact=True)
    before = view.groups
    view.fix(problem_with_a_fix(view)["id"])
    assert path.read_text() != json.dumps(SHOP)

    assert session.toast is not None
    assert session.toast.undo is not None
    session.toast.undo()

    assert path.read_text() == json.dumps(SHOP)
    assert view.groups == before


def test_it_follows_changes_of_the_session() -> None:
    session = Session(app())
    view = ProblemsView(session)
    before = len(view.problems)

    session.app.edit("/actions/1/name", "kustomer.app.shop.x")
    session.take_definition()

    assert len(view.problems) < before


def test_alone_it_shows_no_lines() -> None:
    view = ProblemsView(app())

    view._receive(view, {"kind": "goto", "line": 12}, [])

    assert view.notice == "Only a workbench shows the lines of the file."
    assert not view.shows_lines


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", ""),
        ("/a", "a"),
        ("/lines/1/quantity", "lines[1].quantity"),
        ("/@a/b", '["@a"].b'),
        ("/01/$x", '["01"].$x'),
        ("/a~1b~0", '["a/b~"]'),
        ("/größe/x-y", "größe.x-y"),
        ("/", '[""]'),
    ],
)
def test_a_pointer_is_shown_as_authors_write_paths(pointer: str, path: str) -> None:
    assert shown_path(pointer) == path


def _shop_file(folder: Path) -> Path:
    path = folder / "shop.json"
    path.write_text(json.dumps(SHOP, indent=2), encoding="utf-8")
    return path


@pytest.mark.parametrize("wrap", [lambda app: app, Session], ids=["alone", "in a session"])
def test_the_latest_fix_is_shown_and_undone_where_it_was_made(wrap: Any, tmp_path: Path) -> None:
    path = _shop_file(tmp_path)
    before = path.read_text(encoding="utf-8")
    view = ProblemsView(wrap(load(path)))

    press(view, kind="fix", id=problem_with_a_fix(view)["id"])

    assert view.change["words"].startswith("Fixed KNB")
    assert path.read_text(encoding="utf-8") != before
    press(view, kind="undo")
    assert path.read_text(encoding="utf-8") == before
    assert view.change == {}


def test_problems_of_the_selected_action_come_first_and_errors_before_warnings() -> None:
    session = Session(app())
    view = ProblemsView(session, is_compact=True)
    assert (view.lead["action"], view.lead["isHere"]) == ("note", True)
    severities = [row["severity"] for group in view.groups for row in group["problems"] if row["isHere"]]
    assert view.lead["severity"] == min(severities, key=["error", "warning", "hint"].index)

    with session.changing("action"):
        session.action = session.app.actions[1]

    assert view.lead["isHere"]
    assert view.lead["action"] != "note"
    for group in view.groups:
        assert [row["isHere"] for row in group["problems"]] == sorted(
            (row["isHere"] for row in group["problems"]), reverse=True
        )


@pytest.mark.parametrize(
    ("template", "declared"),
    [
        pytest.param({"uri": "http://a.b/{{{id}}}"}, {"id": {"type": "string"}}, id="text"),
        pytest.param(
            {"uri": "http://a.b", "data": '{"n": {{{n}}} }'}, {"n": {"type": "number"}}, id="JSON text"
        ),
        pytest.param(
            {"uri": "http://a.b", "data": "{{#each lines}}x{{/each}}"},
            {"lines": {"type": "array"}},
            id="a loop",
        ),
    ],
)
def test_a_variable_that_nothing_declares_is_added_to_the_schema(
    template: dict[str, Any], declared: dict[str, Any]
) -> None:
    action = {"name": "shop.find", "inputTemplate": {**template, "method": "post", "json": False}}
    text = json.dumps([{**action, "inputSchema": {"properties": {}}}])
    session = Session(knb.loads(text))
    view = knb.ProblemsView(session)
    rows = [row for group in view.groups for row in group["problems"] if row["code"] == "KNB303"]
    assert [row["fixTitle"] for row in rows] == ["Add to inputSchema"]

    view.fix(rows[0]["id"])

    properties = session.action.value["inputSchema"]["properties"]
    assert {name: {"type": node["type"]} for name, node in properties.items()} == declared
    session.undo()
    assert session.app.text == text


def test_a_name_that_was_misspelt_is_fixed_and_not_declared() -> None:
    action = {"name": "shop.find", "inputTemplate": {"uri": "http://a.b/{{{orderid}}}", "method": "get"}}
    text = json.dumps(
        [{**action, "inputSchema": {"properties": {"orderId": {}}, "additionalProperties": False}}]
    )
    view = knb.ProblemsView(knb.loads(text))
    rows = [row for group in view.groups for row in group["problems"] if row["code"] == "KNB303"]

    assert [row["fixTitle"] for row in rows] == ["Fix"]
