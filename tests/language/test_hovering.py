"""What is known of a caret, which ``¦`` marks."""

from __future__ import annotations

import pytest

from kustomer_nb.language import LastRun, find_problems, hover
from kustomer_nb.platform import SAMPLE_ENV
from tests.language.marked import SHOP, at

RUN = LastRun(
    {"orderId": "42", "order": {"id": "ABC"}, "lines": [{"sku": "a"}, {"sku": "b"}]},
    {"customer": {"name": "Zoë"}, "note": "late"},
)


def shown(marked: str, text: str = SHOP, run: LastRun = RUN) -> str:
    found = hover(text, at(text, marked), last_run=lambda name: run)
    return found.markdown if found else ""


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        pytest.param(
            "b/{{{or¦derId}}}/{{toLower",
            "**orderId** (input): number; required; on the receipt",
            id="an input",
        ),
        pytest.param("{{toLower order.¦id}}", "**order.id** (input): string", id="a property"),
        pytest.param(
            "Bearer {{{to¦ken}}}", "**token** (setting): app setting shop.default.token", id="a setting"
        ),
        pytest.param("{{_env.¦orgId}}", "**\\_env.orgId** (env)", id="the environment"),
        pytest.param("{{to¦Lower", "`{{{toLower text}}}`", id="a helper"),
        pytest.param("fn:parse¦Int", "`/#fn:parseInt,path`", id="a function"),
        pytest.param('"/#body.customer.na¦me"', "**body.customer.name** (body): string", id="a path"),
        pytest.param('"meth¦od": "post"', "**method**: ", id="a key"),
        pytest.param('shop.find",\n    "ty¦pe"', "Always rest\\_api", id="a key of an action"),
        pytest.param('find",\n    "type": "rest¦_api"', "Always rest\\_api", id="a value"),
    ],
)
def test_shows_what_is_documented(marked: str, words: str) -> None:
    assert words in shown(marked)


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        pytest.param("b/{{{or¦derId}}}/{{toLower", '"https://a.b/42/abc"', id="a string"),
        pytest.param('"id": "/#orde¦rId"', "42", id="a reference keeps its type, as coerced"),
        pytest.param("{{#each lines}}{{s¦ku}}", '"ab"', id="a loop"),
        pytest.param("Bearer {{{to¦ken}}}", '"Bearer $shop.default.token"', id="a setting is its key"),
        pytest.param(
            '"he¦aders": {',
            '{"authorization":"Bearer $shop.default.token","x-org":"ORG"}',
            id="a key of an object",
        ),
        pytest.param('"/#body.custo¦mer.name"', '"Zoë"', id="the response"),
    ],
)
def test_shows_what_the_template_becomes(marked: str, value: str) -> None:
    assert shown(marked).endswith(f"\n```json\n{value.replace('ORG', SAMPLE_ENV['orgId'])}\n```")


def test_shows_no_value_without_a_run() -> None:
    assert "```" not in shown("b/{{{or¦derId}}}/{{toLower", run=LastRun())
    assert "```" not in shown('"/#body.custo¦mer.name"', run=LastRun({"orderId": 1}))


def test_a_token_in_the_text_is_masked() -> None:
    text = SHOP.replace("Bearer {{{token}}}", "Bearer sk_live_51H8xY2eZvKYlo2C{{orderId}}")

    assert "51H8xY2eZvKYlo2C" not in shown("Bearer sk¦_live", text)


def test_explains_what_was_found_there() -> None:
    text = SHOP.replace('"post"', '"posted"')

    found = hover(text, at(text, '"pos¦ted"'), problems=find_problems(text))

    assert found is not None
    assert "**KNB401** " in found.markdown
    assert text[found.start : found.end] == '"posted"'


def test_text_of_an_author_is_no_markup() -> None:
    text = SHOP.replace("on the receipt", "see [here](command:x) <img src=x> `a`")

    assert r"see \[here\]\(command:x\) \<img src=x\> \`a\`" in shown("b/{{{or¦derId}}}/{{toLower", text)


def test_a_value_cannot_end_its_code_block() -> None:
    text = shown('"/#body.custo¦mer.name"', run=LastRun({}, {"customer": {"name": "```\n# x"}}))

    assert text.endswith('````json\n"```\\n# x"\n````')


def test_each_action_has_its_own_run() -> None:
    runs = {"kustomer.app.shop.pay": LastRun({"orderId": "9"})}
    offset = SHOP.rindex("{{{orderId") + 4

    found = hover(SHOP, offset, last_run=lambda name: runs.get(name, LastRun()))

    assert found is not None
    assert '"https://a.b/9"' in found.markdown
