import pytest

from tests.rules.looking import a_request, an_action, closed_schema, places

SCHEMA = closed_schema(x="string")
HEADERS = "/inputTemplate/headers"


def posting(**template):
    return an_action(inputTemplate=a_request(**{"method": "post", **template}), inputSchema=SCHEMA)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(
            {"Transfer-Encoding": "chunked"}, [f"error {HEADERS}/Transfer-Encoding"], id="an encoding"
        ),
        pytest.param({"transfer_encoding": "/#x"}, [f"error {HEADERS}/transfer_encoding"], id="with _ for -"),
        pytest.param({"content-length": "6"}, [f"error {HEADERS}/content-length"], id="a wrong length"),
        pytest.param({"content-length": [5, 5]}, [f"error {HEADERS}/content-length"], id="two lengths"),
        pytest.param(
            {"Content-Length": "{{x}}"}, [f"warning {HEADERS}/Content-Length"], id="one of an input"
        ),
        pytest.param({"connection": "content-length"}, [f"error {HEADERS}/connection"], id="one taken away"),
        pytest.param({"content-length": "5"}, [], id="the right length"),
        pytest.param({"te": "trailers", "accept-encoding": "gzip"}, [], id="other encodings"),
        pytest.param({"x-content-length": "9", "content-encoding": "gzip"}, [], id="other names"),
        pytest.param({"connection": "close"}, [], id="a connection that takes nothing"),
        pytest.param({"Host": ["a.shop.com", "b.shop.com"]}, [f"error {HEADERS}/Host"], id="two hosts"),
        pytest.param({"host": []}, [f"error {HEADERS}/host"], id="no host"),
        pytest.param({"host": ["{{x}}", "a.b"]}, [f"error {HEADERS}/host"], id="one of an input among two"),
        pytest.param({"Host": "a.shop.com"}, [], id="one host"),
        pytest.param({"host": ["a.shop.com"]}, [], id="one host in an array"),
        pytest.param({"x-host": ["a", "b"]}, [], id="hosts in another header"),
    ],
)
def test_a_header_that_ends_the_body_elsewhere_is_reported(headers, expected):
    assert places(posting(headers=headers, data="hello"), "KNB408") == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param({"data": {"a": "é"}, "json": True}, [], id="an object, in bytes"),
        pytest.param({"json": {"a": "é"}}, [], id="a body in json"),
        pytest.param({"data": {"a": "e"}, "json": True}, ["error"], id="another object"),
        pytest.param({"data": {"a": "/#x"}, "json": True}, ["warning"], id="a body that only a run can tell"),
        pytest.param({"data": "hello, world"}, ["error"], id="text of another length"),
        pytest.param({}, ["error"], id="no body"),
    ],
)
def test_a_length_is_held_against_the_body_where_that_is_known(template, expected):
    findings = places(posting(headers={"content-length": "10"}, **template), "KNB408")

    assert [finding.partition(" ")[0] for finding in findings] == expected
