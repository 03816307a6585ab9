import pytest


def test_all_problems_are_reported_at_once(build):
    template = {"uri": "", "method": "", "headers": {"a b": "x"}, "data": 1, "qs": {"a": "/#b"}}

    request = build(template, action={"type": "event"})

    assert request.diagnostics.codes == ["KNB410", "KNB401", "KNB405", "KNB402", "KNB406", "KNB705"]


def nested(depth, kind):
    value = "x"
    for at in range(depth):
        value = [value] if kind == "array" or (kind == "both" and at % 2) else {"a": value}
    return value


@pytest.mark.parametrize("kind", ["object", "array", "both"])
@pytest.mark.parametrize("part", ["headers", "qs", "data", "json"])
@pytest.mark.parametrize("depth", [3, 200, 440])
def test_what_is_nested_deep_is_built_in_every_part(build, part, kind, depth):
    value = nested(depth, kind)

    request = build({"method": "post", "json": True, part: {"a": value}})

    assert request.diagnostics.errors.codes == []
    assert isinstance(request.to_json(), dict)
    if part in ("data", "json"):
        assert request.body.count("[") + request.body.count("{") == depth + 1
    if part == "headers":
        # As JavaScript makes a string of it.
        assert request.headers["a"] == ("x" if kind == "array" else "[object Object]")


@pytest.mark.parametrize("part", ["headers", "qs", "data", "json"])
def test_what_is_nested_too_deep_to_be_rendered_is_refused(build, part):
    request = build({"method": "post", "json": True, part: {"a": nested(3000, "array")}})

    assert [(fault.code, fault.pointer) for fault in request.diagnostics.errors] == [
        ("KNB307", f"/inputTemplate/{part}")
    ]
