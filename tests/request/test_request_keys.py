"""A run says that keys are ignored which an inputTemplate does not have."""

import pytest


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        pytest.param("form", "write data as form text", id="a form"),
        pytest.param("auth", "base64 of user:password", id="user and password"),
        pytest.param("formData", "no multipart", id="multipart"),
        pytest.param("timeout", "remove it.", id="an option that is not documented"),
        pytest.param("a/b", "remove it.", id="a key of no tool"),
    ],
)
def test_a_key_that_is_not_sent_is_reported(build, key, fix):
    request = build({key: {"a": 1}})

    (finding,) = request.diagnostics
    assert (finding.code, finding.severity.value) == ("KNB414", "warning")
    assert fix in finding.fix
    assert request.wire()


@pytest.mark.parametrize("key", ["uri", "method", "headers", "qs", "data", "json"])
def test_a_key_of_the_platform_is_not_reported(build, key):
    assert "KNB414" not in build({key: None}).diagnostics.codes


@pytest.mark.parametrize(
    ("value", "token"),
    [
        pytest.param("Basic {{token}}", "ann:pw", id="a setting that is not encoded"),
        pytest.param("Basic ann:{{token}}", "pw", id="a colon in the template"),
        pytest.param("basic  {{token}}", "pw:", id="without a password"),
    ],
)
def test_basic_without_base64_is_reported_without_its_value(build, value, token):
    request = build({"headers": {"Authorization": value}}, token=token)

    (finding,) = request.diagnostics
    assert finding.code == "KNB421"
    assert token not in str(finding)


@pytest.mark.parametrize(
    ("name", "value", "token"),
    [
        pytest.param("Authorization", "Basic {{token}}", "YW5uOnB3", id="base64"),
        pytest.param("Authorization", "Bearer {{token}}", "a:b", id="another scheme"),
        pytest.param("X-Basic", "Basic {{token}}", "a:b", id="another header"),
    ],
)
def test_no_other_authorization_is_reported(build, name, value, token):
    assert build({"headers": {name: value}}, token=token).diagnostics.codes == []
