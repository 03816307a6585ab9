import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.template.helpers import (
    Call,
    find_function,
    find_helper,
    kustomer_functions,
    kustomer_helpers,
)
from tests.template.helpers.runner import HelperRunner, Options


def call_function(runner, name):
    functions = kustomer_functions(runner.ambient)
    return find_function(name, functions, runner.ambient)(Call(name), "7", "more")


def test_finds_a_function_that_is_known():
    runner = HelperRunner()

    result = call_function(runner, "parseFloat")

    assert result == 7


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("parseint", "did you mean `parseInt`?", id="another case"),
        pytest.param("isValidEmail", "did you mean `isValidEmailAddress`?", id="a part of the name"),
    ],
)
def test_an_unknown_function_gives_nothing_and_names_the_near_miss(name, fix):
    runner = HelperRunner()

    result = call_function(runner, name)

    assert (result, [(diagnostic.code, diagnostic.fix) for diagnostic in runner.diagnostics]) == (
        UNDEFINED,
        [("KNB309", fix)],
    )


@pytest.mark.parametrize("name", ["", "zzz", "x" * 100_000])
def test_lists_what_is_known_where_nothing_is_near(name):
    runner = HelperRunner()

    call_function(runner, name)

    assert runner.diagnostics[0].fix.startswith("known functions: `dateFormat`, `ifExists`,")


@pytest.mark.parametrize(
    "name", ["inBusinessHours", "isValidPhoneNumber", "parseBool", "parseJSON", "toJson", "base64Encoding"]
)
def test_a_function_whose_meaning_is_not_public_is_reported_and_gives_nothing(name):
    runner = HelperRunner()

    result = call_function(runner, name)

    assert (result, [diagnostic.code for diagnostic in runner.diagnostics]) == (UNDEFINED, ["KNB308"])


def test_reports_what_is_missing_and_the_fix():
    runner = HelperRunner()

    call_function(runner, "inBusinessHours")

    assert str(runner.diagnostics[0]) == (
        "KNB308 the result of `inBusinessHours` is unknown: it depends on the business schedule of "
        'the organisation. Fix: pass helpers={"inBusinessHours": …}.'
    )


def test_finds_a_helper_that_is_known():
    runner = HelperRunner()
    helpers = kustomer_helpers(runner.ambient)

    helper = find_helper("math", helpers, runner.ambient)

    assert helper is helpers["math"]


@pytest.mark.parametrize("name", ["inBusinessHours", "markdownToHtml", "escapeRegExp", "map"])
def test_a_helper_whose_meaning_is_not_public_is_reported_and_gives_nothing(name):
    runner = HelperRunner()

    result = find_helper(name, {}, runner.ambient)(Options(name), 1)

    assert (result, [diagnostic.code for diagnostic in runner.diagnostics]) == (UNDEFINED, ["KNB308"])


def test_a_helper_nobody_speaks_of_is_left_to_handlebars():
    runner = HelperRunner()

    helper = find_helper("shout", kustomer_helpers(runner.ambient), runner.ambient)

    assert helper is None


def test_a_section_of_a_page_hides_no_variable_of_its_name():
    runner = HelperRunner()

    names = set(kustomer_helpers(runner.ambient))

    assert not names & {"map", "escape", "transform"}
