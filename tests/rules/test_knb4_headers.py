import pytest

from tests.rules.looking import a_request, an_action, closed_schema, look, quoted

SCHEMA = closed_schema(x="string", order="object")


def posting(**template):
    return an_action(inputTemplate=a_request(**{"method": "post", **template}), inputSchema=SCHEMA)


@pytest.mark.parametrize("name", ["x y", "x:", "", "é", "{{{x}}}"], ids=repr)
def test_a_header_name_that_node_refuses_is_an_error(name):
    assert look(posting(headers={name: "1"})).codes == ["KNB406"]


@pytest.mark.parametrize("value", ["a\nb", "a\r", "Ω {{{x}}}"], ids=repr)
def test_a_header_value_that_node_refuses_is_an_error(value):
    diagnostics = look(posting(headers={"x-a": value, "accept": "é\t*/*"}))

    assert diagnostics.codes == ["KNB407"]
    assert diagnostics[0].pointer == "/inputTemplate/headers/x-a"


@pytest.mark.parametrize("headers", ["/#order", None, {"a": 5, "b": "/#x"}], ids=repr)
def test_headers_of_other_kinds_are_right(headers):
    assert look(posting(headers=headers)).codes == []


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"Accept": "a/b", "accept": "c/d"}, ['"Accept"'], id="two"),
        pytest.param({"a": "1", "A": "2", "b": "3", "À": "4"}, ['"a"'], id="others between"),
        pytest.param({"ab": "1", "Ab": "2", "AB": "3"}, ['"ab"', '"Ab"'], id="three"),
        pytest.param({"accept": "a/b", "x-accept": "c/d"}, [], id="other names"),
        pytest.param("/#x", [], id="headers that are a reference"),
    ],
)
def test_a_header_that_is_not_sent_for_another_is_a_warning(headers, expected):
    assert quoted(posting(headers=headers), "KNB416") == expected


def test_the_header_that_is_sent_is_named():
    (diagnostic,) = look(posting(headers={"Accept": "a/b", "accept": "c/d"}))

    assert '"Accept" is repeated as "accept"' in diagnostic.message
