"""Settings and credentials are looked for in the same encodings."""

from __future__ import annotations

import base64

import pytest

from kustomer_nb.secrets import Credential, Redactor, Secret, encodings
from kustomer_nb.secrets.encodings import inner_forms, outer_forms, whole_forms

VALUE = "ann:pass-w0rd"


def test_a_setting_has_every_form_of_a_credential() -> None:
    assert {*whole_forms(VALUE)} <= outer_forms(VALUE)


def test_an_encoding_that_is_added_is_found_for_settings_and_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base32 = encodings._Alphabet(base64.b32encode, 5)
    monkeypatch.setattr(encodings, "_ALPHABETS", (*encodings._ALPHABETS, base32))
    # Labels that no other test uses, because the forms of secrets are cached.
    setting = Redactor({"$base32.setting": Secret(VALUE, source="test")})
    credential = Redactor({"": Credential(VALUE, source="test", label="$base32.credential")})
    encoded = base64.b32encode(VALUE.encode()).decode().rstrip("=")

    assert setting.text(f"was {encoded}.") == "was $base32.setting."
    assert credential.text(f"was {encoded}.") == "was $base32.credential."


@pytest.mark.parametrize("offset", range(5))
def test_a_segment_of_base32_is_found_at_each_offset(offset: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "_ALPHABETS", (encodings._Alphabet(base64.b32encode, 5),))

    encoded = base64.b32encode(b"x" * offset + VALUE.encode() + b"yyyyy")

    assert any(form in encoded for form in inner_forms(VALUE))
