import pytest

from kustomer_nb.platform import Platform


@pytest.mark.parametrize(
    ("qs", "target"),
    [
        pytest.param("?a=b c&d", b"/x?a=b%20c&d", id="with a question mark"),
        pytest.param("a={{token}}", b"/x?a=s3cr3t", id="with a setting"),
        pytest.param("/#query", b"/x?q=1", id="a reference"),
    ],
)
def test_a_string_for_qs_is_sent_as_it_is(build, qs, target):
    request = build({"qs": qs}, {"query": "q=1"})

    assert request.wire().target == target


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        pytest.param("http://a.b/x?", b"/x?a=1", id="to a question mark"),
        pytest.param("http://a.b/x?b", b"/x?b&a=1", id="to a query"),
    ],
)
def test_a_string_for_qs_is_added(build, uri, target):
    request = build({"uri": uri, "qs": "a=1"})

    assert request.wire().target == target


def test_a_string_for_qs_that_is_split_still_hides_a_setting(build):
    request = build({"qs": "a{{token}}"}, token="x&", platform=Platform(string_qs_is_query=False))

    assert request.wire().target == b"/x?0=a&1=x&2=%26&3=a&4=m&5=p&6=%3B"
    assert request.url == "http://api.shop.com/x?0=a&1=$shop.default.token&2=&3=&4=&5=&6="
    assert request.diagnostics[0].message == "qs is a string; it is split into characters."
