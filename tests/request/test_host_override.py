import pytest

from tests.request.reports import reports


@pytest.mark.parametrize(
    ("hosts", "sent_to"),
    [
        pytest.param(
            {"http://api.shop.com": "http://127.0.0.1:8000"}, "http://127.0.0.1:8000", id="the origin"
        ),
        pytest.param(
            {"HTTP://API.shop.com:80/": "http://localhost"}, "http://localhost", id="written otherwise"
        ),
        pytest.param({"https://api.shop.com": "http://localhost"}, None, id="another scheme"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_hosts_replaces_an_authored_origin(build, hosts, sent_to):
    request = build(hosts=hosts)

    assert (request.sent_to.origin if request.sent_to else None) == sent_to
    assert request.url == "http://api.shop.com/x"


def test_hosts_with_an_invalid_url_are_refused(build):
    request = build(hosts={"http://api.shop.com": "127.0.0.1:8000"})

    assert reports(request) == [
        (
            "KNB409",
            "error",
            "",
            'hosts maps "http://api.shop.com" to "127.0.0.1:8000"; '
            "one of them has no http:// or https:// before the host.",
            'write both as origins, as in "http://127.0.0.1:8000".',
        )
    ]


def test_hosts_is_ignored_without_a_valid_url(build):
    request = build({"uri": ""}, hosts={"a": "b"})

    assert request.diagnostics.codes == ["KNB402"]
    assert request.sent_to is None
