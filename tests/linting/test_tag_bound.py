"""Lint of a file with far more template tags than any real one: bounded work, and one finding."""

import pytest

import kustomer_nb as knb
from kustomer_nb.linting import template_strings
from tests.work import count_calls


def app_of(*texts: str) -> knb.App:
    request = {"uri": "https://api.x.com/o", "method": "post", "json": True, "data": list(texts)}
    action = {
        "name": "kustomer.app.shop.do",
        "description": "d",
        "type": "rest_api",
        "inputTemplate": request,
    }
    return knb.load({**action, "inputSchema": {"properties": {"a": {"type": "string"}}}})


@pytest.fixture
def few_tags(monkeypatch):
    monkeypatch.setattr(template_strings.TagRoom.__init__, "__defaults__", (500,))


def unchecked(app: knb.App) -> list[str]:
    return [finding.message for finding in app.lint() if "template tags" in finding.message]


@pytest.mark.usefixtures("few_tags")
@pytest.mark.parametrize("tag", ["{{a}}", "{{{a}}}", "{{#if a}}{{/if}}", "{{"])
def test_lint_of_more_tags_only_looks_for_tokens_in_them(tag):
    few, many = (count_calls(app_of(tag * count).lint) for count in (2_000, 64_000))

    # To read a tag takes more than a hundred calls.
    assert many - few < 12 * 62_000


@pytest.mark.usefixtures("few_tags")
@pytest.mark.parametrize("texts", [["{{a}}" * 501], ["{{a}}"] * 501, ["{{a}}" * 300, "{{a}}" * 300, "{{a}}"]])
def test_more_tags_than_are_checked_are_one_finding(texts):
    assert len(unchecked(app_of(*texts))) == 1


@pytest.mark.usefixtures("few_tags")
@pytest.mark.parametrize("texts", [["{{a}}" * 500], ["{{a}}"] * 500, ["x" * 10_000]])
def test_as_many_tags_as_are_checked_are_no_finding(texts):
    assert unchecked(app_of(*texts)) == []


@pytest.mark.usefixtures("few_tags")
def test_what_comes_before_is_checked():
    app = app_of("{{gone}}", "{{a}}" * 600)

    assert {"KNB301", "KNB303"} <= set(app.lint().codes)
