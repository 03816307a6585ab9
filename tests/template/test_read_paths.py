"""Where the paths of a template lead, compared with what the engine reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kustomer_nb.errors import TemplateError
from kustomer_nb.template.read_paths import ITEM, is_plain_name, read_paths
from kustomer_nb.template.template import Template

KINDS = {("lines",): "array", ("order",): "object", ("flag",): "boolean", ("note",): "string"}


def routes(text: str) -> list[str]:
    return [
        ".".join("[]" if key is ITEM else str(key) for key in path.route)
        for path in read_paths(text, KINDS.get)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{{a}} {{{a.b}}} {{[a b].c}} {{a/b}}", ["a", "a.b", "a b.c", "a.b"], id="tags"),
        pytest.param('{{this.a}} {{./a}} {{@root.a}} {{"a"}}', ["a"] * 4, id="other ways to write a name"),
        pytest.param("{{@index}} {{@root}} {{../a}} text a {{! a }} \\{{a}}", [], id="what reads no input"),
        pytest.param("{{#if a}}{{b}}{{else if c}}{{d}}{{else}}{{e}}{{/if}}", list("abcde"), id="conditions"),
        pytest.param(
            "{{#each lines}}{{sku}}{{this}}{{../a}}{{/each}}",
            ["lines", "lines.[].sku", "lines.[]", "a"],
            id="a loop",
        ),
        pytest.param(
            "{{#each lines as |l i|}}{{l.sku}}{{i}}{{l}}{{/each}}",
            ["lines", "lines.[].sku", "lines.[]"],
            id="block parameters",
        ),
        pytest.param(
            "{{#with order as |o|}}{{id}}{{o.id}}{{/with}}",
            ["order", "order.id", "order.id"],
            id="another context",
        ),
        pytest.param(
            "{{#lines}}{{sku}}{{../a}}{{/lines}}",
            ["lines", "lines.[].sku", "a", "lines"],
            id="a section of an array",
        ),
        pytest.param(
            "{{#order}}{{id}}{{/order}}", ["order", "order.id", "order"], id="a section of an object"
        ),
        pytest.param(
            "{{#flag}}{{a}}{{/flag}}{{^flag}}{{b}}{{/flag}}",
            ["flag", "a", "flag", "flag", "b", "flag"],
            id="a section of a boolean",
        ),
        pytest.param(
            "{{#other}}{{a}}{{../b}}{{/other}}", ["other", "other"], id="a section of nobody knows what"
        ),
        pytest.param("{{#helper x}}{{a}}{{/helper}}", ["x"], id="a block of a helper that is not known"),
        pytest.param("{{lookup order 'id'}}", ["order", "order.id"], id="a lookup of a text"),
        pytest.param("{{lookup order key}}", ["order", "key"], id="a lookup of a variable"),
        pytest.param(
            "{{#with (lookup order 'to')}}{{x}}{{/with}}",
            ["order", "order.to", "order.to.x"],
            id="the context of a lookup",
        ),
        pytest.param("{{date 'day' count=n}}{{math (toLower a) '+' b}}", ["n", "a", "b"], id="arguments"),
        pytest.param("{{#if a as |b|}}{{b}}{{/if}}", ["a"], id="a parameter without a value"),
        pytest.param(
            "{{#each lines}}{{#each tags}}{{x}}{{../sku}}{{../../a}}{{/each}}{{/each}}",
            ["lines", "lines.[].tags", "lines.[].tags.[].x", "lines.[].sku", "a"],
            id="a loop in a loop",
        ),
    ],
)
def test_gives_the_route_of_each_path(text: str, expected: list[str]) -> None:
    assert sorted(dict.fromkeys(routes(text))) == sorted(dict.fromkeys(expected))


@pytest.mark.parametrize(
    "text",
    [
        "{{a}}-{{order.id}}-{{[order].[id]}}-{{this.a}}-{{@root.order.id}}",
        "{{#each lines}}{{sku}}{{../a}}{{#each ../lines}}{{sku}}{{../../a}}{{../sku}}{{/each}}{{/each}}",
        "{{#with order}}{{id}}{{../a}}{{#with ../order}}{{id}}{{../a}}{{/with}}{{/with}}",
        "{{#lines}}{{sku}}{{../a}}{{/lines}}{{#order}}{{id}}{{../a}}{{/order}}{{#flag}}{{a}}{{/flag}}",
        "{{#each lines as |l|}}{{l.sku}}{{#with ../order as |o|}}{{o.id}}{{l.sku}}{{/with}}{{/each}}",
        "{{#if a}}{{a}}{{else}}{{order.id}}{{/if}}{{^flag}}x{{else}}{{a}}{{/flag}}{{lookup order 'id'}}",
        "{{#with order}}{{a}}{{sku}}{{/with}}{{#each lines}}{{id}}{{a}}{{/each}}",
    ],
)
def test_the_engine_prints_what_is_at_the_routes_and_nothing_else(text: str) -> None:
    lines = [{"sku": "S1"}, {"sku": "S2"}]
    values = {"a": "A", "order": {"id": "O"}, "lines": lines, "flag": True}

    printed = Template.parse(text).render(values)

    # Without the value at a route that is printed, the text changes; without any of them, nothing is left.
    for path in {path.route for path in read_paths(text, KINDS.get) if path.is_tag}:
        if _at(values, path):
            assert Template.parse(text).render(_without(values, path)) != printed
    nothing = {"order": {"x": 1}, "lines": [{"x": 1}] * 2, "flag": True}
    assert not set(Template.parse(text).render(nothing)) & set("ASO")


def _at(value: Any, route: tuple[Any, ...]) -> list[Any]:
    return list(_values(value, route))


def _values(value: Any, route: tuple[Any, ...]) -> Iterator[Any]:
    if not route:
        yield value
    elif route[0] is ITEM:
        for item in value if isinstance(value, list) else ():
            yield from _values(item, route[1:])
    elif isinstance(value, dict) and route[0] in value:
        yield from _values(value[route[0]], route[1:])


def _without(value: Any, route: tuple[Any, ...]) -> Any:
    key, *inner = route
    if key is ITEM:
        return [_without(item, tuple(inner)) for item in value] if inner else []
    if not inner:
        return {name: item for name, item in value.items() if name != key}
    return {**value, key: _without(value[key], tuple(inner))}


def test_the_names_of_a_path_are_the_end_of_its_route() -> None:
    text = "{{#with order as |o|}}{{o.[a b].c}}{{@root.x.y}}{{/with}}"

    names = [[text[token.start : token.end] for token in path.names] for path in read_paths(text)]

    assert names == [["order"], ["[a b]", "c"], ["x", "y"]]


def test_a_template_that_cannot_be_parsed_raises() -> None:
    with pytest.raises(TemplateError):
        read_paths("{{#if a}}")


@pytest.mark.parametrize("name", ["orderId", "order_id", "order-id", "_x", "$x", "größe", "名前"])
def test_a_plain_name_reads_the_same_in_a_tag_and_in_the_route(name: str) -> None:
    assert is_plain_name(name)
    assert Template.parse("{{" + name + "}}").render({name: "value"}) == "value"
    assert [path.route for path in read_paths("{{" + name + "}}")] == [(name,)]


@pytest.mark.parametrize(
    "name", ["", "a b", "a.b", "a/b", "7", "a[0]", "true", "this", "else", "a}", "a\n", '"a"', "@a"]
)
def test_other_names_are_not_plain(name: str) -> None:
    assert not is_plain_name(name)
