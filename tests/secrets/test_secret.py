import base64
import copy
import dataclasses
import html
import io
import json
import logging
import marshal
import pickle
import pprint
import re
import sys
import threading
from urllib.parse import quote, quote_plus

import IPython.lib.pretty
import pytest
import rich
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from kustomer_nb.request.url import parse_address
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.secrets.redactor import PART
from kustomer_nb.secrets.secret import all_secrets
from kustomer_nb.template import Template, Text


@dataclasses.dataclass
class Holder:
    secret: Secret


def inspected(value):
    console = Console(file=io.StringIO(), width=200)
    rich.inspect(value, all=True, console=console)
    return console.file.getvalue()


def pretty(value):
    return IPython.lib.pretty.pretty([value])


def fields(value):
    """Return all attributes of an object, as a debugger lists them."""
    attributes = [(name, getattr(value, name)) for name in dir(value) if name != "__doc__"]
    return repr([attribute for attribute in attributes if attribute[0] != "reveal"])


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
def test_every_encoding_of_a_secret_is_removed(encode, value, before, after):
    encoded = encode(value)

    redacted = hide(value).text(f"{before}{encoded}{after}")

    assert encoded not in redacted.replace(f"{LABEL}0", "")
    assert LABEL in redacted


def decoded(text):
    """Decode the complete groups of base64."""
    return base64.b64decode(text[: len(text) // 4 * 4]).decode("utf-8", "replace")


@settings(deadline=None)
@given(VALUES, st.text(st.characters(codec="ascii"), min_size=0, max_size=5))
def test_a_secret_is_removed_from_a_longer_text_in_base64(value, user):
    value = f"long{value}"
    echoed = base64.b64encode(f"{user}:{value}!".encode()).decode()

    redacted = hide(value).text(echoed)

    before, _, after = redacted.partition(LABEL)
    assert value not in decoded(before) + decoded(after)


def test_a_secret_in_a_url_is_hidden_as_npm_request_writes_it():
    address = parse_address(Text.of("http://a.b/t=k&n{|}\"<>'`^"))

    redacted = hide("t=k&n{|}\"<>'`^").text(address.target.real)

    assert redacted == f"/{LABEL}0"


def test_a_secret_is_hidden_in_keys_strings_and_numbers():
    value = {"s3cret": ["Bearer s3cret", 12345, True, None, 1.5], "n": {"12345": "x"}}

    redacted = hide("s3cret", 12345).value(value)

    assert redacted == {
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
def test_a_value_that_would_shred_every_text_stays(value):
    text = f"True abc 123 true {value}"

    redacted = [hide(value).text(text), hide(value).value([text, True, 123])]

    assert redacted == [text, [text, True, 123]]


def test_without_secrets_a_value_is_returned_itself():
    value = {"a": ["b"]}

    redacted = hide().value(value)

    assert redacted is value


@pytest.mark.parametrize(
    ("content", "redacted"),
    [
        pytest.param(b"\xff a s3cret-t\xc3\xb6k", b"\xff a $k0", id="UTF-8 among other bytes"),
        pytest.param("a s3cret-tök".encode("latin-1"), b"a $k0", id="Latin-1"),
        pytest.param(b"s3cret%2Dt%C3%B6k", b"$k0", id="partly quoted"),
    ],
)
def test_a_secret_is_hidden_in_bytes_of_any_charset(content, redacted):
    assert hide("s3cret-tök").content(content) == redacted


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_secret_is_hidden_in_utf_16(charset):
    redacted = hide("s3cret-tök").content("a s3cret-tök".encode(charset))

    assert b"$k0" in redacted
    assert b"3\0c\0r" not in redacted


def test_bytes_without_a_secret_are_returned_themselves():
    content = b"nothing here"

    assert hide("s3cret").content(content) is content


def test_a_secret_is_hidden_in_a_header_read_as_latin_1():
    redacted = hide("s3cret-tök").text("s3cret-tök".encode().decode("latin-1"))

    assert redacted == "$k0"


def test_merged_redactors_hide_the_secrets_of_each():
    other = Redactor({"$other": Secret("an0ther", source="test")})

    redacted = hide("s3cret").merged(other, Redactor({})).text("s3cret an0ther")

    assert redacted == "$k0 $other"


def test_a_secret_is_hidden_where_two_parts_of_a_long_text_meet():
    encoded = "%73%33%63%72%65%74-value"
    texts = [" " * (PART - at) + encoded + " " * PART for at in range(0, len(encoded) + 1, 3)]

    redacted = {hide("s3cret-value").text(text).strip() for text in texts}

    assert redacted == {"$k0"}


def test_strings_with_any_character_are_searched():
    value = {"\ufdd0": ["\ufdd0", "s3cret", "\ud800"]}

    assert hide("s3cret").value(value) == {"\ufdd0": ["\ufdd0", "$k0", "\ud800"]}


def test_the_longer_of_two_secrets_is_replaced_first():
    redacted = hide("token", "token-of-mine").text("token-of-mine token")

    assert redacted == "$k1 $k0"


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        pytest.param("s", ("env", "1 character"), id="one character"),
        pytest.param(" s3cret", ("env", "7 characters", "starts with white space"), id="white space before"),
        pytest.param(
            "s3cret\n", ("env", "7 characters", "ends in white space"), id="a line break at the end"
        ),
        pytest.param("bearer s3cret", ("env", "13 characters", "starts with Bearer"), id="a doubled Bearer"),
        pytest.param(12345, ("env", "5 characters"), id="a number"),
        pytest.param("", ("env", "0 characters"), id="nothing"),
    ],
)
def test_the_facts_of_a_secret_help_without_showing_it(value, facts):
    actual = Secret(value, source="env").facts

    assert actual == facts


def test_no_string_form_of_a_secret_contains_its_value():
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
        pytest.param(marshal.dumps, id="marshal"),
    ],
)
def test_a_secret_cannot_be_copied(copied):
    with pytest.raises((TypeError, ValueError)) as caught:
        copied(Secret("s3cret", source="env"))

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("other", "is_equal"),
    [
        pytest.param(Secret("s3cret", source="elsewhere"), True, id="the same value from elsewhere"),
        pytest.param(Secret("s3creT", source="env"), False, id="another value"),
        pytest.param("s3cret", False, id="the value in plain"),
    ],
)
def test_secrets_are_equal_when_their_values_are(other, is_equal):
    secret = Secret("s3cret", source="env")

    assert (secret == other, secret in {other}) == (is_equal, is_equal)


def test_a_number_and_its_digits_are_different_secrets():
    secrets = {Secret(1, source="env"), Secret("1", source="env"), Secret(True, source="env")}

    assert len(secrets) == 3


@pytest.mark.parametrize("show", [pprint.pformat, inspected, pretty, fields], ids=lambda show: show.__name__)
@pytest.mark.parametrize(
    "holder",
    [
        pytest.param(Secret("s3cret-value", source="env"), id="a secret"),
        pytest.param(Redactor({"$k": Secret("s3cret-value", source="env")}), id="a redactor"),
    ],
)
def test_developer_tools_list_no_value(show, holder):
    listing = show(holder)

    assert "s3cret-value" not in listing


def test_a_dataclass_with_a_secret_cannot_be_converted():
    with pytest.raises(TypeError, match="never pickled or copied"):
        dataclasses.asdict(Holder(Secret("s3cret", source="env")))


def test_a_log_line_has_the_label_of_a_secret(caplog):
    secret = Secret("s3cret", source="env")

    logging.getLogger("test").warning("%s %r %s", secret, secret, {"token": secret})

    assert caplog.messages == [f"{secret} {secret} {{'token': {secret}}}"]
    assert "s3cret" not in caplog.text


def test_json_contains_only_the_repr_of_a_secret():
    text = json.dumps([Secret("s3cret", source="env")], default=str)

    assert text == '["<Secret: env, 6 characters>"]'


def test_an_empty_secret_is_true():
    secret = Secret("", source="env")

    assert secret
    assert (len(secret), secret.reveal(), secret.source) == (0, "", "env")


def test_all_secrets_are_listed_while_other_threads_make_some():
    held = [Secret(f"s3cret-{number}", source="test") for number in range(2_000)]
    is_done = threading.Event()

    def make_secrets():
        while not is_done.is_set():
            _ = [Secret("s3cret", source="test") for _ in range(200)]

    threads = [threading.Thread(target=make_secrets) for _ in range(2)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        listed = [all_secrets() for _ in range(200)][-1]
    finally:
        is_done.set()
        sys.setswitchinterval(interval)
        for thread in threads:
            thread.join()

    assert {id(secret) for secret in held} <= {id(secret) for secret in listed}
