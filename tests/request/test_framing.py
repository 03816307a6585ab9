import pytest


def posting(headers, **template):
    return {"method": "post", "data": "hello", "headers": headers, **template}


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        pytest.param({"transfer-encoding": "chunked"}, "transfer-encoding", id="chunked"),
        pytest.param(
            {"Transfer-Encoding": " \tgzip , identity"}, "Transfer-Encoding", id="any value, any case"
        ),
        pytest.param({"transfer-encoding": []}, "transfer-encoding", id="no value"),
        pytest.param({"Transfer_Encoding": "chunked"}, "Transfer_Encoding", id="as some services read it"),
        pytest.param(
            {"content-length": 5, "TRANSFER-ENCODING": "chunked"},
            "TRANSFER-ENCODING",
            id="beside a right length",
        ),
        pytest.param({"Content-Length": "4"}, "Content-Length", id="a length too small"),
        pytest.param({"content-length": "6"}, "content-length", id="a length too large"),
        pytest.param({"content-length": "+5"}, "content-length", id="a sign"),
        pytest.param({"content-length": "05"}, "content-length", id="a zero before it"),
        pytest.param({"content-length": "5, 5"}, "content-length", id="two lengths in one"),
        pytest.param({"content-length": [5, 5]}, "content-length", id="two lengths"),
        pytest.param({"content-length": []}, "content-length", id="no length"),
        pytest.param({"content-length": None}, "content-length", id="null"),
        pytest.param({"content_length": "5"}, "content_length", id="a second one to some services"),
        pytest.param(
            {"Connection": "close, Content-Length"}, "Connection", id="a proxy takes the length away"
        ),
        pytest.param({"connection": "transfer-encoding"}, "connection", id="a proxy takes the encoding away"),
        pytest.param({"Host": ["a.shop.com", "b.shop.com"]}, "Host", id="two hosts"),
        pytest.param({"host": ["a.shop.com", "a.shop.com"]}, "host", id="the same host twice"),
        pytest.param({"HOST": []}, "HOST", id="no host"),
    ],
)
def test_a_header_that_ends_the_body_elsewhere_is_refused(build, headers, name):
    request = build(posting(headers))

    errors = request.diagnostics.errors
    assert [(finding.code, finding.pointer) for finding in errors] == [
        ("KNB408", f"/inputTemplate/headers/{name}")
    ]
    assert name in errors[0].message


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"te": "trailers"}, id="what may come back"),
        pytest.param({"accept-encoding": "gzip", "content-encoding": "identity"}, id="other encodings"),
        pytest.param({"content-length": "5"}, id="the right length"),
        pytest.param({"Content-Length": [5]}, id="the right length, a number in an array"),
        pytest.param({"content-length": " 5\t"}, id="the right length, white space around it"),
        pytest.param({"x-content-length": "9", "x-transfer-encoding": "chunked"}, id="other names"),
        pytest.param({"connection": "keep-alive, te"}, id="a connection that keeps what ends the body"),
        pytest.param({"content-length": "/#nothing"}, id="none at all"),
        pytest.param({"Host": "a.shop.com"}, id="one host"),
        pytest.param({"host": ["a.shop.com"]}, id="one host in an array"),
        pytest.param({"x-host": ["a", "b"], "forwarded": ["host=a", "host=b"]}, id="hosts in other headers"),
    ],
)
def test_a_header_that_changes_nothing_of_that_is_sent(build, headers):
    request = build(posting(headers), allow_missing=frozenset({"nothing"}))

    assert request.diagnostics.errors.codes == []
    (length,) = [value for name, value in request.wire().headers if name.lower() == b"content-length"]
    assert length.strip() == b"5"


def test_the_input_that_gives_a_length_is_named(build):
    request = build(posting({"content-length": "{{size}}"}), {"size": 9})

    (error,) = request.diagnostics.errors
    assert (error.code, error.pointer) == ("KNB408", "/inputTemplate/headers/content-length")
    assert "input size" in error.message


def test_a_get_without_a_body_may_say_so(build):
    request = build({"headers": {"content-length": "0"}})

    assert request.diagnostics.errors.codes == []
