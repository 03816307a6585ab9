"""Declarations, renames and the outline: where a name is, in JSON and in what authors write in its place."""

from __future__ import annotations

import pytest

from kustomer_nb.errors import EditError
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.language import find_declaration, find_renamable, outline, rename
from tests.language.marked import SHOP, at

MODULE = """const schema = {properties: {id: {type: 'string'}}};
export default {
  app: 'shop', // the shop
  actions: [{name: 'kustomer.app.shop.find', type: 'rest_api',
    inputSchema: schema,
    inputTemplate: {uri: 'https://a.b/{{{id}}}', method: "get",},
  }],
};
"""


@pytest.mark.parametrize(
    ("marked", "declared", "line"),
    [
        pytest.param("b/{{{or¦derId}}}/{{toLower", '"orderId"', 11, id="a variable in a tag"),
        pytest.param("{{toLower order.¦id}}", '"id"', 12, id="a property of an input"),
        pytest.param("{{toLower or¦der.id}}", '"order"', 12, id="the input that has it"),
        pytest.param("{{#each lines}}{{s¦ku}}", '"sku"', 13, id="a property of the item of a loop"),
        pytest.param("{{#each li¦nes}}", '"lines"', 13, id="the array of a loop"),
        pytest.param('"id": "/#orde¦rId"', '"orderId"', 11, id="a reference"),
        pytest.param("parseInt,order¦Id", '"orderId"', 11, id="the argument of a function"),
        pytest.param('"required": ["¦orderId"]', '"orderId"', 11, id="a name under required"),
        pytest.param("Bearer {{{to¦ken}}}", '"token"', 8, id="a setting"),
        pytest.param('"shop.default.¦token"', '"token"', 4, id="the key of a setting"),
        pytest.param('"/#body.custo¦mer.name"', '"name"', 24, id="a path of the response"),
        pytest.param("{{body.¦note}}", '"note"', 24, id="a path in a tag of the output"),
        pytest.param('{"action": "kustomer.¦app.shop.pay"', '"kustomer.app.shop.pay"', 26, id="an action"),
    ],
)
def test_goes_to_where_a_name_is_declared(marked: str, declared: str, line: int) -> None:
    span = find_declaration(SHOP, at(SHOP, marked))

    assert span is not None
    assert (SHOP[span.start : span.end], span.line) == (declared, line)


@pytest.mark.parametrize("marked", ["{{_env.¦orgId}}", "{{to¦Lower", '"met¦hod": "post"', "Bea¦rer"])
def test_goes_nowhere_from_what_nothing_declares(marked: str) -> None:
    assert find_declaration(SHOP, at(SHOP, marked)) is None


def test_goes_to_the_constant_of_a_module() -> None:
    span = find_declaration(MODULE, at(MODULE, "{{{i¦d}}}"))

    assert span is not None
    assert (MODULE[span.start : span.end], span.line) == ("id", 1)


def test_renames_an_input_everywhere() -> None:
    for marked in ("b/{{{or¦derId}}}/{{toLower", '"required": ["ord¦erId"]', '"order¦Id": {"type": "number"'):
        after = apply(SHOP, rename(SHOP, at(SHOP, marked), "number"))

        first, _, second = after.partition("kustomer.app.shop.pay")
        assert "orderId" not in first, marked
        assert second.count("orderId") == 3


def test_renames_a_setting_and_a_property() -> None:
    setting = apply(SHOP, rename(SHOP, at(SHOP, "Bearer {{{to¦ken}}}"), "key"))
    sku = apply(SHOP, rename(SHOP, at(SHOP, "{{#each lines}}{{s¦ku}}"), "code"))

    assert '"appSettings": {"key": {"key": "shop.default.token"}}' in setting
    assert "Bearer {{{key}}}" in setting
    assert '{"code": {"type": "string"}' in sku
    assert "{{#each lines}}{{code}}" in sku


def test_renames_in_the_quotes_of_a_module() -> None:
    after = apply(MODULE, rename(MODULE, at(MODULE, "{{{i¦d}}}"), "key"))

    assert after == MODULE.replace("{id:", "{key:").replace("{{{id}}}", "{{{key}}}")


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        pytest.param("{{_env.¦orgId}}", "org", id="not declared by the action"),
        pytest.param("b/{{{or¦derId}}}/{{toLower", "order", id="in use"),
        pytest.param("b/{{{or¦derId}}}/{{toLower", "a b}}", id="cannot be written"),
        pytest.param("b/{{{or¦derId}}}/{{toLower", "", id="empty"),
    ],
)
def test_says_why_a_name_is_refused(marked: str, name: str) -> None:
    with pytest.raises(EditError) as caught:
        rename(SHOP, at(SHOP, marked), name)

    assert caught.value.diagnostics[0].fix


def test_offers_a_rename_of_declared_names_alone() -> None:
    text = SHOP.replace("{{_env.orgId}}", "{{unknown}}")

    assert find_renamable(text, at(text, "{{unk¦nown}}")) is None
    assert find_renamable(text, at(text, '"/#body.custo¦mer.name"')) is None
    written = find_renamable(text, at(text, "{{toLower order.¦id}}"))
    assert written is not None
    assert (written.name, text[written.start : written.end]) == ("id", "id")


def test_the_outline_has_the_actions_with_their_parts() -> None:
    find, pay = outline(SHOP)

    assert [part.name for part in find.parts] == [
        *("appSettings", "inputSchema", "inputTemplate", "outputTemplate", "sampleOutputContext"),
    ]
    assert [part.name for part in find.parts[1].parts] == ["orderId", "order", "lines"]
    assert SHOP[pay.name_span.start : pay.name_span.end] == '"kustomer.app.shop.pay"'
    for part in (find, *find.parts, *find.parts[1].parts):
        assert part.span.start <= part.name_span.start <= part.name_span.end <= part.span.end


def test_the_outline_of_what_cannot_be_read_is_empty() -> None:
    assert outline("soon") == ()


def test_renames_nothing_in_a_constant_that_another_action_uses() -> None:
    action = "{name: 'kustomer.app.shop.%s', inputSchema: schema, inputTemplate: {uri: '/{{%s}}'}}"
    actions = ", ".join([action % ("a", "id"), action % ("b", "other")])
    text = f"const schema = {{properties: {{id: {{}}}}}};\nexport default [{actions}];\n"

    with pytest.raises(EditError):
        rename(text, at(text, "{{i¦d}}"), "key")
