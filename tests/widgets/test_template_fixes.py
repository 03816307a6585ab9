"""The fixes that a page offers where it shows a template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.authoring import double_tags
from kustomer_nb.errors import EditError, InputError
from kustomer_nb.widgets import ActionForm, DefinitionForm, ProblemsView, RequestPreview
from kustomer_nb.widgets.session import Session

ADD, RAW = "Add to inputSchema", "Use {{{ }}}"


def opened(template: dict[str, Any], schema: Any = None, inputs: Any = None, **more: Any) -> Session:
    definition = {
        "name": "find",
        "inputTemplate": {"uri": "http://a.b", "method": "post", **template},
        **more,
    }
    if schema is not None:
        definition["inputSchema"] = schema
    session = Session(knb.loads(json.dumps(definition, indent=2)))
    session.set_inputs(inputs or {})
    return session


def pieces(preview: RequestPreview) -> list[dict[str, Any]]:
    """Return the pieces of the URL, the headers and the body."""
    drawn = preview.drawn
    body = drawn["body"] or {}
    found = [*drawn["url"], *(piece for _, parts in drawn["headers"] for piece in parts)]
    found += body.get("pieces", [])
    pending = [body["node"]] if "node" in body else []
    while pending:
        node = pending.pop()
        found += node.get("p", [])
        pending += [child for _, child in node.get("c", ())]
    return found


def offered(preview: RequestPreview) -> dict[str, str]:
    """Return the id of each fix in the popovers, by the text of its piece and the title."""
    return {f"{piece['x']}: {title}": id for piece in pieces(preview) for id, title in piece.get("f", ())}


def type_of(session: Session, name: str) -> Any:
    return session.action.value["inputSchema"]["properties"][name].get("type")


OPEN = {"properties": {"known": {"type": "string"}}}


# -- Add to inputSchema


def test_the_preview_offers_to_declare_what_no_schema_declares_and_nothing_else() -> None:
    template = {
        "uri": "http://a.b/{{{id}}}/{{{known}}}/{{{token}}}/{{{_env.orgId}}}",
        "headers": {"x-trace": "{{{trace}}}"},
        "data": {"note": "/#note", "order": "/#order.id"},
        "json": True,
    }
    inputs = {"id": 7, "known": "k", "trace": "t", "note": "n", "order": {"id": 1}}
    settings = {"token": {"key": "shop.default.token"}}
    preview = RequestPreview(opened(template, OPEN, inputs, appSettings=settings))

    assert {name.partition(":")[0] for name in offered(preview)} == {"7", "t", "n", "1"}


def test_a_reference_without_a_value_is_declared_where_it_is_said_to_be_left_out() -> None:
    session = opened({"data": {"note": "/#note", "known": "/#known"}, "json": True}, OPEN)
    preview = RequestPreview(session)

    assert preview.drawn["left_out"] == [["note", [["declare note", ADD]]], ["known", []]]
    preview.intend({"kind": "fix", "id": "declare note"})

    assert type_of(session, "note") == "string"
    assert preview.drawn["left_out"] == [["note", []], ["known", []]]
    assert preview.notice == ""


TYPED = {
    "a number": ("{{{x}}}", 7, "number"),
    "text": ("{{{x}}}", "seven", "string"),
    "true": ("{{{x}}}", True, "boolean"),
    "nothing": ("{{{x}}}", None, "string"),
    "a list": ("/#x", [1], "array"),
    "an object": ("/#x", {"a": 1}, "object"),
    "text in a test": ("{{#if x}}y{{/if}}", "late", "string"),
    "text where a loop needs a list": ("{{#each x}}{{{this}}}{{/each}}", "a,b", "array"),
    "a typed number where one is needed": ('{"a": {{{x}}} }', "7", "number"),
    "a step": ("/#x", "/#steps.find.body.total", "number"),
    "a step without a value": ("/#x", "/#steps.other.body", "string"),
}


@pytest.mark.parametrize(("template", "value", "expected"), TYPED.values(), ids=TYPED)
def test_the_type_is_that_of_the_typed_value_if_the_template_can_use_it(
    template: str, value: Any, expected: str
) -> None:
    session = opened({"data": template}, OPEN, {} if value is None else {"x": value})
    session.use_steps({"find": {"body": {"total": 9.5}}})

    session.template_fixes.apply("declare x", "preview")

    assert type_of(session, "x") == expected


def test_what_is_read_within_a_value_has_the_types_of_its_members() -> None:
    session = opened(
        {"data": "{{order.id}}{{#each order.lines}}{{sku}}{{/each}}"},
        OPEN,
        {"order": {"id": 7, "lines": [{"sku": 1}]}},
    )

    session.template_fixes.apply("declare order", "preview")

    properties = session.action.value["inputSchema"]["properties"]["order"]["properties"]
    assert properties == {
        "id": {"type": "number"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "number"}}}},
    }


def test_an_example_of_the_project_gives_the_type_where_nothing_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"name": "find", "inputTemplate": {"uri": "http://a.b/{{{id}}}", "data": {"q": "/#q"}}}')
    session = Session(knb.load(path))
    examples = {"find": {"one": {"id": 7, "q": "a"}, "two": {"id": "8"}}}
    (tmp_path / "kustomer-nb.examples.json").write_text(json.dumps(examples))

    session.template_fixes.apply("declare id", "preview")

    assert type_of(session, "id") == "number"


def test_a_problem_is_fixed_with_the_type_of_the_typed_value_too() -> None:
    session = opened({"uri": "http://a.b/{{{id}}}"}, OPEN, {"id": 7})
    problems = ProblemsView(session)
    [problem] = [item for group in problems.groups for item in group["problems"] if item["code"] == "KNB303"]

    problems.intend({"kind": "fix", "id": problem["id"]})

    assert problem["fixTitle"] == ADD
    assert type_of(session, "id") == "number"


def test_an_action_without_a_schema_keeps_its_other_variables() -> None:
    session = opened({"uri": "http://a.b/{{{id}}}/{{{note}}}"}, None, {"id": 7, "note": "n"})
    preview = RequestPreview(session)

    preview.intend({"kind": "fix", "id": "declare id"})

    assert preview.request is not None
    assert preview.request.url == "http://a.b/7/n"
    session.template_fixes.apply("declare note", "preview")
    assert preview.request.url == "http://a.b/7/n"


def test_a_declaration_is_one_step_of_undo_and_keeps_what_was_typed() -> None:
    session = opened({"uri": "http://a.b/{{{id}}}", "data": "/#id"}, OPEN, {"id": 7})
    form, text = ActionForm(session), session.app.text
    preview = RequestPreview(session)

    preview.intend({"kind": "fix", "id": "declare id"})
    declared = form.entries["fields"]["id"]
    words = session.editing.undo()

    assert declared == {"state": "value", "text": "7"}
    assert words == "Undone: id added to inputSchema."
    assert (session.app.text, form.value) == (text, {"id": 7})
    assert session.editing.undo() == ""


NOT_DECLARABLE = {
    "an app setting": ({"uri": "http://a.b/{{{token}}}"}, OPEN),
    "an item of a block": ({"data": "{{#each known}}{{{this}}}{{{name}}}{{/each}}"}, OPEN),
    "a schema that is none": ({"uri": "http://a.b/{{{id}}}"}, {"properties": []}),
    "static text": ({"uri": "http://a.b/id"}, OPEN),
}


@pytest.mark.parametrize(("template", "schema"), NOT_DECLARABLE.values(), ids=NOT_DECLARABLE)
def test_what_cannot_be_declared_is_not_offered(template: dict[str, Any], schema: Any) -> None:
    settings = {"token": {"key": "shop.default.token"}}
    session = opened(template, schema, {"id": 7, "known": ["a"]}, appSettings=settings)

    fixes = [fix for piece in pieces(RequestPreview(session)) for fix in piece.get("f", ())]

    assert not any(id.startswith("declare") and id != "declare known" for id, _ in fixes)
    if template is not NOT_DECLARABLE["an item of a block"][0]:
        assert fixes == []


# -- Use {{{ }}}


SHOP = {
    "in the path": ({"uri": "http://a.b/{{x}}"}, "A & B", True),
    "in the path, with a slash": ({"uri": "http://a.b/{{x}}"}, "A&B/C", True),
    "in a header": ({"headers": {"x-a": "{{~ x }}"}}, 'say "hi"', True),
    "in a value of an object": ({"data": {"a": ["{{x}}!"]}, "json": True}, "it's", True),
    "in the query of the URL": ({"uri": "http://a.b/?q={{x}}"}, "A&B", False),
    "in JSON text": ({"data": '{"a": "{{x}}"}'}, 'say "hi"', False),
    "in XML": ({"data": "<a>{{x}}</a>", "headers": {"content-type": "text/xml"}}, "A & B", False),
    "nothing to escape": ({"uri": "http://a.b/{{x}}"}, "A B", False),
    "three braces": ({"uri": "http://a.b/{{{x}}}"}, "A & B", False),
}


@pytest.mark.parametrize(("template", "value", "helps"), SHOP.values(), ids=SHOP)
def test_three_braces_are_offered_everywhere_or_nowhere(
    template: dict[str, Any], value: str, helps: bool
) -> None:
    session = opened(template, {"properties": {"x": {"type": "string"}}}, {"x": value})
    preview, form, definition = RequestPreview(session), ActionForm(session), DefinitionForm(session)

    in_popovers = [id for name, id in offered(preview).items() if name.endswith(RAW)]
    in_findings = [id for row in preview.findings for id, _ in row["fixes"]]
    at_field = form.states.get("/x", {}).get("escaped", {}).get("fix", "")
    chips = [definition_facts(definition, pointer) for pointer in strings(session)]
    at_chips = [id for piece in chips for id, title in piece.get("f", ()) if title == RAW]

    assert [bool(ids) for ids in (in_popovers, in_findings, at_field, at_chips)] == [helps] * 4
    assert len({*in_popovers, *in_findings, *at_chips}) == (1 if helps else 0)


def strings(session: Session) -> list[str]:
    found = ["/inputTemplate/uri", "/inputTemplate/headers/x-a", "/inputTemplate/data"]
    return [*found, "/inputTemplate/data/a/0"]


def definition_facts(form: DefinitionForm, pointer: str) -> dict[str, Any]:
    return form._session.template_fixes.facts(pointer, 0)


@pytest.mark.parametrize("at", ["preview", "finding", "chip", "field"])
def test_each_button_writes_the_braces_in_one_step(at: str) -> None:
    session = opened(
        {"uri": "http://a.b/{{#if x}}{{ x }}{{/if}}"},
        {"properties": {"x": {"type": "string"}}},
        {"x": "A & B"},
    )
    preview, form, definition = RequestPreview(session), ActionForm(session), DefinitionForm(session)
    text = session.app.text
    [fix] = offered(preview).values()

    if at == "chip":
        message = {"kind": "fix_part", "seq": 1, "version": definition.version, "id": fix}
        definition.intend({**message, "pointer": "/inputTemplate/uri"})
    else:
        leaf: Any = form if at == "field" else preview
        leaf.intend({"kind": "fix", "id": "/x" if at == "field" else fix})

    assert session.app.text == text.replace("{{ x }}", "{{{ x }}}")
    assert preview.request is not None
    assert preview.request.url == "http://a.b/A%20&%20B"
    assert offered(preview) == {}
    session.editing.undo()
    assert session.app.text == text


def test_the_button_of_a_field_writes_them_wherever_its_value_is_escaped() -> None:
    template = {"uri": "http://a.b/{{x}}", "headers": {"x-a": "{{x}}", "x-b": "{{y}}"}, "qs": {"q": "{{x}}"}}
    session = opened(template, {"properties": {"x": {}, "y": {}}}, {"x": "A & B", "y": "C & D"})
    form = ActionForm(session)

    form.use_raw("/x")

    after = session.action.value["inputTemplate"]
    assert (after["uri"], after["headers"]["x-a"], after["qs"]["q"]) == (
        "http://a.b/{{{x}}}",
        "{{{x}}}",
        "{{{x}}}",
    )
    assert after["headers"]["x-b"] == "{{y}}"
    with pytest.raises(InputError):
        form.use_raw("/x")


def test_a_fix_of_what_has_changed_since_is_refused() -> None:
    session = opened({"uri": "http://a.b/{{x}}"}, {"properties": {"x": {"type": "string"}}}, {"x": "A & B"})
    preview = RequestPreview(session)
    [fix] = offered(preview).values()
    session.set_inputs({"x": "A"})

    with pytest.raises(EditError, match="no value is changed by this template any more"):
        preview.intend({"kind": "fix", "id": fix})
    with pytest.raises(EditError):
        session.template_fixes.apply("declare x", "preview")


def test_a_setting_that_is_escaped_gets_the_button_and_shows_no_value() -> None:
    settings = {"token": {"key": "shop.default.token"}}
    session = Session(
        knb.loads(
            json.dumps(
                {
                    "name": "find",
                    "appSettings": settings,
                    "inputTemplate": {"uri": "http://a.b", "headers": {"authorization": "Basic {{token}}"}},
                }
            )
        ),
        {"settings": {"shop.default.token": "correct-horse=="}},
    )
    preview, form = RequestPreview(session), DefinitionForm(session)

    piece = definition_facts(form, "/inputTemplate/headers/authorization")
    fixes = [fix for row in preview.findings for fix in row["fixes"]]

    assert piece["k"] == "setting"
    assert "correct-horse" not in json.dumps([piece, preview.drawn, fixes])
    assert [title for _, title in fixes] == [RAW]


# -- the chip of a template


def test_the_chip_says_where_its_value_comes_from() -> None:
    session = opened(
        {"uri": "http://a.b/{{{known}}}/{{{id}}}", "data": {"a": "/#note"}}, OPEN, {"known": "k", "id": 7}
    )
    form = DefinitionForm(session)

    known, undeclared, beyond = (
        form._session.template_fixes.facts("/inputTemplate/uri", at) for at in (0, 1, 2)
    )
    left_out = form._session.template_fixes.facts("/inputTemplate/data/a", 0)

    assert (known["k"], known["n"], known["x"], known.get("f")) == ("input", "known", "k", None)
    assert (undeclared["n"], undeclared["x"], undeclared["f"]) == ("id", "7", [["declare id", ADD]])
    assert (left_out["k"], left_out["n"], left_out["f"]) == ("missing", "note", [["declare note", ADD]])
    assert beyond == {}


def test_the_chip_declares_in_one_step_that_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    text = (
        '{"name": "find", "inputTemplate": {"uri": "http://a.b/{{{id}}}"}, "inputSchema": {"properties": {}}}'
    )
    path.write_text(text)
    session = Session(knb.load(path))
    form = DefinitionForm(session)
    message = {"kind": "fix_part", "seq": 1, "version": form.version, "id": "declare id"}

    form.intend({**message, "pointer": "/inputTemplate/uri"})

    assert type_of(session, "id") == "string"
    assert path.read_text() == text
    assert form.undo_words == "id added to inputSchema"
    session.editing.undo()
    assert (session.app.text, session.app.is_saved) == (text, True)


def test_tags_are_told_apart_from_what_only_looks_like_one() -> None:
    text = r"{{a}} {{{b}}} \{{c}} {{#if d}}{{/if}} {{! e }} {{&f}} {{~g~}} {{h i 'j'}} {{else}}"

    assert [raw for _, _, raw in double_tags(text)] == ["{{{a}}}", "{{~{g}~}}", "{{{h i 'j'}}}", "{{{else}}}"]
