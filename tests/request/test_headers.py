import pytest


def sent(request):
    return [(name.decode(), value.decode("latin-1")) for name, value in request.wire().headers]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"X": ["a", None, 1]}, [("X", "a"), ("X", "null"), ("X", "1")], id="an array"),
        pytest.param({"X": "/#list"}, [("X", "1"), ("X", "b")], id="a reference to an array"),
        pytest.param("/#headers", [("A", "true"), ("B", "1"), ("B", "2")], id="a reference to all headers"),
        pytest.param({"COOKIE": ["a=1", "b=2"]}, [("COOKIE", "a=1; b=2")], id="cookies"),
        pytest.param({"Cookie": ["a", None]}, [("Cookie", "a; ")], id="null among cookies"),
        pytest.param({"Cookie": [None]}, [("Cookie", "null")], id="null for the only cookie"),
        pytest.param({"Cookie": []}, [], id="no cookie"),
        pytest.param({"X": "a", "Y": "b", "x": "c"}, [("x", "c"), ("Y", "b")], id="a name given twice"),
        pytest.param({"X": "/#nope", "Y": "{{nope}}"}, [("Y", "")], id="what is missing"),
        pytest.param({"b": 1, "1": 2}, [("1", "2"), ("b", "1")], id="a name that is a number"),
        pytest.param(None, [], id="none"),
    ],
)
def test_header_values_are_written_as_node_writes_them(build, headers, expected):
    inputs = {"list": [1, "b"], "headers": {"A": True, "B": [1, 2]}}

    request = build({"method": "GET", "headers": headers}, inputs, allow_missing=frozenset({"nope"}))

    assert sent(request)[:-2] == expected


def test_a_repeated_header_is_shown_joined(build):
    request = build({"headers": {"X": ["a", "{{token}}"]}})

    assert request.headers["X"] == "a, $shop.default.token"


@pytest.mark.parametrize(
    ("header", "token", "is_doubled"),
    [
        pytest.param("Bearer {{{token}}}", "Bearer s3cr3t", True, id="Bearer twice"),
        pytest.param("bearer  {{{token}}}", " BEARER s3cr3t", True, id="in other letters"),
        pytest.param("Basic {{{token}}}", "Basic czNjcjN0", True, id="Basic twice"),
        pytest.param("Bearer {{{token}}}", "s3cr3t", False, id="once"),
        pytest.param("{{{token}}}", "Bearer s3cr3t", False, id="in the value alone"),
        pytest.param("Bearer {{{token}}}", "Bearers3cr3t", False, id="a token that begins so"),
        pytest.param("Basic {{{token}}}", "Bearer s3cr3t", False, id="two words"),
    ],
)
def test_a_scheme_in_both_template_and_value_is_reported(build, header, token, is_doubled):
    request = build({"headers": {"authorization": header}}, token=token)

    diagnostics = [diagnostic for diagnostic in request.diagnostics if diagnostic.code == "KNB608"]
    assert [diagnostic.pointer for diagnostic in diagnostics] == [
        "/inputTemplate/headers/authorization"
    ] * is_doubled
    assert "s3cr3t" not in "".join(map(str, diagnostics))
