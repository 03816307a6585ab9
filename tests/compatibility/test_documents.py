"""What pairs of one app do not show: files of actions, code, other parts of an app, and large definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.compatibility import Comparison

REQUEST = {"uri": "https://api.shop.com/orders", "method": "get", "json": True}


def an_action(name: str, **parts: Any) -> dict[str, Any]:
    return {"name": f"kustomer.app.shop.{name}", "type": "rest_api", "inputTemplate": REQUEST, **parts}


def an_app(*actions: Any, **parts: Any) -> dict[str, Any]:
    return {"app": "shop", "version": "1.0.0", "title": "Shop", "actions": list(actions), **parts}


def kinds(comparison: Comparison) -> list[str]:
    return [change.kind.value for change in comparison]


@pytest.mark.parametrize(
    "wrapped",
    [
        pytest.param(lambda action: action, id="one action"),
        pytest.param(lambda action: [action], id="a list of actions"),
        pytest.param(lambda action: an_app(action), id="an app"),
    ],
)
def test_each_kind_of_file_is_compared(wrapped: Any) -> None:
    old, new = (
        an_action("find"),
        an_action("find", inputSchema={"required": ["id"], "properties": {"id": {}}}),
    )

    assert kinds(knb.compare(wrapped(old), wrapped(new))) == ["input-required-added"]


def test_an_action_that_moved_from_its_own_file_into_an_app_is_the_same() -> None:
    assert kinds(knb.compare(an_action("find"), an_app(an_action("find")))) == []


def test_actions_without_a_name_are_compared_by_their_number() -> None:
    old, new = (
        [{"type": "rest_api", "inputTemplate": {**REQUEST, "method": method}}] for method in ("get", "put")
    )

    assert kinds(knb.compare(old, new)) == ["method-changed"]


def test_two_actions_with_swapped_requests_are_not_renamed() -> None:
    first, second = an_action("a"), an_action("b", inputTemplate={**REQUEST, "uri": "https://x.com/y"})
    swapped = {**second, "name": first["name"]}, {**first, "name": second["name"]}

    assert set(kinds(knb.compare(an_app(first, second), an_app(*swapped)))) == {"host-changed"}


def test_each_of_several_renamed_actions_keeps_its_request() -> None:
    def actions(*names: str) -> list[Any]:
        return [
            an_action(
                name, inputTemplate={**REQUEST, "uri": f"https://api.shop.com/{number}", "qs": {"a": number}}
            )
            for number, name in enumerate(names)
        ]

    comparison = knb.compare(an_app(*actions("a", "b", "c")), an_app(*actions("x", "y", "z")[::-1]))

    assert sorted(change.message.split("`")[3][-1] for change in comparison.errors) == ["x", "y", "z"]
    assert [change.message.split("`")[1][-1] for change in comparison.errors] == ["c", "b", "a"]


def test_another_id_is_another_app() -> None:
    assert "app-renamed" in kinds(knb.compare(an_app(), an_app(app="store")))


def test_the_id_of_an_organization_does_not_make_another_app() -> None:
    assert kinds(knb.compare(an_app(), an_app(app="shop_61a7f0c2b4d5e6f708192a3b"))) == ["text-changed"]


@pytest.mark.parametrize(
    ("key", "old", "new", "kind"),
    [
        ("auth", {"oauth2": {"scope": "a"}}, {"oauth2": {"scope": "b"}}, "authorization-changed"),
        ("dependencies", ["a-^1.0.0"], ["a-^2.0.0"], "app-changed"),
        ("changelog", {}, {"1.0.1": "Fixed"}, "listing-changed"),
        (
            "hooks",
            [{"eventName": "a", "type": "web"}],
            [{"eventName": "a", "type": "form"}],
            "component-changed",
        ),
        ("klasses", [{"name": "a"}], [{"name": "a"}, {"name": "b"}], "component-added"),
        ("kviews", [{"name": "a", "template": "x"}], [], "component-removed"),
        (
            "hooks",
            [{"eventName": "shop.paid", "type": "web", "description": "Paid"}],
            [{"eventName": "shop.order-paid", "type": "web", "description": "Paid"}],
            "component-renamed",
        ),
        ("widgets", {"a": 1}, {"a": 2}, "app-changed"),
    ],
)
def test_other_parts_of_an_app_are_compared_by_name(key: str, old: Any, new: Any, kind: str) -> None:
    assert kinds(knb.compare(an_app(**{key: old}), an_app(**{key: new}))) == [kind]


@pytest.mark.parametrize("side", ["old", "new"])
def test_code_that_only_a_run_shows_is_reported(side: str, tmp_path: Path) -> None:
    plain = tmp_path / "plain.js"
    plain.write_text('export default {"app": "shop", "version": "1.0.0", "actions": []};')
    code = tmp_path / "code.js"
    code.write_text('export default {"app": "shop", "version": "1.0.0", "actions": [makeAction()]};')
    paths = (code, plain) if side == "old" else (plain, code)

    comparison = knb.compare(*paths)

    assert "code-not-compared" in kinds(comparison)
    assert side in next(change for change in comparison if change.kind == "code-not-compared").message


def test_an_exported_workflow_is_not_compared_in_detail() -> None:
    workflow = {"name": "a", "trigger": {"id": "1"}, "steps": [{"id": "x", "action": "kustomer.note.create"}]}

    assert kinds(knb.compare(workflow, {**workflow, "name": "b"})) == ["app-changed"]
    assert kinds(knb.compare(workflow, workflow)) == []


@pytest.mark.parametrize("value", ["/#schema", ["a"], 7, True])
def test_a_schema_that_is_no_object_is_not_compared(value: Any) -> None:
    old = an_app(an_action("find", inputSchema={"properties": {}}, outputSchema={"properties": {}}))
    new = an_app(an_action("find", inputSchema=value, outputSchema=value))

    assert {"schema-not-compared"} <= set(kinds(knb.compare(old, new)))


def test_a_setting_that_is_only_read_is_one_without_a_default() -> None:
    new = an_action("find", appSettings={"token": {"key": "shop.default.token"}})

    assert "setting-without-default" in kinds(knb.compare(an_app(an_action("find")), an_app(new)))


def test_a_setting_that_is_declared_later_is_no_new_one() -> None:
    action = an_action("find", appSettings={"token": {"key": "shop.default.token"}})
    settings = {"default": {"token": {"type": "secret", "defaultValue": ""}}}

    assert kinds(knb.compare(an_app(action), an_app(action, settings=settings))) == ["setting-changed"]


def test_the_environment_of_the_workflow_is_new_data() -> None:
    new = an_action("find", inputTemplate={**REQUEST, "qs": {"org": "/#_env.orgId"}})

    assert kinds(knb.compare(an_app(an_action("find")), an_app(new))) == ["data-sent-added"]


@pytest.mark.parametrize(
    ("old", "new", "is_changed"),
    [
        ("https://a.com/x", "https://A.com:443/y", False),
        ("https://{{org}}.a.com/x", "https://{{{org}}}.a.com/x", False),
        ("https://{{{org}}}.a.com/x", "https://{{{team}}}.a.com/x", True),
        ("https://a.com/x", "https://user:secret@a.com/x", False),
        ("https://a.com/x", "https://a.com:8443/x", True),
        ("http://a.com/x", "https://a.com/x", False),
        ("/#url", "https://a.com", True),
        ("https://a.com/{{#if x}}b{{/if}}", "https://a.com/{{x}}", False),
        ("https://a.com/{{", "https://b.com/{{", True),
    ],
)
def test_a_host_is_compared_as_the_request_reaches_it(old: str, new: str, is_changed: bool) -> None:
    apps = [an_app(an_action("find", inputTemplate={**REQUEST, "uri": uri})) for uri in (old, new)]

    assert ("host-changed" in kinds(knb.compare(*apps))) is is_changed


@pytest.mark.parametrize(
    ("path", "is_lost"),
    [
        ("steps.find.body.order.id", True),
        ("steps.find.body.total", False),
        ("steps.find.body.lines.0.sku", True),
        ("steps.find.other", False),
        ("steps.other.body.order.id", False),
        ("steps.1.body.order.id", False),
    ],
)
@pytest.mark.parametrize("form", ["/#{}", "{{{{{{{}}}}}}}", "{{{{#if {}}}}}x{{{{/if}}}}", "/#fn:parseInt,{}"])
def test_a_workflow_that_reads_a_lost_path_is_reported(path: str, is_lost: bool, form: str) -> None:
    steps = [
        {"id": "find", "action": "kustomer.app.shop.find", "params": {}},
        {"id": "note", "action": "kustomer.note.create", "params": {"body": form.format(path)}},
    ]
    workflow = {"name": "note", "trigger": {"id": "1", "eventName": "a"}, "steps": steps}
    lines = {
        "type": "array",
        "items": {"type": "object", "properties": {"sku": {}}, "additionalProperties": False},
    }
    order = {"type": "object", "properties": {"id": {}}}
    properties = {"total": {"type": "number"}, "order": order, "lines": lines}
    schemas = [
        {"properties": {"body": {"type": "object", "properties": members, "additionalProperties": False}}}
        for members in (properties, {"total": {"type": "number"}})
    ]
    apps = [
        an_app(
            an_action("find", outputTemplate={"body": "/#body"}, outputSchema=schema), workflows=[workflow]
        )
        for schema in schemas
    ]

    assert ("workflow-reads-lost-path" in kinds(knb.compare(*apps))) is is_lost


def test_a_large_definition_is_compared_with_work_in_proportion() -> None:
    def app(version: int) -> dict[str, Any]:
        actions = [
            an_action(
                f"action{number}",
                inputSchema={
                    "properties": {f"i{at}": {"type": "string", "title": f"{version}"} for at in range(20)}
                },
            )
            for number in range(200)
        ]
        return an_app(*actions)

    assert len(knb.compare(app(1), app(2))) == 200 * 20
