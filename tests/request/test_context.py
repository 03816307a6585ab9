import pytest

from kustomer_nb import load
from kustomer_nb.platform import Platform
from kustomer_nb.template import Kind


@pytest.mark.parametrize(
    ("setting_beats_input", "token", "sent", "masked"),
    [
        pytest.param(True, "s3cr3t", b"/s3cr3t", "$shop.default.token", id="the setting"),
        pytest.param(False, "s3cr3t", b"/mine", "mine", id="the input"),
        pytest.param(False, None, b"/mine", "mine", id="the input, for there is no setting"),
    ],
)
def test_the_platform_chooses_between_an_input_and_a_setting_of_one_name(
    build, setting_beats_input, token, sent, masked
):
    platform = Platform(setting_beats_input=setting_beats_input)

    request = build({"uri": "http://a.b/{{token}}"}, {"token": "mine"}, token=token, platform=platform)

    assert request.wire().target == sent
    assert request.url == f"http://a.b/{masked}"


def test_an_input_does_not_replace_a_setting_without_a_value(build):
    request = build({"uri": "http://a.b/{{token}}"}, {"token": "mine"}, token=None)

    assert request.diagnostics.codes == ["KNB801"]


def test_no_input_hides_the_environment_of_the_workflow(build):
    platform = Platform(env={"orgId": "org-1"})

    request = build({"uri": "http://a.b/{{_env.orgId}}"}, {"_env": {"orgId": "mine"}}, platform=platform)

    assert request.url == "http://a.b/org-1"
    assert request.origins("/uri")[-1].kind is Kind.ENV


@pytest.mark.parametrize(
    ("platform", "target"),
    [
        pytest.param(Platform(), b"/3&amp;", id="as measured"),
        pytest.param(Platform(escape_html=False), b"/3&", id="without escaping"),
        pytest.param(Platform(adjacent_raw_numbers_add=False), b"/12&amp;", id="without sums"),
    ],
)
def test_the_platform_decides_how_templates_render(build, platform, target):
    template = {"uri": "/#uri", "qs": None, "headers": {"n": "{{{a}}}{{{b}}}", "e": "{{c}}"}}

    request = build(template, {"uri": "http://x", "a": 1, "b": 2, "c": "&"}, platform=platform)

    assert b"/" + request.headers["n"].encode() + request.headers["e"].encode() == target


def test_a_template_that_fails_does_not_hide_what_is_read_beside_it(build):
    values = {"token": "{{token}}", "org": "{{_env.orgId}}", "bad": "{{#if}}{{/if}}"}

    request = build({"method": "post", "json": values}, token=None)

    assert [(diagnostic.code, diagnostic.pointer) for diagnostic in request.diagnostics] == [
        ("KNB301", "/inputTemplate/json/bad"),
        ("KNB707", "/inputTemplate/json/org"),
        ("KNB801", "/inputTemplate/json/token"),
    ]
    assert request.reads == ("_env.orgId", "shop.default.token")
    assert request.unset == ("shop.default.token",)


@pytest.mark.parametrize(
    ("before", "after", "body"),
    [
        (1, True, "true"),
        ({"a": 1}, {"a": True}, '{"a":true}'),
        ({"a": [0, "{{x}}"]}, {"a": [False, "{{x}}"]}, '{"a":[false,""]}'),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, '{"b":2,"a":1}'),
    ],
)
def test_an_edited_template_is_rendered_as_it_is_now(before, after, body):
    template = {"uri": "http://a.b", "method": "post", "json": True, "data": before}
    action = load({"type": "rest_api", "name": "a", "inputTemplate": template}).action()
    written = action.definition.input_template.as_written
    action.render(allow_missing=["x"])

    written["data"] = after

    assert action.render(allow_missing=["x"]).body == body
