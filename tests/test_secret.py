import base64
import copy
import html
import json
import pickle
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.request.url import parse_address
from kustomer_nb.secret import Redactor, Secret
from kustomer_nb.template import Template, Text

LABEL = "$k"
VALUES = st.text(
    st.characters(blacklist_characters="$\0", blacklist_categories=["Cs"]), min_size=4, max_size=40
)
ENCODERS = {
    "plain": str,
    "HTML": html.escape,
    "HTML with decimal quotes": lambda text: html.escape(text).replace("&#x27;", "&#39;"),
    "Handlebars": lambda text: Template.parse("{{x}}").render({"x": text}),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON beyond ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", r"\/"),
    "URL": lambda text: quote(text, safe=""),
    "URL with slashes": quote,
    "URL in small letters": lambda text: re.sub("%..", lambda hex: hex[0].lower(), quote(text, safe="")),
    "form": quote_plus,
    "encodeURIComponent": lambda text: quote(text, safe="!'()*"),
    "encodeURI": lambda text: quote(text, safe="!'()*;/?:@&=+$,#"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
}


def hide(*values):
    return Redactor({f"{LABEL}{at}": Secret(value, source="test") for at, value in enumerate(values)})


@pytest.mark.parametrize("encode", [pytest.param(encode, id=name) for name, encode in ENCODERS.items()])
@settings(deadline=None)
@given(value=VALUES, before=st.text("<> \n", max_size=3), after=st.text("<> \n", max_size=3))
def test_no_encoding_of_a_secret_is_left(encode, value, before, after):
    written = encode(value)

    found = hide(value).text(f"{before}{written}{after}")

    assert written not in found.replace(f"{LABEL}0", "")
    assert LABEL in found


@settings(deadline=None)
@given(VALUES, st.text(st.characters(codec="ascii"), min_size=0, max_size=5))
def test_no_secret_is_left_in_a_longer_text_in_base64(value, user):
    value = f"long{value}"
    echoed = base64.b64encode(f"{user}:{value}!".encode()).decode()

    found = hide(value).text(echoed)

    assert LABEL in found
    assert value.encode() not in base64.b64decode(echoed.replace(echoed, found.partition(LABEL)[0]) + "====")


def test_a_secret_in_an_address_is_hidden_as_npm_request_writes_it():
    address = parse_address(Text.of("http://a.b/t=k&n{|}\"<>'`^"))

    found = hide("t=k&n{|}\"<>'`^").text(address.target.real)

    assert found == f"/{LABEL}0"


def test_a_secret_is_hidden_in_keys_strings_and_numbers():
    value = {"s3cret": ["Bearer s3cret", 12345, True, None, 1.5], "n": {"12345": "x"}}

    found = hide("s3cret", 12345).value(value)

    assert found == {
        "$k0": ["Bearer $k0", "$k1", True, None, 1.5],
        "n": {"$k1": "x"},
    }


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("abc", id="three characters"),
        pytest.param("", id="none"),
        pytest.param(True, id="true"),
        pytest.param(123, id="three digits"),
    ],
)
def test_what_would_shred_every_text_is_left(value):
    text = f"True abc 123 true {value}"

    found = [hide(value).text(text), hide(value).value([text, True, 123])]

    assert found == [text, [text, True, 123]]


def test_without_secrets_a_value_is_itself():
    value = {"a": ["b"]}

    found = hide().value(value)

    assert found is value


def test_the_longer_of_two_secrets_goes_first():
    found = hide("token", "token-of-mine").text("token-of-mine token")

    assert found == "$k1 $k0"


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        pytest.param("s", ("env", "1 character"), id="one character"),
        pytest.param(" s3cret", ("env", "7 characters", "starts with white space"), id="white space before"),
        pytest.param("s3cret\n", ("env", "7 characters", "ends in white space"), id="a line break behind"),
        pytest.param("bearer s3cret", ("env", "13 characters", "starts with Bearer"), id="a doubled Bearer"),
        pytest.param(12345, ("env", "5 characters"), id="a number"),
        pytest.param("", ("env", "0 characters"), id="nothing"),
    ],
)
def test_the_facts_of_a_secret_help_without_it(value, facts):
    found = Secret(value, source="env").facts

    assert found == facts


def test_a_secret_is_in_no_text_of_it():
    secret = Secret("s3cret", source="env")

    texts = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        f"{secret!r}",
        f"{[secret]}",
        "".join(map(str, [secret])),
    ]

    assert {"s3cret" in text for text in texts} == {False}
    assert repr(secret) == "<Secret: env, 6 characters>"


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(pickle.dumps, id="pickle"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deep copy"),
        pytest.param(json.dumps, id="JSON"),
        pytest.param(vars, id="vars"),
    ],
)
def test_a_secret_cannot_be_copied(copied):
    with pytest.raises(TypeError) as caught:
        copied(Secret("s3cret", source="env"))

    assert "s3cret" not in str(caught.value)


def test_a_secret_is_there_even_when_it_is_empty():
    secret = Secret("", source="env")

    assert secret
    assert (len(secret), secret.reveal(), secret.source) == (0, "", "env")
