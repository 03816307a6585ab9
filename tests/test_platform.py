from copy import copy
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from kustomer_nb.platform import SAMPLE_ENV, Evidence, Platform


def test_every_assumption_has_its_evidence_and_reason():
    assumptions = Platform().assumptions()

    assert [assumption.name for assumption in assumptions] == [
        choice.name for choice in fields(Platform) if choice.metadata
    ]
    assert all(isinstance(assumption.evidence, Evidence) and assumption.why for assumption in assumptions)


def test_an_assumption_tells_the_value_in_use():
    platform = Platform(timeout=5, setting_beats_input=False)
    values = {assumption.name: assumption.value for assumption in platform.assumptions()}

    assert (values["timeout"], values["setting_beats_input"], values["env"]) == (5, False, SAMPLE_ENV)


def test_a_platform_is_never_changed():
    with pytest.raises(FrozenInstanceError):
        Platform().timeout = 5
    with pytest.raises(TypeError):
        SAMPLE_ENV["orgId"] = "mine"


def test_a_platform_is_made_by_name():
    with pytest.raises(TypeError):
        Platform(60.0)


def test_a_platform_knows_which_fields_were_passed_even_with_their_default():
    assert Platform().passed == frozenset()
    assert Platform(escape_html=True, timeout=5).passed == {"escape_html", "timeout"}


@pytest.mark.parametrize("duplicate", [copy, lambda platform: replace(platform, timeout=7)])
def test_a_copy_of_a_platform_knows_what_was_passed(duplicate):
    assert "escape_html" in duplicate(Platform(escape_html=False)).passed


@pytest.mark.parametrize("count", [1, 2])
def test_a_changed_copy_of_a_platform_knows_what_was_passed_with_its_default(count):
    platform = Platform(timeout=60.0)

    for _ in range(count):
        platform = replace(platform, escape_html=False)

    assert platform.passed == {"timeout", "escape_html"}


def test_what_was_passed_is_not_compared():
    assert Platform(escape_html=True) == Platform()
