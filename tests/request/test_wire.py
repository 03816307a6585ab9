import pytest


def sent(request):
    return [(name.decode(), value.decode("latin-1")) for name, value in request.wire().headers]


def test_the_host_header_names_the_host_that_the_request_is_sent_to(build):
    request = build(hosts={"http://api.shop.com": "http://127.0.0.1:80"})

    assert ("host", "127.0.0.1") in sent(request)
    assert request.headers["host"] == "api.shop.com"


@pytest.mark.parametrize("name", [pytest.param("Host", id="capital"), pytest.param("host", id="small")])
def test_a_host_header_of_the_author_is_kept_with_another_host(build, name):
    request = build({"headers": {name: "other.com"}}, hosts={"http://api.shop.com": "http://127.0.0.1"})

    assert (name, "other.com") in sent(request)
