import pytest

from kustomer_nb.rules.proof import file

from .looking import LEFT_OUT, a_request, an_action, an_app, closed_schema, look, places, quoted

SCHEMA = closed_schema(x="string", size="number", order="object")


def sending(**template):
    return an_action(
        inputTemplate=a_request(**{"method": "post", **template}),
        inputSchema=SCHEMA,
        appSettings={"note": {"key": "shop.default.note"}},
    )


@pytest.mark.parametrize(
    ("uri", "qs", "expected"),
    [
        pytest.param("https://a.b/c#d", {"a": 1}, 1, id="an object"),
        pytest.param("https://a.b/{{{x}}}#d", {"a": "/#x"}, 1, id="with variables"),
        pytest.param("https://a.b/c#d", {}, 0, id="an empty qs"),
        pytest.param("https://a.b/c#d", LEFT_OUT, 0, id="no qs"),
        pytest.param("https://a.b/c?e=1#d", {"a": 1}, 0, id="a query of its own before it"),
        pytest.param("https://a.b/c%23d", {"a": 1}, 0, id="an encoded one"),
        pytest.param("https://a.b/{{#if x}}c{{/if}}", {"a": 1}, 0, id="the # of a block"),
        pytest.param("/#x", {"a": 1}, 0, id="a reference"),
    ],
)
def test_qs_behind_a_fragment_is_a_warning(uri, qs, expected):
    assert places(sending(uri=uri, qs=qs), "KNB415") == ["warning /inputTemplate/uri"] * expected


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        pytest.param({"Accept": "a/b", "accept": "c/d"}, ['"Accept"'], id="two"),
        pytest.param({"a": "1", "A": "2", "b": "3", "À": "4"}, ['"a"'], id="others between"),
        pytest.param({"ab": "1", "Ab": "2", "AB": "3"}, ['"ab"', '"Ab"'], id="three"),
        pytest.param({"accept": "a/b", "x-accept": "c/d"}, [], id="other names"),
        pytest.param("/#x", [], id="headers that are a reference"),
    ],
)
def test_a_header_that_is_not_sent_for_another_is_a_warning(headers, found):
    assert quoted(sending(headers=headers), "KNB416") == found


def test_the_header_that_is_sent_is_named():
    (found,) = look(sending(headers={"Accept": "a/b", "accept": "c/d"}))

    assert "'Accept' is given again as 'accept'" in found.message


@pytest.mark.parametrize(
    ("data", "json", "expected"),
    [
        pytest.param('{"a": 1}', True, 1, id="JSON as text"),
        pytest.param('{"a": "{{{x}}}"}', True, 1, id="JSON as a template"),
        pytest.param("", True, 1, id="an empty text"),
        pytest.param("/#x", True, 1, id="a text input"),
        pytest.param("/#x", 1, 1, id="json is a number"),
        pytest.param("/#x", "yes", 1, id="json is a text"),
        pytest.param("/#size", True, 0, id="a number input"),
        pytest.param("/#x.y", True, 0, id="what is not known"),
        pytest.param("/#fn:parseInt,x", True, 0, id="a function"),
        pytest.param({"a": "/#x"}, True, 0, id="an object"),
        pytest.param("a=1", False, 0, id="json is off"),
        pytest.param("a=1", LEFT_OUT, 0, id="json is left out"),
        pytest.param("a=1", "/#x", 0, id="json is known only in a run"),
        pytest.param("a=1", {"a": 1}, 0, id="json is the body itself"),
    ],
)
def test_a_text_that_is_encoded_twice_is_a_warning(data, json, expected):
    found = places(sending(data=data, json=json), "KNB417")

    assert found == ["warning /inputTemplate/data"] * expected


@pytest.mark.parametrize(("kind", "expected"), [("string", 1), ("secret", 1), ("number", 0)])
def test_a_setting_that_is_text_is_one_too(kind, expected):
    settings = {"default": {"note": {"type": kind, "defaultValue": None}}}
    action = sending(data="/#note", json=True)

    found = look(an_app(settings=settings, actions=[action]))

    assert found.codes.count("KNB417") == expected


def test_what_is_said_of_a_text_does_not_quote_it():
    value = sending(data='{"pin": "correct-horse"}', json=True)

    (found,) = look(value)

    assert "correct-horse" in file(value)
    assert "correct-horse" not in str(found)
