"""What runs and cases touch of a definition, what they do not, and the cases that close the gap."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kustomer_nb as knb
from kustomer_nb.covering import SiteKind
from kustomer_nb.covering.saving import add_cases
from kustomer_nb.testing.collect import collect
from kustomer_nb.testing.replay import replay

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def app_of(template: dict[str, Any], properties: dict[str, Any] | None = None, **keys: Any) -> knb.App:
    return knb.load(
        {
            "inputTemplate": {"uri": "https://api.shop.com/x", "method": "post", **template},
            "inputSchema": {"properties": properties or {}, "required": keys.pop("required", [])},
            "sampleOutputContext": {},
            **keys,
        }
    )


def missing(app: knb.App, *inputs: dict[str, Any], kind: SiteKind | None = None) -> list[str]:
    runs = [app.action().run(values, mode="sample") for values in inputs]
    sites = knb.coverage(app, runs).missing
    return [site.missing for site in sites if kind in (None, site.kind)]


def in_note(text: str) -> dict[str, Any]:
    return {"json": True, "data": {"note": text}}


@pytest.mark.parametrize(
    ("text", "inputs", "untaken"),
    [
        pytest.param("{{#if a}}x{{else}}y{{/if}}", {"a": "1"}, ["the else branch of"], id="if"),
        pytest.param("{{#if a}}x{{else}}y{{/if}}", {}, ["the block of"], id="else"),
        pytest.param("{{#if a}}x{{/if}}", {"a": "1"}, ["the other case of"], id="if without else"),
        pytest.param("{{#unless a}}x{{/unless}}", {"a": "1"}, ["the block of"], id="unless"),
        pytest.param("{{#each a}}x{{/each}}", {"a": [1]}, ["the loop of"], id="each with items"),
        pytest.param("{{#each a}}x{{/each}}", {"a": []}, ["the loop of"], id="each without items"),
        pytest.param("{{#with a}}x{{/with}}", {"a": {"b": 1}}, ["the other case of"], id="with"),
        pytest.param("{{#a}}x{{^}}y{{/a}}", {"a": "1"}, ["the else branch of"], id="section"),
        pytest.param("{{^a}}x{{/a}}", {"a": "1"}, ["the block of"], id="inverse section, true"),
        pytest.param("{{^a}}x{{/a}}", {}, ["the other case of"], id="inverse section, false"),
        pytest.param("{{#if a}}{{/if}}", {"a": "1"}, ["the other case of"], id="an empty block"),
        pytest.param(
            "{{#each a as |x|}}{{#if x}}y{{/if}}{{/each}}", {"a": [1, 0]}, ["the loop"], id="nested"
        ),
        pytest.param(
            "{{#if a}}x{{else if b}}y{{/if}}", {"a": "1"}, ["the else", "the block", "the other"], id="chain"
        ),
    ],
)
def test_a_branch_is_touched_when_it_is_taken(text: str, inputs: dict[str, Any], untaken: list[str]) -> None:
    app = app_of(in_note(text), {"a": {}, "b": {}})

    sentences = missing(app, inputs, kind=SiteKind.BRANCH)

    assert [any(sentence.startswith(start) for sentence in sentences) for start in untaken] == [True] * len(
        untaken
    )
    assert len(sentences) == len(untaken)


def test_both_branches_are_touched_by_two_runs() -> None:
    app = app_of(in_note("{{#if a}}x{{else}}y{{/if}}"), {"a": TEXT})

    assert missing(app, {"a": "1"}, {}, kind=SiteKind.BRANCH) == []


def test_a_loop_names_what_it_never_had() -> None:
    app = app_of(in_note("{{#each a}}x{{/each}}"), {"a": {"type": "array"}})

    assert missing(app, {"a": [1]}, kind=SiteKind.BRANCH)[0].startswith("the loop of line")
    assert "was never empty" in missing(app, {"a": [1]}, kind=SiteKind.BRANCH)[0]
    assert "never had an item" in missing(app, {"a": []}, kind=SiteKind.BRANCH)[0]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("{{a}}", 1, id="tag"),
        pytest.param("/#a", 1, id="reference"),
        pytest.param("{{toLower a}}", 1, id="argument"),
        pytest.param("{{#if x}}{{a}}{{/if}}", 1, id="in a block that is not taken"),
        pytest.param("{{randomId}}", 0, id="a helper without arguments"),
        pytest.param("plain", 0, id="text"),
    ],
)
def test_a_reference_is_touched_when_it_has_a_value(text: str, count: int) -> None:
    app = app_of(in_note(text), {"a": TEXT, "x": TEXT})

    assert len(missing(app, {}, kind=SiteKind.REFERENCE)) == count
    assert missing(app, {"a": "1", "x": "1"}, kind=SiteKind.REFERENCE) == []


def test_an_optional_input_is_given_and_left_out_and_a_required_one_is_given() -> None:
    app = app_of({}, {"a": TEXT, "b": TEXT}, required=["a"])

    assert missing(app, {"a": "1"}, kind=SiteKind.INPUT) == ["no case gives `b`"]
    assert missing(app, {"a": "1", "b": "2"}, kind=SiteKind.INPUT) == ["no case leaves out `b`"]
    assert missing(app, {"a": "1", "b": "2"}, {"a": "1"}, kind=SiteKind.INPUT) == []


def test_a_property_within_items_is_an_input_of_its_own() -> None:
    lines = {"type": "array", "items": {"type": "object", "properties": {"sku": TEXT}}}
    app = app_of({}, {"lines": lines}, required=["lines"])

    assert missing(app, {"lines": [{}]}, kind=SiteKind.INPUT) == ["no case gives `lines[].sku`"]
    assert missing(app, {"lines": [{}, {"sku": "a"}]}, kind=SiteKind.INPUT) == []


def test_a_number_that_is_given_as_text_touches_the_conversion() -> None:
    app = app_of({}, {"qty": NUMBER}, required=["qty"])

    assert missing(app, {"qty": 2}, kind=SiteKind.CONVERSION) == [
        "no case gives `qty` as text, which is converted to number"
    ]
    assert missing(app, {"qty": "2"}, kind=SiteKind.CONVERSION) == []


def test_a_key_of_the_output_is_touched_where_a_run_has_it() -> None:
    schema = {"properties": {"id": TEXT, "total": NUMBER}}
    app = app_of({}, outputSchema=schema, sampleOutputContext={"id": "7"})

    assert missing(app, {}, kind=SiteKind.OUTPUT) == ["no case has `total` in its output"]


@pytest.mark.parametrize(("mode", "name"), [("fault:404", "4xx"), ("fault:503", "5xx")])
def test_a_status_is_touched_by_its_class(mode: str, name: str) -> None:
    app = app_of({})

    sites = knb.coverage(app, app.action().run({}, mode=mode)).missing

    statuses = {site.missing for site in sites if site.kind is SiteKind.STATUS}
    assert statuses == {f"no case with a response of {other}" for other in {"2xx", "4xx", "5xx"} - {name}}


def test_output_templates_are_measured_where_there_is_a_response() -> None:
    app = app_of({}, outputTemplate={"a": "{{#if body.error}}x{{else}}y{{/if}}"})

    assert len(missing(app, {}, kind=SiteKind.BRANCH)) == 2
    run = app.action().run({}, mode="fault:404")
    assert len([site for site in knb.coverage(app, run).missing if site.kind is SiteKind.BRANCH]) == 1


def test_a_template_that_cannot_be_parsed_has_no_sites() -> None:
    app = app_of(in_note("{{#if a}}x"), {"a": TEXT})

    assert not [site for site in knb.coverage(app, []).missing if site.kind is SiteKind.BRANCH]


def test_a_setting_touches_its_reference_without_a_value() -> None:
    app = app_of(
        {"headers": {"authorization": "Bearer {{{token}}}"}},
        appSettings={"token": {"key": "shop.default.token"}},
    )

    assert missing(app, {}, kind=SiteKind.REFERENCE) == []


def test_the_tests_that_touched_a_site_are_named(shop: Path) -> None:
    app = knb.load(shop)
    app.action().run({"id": "7"}, mode="sample").save_case("an order")

    (measured,) = knb.coverage(app)

    names = measured.tests[("input", "id", "given")]
    assert [name.rpartition("/")[2] for name in names] == ["an order"]


def test_anything_else_than_a_test_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="runs, cases, results, notebooks and paths, not int"):
        knb.coverage(app_of({}), 7)


DEFINITION = """{
  "app": "shop",
  "version": "1.0.0",
  "title": "Shop",
  "actions": [
    {
      "name": "kustomer.app.shop.pay",
      "type": "rest_api",
      "appSettings": {"token": {"key": "shop.default.token"}},
      "inputSchema": {
        "properties": {
          "id": {"type": "string"},
          "note": {"type": "string"},
          "qty": {"type": "number"},
          "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}}
        },
        "required": ["id"]
      },
      "inputTemplate": {
        "uri": "https://api.shop.com/orders/{{{id}}}",
        "method": "post",
        "headers": {"authorization": "Bearer {{{token}}}"},
        "json": true,
        "data": {
          "note": "{{#if note}}{{{note}}}{{else}}none{{/if}}",
          "qty": "/#qty",
          "skus": "{{#each lines}}{{{sku}}}{{/each}}"
        }
      },
      "outputTemplate": {"status": "/#body.status", "ok": "{{#if body.ok}}yes{{/if}}"},
      "outputSchema": {"properties": {"status": {"type": "string"}, "ok": {"type": "string"}}},
      "sampleOutputContext": {"status": "paid", "ok": "yes"}
    }
  ]
}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(DEFINITION)
    return path


def test_the_next_cases_touch_everything_and_pass(shop: Path) -> None:
    app = knb.load(shop)
    assert knb.coverage(app).percent == 0

    paths = add_cases(app)

    assert knb.coverage(app).percent == 100
    assert 2 <= len(paths) <= 6
    assert [replay(case).reason for case in collect([shop.parent]).cases] == [""] * len(paths)
    assert add_cases(app) == []


def test_cases_that_there_are_are_extended_not_repeated(shop: Path) -> None:
    app = knb.load(shop)
    app.action().run({"id": "A7", "note": "hi"}, mode="sample").save_case("a note")

    paths = add_cases(app)

    inputs = [json.loads(path.read_text())["inputs"] for path in paths]
    assert any(values.get("id") == "A7" for values in inputs)
    assert knb.coverage(app).percent == 100


def test_no_secret_is_in_a_new_case(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_SHOP_DEFAULT_TOKEN", "s3cret-of-the-shop")
    (shop.parent / ".env").write_text("SHOP_DEFAULT_TOKEN=s3cret-of-the-shop\n")

    texts = [path.read_text() for path in add_cases(knb.load(shop))]

    assert texts
    assert not any("s3cret" in text for text in texts)


def test_lines_are_marked(shop: Path) -> None:
    app = knb.load(shop)
    coverage = knb.coverage(app, app.action().run({"id": "7"}, mode="sample"))

    marks = {line.strip().partition(":")[0]: mark for mark, _, line in coverage.lines() if line.strip()}
    assert (marks['"uri"'], marks['"note"'], marks['"qty"'], marks['"method"']) == ("+", "~", "!", " ")
    assert "&quot;uri&quot;" in coverage._repr_html_()


def test_a_token_that_the_author_wrote_is_masked(shop: Path) -> None:
    token = "sk_live_51H8xY2eZvKYlo2CqTmR4w"
    shop.write_text(shop.read_text().replace("{{{token}}}", token))

    coverage = knb.coverage(knb.load(shop), [])

    assert any("sk_live_***" in line for _, _, line in coverage.lines())
    assert token not in coverage._repr_html_() + json.dumps(coverage.to_json())


def test_other_definitions_and_broken_cases_do_not_count(shop: Path) -> None:
    (shop.parent / "other.json").write_text(DEFINITION.replace("shop.pay", "shop.other"))
    other = knb.load(shop.parent / "other.json")
    other.action().run({"id": "7"}, mode="sample").save_case("an order")
    (shop.parent / "cases" / "broken.case.json").write_text("{")

    coverage = knb.coverage(knb.load(shop))

    assert coverage.percent == 0
    assert coverage.problems


REJECTING = {
    "type": "object",
    "properties": {"id": NUMBER, "tags": {"type": "array"}, "at": {"type": "object"}, "any": {}},
    "required": ["id"],
    "additionalProperties": False,
}


def rejected(folder: Path, schema: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the rejections that no case shows, and the cases that `add_cases` writes for them."""
    path = folder / "shop.json"
    app = app_of({}, name="kustomer.app.shop.pay", inputSchema=schema)
    app.save(path)
    app = knb.load(path)
    sites = [s.missing for s in knb.coverage(app).missing if s.kind is SiteKind.REJECTION]
    written = [json.loads(case.read_text(encoding="utf-8")) for case in add_cases(app)]
    assert knb.test(folder).ok
    assert not [s for s in knb.coverage(app).missing if s.kind is SiteKind.REJECTION]
    return sites, [case for case in written if "findings" in case]


def test_what_the_platform_rejects_is_a_case_too(tmp_path: Path) -> None:
    sites, cases = rejected(tmp_path, REJECTING)

    assert sites == [
        "no case shows that `id` is required",
        "no case gives `id` a value of another type, which is rejected",
        "no case gives `tags` a value of another type, which is rejected",
        "no case gives `at` a value of another type, which is rejected",
        "no case gives an input that is not declared, which is rejected",
    ]
    assert [case["findings"] for case in cases] == [
        ["KNB701 /id"],
        ["KNB702 /id", "KNB702 /tags", "KNB702 /at"],
        ["KNB703 /undeclared"],
    ]


def test_nothing_is_rejected_without_a_schema_that_says_so(tmp_path: Path) -> None:
    union = {"properties": {"a": {"type": ["object", "array"]}, "b": {}, "c": {"type": "any"}}}

    assert rejected(tmp_path, union) == ([], [])


def test_a_case_of_a_rejection_fails_when_the_schema_no_longer_rejects(tmp_path: Path) -> None:
    rejected(tmp_path, REJECTING)
    path = tmp_path / "shop.json"
    for key in ("required", "additionalProperties", "properties"):
        value = json.loads(path.read_text(encoding="utf-8"))
        changed = {name: item for name, item in value["inputSchema"].items() if name != key}
        path.write_text(json.dumps({**value, "inputSchema": changed}), encoding="utf-8")

        assert not knb.test(tmp_path).ok, key
        path.write_text(json.dumps(value), encoding="utf-8")


def test_a_case_of_the_sample_sees_a_change_of_the_sample(tmp_path: Path) -> None:
    app = app_of({}, name="kustomer.app.shop.pay", sampleOutputContext={"id": 7})
    app.save(tmp_path / "shop.json")
    add_cases(knb.load(tmp_path / "shop.json"))
    assert knb.test(tmp_path).ok

    app.edit("/sampleOutputContext/id", 8)
    app.save(tmp_path / "shop.json")

    assert not knb.test(tmp_path).ok
