"""What was given as an option overrides the profile, whatever its value."""

from __future__ import annotations

import httpx
import pytest

from kustomer_nb import Platform, ReplayError, Run, load
from kustomer_nb.action import Action
from tests.run.services import WriteConfig
from tests.samples import an_action


@pytest.fixture
def action() -> Action:
    template = {"uri": "http://127.0.0.1:1/{{_env.orgId}}", "method": "post", "data": "{{a}}"}
    return load(an_action(inputTemplate=template, sampleOutputContext={})).action()


@pytest.mark.parametrize(
    ("options", "body"),
    [
        pytest.param({}, "<", id="the profile decides"),
        pytest.param({"platform": Platform()}, "<", id="a platform that gives nothing"),
        pytest.param({"platform": Platform(timeout=5)}, "<", id="a platform that gives something else"),
        pytest.param({"platform": Platform(escape_html=True)}, "&lt;", id="the default, given"),
        pytest.param({"platform": Platform(escape_html=False)}, "<", id="the same as the profile, given"),
    ],
)
def test_a_platform_choice_that_was_given_overrides_the_profile(
    options: dict[str, Platform], body: str, action: Action, in_project: WriteConfig
) -> None:
    in_project("[platform]\nescape_html = false\n")

    assert action.render({"a": "<"}, **options).body == body


@pytest.mark.parametrize(
    ("options", "org"),
    [
        pytest.param({}, "org-of-profile", id="the profile decides"),
        pytest.param({"env": {}}, "org-of-profile", id="nothing given"),
        pytest.param({"env": {"appVersion": "2"}}, "org-of-profile", id="another variable given"),
        pytest.param({"env": {"orgId": "sample-org-id"}}, "sample-org-id", id="the sample value, given"),
        pytest.param({"env": {"orgId": "mine"}}, "mine", id="a value given"),
        pytest.param(
            {"platform": Platform(env={"orgId": "sample-org-id"})}, "sample-org-id", id="given by a platform"
        ),
        pytest.param(
            {"platform": Platform(env={"orgId": "theirs"}), "env": {"orgId": "mine"}},
            "mine",
            id="given twice",
        ),
    ],
)
def test_a_variable_of_env_that_was_given_overrides_the_profile(
    options: dict[str, object], org: str, action: Action, in_project: WriteConfig
) -> None:
    in_project('[profiles.p.env]\norgId = "org-of-profile"\n')

    assert action.render({}, profile="p", **options).url == f"http://127.0.0.1:1/{org}"


def test_a_replay_renders_the_env_of_its_recording_unless_another_was_given(
    action: Action, in_project: WriteConfig
) -> None:
    in_project('[profiles.p.env]\norgId = "first"\n')
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    options = {"profile": "p", "cassette": "shop.cassette.json"}
    action.run({"a": 1}, mode="record", transport=transport, confirm="p", **options)
    in_project('[profiles.p.env]\norgId = "second"\n')

    def replay(**given: object) -> Run:
        return action.run({"a": 1}, mode="replay", **options, **given)

    assert replay().request.url == "http://127.0.0.1:1/first"
    assert replay(env={"orgId": "first"}).request.url == "http://127.0.0.1:1/first"
    with pytest.raises(ReplayError, match="second"):
        replay(env={"orgId": "second"})


def test_a_seed_of_zero_is_given(in_project: WriteConfig) -> None:
    action = load(an_action(inputTemplate={"uri": "http://a.b/{{randomId}}", "method": "get"})).action()

    assert action.render(seed=0).url == action.render(seed=0).url
    assert action.render(seed=0).url != action.render(seed=1).url
