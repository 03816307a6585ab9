"""A pasted credential is in no repr, message, traceback or file, but in the secrets of the import."""

from __future__ import annotations

import copy
import pickle
import stat
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

import pytest
from dotenv import dotenv_values

import kustomer_nb as knb
from kustomer_nb import ConversionError, from_curl
from kustomer_nb.config.env_file import write_variables
from kustomer_nb.convert.curl import read_curl
from kustomer_nb.errors import SaveError

CANARY = "c4n4ry-T0k3n-7f3a9b"
PLACES = [
    pytest.param(f"-H 'Authorization: Bearer {CANARY}'", id="bearer"),
    pytest.param(f"-H 'Authorization: Basic {CANARY}=='", id="basic"),
    pytest.param(f"-H 'authorization: {CANARY}'", id="without a scheme"),
    pytest.param(f"-H 'X-Api-Key: {CANARY}'", id="a key in a header"),
    pytest.param(f"-H 'Cookie: a=b; sid={CANARY}'", id="a cookie header"),
    pytest.param(f"-b 'sid={CANARY}'", id="a cookie"),
    pytest.param(f"-u 'user:{CANARY}'", id="a password"),
    pytest.param(f"-u '{CANARY}:'", id="a user"),
    pytest.param(f"--oauth2-bearer {CANARY}", id="oauth2"),
    pytest.param(f"-G -d api_key={CANARY}", id="a key in the query"),
    pytest.param(f"--url-query token={CANARY}", id="a token in the query"),
    pytest.param(f"-d client_secret={CANARY} -d a=b", id="a form"),
    pytest.param(f"-d password={CANARY}%26", id="an encoded form"),
    pytest.param(f'--json \'{{"auth": {{"password": "{CANARY}"}}, "a": 1}}\'', id="JSON"),
    pytest.param(f'-d \'{{"password": "{CANARY}"}}\'', id="JSON as a form"),
    pytest.param(f"--data-binary '<a>\npassword: \"{CANARY}\"</a>' -H 'content-type: text/xml'", id="text"),
    pytest.param(f"-H 'X-Secret: {CANARY}' -H 'X-Copy: see {CANARY}'", id="twice"),
]


@pytest.mark.parametrize("options", PLACES)
def test_a_credential_is_a_secret_and_nowhere_else(options: str) -> None:
    imported = from_curl(f"curl 'https://api.shop.com/orders/42' {options}")

    assert any(CANARY in revealed(secret) for secret in imported.secrets.values())
    shown = [
        imported.app.text, repr(imported), str(imported), repr(imported.app), repr(imported.action),
        repr(imported.secrets), str(dict(imported.secrets)), repr(imported.proposals), str(imported.examples),
        str(imported.diagnostics), f"{imported.secrets}", repr(read_curl(f"curl https://a.b {options}")),
        str(imported.app.lint()),
    ]  # fmt: skip
    assert [text for text in shown if CANARY in text] == []
    assert not imported.app.lint().errors


@pytest.mark.parametrize(
    "options",
    [
        "--json '{\"password\": 48291734}'",
        '--json \'{"a": [{"userPin": 48291734}]}\'',
        '--json \'{"tokens": ["48291734"]}\'',
        '--json \'{"apiKeys": {"main": "48291734"}}\'',
        '--json \'{"auth": {"type": "plain", "value": "48291734"}}\'',
        '--json \'{"credentials": {"user": "bob", "pass": "48291734"}}\'',
        "-G -d sig=48291734",
        "-H 'Content-Type: text/xml' -d '<a><password>48291734</password></a>'",
        "-H 'Content-Type: text/xml' -d '<s:a><s:apiKey x=\"1\"><![CDATA[48291734]]></s:apiKey></s:a>'",
        "-H 'Content-Type: text/xml' -d '<login user=\"bob\" password=\"48291734\"/>'",
        "-u bob:48291734 -H 'X-Ref: 48291734'",
        "-u bob:48291734 -H 'X-Ref: see 48291734, twice 48291734'",
        "-u bob:48291734 -d 'note=48291734'",
        "-u bob:48291734 -G -d 'note=is%2048291734'",
        '-u bob:48291734 --json \'{"note": "is 48291734"}\'',
        "-u bob:48291734 -H 'Content-Type: text/plain' -d 'is 48291734'",
        "-H 'Authorization: Basic Ym9iOjQ4MjkxNzM0' -H 'X-Ref: 48291734'",
        "-d 'user[password]=48291734'",
        "-d 'tokens[]=48291734'",
        "-G -d hapikey=48291734",
        "-G -d sharedsecret=48291734",
        "-d password_confirmation=48291734",
        "-d token2=48291734",
        "-H 'X-JWT-Assertion: 48291734'",
        "-H 'X-Hub-Signature-256: sha256=48291734'",
        "-A 'shop password=48291734'",
        '--json \'{"fields": [{"name": "password", "value": "48291734"}]}\'',
        '--json \'{"headers": [{"name": "Authorization", "value": "Bearer 48291734"}]}\'',
        '--json \'{"database": "Server=db;User=bob;Password=48291734;"}\'',
        '--json \'{"a": "secret=48291734&password=48291734x"}\'',
        '--data-urlencode \'payload={"password": "48291734"}\'',
        "--json '{password: 48291734}'",
        "-H 'Content-Type: text/yaml' -d $'user: bob\\npassword: 48291734'",
        "-H 'Content-Type: text/plain' -d 'user=bob\\npassword=48291734'",
        "-H 'Content-Type: multipart/form-data; boundary=X' --data-binary"
        " $'--X\\r\\nContent-Disposition: form-data; name=\"password\"\\r\\n\\r\\n48291734\\r\\n--X--'",
        "-H 'Content-Type: text/xml' -d '<credentials><type>x</type><value>48291734</value></credentials>'",
        "-H 'Content-Type: text/xml' -d '<password><![CDATA[a<48291734>]]></password>'",
        "-H 'Content-Type: text/xml' -d '<param name=\"password\" value=\"48291734\"/>'",
        "-H 'Content-Type: text/xml' -d '<param name=\"password\">48291734</param>'",
        "-H 'Content-Type: text/xml' -d '<m><name>password</name><value><int>48291734</int></value></m>'",
        "-H 'Content-Type: text/xml' -d '<login note=\"a>b\" password=\"48291734\"/>'",
        "-b 'sid=ab48291734cd' -H 'X-Copy: ab48291734cd'",
        "-d grant_type=authorization_code -d code=x48291734",
        '--json \'{"grant_type": "authorization_code", "code": "x48291734", "code_verifier": "y48291734"}\'',
        '--json \'{"c": "AccountName=x;AccountKey=48291734;EndpointSuffix=y"}\'',
        "-H 'Authorization: Bearer a/48291734' -d 'copy=a%2F48291734'",
    ],
)
def test_a_credential_is_found_by_what_is_around_it(options: str) -> None:
    imported = from_curl(f"curl https://api.shop.com/orders/42 {options}")

    shown = [imported.app.text, repr(imported.proposals), str(imported.examples), str(imported.diagnostics)]
    assert [text for text in shown if "48291734" in text] == []
    assert any("48291734" in str(secret.reveal()) for secret in imported.secrets.values())
    assert not imported.app.lint().errors


@pytest.mark.parametrize(
    "path", ["x;jsessionid=48291734", "webhooks/1/ab48291734cd48291734", "token/ab48291734cd48291734"]
)
def test_a_credential_in_the_path_is_a_secret(path: str) -> None:
    imported = from_curl(f"curl 'https://api.shop.com/{path}?y=1'")

    assert "48291734" not in imported.app.text + repr(imported.proposals)
    assert any("48291734" in str(secret.reveal()) for secret in imported.secrets.values())


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ('-H "X-Api-Key: key-$TOKEN"', {"X-Api-Key": "key-{{{token}}}"}),
        ('-H "Cookie: Basic $TOKEN" -H "Authorization: Bearer $TOKEN"', {"Cookie": "Basic {{{token}}}"}),
        ('-b "sid=$TOKEN"', {"Cookie": "sid={{{token}}}"}),
        ('-b "sid=$TOKEN; a=b"', {"Cookie": "{{{cookie}}}"}),
        ('-u "$TOKEN"', {"Authorization": "Basic {{{basicAuth}}}"}),
    ],
)
def test_what_is_written_around_a_variable_stays(options: str, headers: dict[str, str]) -> None:
    template = from_curl(f"curl https://a.b/x {options}").action.value["inputTemplate"]

    assert headers.items() <= template["headers"].items()


def test_what_may_be_a_credential_around_a_variable_is_part_of_the_secret() -> None:
    imported = from_curl(f'curl https://a.b/x -b "sid={CANARY}$PART" -H "X-Api-Key: $PART"')

    assert CANARY not in imported.app.text
    assert list(imported.action.value["appSettings"]) == ["part", "cookie"]


def test_each_id_of_a_hook_with_its_own_host_is_a_secret() -> None:
    ids = ["0f8fad5b-d9cd-469f-a165-708677289501", "48291734ab48291734ab48291734abcd"]
    imported = from_curl(
        f"curl https://shop.webhook.office.com/webhookb2/{ids[0]}@x/IncomingWebhook/{ids[1]}"
    )
    other = from_curl(f"curl https://api.shop.com/webhooks/{ids[0]}")

    assert [text for text in ids if text in imported.app.text + repr(imported.proposals)] == []
    assert dict(other.secrets) == {}


@pytest.mark.parametrize("name", ["48291734", "host:48291734", "48291734.x@48291734"])
def test_what_may_be_a_password_is_not_quoted_as_a_file(name: str) -> None:
    with pytest.raises(ConversionError, match="reads a file") as caught:
        from_curl(f"curl https://a.b --data-urlencode 'ann@{name}'")

    assert "48291734" not in str(caught.value)


def test_a_cookie_is_no_reason_to_hide_a_locale() -> None:
    imported = from_curl("curl https://a.b/x -b 'lang=en_US.UTF-8' -d 'locale=en_US.UTF-8'")

    assert list(imported.action.read.value["appSettings"]) == ["cookie"]


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ConversionError, match="half of a character"):
        from_curl("curl https://a.b/x -u bob:abc\ud800")


def test_a_number_that_becomes_a_setting_is_said() -> None:
    imported = from_curl('curl https://a.b/ --json \'{"login": {"password": 48291734}}\'')

    assert [note.message for note in imported.diagnostics] == [
        "the number at body.login.password is sent as a string: a setting is text."
    ]


def revealed(secret: knb.Secret) -> str:
    import base64

    text = str(secret.reveal())
    try:
        return text + base64.b64decode(text, validate=True).decode()
    except ValueError:
        return text


def test_a_user_in_the_url_is_a_secret() -> None:
    imported = from_curl(f"curl https://me:{CANARY}@api.shop.com/x")

    assert CANARY not in imported.app.text
    assert list(imported.secrets) == ["shop.default.basicAuth"]


@pytest.mark.parametrize(
    "command",
    [
        f"curl https://a.b --digest -u me:{CANARY}",
        f"curl https://a.b --{CANARY}",
        f"curl https://a.b --user={CANARY}",
        f"curl https://a.b -F token={CANARY}",
        f"curl https://a.b -H 'Authorization: Bearer {CANARY}",
        f"curl ftp://me:{CANARY}@a.b/x",
        f"curl 'https://me:{CANARY}@a b/'",
        f"curl https://a.b -X {CANARY}",
        f"curl https://a.b -b {CANARY}",
        f"curl https://a.b?a=1&{CANARY}=2 --digest",
        f"{CANARY}",
    ],
)
def test_no_error_shows_a_credential(command: str) -> None:
    raised = None
    try:
        messages = str(from_curl(command).diagnostics)
    except ConversionError as error:
        raised, messages = error, str(error)

    assert CANARY not in messages
    if raised is not None:
        # The frame of this test has the command itself.
        frames = [frame for frame, _ in traceback.walk_tb(raised.__traceback__.tb_next)]
        assert frames
        assert [frame.f_code.co_name for frame in frames if CANARY in repr(frame.f_locals)] == []


def test_an_import_is_never_copied_or_pickled() -> None:
    imported = from_curl(f"curl https://a.b/x -H 'X-Api-Key: {CANARY}'")
    call = read_curl(f"curl https://a.b/x -H 'X-Api-Key: {CANARY}'")

    for value in (imported, call):
        for attempt in (copy.deepcopy, pickle.dumps, asdict):
            # What an app holds weakly can be copied no more than a secret.
            with pytest.raises((TypeError, AttributeError)):
                attempt(value)


def test_secrets_are_saved_where_settings_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    awkward = f'{CANARY}\' \\ "$HOME" #x'
    imported = from_curl(f'curl https://api.shop.com/x -H "X-Api-Key: {awkward.translate(QUOTE)}"')
    path = tmp_path / ".env"
    path.write_text("# kept\nOTHER=1\nSHOP_DEFAULT_APIKEY=old\nLAST='x'")
    monkeypatch.delenv("SHOP_DEFAULT_APIKEY", raising=False)

    imported.secrets.save(path, replace=True)
    imported.app.save(tmp_path / "shop.json")

    assert path.read_text().startswith("# kept\nOTHER=1\nSHOP_DEFAULT_APIKEY='")
    assert path.read_text().endswith("LAST='x'")
    (tmp_path / ".git").mkdir()
    request = knb.load(tmp_path / "shop.json").action().render({})
    assert request.secrets["$shop.default.apiKey"].reveal() == awkward
    assert CANARY not in (tmp_path / "shop.json").read_text()


QUOTE = str.maketrans({'"': '\\"', "$": "\\$", "\\": "\\\\"})


def test_a_new_env_file_is_for_its_owner_only(tmp_path: Path) -> None:
    imported = from_curl(f"curl https://api.shop.com/x -H 'X-Api-Key: {CANARY}'")

    path = imported.secrets.save(tmp_path / ".env")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == f"SHOP_DEFAULT_APIKEY='{CANARY}'\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for number in ("", "2", "3"):
        monkeypatch.delenv(f"SHOP_DEFAULT_AUTHTOKEN{number}", raising=False)
    return tmp_path


def test_another_credential_never_takes_the_setting_of_a_declared_one(folder: Path) -> None:
    first = from_curl(f"curl https://api.shop.com/orders/7 -H 'Authorization: Bearer {CANARY}'", app="shop")
    other = "curl https://evil.example/x/8 -H 'Authorization: Bearer {}'"

    second = from_curl(other.format("0ther-T0k3n-55aa"), app=first.app)
    third = from_curl(other.format("$TOKEN").replace("TOKEN", "AUTH_TOKEN"), app=first.app, name="third")

    assert list(second.secrets) == ["shop.default.authToken2"]
    assert second.action.value["inputTemplate"]["headers"] == {"Authorization": "Bearer {{{authToken2}}}"}
    first.secrets.save()
    second.secrets.save()
    assert (folder / ".env").read_text() == (
        f"SHOP_DEFAULT_AUTHTOKEN='{CANARY}'\nSHOP_DEFAULT_AUTHTOKEN2='0ther-T0k3n-55aa'\n"
    )
    # Nobody knows the value of a variable: it is that of a setting only at the same host.
    assert third.action.value["appSettings"] == {"authToken2": {"key": "shop.default.authToken2"}}


def test_the_same_credential_has_the_same_setting(folder: Path) -> None:
    command = f"curl https://api.shop.com/{{}}/7 -H 'Authorization: Bearer {CANARY}'"
    first = from_curl(command.format("orders"), app="shop")
    second = from_curl(command.format("notes"), app=first.app)
    assert list(second.secrets) == ["shop.default.authToken"]

    first.secrets.save()
    again = knb.loads(first.app.text)
    assert list(from_curl(command.format("users"), app=again).secrets) == ["shop.default.authToken"]
    (folder / ".env").unlink()
    unknown = knb.loads(first.app.text)
    assert list(from_curl(command.format("users"), app=unknown).secrets) == ["shop.default.authToken2"]


def test_a_variable_of_the_same_host_has_the_same_setting(folder: Path) -> None:
    command = 'curl https://api.shop.com/{}/7 -H "Authorization: Bearer $TOKEN"'
    first = from_curl(command.format("orders"), app="shop")
    second = from_curl(command.format("notes"), app=first.app)
    third = from_curl(command.format("notes").replace("shop.com", "shop.com.evil.example"), app=first.app)

    names = [list(imported.action.value["appSettings"]) for imported in (first, second, third)]
    assert names == [["token"], ["token"], ["token2"]]


def test_a_setting_of_another_type_is_not_the_same(folder: Path) -> None:
    command = "curl https://$REGION/{}/7"
    app = from_curl(command.format("orders"), app="shop").app
    assert list(from_curl(command.format("notes"), app=app).action.value["appSettings"]) == ["region"]

    app.edit("/settings/default/region/type", "secret")

    assert list(from_curl(command.format("users"), app=app).action.value["appSettings"]) == ["region2"]


def test_another_value_is_replaced_only_if_that_is_asked(folder: Path) -> None:
    path = folder / ".env"
    path.write_text("SHOP_DEFAULT_AUTHTOKEN=older-value\n")
    imported = from_curl(f"curl https://api.shop.com/a -H 'Authorization: Bearer {CANARY}'")

    with pytest.raises(SaveError, match="SHOP_DEFAULT_AUTHTOKEN") as caught:
        imported.secrets.save(path)
    assert not any(value in str(caught.value) for value in ("older", CANARY))
    assert path.read_text() == "SHOP_DEFAULT_AUTHTOKEN=older-value\n"

    imported.secrets.save(path, replace=True)
    imported.secrets.save(path)
    assert path.read_text() == f"SHOP_DEFAULT_AUTHTOKEN='{CANARY}'\n"


class Keyring:
    """Holds passwords as the package keyring does."""

    def __init__(self) -> None:
        self.passwords: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, key: str) -> str | None:
        return self.passwords.get((service, key))

    def set_password(self, service: str, key: str, value: str) -> None:
        self.passwords[service, key] = value


def test_another_value_in_the_keyring_is_replaced_only_if_that_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    place = ("kustomer-nb", "shop.default.authToken")
    keyring.passwords[place] = "older-value"
    imported = from_curl(f"curl https://api.shop.com/a -H 'Authorization: Bearer {CANARY}'")

    with pytest.raises(SaveError, match="keyring") as caught:
        imported.secrets.store()
    assert CANARY not in str(caught.value)
    assert keyring.passwords[place] == "older-value"
    imported.secrets.store(replace=True)

    assert keyring.passwords[place] == CANARY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("export A=old # keep me\r\nZ=9", "export A='new' # keep me\r\nZ=9\r\nB='b'\r\n"),
        ("\n\nA = 'o\\'ld'   # x\nB=", "\n\nA ='new'   # x\nB='b'\n"),
        ('A="two\nlines"\nB=1#2\n', "A='new'\nB='b'\n"),
        ("A\nB=1\nA=2\n", "A='new'\nB='b'\n"),
    ],
)
def test_what_is_around_a_value_stays(before: str, after: str, folder: Path) -> None:
    path = folder / ".env"
    path.write_bytes(before.encode())
    path.chmod(0o644)

    write_variables(path, {"A": "new", "B": "b"}, replace=True)

    assert path.read_bytes().decode() == after
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {key: dotenv_values(path, interpolate=False)[key] for key in "AB"} == {"A": "new", "B": "b"}


@pytest.mark.parametrize("placeholder", ["YOUR_API_KEY", "<token>", "xxxxxxxx", "$TOKEN"])
def test_a_placeholder_is_no_secret(placeholder: str) -> None:
    imported = from_curl(f"curl https://api.shop.com/x -H 'X-Api-Key: {placeholder}'")

    assert dict(imported.secrets) == {}
    assert imported.action.read.value["inputTemplate"]["headers"] == {"X-Api-Key": "{{{apiKey}}}"}


@pytest.mark.parametrize(
    "options",
    ["-H 'X-Request-Id: 7f3a9b2c4d5e6f70'", "-H 'Idempotency-Key: KG5LxwFBepaKHyUD'",
     "--json '{\"max_tokens\": 100, \"tokenCount\": 5, \"key\": 7}'",
     "--json '{\"keys\": [\"name\", \"email\"]}'",
     "--json '{\"pins\": [{\"title\": \"a\"}], \"pageTokens\": [\"x\"], \"author\": {\"name\": \"Ann\"}}'",
     "-H 'Content-Type: text/xml' -d '<a><title>Tokens</title><max_tokens>5</max_tokens></a>'",
     "-d page_token=abcd1234efgh5678", "-d keyword=abc", "-H 'X-Public: yes'",
     "-d code=SAVE10 -d verifier=abc", "--json '{\"c\": \"AccountName=shop;Region=eu\"}'",
     "-H 'X-Token-Type: opaque-thing' -e 'https://shop.com/?page=2' -d monkey=1",
     "-d 'filter[status]=open&sort[]=name&item.name=abc'",
     "--json '{\"note\": \"Please reset the password: it has expired\", \"a\": \"password: required\"}'",
     "--json '{\"passwordResetUrl\": \"https://a.b/reset\", \"secretary\": \"Bob\", \"compass\": \"north\"}'",
     "--json '{\"name\": \"password\", \"fields\": [{\"name\": \"color\", \"value\": \"red\"}]}'",
     "--json '{\"appid\": \"shop\", \"pat\": \"Pat Smith\", \"db\": \"Server=db;Encrypt=true\"}'",
     "-H 'Content-Type: text/xml' -d '<a><name>color</name><value>red</value><b key=\"1\"/></a>'",
     "-H 'Content-Type: text/plain' -d $'Subject: hi\\nreset password today\\npassword reset'",
     "--url https://a.b/token/refresh", "--url https://a.b/password/reset/confirm"],
)  # fmt: skip
def test_an_ordinary_value_is_no_secret(options: str) -> None:
    imported = from_curl(f"curl https://api.shop.com/x {options}")

    assert dict(imported.secrets) == {}
    assert "appSettings" not in imported.action.read.value
