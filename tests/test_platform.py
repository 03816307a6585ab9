from dataclasses import FrozenInstanceError, fields

import pytest

from kustomer_nb.platform import SAMPLE_ENV, Evidence, Platform


def test_every_assumption_has_its_evidence_and_reason():
    found = Platform().assumptions()

    assert [one.name for one in found] == [one.name for one in fields(Platform)]
    assert all(isinstance(one.evidence, Evidence) and one.why for one in found)


def test_an_assumption_tells_the_value_in_use():
    found = {one.name: one.value for one in Platform(timeout=5, setting_beats_input=False).assumptions()}

    assert (found["timeout"], found["setting_beats_input"], found["env"]) == (5, False, SAMPLE_ENV)


def test_a_platform_is_never_changed():
    with pytest.raises(FrozenInstanceError):
        Platform().timeout = 5
    with pytest.raises(TypeError):
        SAMPLE_ENV["orgId"] = "mine"


def test_a_platform_is_made_by_name():
    with pytest.raises(TypeError):
        Platform(60.0)
