import pickle

import pytest

from kustomer_nb.request.url import AddressError, decode, origin, parse_address
from kustomer_nb.template import Kind, Piece, Text

LABEL = "$shop.default.base"


def setting(text):
    return Text((Piece(text, Kind.SETTING, "base", LABEL),))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("http://a.b", "http://a.b/", id="no path"),
        pytest.param("http://a.b?c", "http://a.b/?c", id="a query and no path"),
        pytest.param("http://a.b/c#d", "http://a.b/c", id="a fragment"),
        pytest.param("HTTP://A.B:80/C", "http://a.b:80/C", id="capitals and a default port"),
        pytest.param("http://u:p@a.b/", "http://a.b/", id="user and password"),
        pytest.param("http://a.b/ {c}?d=|", "http://a.b/%20%7Bc%7D?d=%7C", id="characters that are encoded"),
        pytest.param("http:\\\\a.b\\c", None, id="backslashes in the place of slashes"),
        pytest.param(
            "\n http://bücher.de:/c ", "http://xn--bcher-kva.de/c", id="white space, a foreign host"
        ),
    ],
)
def test_a_url_is_normalized_as_it_is_sent(text, address):
    try:
        sent = parse_address(Text.of(text)).text.real
    except AddressError:
        sent = None

    assert sent == address


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("  ", "is empty", id="nothing"),
        pytest.param("a.b/c", "has no http:// or https:// before the host", id="no scheme"),
        pytest.param("ftp://a.b", "has another scheme than http:// and https://", id="ftp"),
        pytest.param("http:///c", "has no host", id="no host"),
        pytest.param("http://a b", 'has the invalid host "a b"', id="a space in the host"),
        pytest.param("http://a!b", 'has the invalid host "a!b"', id="a mark in the host"),
        pytest.param("http://999.1.1.1/", 'has the invalid host "999.1.1.1"', id="no address of numbers"),
        pytest.param("http://[1:2]/", 'has the invalid host "[1:2]"', id="no address of version 6"),
        pytest.param(f"http://a:{'9' * 5000}/", "has a port above 65535", id="a port of many digits"),
        pytest.param("http://me:pw@a b/", 'has the invalid host "a b"', id="a password is not quoted"),
        pytest.param("http://[::1", 'has the invalid host "[::1"', id="a bracket left open"),
        pytest.param(f"http://{'a' * 256}", 'has the invalid host "' + "a" * 59 + '…"', id="a host too long"),
        pytest.param("http://a:65536", "has a port above 65535", id="a port too high"),
        pytest.param(
            "http://%zz@a", "has an invalid %-escape before its @", id="a user that cannot be decoded"
        ),
        pytest.param("http://a@", 'has the invalid host ""', id="a user and no host"),
    ],
)
def test_an_invalid_url_has_a_reason(text, says):
    with pytest.raises(AddressError) as caught:
        parse_address(Text.of(text))

    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("uri", "masked"),
    [
        pytest.param(setting("https://a.b") + Text.of("/c"), f"https://{LABEL}/c", id="the origin"),
        pytest.param(setting("https://a.b/c?d=e"), f"https://{LABEL}", id="the whole address"),
        pytest.param(
            Text.of("https://") + setting("A.b") + Text.of("/c"), f"https://{LABEL}/c", id="the host"
        ),
        pytest.param(
            Text.of("https://") + setting("bü.de") + Text.of(":81/c"), f"https://{LABEL}:81/c", id="a host"
        ),
        pytest.param(
            Text.of("https://u:") + setting("p@a.b") + Text.of("/c"), f"https://{LABEL}/c", id="a password"
        ),
        pytest.param(setting(" https://u:p@a.b/"), f"https://{LABEL}", id="white space and a password"),
        pytest.param(Text.of("https://a.b/") + setting("c?d#e"), f"https://a.b/{LABEL}", id="path and query"),
        pytest.param(Text.of("https://a.b/?c=") + setting("d e"), f"https://a.b/?c={LABEL}", id="a value"),
    ],
)
def test_a_setting_in_a_url_is_shown_by_its_label(uri, masked):
    address = parse_address(uri)

    assert address.text.shown == masked
    assert repr(address) == f"<Address: {masked}>"


def test_user_and_password_are_hidden():
    address = parse_address(Text.of("http://user:p4ss@a.b"))

    assert address.auth.reveal() == "user:p4ss"
    assert "p4ss" not in repr(address) + str(address) + address.text.shown
    with pytest.raises(TypeError):
        pickle.dumps(address)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        pytest.param("http://a.b:80", "a.b", id="the default port"),
        pytest.param("https://a.b:80", "a.b:80", id="the default port of the other scheme"),
        pytest.param("http://[::1]:80", "::1", id="an IPv6 address, as npm request has it"),
        pytest.param("http://[::1]", "[::1]", id="an IPv6 address without a port"),
    ],
)
def test_the_host_header_leaves_out_the_default_port(text, header):
    host_header = parse_address(Text.of(text)).host_header

    assert host_header.real == header


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        pytest.param("localhost", True, id="localhost"),
        pytest.param("127.9.9.9", True, id="any address of the loopback net"),
        pytest.param("[::1]", True, id="IPv6"),
        pytest.param("127.0.0.1.evil.com", False, id="a name that begins like an address"),
        pytest.param("localhost.evil.com", False, id="a name that begins with localhost"),
        pytest.param("10.0.0.1", False, id="another address"),
    ],
)
def test_only_this_host_is_loopback(host, is_loopback):
    address = parse_address(Text.of(f"http://{host}:8000/"))

    assert address.is_loopback is is_loopback


@pytest.mark.parametrize(
    ("uri", "search", "target", "fragment"),
    [
        pytest.param("http://a/b?c", "?d", "/b?d", "", id="in the place of a query"),
        pytest.param("http://a/b?c#e", "?d", "/b?d", "", id="and of the fragment behind it"),
        pytest.param("http://a/b#e?f", "?d", "/b", "#e?d", id="behind a fragment"),
    ],
)
def test_a_merged_query_is_where_npm_request_puts_it(uri, search, target, fragment):
    address = parse_address(Text.of(uri)).merged_with(Text.of(search))

    assert (address.target.real, address.fragment.real) == (target, fragment)
    assert address.is_rewritten


@pytest.mark.parametrize(
    ("port", "suffix"),
    [
        pytest.param(None, "http://a", id="none"),
        pytest.param(80, "http://a", id="80"),
        pytest.param(81, "http://a:81", id="81"),
    ],
)
def test_an_origin_has_a_port_only_where_it_is_not_the_default(port, suffix):
    text = origin("http", "a", port)

    assert text == suffix


def test_decode_returns_none_if_javascript_throws():
    decoded = [decode("%C3%A9+"), decode("%"), decode("%ED%A0%80")]

    assert decoded == ["é+", None, None]
