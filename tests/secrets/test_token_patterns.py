import pytest

from kustomer_nb.diagnostics import Severity
from kustomer_nb.secrets.token_patterns import is_named, names_credential, severity_of, token_in

TOKEN = "".join(chr(97 + at % 26) for at in range(20)) + "0123"


@pytest.mark.parametrize(
    "name",
    [
        *("token", "Authorization", "api_key", "apiKey", "API-Key", "x-shop-secret", "access_token"),
        *(
            "clientSecret",
            "password",
            "user.password",
            "auth",
            "Cookie",
            "XApiKey",
            "xapikey",
            "HTTP_X_API_KEY",
        ),
        *("accesstoken", "APIKey"),
    ],
)
def test_recognizes_the_name_of_a_credential(name):
    assert is_named(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "key", "tokens", "grant_type", "author", "secretary", "token_type", "apiKeyName"),
        *("page_token", "pageToken", "nextPageToken", "next_token", "x-continuation-token", "syncToken"),
    ],
)
def test_another_name_is_not_that_of_a_credential(name):
    assert not is_named(name)


@pytest.mark.parametrize("name", ["key", "pin", "session_id", "sid", "passphrase", "x-signature", "appKey"])
def test_a_setting_with_such_a_name_is_a_credential(name):
    assert names_credential(name)
    assert not is_named(name)


@pytest.mark.parametrize(
    "name", ["monkey", "bypass", "spin", "design", "idempotency-key", "sidebar", "page_token"]
)
def test_a_setting_with_another_name_is_not_a_credential(name):
    assert not names_credential(name)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("token", TOKEN, TOKEN, id="a token"),
        pytest.param("token", f" Bearer {TOKEN}", TOKEN, id="with a scheme"),
        pytest.param("token", "correct-horse", "correct-horse", id="what may be one"),
        pytest.param("token", "short", None, id="too short"),
        pytest.param("token", "some words here", None, id="words"),
        pytest.param("token", "{{{x}}}" + TOKEN, None, id="a template"),
        pytest.param("token", "/#token", None, id="a reference"),
        pytest.param("token", 12345678, None, id="a number"),
        pytest.param("key", TOKEN, TOKEN, id="under a name that may be of a map"),
        pytest.param("mapKey", "AIzaSyD-9tSrke72PouQMnMX", "AIzaSyD-9tSrke72PouQMnMX", id="with dashes"),
        pytest.param("key", "order_status_2024", None, id="the key of a map"),
        pytest.param("key", "created_at_long_name", None, id="a key of words"),
        pytest.param("Idempotency-Key", TOKEN, None, id="a key that is not secret"),
        pytest.param("publicKey", TOKEN, None, id="a public key"),
    ],
)
def test_recognizes_a_token_by_its_name_and_form(name, value, expected):
    assert token_in(name, value) == expected


def test_a_value_that_may_not_be_a_token_is_a_warning():
    assert (severity_of(TOKEN), severity_of("correct-horse")) == (Severity.ERROR, Severity.WARNING)


MANY = 500_000


@pytest.mark.parametrize("name", ["token", "key", "-" * MANY, "aA" * MANY], ids=lambda name: name[:5])
@pytest.mark.parametrize("value", ["a" * MANY, "a0" * MANY, "a." * MANY + " "], ids=lambda value: value[:2])
def test_long_names_and_values_are_examined_in_linear_time(name, value):
    # If quadratic, it takes hours.
    token_in(name, value)
