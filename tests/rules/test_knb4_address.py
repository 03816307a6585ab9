import pytest

from tests.rules.looking import LEFT_OUT, a_request, an_action, closed_schema, look, places

SCHEMA = closed_schema(x="string", size="number")


def to(**template):
    return an_action(inputTemplate=a_request(**template), inputSchema=SCHEMA)


@pytest.mark.parametrize("method", ["get", "POST", "Put", "patch", "DELETE", "/#x", "{{{x}}}"])
def test_a_method_kustomer_knows_is_right(method):
    assert places(to(method=method), "KNB401") == []


@pytest.mark.parametrize(
    ("method", "fix"),
    [
        pytest.param(LEFT_OUT, "use get, post, put, patch or delete.", id="left out"),
        pytest.param(None, "use get, post, put, patch or delete.", id="null"),
        pytest.param("", "use get, post, put, patch or delete.", id="empty"),
        pytest.param("HEAD", "use get, post, put, patch or delete.", id="another method"),
        pytest.param("FETCH", "use get, post, put, patch or delete.", id="a read, and not patch"),
        pytest.param("DELET", "did you mean `delete`?", id="a near miss"),
        pytest.param("PSOT", "did you mean `post`?", id="two letters changed"),
    ],
)
def test_another_method_is_an_error(method, fix):
    diagnostics = look(to(method=method))

    assert [(diagnostic.code, diagnostic.fix) for diagnostic in diagnostics] == [("KNB401", fix)]


@pytest.mark.parametrize(
    "uri",
    [
        "https://a.b",
        "HTTP://a.b:80/c",
        " https://a.b ",
        "/#x",
        "{{{x}}}",
        "{{{x}}}/orders",
        "{{{x}}}{{{x}}}.com/a",
        "{{{x}}}v1.json",
        "https://{{{x}}}.b/{{{x}}}",
        "https://a.b:{{{x}}}/",
        "https://{{{x}}}",
    ],
)
def test_a_uri_that_may_be_an_address_is_right(uri):
    assert look(to(uri=uri)).codes == []


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        pytest.param(LEFT_OUT, "the uri is missing", id="left out"),
        pytest.param(None, "the uri is missing", id="null"),
        pytest.param("  ", "the uri is missing", id="only spaces"),
        pytest.param("a.b/c", "has no http:// or https://", id="no scheme"),
        pytest.param("/orders/{{{x}}}", "has no http:// or https://", id="a path"),
        pytest.param("{{{x}}}.b.com/v1", "has no http:// or https://", id="a variable before the host's end"),
        pytest.param("{{{x}}}-eu:80/v1", "has no http:// or https://", id="a variable before a port"),
        pytest.param("ftp://a.b", "another scheme", id="another scheme"),
        pytest.param("https:///orders", "has no host", id="no host"),
        pytest.param("https://a.b:99999/", "has a port above 65535", id="a port too high"),
    ],
)
def test_a_uri_that_is_no_address_is_an_error(uri, message):
    diagnostics = look(to(uri=uri))

    assert diagnostics.codes == ["KNB402"]
    assert message in diagnostics[0].message


def test_the_query_of_a_uri_is_never_quoted():
    diagnostics = look(to(uri="a.b/c?key=s3cret", qs={"page": 1}))

    assert diagnostics.codes == ["KNB402", "KNB413"]
    assert "s3cret" not in "".join(str(diagnostic) for diagnostic in diagnostics)


def test_variables_are_quoted_as_they_are_written():
    diagnostics = look(to(uri="a.b/{{{x}}}"))

    assert '"a.b/{{{x}}}"' in diagnostics[0].message


def test_a_port_of_thousands_of_digits_is_no_reason_to_fail():
    diagnostics = look(to(uri=f"https://a.b:{'1' * 5000}/"))

    assert diagnostics.codes == ["KNB402"]


@pytest.mark.parametrize(
    ("uri", "codes"),
    [
        pytest.param("https://a.b/Ω", ["KNB403"], id="in the path"),
        pytest.param("https://a.b/c?d=\x01&e", ["KNB403"], id="a control character in the query"),
        pytest.param("https://a.b/é c", [], id="what Node encodes or sends"),
        pytest.param("https://a.b/#Ω", [], id="in the fragment, which is not sent"),
        pytest.param("{{{x}}}/Ω", [], id="after a variable, which no one knows"),
    ],
)
def test_a_character_that_cannot_be_sent_is_an_error(uri, codes):
    assert look(to(uri=uri)).codes == codes


@pytest.mark.parametrize("qs", ["a=1", "a={{{x}}}", "/#x"], ids=["text", "a template", "a text input"])
def test_qs_that_is_text_is_a_warning(qs):
    assert places(to(qs=qs), "KNB404") == ["warning /inputTemplate/qs"]


@pytest.mark.parametrize("qs", [None, "", {}, {"a": "/#x"}, "/#size", "/#size.x"], ids=repr)
def test_qs_that_may_be_an_object_is_right(qs):
    assert places(to(qs=qs), "KNB404") == []


def test_qs_of_a_text_input_is_told_the_object():
    (diagnostic,) = look(to(qs="/#x"))

    assert diagnostic.fix == 'make qs an object: {"x": "/#x"}.'


@pytest.mark.parametrize(
    ("uri", "qs", "codes"),
    [
        pytest.param("https://a.b?c=1&d", {"e": 1}, ["KNB413"], id="both"),
        pytest.param("https://a.b?", {"e": 1}, ["KNB413"], id="an empty one in the uri"),
        pytest.param("https://a.b?c=1", {}, [], id="an empty object"),
        pytest.param("https://a.b?c=1", None, [], id="only the uri"),
        pytest.param("https://a.b", {"e": 1}, [], id="only qs"),
        pytest.param("/#x", {"e": 1}, [], id="a uri that no one knows"),
    ],
)
def test_a_query_in_both_places_is_a_warning(uri, qs, codes):
    assert look(to(uri=uri, qs=qs)).codes == codes


@pytest.mark.parametrize("uri", ["https://a.b/{{", 5], ids=["a template at fault", "a number"])
def test_a_uri_that_cannot_be_read_is_left_to_the_rule_that_says_so(uri):
    assert set(look(to(uri=uri)).codes) <= {"KNB301", "KNB202"}
