import ast
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb import lint, loads
from kustomer_nb.codes import FAMILY_TITLES, Code
from kustomer_nb.definition import document_from_value, read_document
from kustomer_nb.errors import NameNotFoundError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.rules import RULES, explained, lint_document, rule
from tests.rules.looking import a_request, an_action, an_app, closed_schema, look
from tests.work import count_calls, growth

PACKAGE = Path(__file__).parents[2] / "kustomer_nb"
EXAMPLE = Path(__file__).parents[2] / "notebooks/ecommstore.json"
RULE_CASES = [pytest.param(rule, id=f"{rule.code} {rule.name}") for rule in RULES]

_KEYS = (
    *("app", "version", "settings", "default", "token", "actions", "name", "description", "type", "key"),
    *("appSettings", "appAccountName", "inputTemplate", "uri", "method", "headers", "authorization", "qs"),
    *("data", "json", "inputSchema", "properties", "required", "additionalProperties", "items", "enum"),
    *("outputTemplate", "outputSchema", "sampleOutputContext", "steps", "trigger", "response", "", "a/b~c"),
)
_TEXTS = (
    *("", "shop", "kustomer.app.shop.find", "shop.default.token", "rest_api", "kode", "string", "integer"),
    *("/#", "/#token", "/#response", "/#response.request", "/#fn:a,b", "a /#x", "/#x /#y", "\ud800"),
    *("{{x}}", "{{", "{{a.b}}{{{c}}}", "{{{x}}}.shop.com/v1", "https://a.b/{{x}}?y=1", "http://["),
    *("http://a:99999/", f"http://a:{'1' * 5000}", "get", "Bearer abcdefgh12345678", "1.0.0", "a\nb"),
)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(_TEXTS),
    st.text(max_size=4),
)
JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5),
    max_leaves=20,
)


def _object(*keys, **known):
    return st.fixed_dictionaries({}, optional={**dict.fromkeys(keys, JSON), **known})


_SCHEMA = JSON | _object("type", "properties", "required", "additionalProperties", "items")
_ACTION = _object(
    *("name", "description", "type", "outputTemplate", "sampleOutputContext", "appAccountName"),
    appSettings=JSON | st.dictionaries(st.sampled_from(["token", "x"]), _object("key"), max_size=2),
    inputTemplate=JSON | _object("uri", "method", "headers", "qs", "data", "json"),
    inputSchema=_SCHEMA,
    outputSchema=_SCHEMA,
)
_SETTINGS = st.dictionaries(st.sampled_from(["default", "x"]), _object("token", "x"), max_size=2)
_ACTIONS = st.lists(_ACTION | JSON, max_size=2)
DOCUMENTS = st.one_of(
    st.dictionaries(st.sampled_from(_KEYS), JSON, max_size=4),
    _ACTION,
    _ACTIONS,
    _object("app", "version", "title", settings=JSON | _SETTINGS, actions=JSON | _ACTIONS),
)


@pytest.mark.parametrize("rule", RULE_CASES)
def test_each_rule_reports_its_bad_file_and_nothing_else_in_it(rule):
    diagnostics = lint(loads(rule.bad))

    assert {d.code for d in diagnostics} == {rule.code}
    assert {d.severity for d in diagnostics} == {rule.severity}


@pytest.mark.parametrize("rule", RULE_CASES)
def test_each_rule_is_content_with_its_good_file(rule):
    assert list(lint(loads(rule.good))) == []


@pytest.mark.parametrize("rule", RULE_CASES)
def test_each_rule_gives_the_place_the_way_out_and_its_source(rule):
    diagnostics = lint(loads(rule.bad))

    assert all(d.span is not None and d.fix for d in diagnostics)
    assert rule.why.split(": ")[0] in {"docs", "observed", "measured"}
    assert rule.why.endswith(".")


def test_codes_and_names_are_unique_and_codes_sorted():
    codes, names = [rule.code for rule in RULES], [rule.name for rule in RULES]

    assert codes == sorted(set(codes))
    assert len(set(names)) == len(names)


def test_every_code_is_a_rule_or_explained_and_none_is_both():
    rules = {rule.code for rule in RULES}

    assert {code for code in Code if not code.meaning} == rules


def test_a_code_is_written_in_the_table_alone():
    literals = [
        f"{path.name}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if path.name != "codes.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and re.fullmatch(r"KNB[0-9]{3}", str(node.value))
    ]

    assert literals == []


@pytest.mark.parametrize("code", Code)
def test_every_code_can_be_explained(code):
    assert explained(code).startswith(code)


def test_a_rule_is_found_by_its_code():
    assert rule("KNB303").name == "variable-not-declared"


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        pytest.param("knb303", "did you mean `KNB303`?", id="lower case"),
        pytest.param("x", "use a code, or one of the families KNB1 to KNB9.", id="nothing like it"),
        pytest.param("KNB399", "use a code of KNB3 (Templates): KNB301 to KNB319.", id="past the last one"),
        pytest.param("KNB099", "use a code, or one of the families KNB1 to KNB9.", id="no such family"),
        pytest.param("method-unknwn", "did you mean `method-unknown`?", id="a name"),
    ],
)
def test_an_unknown_code_is_an_error_with_a_way_out(code, fix):
    with pytest.raises(NameNotFoundError) as caught:
        rule(code)

    assert caught.value.diagnostics[0].fix == fix


@pytest.mark.parametrize("code", ["KNB401", "knb401", "401", "method-unknown", "METHOD-UNKNOWN"])
def test_a_code_is_explained_by_any_of_its_names(code):
    assert explained(code).startswith("KNB401 method-unknown (error)")


@pytest.mark.parametrize("start", ["KNB3", "knb3", "3"])
def test_a_family_is_listed_with_its_title(start):
    first, *codes = explained(start).splitlines()

    assert first == "KNB3 Templates"
    assert [line.split()[0] for line in codes] == [code for code in Code if code.family == "KNB3"]
    assert "  KNB304 escaped-in-address-or-header (warning)" in codes
    assert "  KNB307 template-limit" in codes


def test_the_beginning_of_a_code_lists_those_that_begin_so():
    assert [line.split()[0] for line in explained("KNB60").splitlines()[1:]] == [
        code for code in Code if code.startswith("KNB60")
    ]


def test_every_family_has_a_title():
    assert {code.family for code in Code} == FAMILY_TITLES.keys()


def test_findings_come_in_the_order_of_the_text_with_those_of_the_reader_among_them():
    text = """{"app": "shop", "version": "1", "title": "Shop", actions: [
      {"name": "kustomer.app.shop.find", "type": "rest", "description": "Find",
       "inputTemplate": {"method": "send", "uri": "https://a.b",}}]}"""

    diagnostics = lint(loads(text))

    assert diagnostics.codes == ["KNB213", "KNB104", "KNB209", "KNB401", "KNB105"]


def test_findings_hold_the_text_they_point_into():
    diagnostics = look(an_action(type="rest"))

    assert diagnostics.text[diagnostics[0].span.start : diagnostics[0].span.end] == '"rest"'


def test_nothing_is_reported_twice():
    # A line that goes on in the next, and the same variable in two places.
    uri = "https://a.b/@{{{x}}}/{{{x}}}"
    text = json.dumps(an_action(inputTemplate=a_request(uri=uri))).replace(f'"{uri}"', f"`{uri}`")
    text = text.replace("@", "\\\n")

    diagnostics = lint_document(read_document(text))

    assert diagnostics.codes.count("KNB303") == 2
    assert len({(diagnostic.code, diagnostic.span) for diagnostic in diagnostics}) == len(diagnostics)


def test_the_example_of_the_tutorials_has_nothing_wrong_in_it():
    diagnostics = lint_document(read_document(EXAMPLE.read_text("utf-8")))

    assert list(diagnostics) == []


@given(DOCUMENTS)
@settings(max_examples=150, deadline=None)
def test_no_document_makes_a_rule_raise_and_every_finding_has_a_place(value):
    diagnostics = look(value)

    assert all(diagnostic.span is not None for diagnostic in diagnostics)
    assert len(set(diagnostics)) == len(diagnostics)


@given(DOCUMENTS)
@settings(max_examples=100, deadline=None)
def test_every_pointer_leads_to_a_place_or_to_what_is_missing_there(value):
    document = document_from_value(value)

    diagnostics = lint_document(document)

    for diagnostic in diagnostics:
        around = pointers.split(diagnostic.pointer)[:-1]
        assert not around or document.reading.span(pointers.join("", *around)) is not None


def _many(count):
    template = a_request(uri="https://a.b/{{orderid}}", qs="/#orderId", data={"id": "{{{orderId}}}"}, body=1)
    diagnostic = an_action(
        inputTemplate=template, inputSchema=closed_schema(orderId="string"), outputTemplate={"a": "/#x"}
    )
    return an_app(actions=[{**diagnostic, "name": f"kustomer.app.shop.find{at}"} for at in range(count)])


def test_twice_as_many_actions_take_twice_the_work():
    few, many = document_from_value(_many(100)), document_from_value(_many(200))

    once, twice = count_calls(lambda: lint_document(few)), count_calls(lambda: lint_document(many))

    assert len(lint_document(many)) == 1600
    assert once < twice < 2.2 * once


def test_the_cost_of_an_action_does_not_grow_with_their_number():
    def lint_many(count):
        lint_document(read_document(document_from_value(_many(count)).text))

    assert growth(lint_many, 20) < 4.4


def test_the_order_of_the_keys_does_not_change_what_is_found():
    action = _many(1)["actions"][0]
    keys = list(action)
    random.Random(7).shuffle(keys)

    shuffled = look({key: action[key] for key in keys})

    assert sorted(shuffled.codes) == sorted(look(action).codes)
