"""A redactor finds a secret in any encoding, in any two nested ones, and in any longer text."""

import base64
import html
import json
import os
import re
from random import Random
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import pytest

from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.secrets import Redactor, Secret
from kustomer_nb.secrets.secret import Credential
from tests.work import count_calls, growth

SEED = int(os.environ.get("KUSTOMER_NB_FUZZ_SEED", "20210420"))
CASES = int(os.environ.get("KUSTOMER_NB_FUZZ", "1500"))
pytestmark = pytest.mark.timeout(600 + CASES / 20)
LABEL = "$k"
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
ALPHABETS = (PLAIN, PLAIN + "-_.~", PLAIN + "+/=", PLAIN + "\"\\/&<>'`=%+ ;#?:@,{}", PLAIN + "öß€😀\n\t")
AROUND = (*(PLAIN + " \"'<>&{}[]:;,=?/\n"), "Bearer ", '{"token": "', "&amp;", "%20", "\\n", "😀")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}")


def partly(change):
    """Return an encoder that changes about half of the characters: no encoding has to change all."""
    return lambda text, chance: "".join(
        change(character) if chance.random() < 0.5 else character for character in text
    )


def whole(change):
    return lambda text, chance: change(text)


def escaped_for_json(text):
    return "".join(f"\\u{int.from_bytes(unit, 'big'):04x}" for unit in units(text))


def units(text):
    raw = text.encode("utf-16-be")
    return [raw[at : at + 2] for at in range(0, len(raw), 2)]


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


ENCODERS = {
    "URL": whole(lambda text: quote(text, safe="")),
    "URL in small letters": whole(
        lambda text: re.sub("%..", lambda redacted: redacted[0].lower(), quote(text, safe=""))
    ),
    "form": whole(quote_plus),
    "URL, all of it": whole(quoted),
    # A character that begins an escape is always escaped; others may be.
    "URL, partly": lambda text, chance: (
        partly(quoted)(quote(text, safe=""), chance)
        if "%" not in quote(text, safe="")
        else "".join(quoted(one) if one == "%" or chance.random() < 0.5 else one for one in text)
    ),
    "HTML": whole(html.escape),
    "HTML in decimals": whole(lambda text: "".join(f"&#{ord(one)};" for one in text)),
    "HTML in hexadecimals": whole(lambda text: "".join(f"&#x{ord(one):X};" for one in text)),
    "HTML, partly": lambda text, chance: "".join(
        f"&#{ord(one)};" if one == "&" or chance.random() < 0.5 else one for one in text
    ),
    "JSON": whole(lambda text: json.dumps(text)[1:-1]),
    "JSON beyond ASCII": whole(lambda text: json.dumps(text, ensure_ascii=False)[1:-1]),
    "JSON of PHP": whole(lambda text: json.dumps(text)[1:-1].replace("/", r"\/")),
    "JSON, all of it": whole(escaped_for_json),
    "JSON in capitals": whole(lambda text: escaped_for_json(text).upper().replace(r"\U", r"\u")),
    "JSON, partly": lambda text, chance: "".join(
        escaped_for_json(one) if one in '"\\\n\t' or chance.random() < 0.5 else one for one in text
    ),
    "base64": whole(lambda text: base64.b64encode(text.encode()).decode()),
    "base64 for URLs": whole(lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")),
}


def random_text(chance, characters, fewest, most):
    return "".join(chance.choice(characters) for _ in range(chance.randint(fewest, most)))


def echoes(chance):
    """Return a token, the encodings, and a text with the token in these, with other text at each level."""
    token = random_text(chance, chance.choice(ALPHABETS), 8, 60)
    text = token
    names = chance.choices(list(ENCODERS), k=chance.randint(0, 2))
    for name in names:
        text = ENCODERS[name](
            random_text(chance, AROUND, 0, 12) + text + random_text(chance, AROUND, 0, 12), chance
        )
    return token, names, random_text(chance, AROUND, 0, 30) + text + random_text(chance, AROUND, 0, 30)


def decodings(text, depth=2):
    """Yield a text and its decodings; these decoders are independent of the redactor."""
    yield text
    if not depth:
        return
    read = {unquote(text), unquote_plus(text), html.unescape(text), *unescaped(text), *unpacked(text)}
    for reading in read - {text}:
        yield from decodings(reading, depth - 1)


def unescaped(text):
    try:
        yield json.loads(f'"{text}"', strict=False)
    except ValueError:
        return


def unpacked(text):
    for run in _BASE64.findall(text.replace("-", "+").replace("_", "/")):
        for skipped in range(4):
            part = run[skipped:]
            yield base64.b64decode(part[: len(part) // 4 * 4]).decode("utf-8", "replace")


def test_no_token_survives_two_encodings_in_any_text():
    survived = []
    for case in range(CASES):
        token, names, text = echoes(Random(f"{SEED} {case}"))
        hide = Redactor({LABEL: Secret(token, source="test")})

        redacted = hide.text(text)

        if LABEL not in redacted or any(token in decoding for decoding in decodings(redacted)):
            survived.append((case, names, token, text, redacted))

    assert survived == []


def test_a_text_without_a_secret_is_returned_itself():
    changed = []
    for case in range(CASES // 4):
        _, _, text = echoes(Random(f"{SEED} {case}"))
        hide = Redactor({LABEL: Secret("another-token-0123456789", source="test")})

        if hide.text(text) is not text:
            changed.append(text)

    assert changed == []


def placed(chance, text):
    """Return a JSON value with a text at one of the places where a service may echo it."""
    note = random_text(chance, AROUND, 0, 12)
    return chance.choice(
        (
            text,
            {text: 1},
            {"note": text},
            {"note": [note, text, 2.0]},
            {"a": {"b": [{note: None, "x-key": text}]}},
            {"name": "x-key", "value": text},
            # As the body of a request: JSON in a string.
            {"body": json.dumps({"note": text}, ensure_ascii=False)},
            [json.dumps([text])],
        )
    )


WRITERS = (stringify, json.dumps, lambda value: json.dumps(value, ensure_ascii=False, indent=2))


def secret_of(chance, token):
    if chance.random() < 0.5:
        return Secret(token, source="test")
    names = chance.choice(((), ("x-key",)))
    return Credential(token, source="test", label=LABEL, names=names)


@pytest.mark.uncounted
def test_json_is_clear_only_if_its_value_is():
    missed, clear = [], 0
    for case in range(CASES):
        chance = Random(f"{SEED} {case}")
        token, names, text = echoes(chance)
        value = placed(chance, text)
        secret = secret_of(chance, token if chance.random() < 0.8 else "another-token-0123456789")
        hide = Redactor({LABEL: secret})
        written = chance.choice(WRITERS)(value)

        is_clear = hide.is_clear(written.encode("utf-8", "backslashreplace"))

        clear += is_clear
        if is_clear and hide.value(value) != value:
            missed.append((case, names, token, value))
        parsed = json.loads(written)
        if hide.parsed(parsed, written) != (hide.value(parsed), hide.text(written)):
            missed.append((case, names, token, written))

    assert missed == []
    assert clear > CASES / 100


@pytest.mark.parametrize(
    ("token", "value"),
    [
        pytest.param("12345678", {"pin": 12345678}, id="a number"),
        pytest.param("1000000.0", {"pin": 1000000.0}, id="a number that JavaScript writes differently"),
        pytest.param("1e+22", [1e22], id="a number with an exponent"),
        pytest.param("tok-012345", ["t\0o\0k\0-\0000\0001\0002\0003\0004\0005\0"], id="UTF-16"),
        pytest.param("two\nlines-of-it", ["two\nlines-of-it"], id="a line end"),
        pytest.param("nine-lives-of-it", ["nine\\", "\\nine-lives-of-it"], id="a backslash before an n"),
        pytest.param("a\\nine-lives", ["a\\nine-lives"], id="a backslash before an n, in the token"),
        pytest.param('a"quote"-in-it', [{'a"quote"-in-it': ""}], id="quotes, in a key"),
        pytest.param("half-\ud83d-pair", ["half-\ud83d-pair"], id="half of a surrogate pair"),
    ],
)
def test_json_with_a_secret_is_never_clear(token, value):
    hide = Redactor({LABEL: Secret(token, source="test")})
    json_text = (stringify(value) or "").encode("utf-8", "backslashreplace")

    assert hide.value(value) != value
    assert not hide.is_clear(json_text)
    assert hide.parsed(value, json_text.decode())[0] == hide.value(value)


def test_a_named_credential_is_found_in_the_member_of_that_name():
    hide = Redactor({LABEL: Credential("k7", source="test", label=LABEL, names=("x-api-key",))})

    assert not hide.is_clear(b'{"name":"x-api-key","value":"k7"}')
    assert hide.parsed({"x-api-key": "k7"}, '{"x-api-key":"k7"}')[0] == {"x-api-key": LABEL}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"id": "a-1", "price": 1.5, "note": "late & broken"}, id="items"),
        pytest.param({"body": '{"amount":12.5,"reason":"late"}'}, id="JSON in a string"),
        pytest.param({"note": "one line\r\n\tand another"}, id="lines"),
    ],
)
def test_a_clear_response_or_line_is_not_walked_through(row):
    hide = Redactor({LABEL: Secret("4f9c2b7e1d-token", source="test")})

    def work(size):
        text = json.dumps([row] * size)
        content, value = text.encode(), json.loads(text)
        assert hide.is_clear(content)
        calls = count_calls(lambda: hide.is_clear(content))
        # The search of the text itself decodes its escapes.
        return calls if "\\" in text else calls + count_calls(lambda: hide.parsed(value, text))

    assert work(500) == work(5)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            {"note": 'said "ok"\n', "url": "https://a.b/%20?x=1&y=2", "name": "Ann"}, id="a response"
        ),
        pytest.param({"%41&amp;": "\\u0041%2541" * 9}, id="nothing but escapes"),
    ],
)
def test_the_work_of_searching_a_text_grows_with_its_length(row):
    hide = Redactor({f"$k{at}": Secret(f"{at}-token-0123456789abcdefghij", source="test") for at in range(3)})

    def look_through(size):
        text = json.dumps([row] * (size // len(json.dumps(row))))
        assert hide.text(text) is text

    assert growth(look_through, 4_000) < 5
    # The work of a regular expression is not counted: if quadratic, a megabyte takes hours.
    look_through(2**20)


def test_two_keys_that_become_one_label_leave_no_secret() -> None:
    hide = Redactor({"$shop.default.token": Secret("s3cret-token", source="test")})

    assert hide.value({"$shop.default.token": 1, "s3cret-token": 1}) == {"$shop.default.token": 1}


def test_a_part_without_a_secret_is_returned_itself() -> None:
    hide = Redactor({"$shop.default.token": Secret("s3cret-token", source="test")})
    quiet = {"a": [1, "x"]}

    redacted = hide.value({"quiet": quiet, "loud": ["s3cret-token"]})

    assert redacted["quiet"] is quiet
    assert redacted["loud"] == ["$shop.default.token"]


@pytest.mark.parametrize(
    ("value", "echoed"),
    [
        pytest.param("s3cret-token ", "s3cret-token", id="a blank at its end, which headers lose"),
        pytest.param("\ts3cret-token\n", "s3cret-token", id="white space around"),
        pytest.param("Bearer s3cret-token", "s3cret-token", id="its scheme"),
        pytest.param(" basic  s3cret-token ", "czNjcmV0LXRva2Vu", id="both, in base64"),
    ],
)
def test_the_token_within_a_badly_pasted_value_is_hidden(value: str, echoed: str) -> None:
    hide = Redactor({"$shop.default.token": Secret(value, source="test")})

    assert hide.value({"you sent": [echoed]}) == {"you sent": ["$shop.default.token"]}
