import pytest

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.template.helpers import (
    Call,
    find_function,
    find_helper,
    kustomer_functions,
    kustomer_helpers,
)
from tests.template.helpers.given import Options, World


def ask(world, name):
    functions = kustomer_functions(world.ambient)
    return find_function(name, functions, world.ambient)(Call(name), "7", "more")


def test_finds_a_function_that_is_known():
    world = World()

    result = ask(world, "parseFloat")

    assert result == 7


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        pytest.param("parseint", "did you mean `parseInt`?", id="another case"),
        pytest.param("isValidEmail", "did you mean `isValidEmailAddress`?", id="a part of the name"),
    ],
)
def test_an_unknown_function_gives_nothing_and_names_the_near_miss(name, fix):
    world = World()

    result = ask(world, name)

    assert (result, [(one.code, one.fix) for one in world.found]) == (UNDEFINED, [("KNB309", fix)])


@pytest.mark.parametrize("name", ["", "zzz", "x" * 100_000])
def test_lists_what_is_known_where_nothing_is_near(name):
    world = World()

    ask(world, name)

    assert world.found[0].fix.startswith("known here: `dateFormat`, `ifExists`,")


@pytest.mark.parametrize(
    "name", ["inBusinessHours", "isValidPhoneNumber", "parseBool", "parseJSON", "toJson", "base64Encoding"]
)
def test_a_function_whose_meaning_is_not_public_gives_nothing_and_says_so(name):
    world = World()

    result = ask(world, name)

    assert (result, [one.code for one in world.found]) == (UNDEFINED, ["KNB308"])


def test_says_what_is_missing_and_the_way_out():
    world = World()

    ask(world, "inBusinessHours")

    assert str(world.found[0]) == (
        "KNB308 what `inBusinessHours` gives is not known here: it needs the business schedule of "
        "the organisation. Fix: pass helpers= with one of your own."
    )


def test_finds_a_helper_that_is_known():
    world = World()
    helpers = kustomer_helpers(world.ambient)

    found = find_helper("math", helpers, world.ambient)

    assert found is helpers["math"]


@pytest.mark.parametrize("name", ["inBusinessHours", "markdownToHtml", "escapeRegExp", "map"])
def test_a_helper_whose_meaning_is_not_public_gives_nothing_and_says_so(name):
    world = World()

    result = find_helper(name, {}, world.ambient)(Options(name), 1)

    assert (result, [one.code for one in world.found]) == (UNDEFINED, ["KNB308"])


def test_a_helper_nobody_speaks_of_is_left_to_handlebars():
    world = World()

    found = find_helper("shout", kustomer_helpers(world.ambient), world.ambient)

    assert found is None


def test_a_section_of_a_page_hides_no_variable_of_its_name():
    world = World()

    names = set(kustomer_helpers(world.ambient))

    assert not names & {"map", "escape", "transform"}
