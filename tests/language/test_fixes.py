"""Fixes as edits of the text, and the problems that they are for."""

from __future__ import annotations

import pytest

from kustomer_nb import loads
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.language import LastRun, find_fixes, find_problems, fix_all
from kustomer_nb.language.fixes import edits_between
from tests.language.marked import SHOP

LOOSE = "{app: 'shop', version: '1.0.0', title: 'Shop', actions: [{name: 'kustomer.app.shop.find',}]}"


@pytest.mark.parametrize("text", [SHOP, LOOSE, SHOP.replace('"post"', '"posted"')])
def test_problems_are_those_of_lint(text: str) -> None:
    assert find_problems(text) == loads(text).lint()


@pytest.mark.parametrize("text", ["", "soon", "[", "/* only */", "7"])
def test_what_is_no_definition_is_one_problem(text: str) -> None:
    (problem,) = find_problems(text)[:1]

    assert problem.code.startswith("KNB1")


def test_each_fix_makes_its_problem_go() -> None:
    text = LOOSE.replace("find',", "find', inputTemplate: {uri: 'https://a.b/{{{id}}}', method: 'got'}")
    problems = find_problems(text)
    fixes = find_fixes(text, problems)

    assert fixes
    for fix in fixes:
        after = find_problems(apply(text, fix.edits))
        assert after.codes.count(fix.problem.code) < problems.codes.count(fix.problem.code), fix.title


def test_an_undeclared_input_gets_the_type_of_its_last_value() -> None:
    text = SHOP.replace("{{_env.orgId}}", "{{shopNumber}}")
    problems = [problem for problem in find_problems(text) if problem.code == "KNB303"]

    def declared(run: LastRun) -> str:
        (fix,) = find_fixes(text, problems, last_run=lambda name: run)
        assert fix.title == "Add shopNumber to inputSchema"
        after = loads(apply(text, fix.edits)).action("find")
        return after.value["inputSchema"]["properties"]["shopNumber"]["type"]

    assert declared(LastRun()) == "string"
    assert declared(LastRun({"shopNumber": 7})) == "number"


def test_a_title_is_the_words_of_the_fix() -> None:
    (problem,) = [problem for problem in find_problems(LOOSE) if problem.code == "KNB105"]
    (fix,) = find_fixes(LOOSE, [problem])

    assert fix.title[0].isupper()
    assert problem.fix.removesuffix(".")[1:] == fix.title[1:]
    assert fix.is_safe


def test_all_safe_fixes_are_made_at_once() -> None:
    app = loads(LOOSE)
    app.fix()

    assert apply(LOOSE, fix_all(LOOSE)) == app.text
    assert fix_all(SHOP) == ()


@pytest.mark.parametrize(
    ("before", "after"), [("", "a"), ("a", ""), ("aa", "aaa"), ("aaa", "aa"), ("abc", "axc"), ("ab", "ba")]
)
def test_an_edit_makes_one_text_of_another(before: str, after: str) -> None:
    (edit,) = edits_between(before, after)

    assert apply(before, [edit]) == after
    assert edit.start == edit.end or before[edit.start] != edit.text[:1]
