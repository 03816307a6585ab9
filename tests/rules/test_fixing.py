import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb import load, loads
from kustomer_nb.definition import read_document
from kustomer_nb.errors import LoadError
from kustomer_nb.jsontext.javascript import stringify
from kustomer_nb.jsontext.reader import read
from kustomer_nb.rules import RULES, Selection, fix_document, lint_document
from tests.samples import ECOMMSTORE, FIXTURES

VERBATIM = (FIXTURES / "refund-order.verbatim.txt").read_text(encoding="utf-8")
MENDABLE = [one for one in RULES if any(found.edits for found in lint_document(read_document(one.bad)))]
# Their rules say what is wrong, and a person decides.
DECIDED_BY_A_PERSON = {"KNB113", "KNB122", "KNB123", "KNB127"}


@pytest.mark.parametrize("one", [pytest.param(one, id=f"{one.code} {one.name}") for one in MENDABLE])
def test_what_a_rule_mends_it_finds_no_more_and_no_other_rule_does(one):
    after, changes = fix_document(read_document(one.bad), Selection(select=(one.code,)))

    assert [found for found in lint_document(after) if found.code == one.code] == []
    assert not lint_document(after).errors
    assert set(changes.mended.codes) == {one.code}


def test_most_rules_of_the_reader_and_many_others_can_mend():
    codes = {one.code for one in MENDABLE}

    assert len(codes) >= 35
    assert {one.code for one in RULES if one.code < "KNB2"} - codes - {"KNB108"} == DECIDED_BY_A_PERSON


@pytest.mark.parametrize("one", [pytest.param(one, id=one.code) for one in RULES])
def test_a_safe_fix_keeps_the_value_and_a_second_finds_nothing_to_do(one):
    document = read_document(one.bad)

    after, _ = fix_document(document)

    assert stringify(after.value) == stringify(document.value)
    assert fix_document(after)[0].text == after.text


def test_the_example_of_the_documentation_becomes_json_and_keeps_what_a_person_must_decide():
    app = loads(VERBATIM)

    changes = app.fix()

    json.loads(app.text)
    assert changes.mended.codes == ["KNB103", "KNB104", "KNB104", "KNB105", "KNB106"]
    assert [one.span.line for one in changes.mended] == [15, 22, 27, 32, 39]
    assert not any(code.startswith("KNB1") for code in app.lint().codes)
    assert len(app.lint()) >= 4


def test_only_the_lines_at_fault_are_touched():
    app = loads(VERBATIM)

    app.fix()

    before, after = VERBATIM.split("\n"), app.text.split("\n")
    assert [at for at, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new] == [
        *(15, 22, 27, 32, 39)
    ]


def test_what_changes_the_meaning_needs_to_be_asked_for():
    text = ECOMMSTORE.read_text(encoding="utf-8").replace("{{{authToken}}}", "{{authToken}}")
    app = loads(text)

    assert not app.fix()
    assert app.fix(select=["KNB304"]).mended.codes == ["KNB304"]
    assert app.text == ECOMMSTORE.read_text(encoding="utf-8")


def test_unsafe_takes_comments_out_and_leaves_the_rest():
    app = loads('{\n  // the shop\n  "app": "shop", "version": "1.0.0", "title": "Shop" /* x */\n}\n')

    app.fix(unsafe=True)

    assert app.text == '{\n  "app": "shop", "version": "1.0.0", "title": "Shop"\n}\n'


def test_a_module_keeps_its_form_until_it_is_asked_to_be_json():
    text = "// shop\nexport default {\n  app: 'shop',\n  version: '1.0.0',\n  title: 'Shop',\n};\n"
    app = loads(text)

    assert app.lint().codes == ["KNB124"]
    assert not app.lint().errors
    assert not app.fix()
    app.fix(unsafe=True)
    assert json.loads(app.text) == {"app": "shop", "version": "1.0.0", "title": "Shop"}


def test_what_is_left_out_is_not_mended():
    app = loads("{app: 'shop', version: '1.0.0', title: 'Shop'}")

    app.fix(ignore=["KNB104"])

    assert app.text == '{app: "shop", version: "1.0.0", title: "Shop"}'


def test_a_fix_shows_the_difference():
    changes = loads("{app: 'shop'}").fix()

    assert changes.diff.splitlines()[2:] == ["@@ -1 +1 @@", "-{app: 'shop'}", '+{"app": "shop"}']
    assert repr(changes) == "<Changes: 1 line of the definition>"
    assert "knb-added" in changes._repr_html_()


def test_ten_thousand_faults_are_mended_in_seconds():
    text = "{actions: [" + "{name: 'a', type: 'rest_api'}\n" * 3000 + "]}"

    after, _ = fix_document(read_document(text))

    assert len(json.loads(after.text)["actions"]) == 3000


PIECES = [
    *(
        '{"a": ',
        "[",
        "]",
        "}",
        ",",
        ":",
        '"',
        "'",
        "\n",
        " ",
        "1",
        "None",
        "tru",
        "// x\n",
        "/* y */",
        "b",
        "\\",
    ),
    *("{{x}}", "“", "”", "`", "#", ";", "=", "()", "0x1F", "+1", ".5", "NaN", '"c"', "'d'", "\u00a0", "..."),
    *("{a: 1, b: [2, 3]}", '"k": {"l": "m"}', "export default ", "```"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans())
@settings(max_examples=600, deadline=None)
def test_whatever_is_mended_says_what_was_read(pieces, wrapped):
    text = "{" + "".join(pieces) + ("}" if wrapped else "")
    try:
        document = read_document(text)
    except LoadError:
        return

    after, _ = fix_document(document)

    assert stringify(after.value) == stringify(document.value)
    assert fix_document(after)[0].text == after.text
    assert read(after.text).text == after.text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=5), st.sampled_from([None, 1, 4, "\t"]))
@settings(max_examples=100, deadline=None)
def test_a_safe_fix_leaves_what_json_loads_reads_alone(value, indent):
    text = json.dumps(value, indent=indent)

    assert fix_document(read_document(text))[0].text == text


def test_a_file_is_mended_and_saved(tmp_path):
    path = tmp_path / "shop.json"
    path.write_bytes(b"\xef\xbb\xbf{app: 'shop'}\r\n")
    app = load(path)

    app.fix()
    app.save()

    assert path.read_bytes() == b'\xef\xbb\xbf{"app": "shop"}\r\n'
