import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb import load, loads
from kustomer_nb.definition import read_document
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import EditError, LoadError
from kustomer_nb.jsontext.parser import read
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.linting import Selection, apply_fix
from kustomer_nb.rules import RULES, fix_document, lint_document
from tests.oracle.modules import CASES
from tests.samples import ECOMMSTORE, FIXTURES
from tests.work import SLOW, count_lines

VERBATIM = (FIXTURES / "refund-order.verbatim.txt").read_text(encoding="utf-8")
FIXABLE = [
    rule for rule in RULES if any(diagnostic.edits for diagnostic in lint_document(read_document(rule.bad)))
]
# Their rules say what is wrong, and a person decides.
DECIDED_BY_A_PERSON = {"KNB113", "KNB122", "KNB123", "KNB127", "KNB150"}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=f"{rule.code} {rule.name}") for rule in FIXABLE])
def test_what_a_rule_fixes_is_not_reported_again_by_any_rule(rule):
    after, changes = fix_document(read_document(rule.bad), Selection(select=(rule.code,)))

    assert [diagnostic for diagnostic in lint_document(after) if diagnostic.code == rule.code] == []
    assert not lint_document(after).errors
    assert set(changes.fixed.codes) == {rule.code}


def test_most_rules_of_the_reader_and_many_others_can_mend():
    codes = {rule.code for rule in FIXABLE}

    assert len(codes) >= 35
    assert {rule.code for rule in RULES if rule.code < "KNB2"} - codes - {"KNB108"} == DECIDED_BY_A_PERSON


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES])
def test_a_safe_fix_keeps_the_value_and_a_second_finds_nothing_to_do(rule):
    document = read_document(rule.bad)

    after, _ = fix_document(document)

    assert stringify(after.value) == stringify(document.value)
    assert fix_document(after)[0].text == after.text


def test_the_example_of_the_documentation_becomes_json_and_keeps_what_a_person_must_decide():
    app = loads(VERBATIM)

    changes = app.fix()

    json.loads(app.text)
    assert changes.fixed.codes == ["KNB103", "KNB104", "KNB104", "KNB105", "KNB106"]
    assert [diagnostic.span.line for diagnostic in changes.fixed] == [15, 22, 27, 32, 39]
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
    assert app.fix(select=["KNB304"]).fixed.codes == ["KNB304"]
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


@pytest.mark.parametrize("case", [pytest.param(case, id=case[0]) for case in CASES])
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_code_in_a_module_is_left_alone_by_every_fix(case, unsafe):
    _, suffix, text = case
    document = read_or_nothing(text, suffix)

    after, _ = fix_document(document, unsafe=unsafe) if document else (None, None)

    assert document is None or code_of(after) == code_of(document)
    assert unsafe or document is None or after.text == text


def read_or_nothing(text, suffix):
    try:
        return read_document(text, Path(f"shop{suffix}"))
    except LoadError:
        return None


def code_of(document):
    spans = [d.span for d in document.reading.diagnostics if d.code == "KNB122"]
    return [document.text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[1, 2,]", id="an array"),
        pytest.param("{app: 'shop',}", id="an object"),
        pytest.param("export default {app: 'shop', version: '1.0.0', title: 'Shop'};", id="a module"),
    ],
)
def test_a_file_that_is_named_as_a_module_is_never_made_json(text):
    document = read_document(text, Path("shop.mjs"))

    assert fix_document(document, unsafe=True)[0].text == text


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("base + '/{{id}}'", id="a sum"),
        pytest.param("'https://x.com/'\n + '/{{id}}'", id="a sum over lines"),
        pytest.param("`${base}/{{id}}`", id="a template string"),
        pytest.param("f('https://x.com/{{id}}')", id="a call"),
    ],
)
def test_a_rule_mends_no_string_that_is_part_of_code(uri):
    text = f"export default [{{name: 'kustomer.app.shop.find', inputTemplate: {{uri: {uri}}}}}];"

    after, _ = fix_document(read_document(text), Selection(select=("KNB304",)))

    assert after.text == text


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("'https://x.com/{{id}}'", id="a string"),
        pytest.param("`https://x.com/{{id}}`", id="a template string without holes"),
        pytest.param("'https://x.com/{{id}}', data: {a: base + 'b', [c]: `${d}`}", id="a string beside code"),
    ],
)
def test_a_rule_mends_a_string_of_a_module(uri):
    text = f"export default [{{name: 'kustomer.app.shop.find', inputTemplate: {{uri: {uri}}}}}];"

    after, _ = fix_document(read_document(text), Selection(select=("KNB304",)))

    assert after.text == text.replace("{{id}}", "{{{id}}}")


@pytest.mark.uncounted
def test_more_problems_than_are_listed_are_fixed_a_list_at_a_time():
    # A list has 10,000, and each object two of them.
    count = 12_000 if SLOW else 5_200
    text = "[" + "{a: 'b'}, " * count + "]"

    after, changes = fix_document(read_document(text))

    assert json.loads(after.text) == [{"a": "b"}] * count
    # The comma at the end, too.
    assert len(changes.fixed) == 2 * count + 1 > 10_000


def test_what_is_left_out_is_not_fixed():
    app = loads("{app: 'shop', version: '1.0.0', title: 'Shop'}")

    app.fix(ignore=["KNB104"])

    assert app.text == '{app: "shop", version: "1.0.0", title: "Shop"}'


def test_a_fix_shows_the_difference():
    changes = loads("{app: 'shop'}").fix()

    assert changes.diff.splitlines()[2:] == ["@@ -1 +1 @@", "-{app: 'shop'}", '+{"app": "shop"}']
    assert repr(changes) == "<Changes: 1 line of the definition>"
    assert "knb-added" in changes._repr_html_()


@pytest.mark.uncounted
def test_ten_thousand_problems_are_fixed_in_seconds():
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
def test_every_fixed_text_has_the_value_that_was_read(pieces, wrapped):
    text = "{" + "".join(pieces) + ("}" if wrapped else "")
    try:
        document = read_document(text)
    except LoadError:
        return

    after, _ = fix_document(document)

    assert stringify(after.value) == stringify(document.value)
    assert fix_document(after)[0].text == after.text
    assert read(after.text).text == after.text


ACTION = '{"app": "shop", "actions": [{"name": "kustomer.app.shop.find", '
DEEP = {
    "arrays": lambda depth: "[" * depth + "]" * depth,
    "arrays without an end": lambda depth: "[" * depth,
    "objects": lambda depth: "{a:" * depth + "1" + "}" * depth,
    "objects without an end": lambda depth: '{"a":' * depth,
    "objects in data": lambda depth: (
        f"{ACTION}inputTemplate: {{data: {'{a:' * depth}1{'}' * depth}}}, type: 'rest_api'}}]}}"
    ),
    "schemas": lambda depth: f"{ACTION}inputSchema: {'{properties: {a: ' * depth}{{}}{'}}' * depth}}}]}}",
    "settings": lambda depth: f'{{"app": "shop", settings: {"{a: " * depth}1{"}" * depth}}}',
    "keys with half a surrogate pair": lambda depth: f'{{"\\ud800": 1, a: {"{a: " * depth}1{"}" * depth}}}',
    "blocks": lambda depth: (
        f"{ACTION}inputTemplate: {{uri: '{'{{#if a}}' * depth}{'{{/if}}' * depth}'}}}}]}}"
    ),
    "calls in a template": lambda depth: (
        f"{ACTION}inputTemplate: {{uri: '{{{{f {'(f ' * depth}{')' * depth}}}}}'}}}}]}}"
    ),
    "comments": lambda depth: "{" + "/*" * depth + "*/ a: 1}",
    "closing brackets": lambda depth: "{a: [" + "]" * depth,
    "parentheses": lambda depth: f"export default {{a: {'(' * depth}{')' * depth}, b: 1}}",
    "parentheses without an end": lambda depth: f"export default {{a: {'(' * depth}",
    "template strings": lambda depth: f"export default {{a: {'`${' * depth}1{'}`' * depth}, b: 1}}",
    "computed keys": lambda depth: f"export default {'{[' * depth}1{']: 1}' * depth}",
    "objects of a module": lambda depth: f"export default {'{x-y: ' * depth}1{'}' * depth}",
}


def is_too_deep(text):
    try:
        read(text)
    except LoadError as error:
        return error.diagnostics.codes == ["KNB126"]
    return False


def far_down(frames, work):
    """Do some work where there is less room for recursion, as in a notebook or a server."""
    return far_down(frames - 1, work) if frames else work()


@pytest.mark.uncounted
@pytest.mark.parametrize("depth", [100, 240, 490, 1_000, 20_000 if SLOW else 5_000])
@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_however_deep_a_text_is_nested_only_errors_of_this_package_are_raised(text, depth, tmp_path):
    written = text(depth)
    if depth > 200 and is_too_deep(written):
        return
    app = loads(written)

    def work():
        app.lint()
        with contextlib.suppress(EditError):
            app.edit("/zz", 1)
        app.fix()
        app.fix(unsafe=True)
        app.save(tmp_path / "deep.json")

    far_down(250, work)

    assert load(tmp_path / "deep.json").text == app.text


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


def test_a_file_is_fixed_and_saved(tmp_path):
    path = tmp_path / "shop.json"
    path.write_bytes(b"\xef\xbb\xbf{app: 'shop'}\r\n")
    app = load(path)

    app.fix()
    app.save()

    assert path.read_bytes() == b'\xef\xbb\xbf{"app": "shop"}\r\n'


MODULE = """\
const APP = process.env.APP;
export default { app: APP, version: '1.0.0', title: 'Shop', actions: [
  { name: 'kustomer.app.shop.find', description: 'd', type: 'rest_api',
    inputTemplate: { uri: 'https://api.shop.com/orders', method: 'get', json: true } },
  { name: `kustomer.app.${APP}.get`, description: 'd', type: 'rest_api',
    inputTemplate: { uri: 'https://api.shop.com/orders/' + ID, method: 'get', json: true } },
] };
"""


def test_of_a_value_that_only_code_would_tell_that_is_all_that_is_found() -> None:
    document = read_document(MODULE)

    reported = {(diagnostic.code, diagnostic.pointer) for diagnostic in lint_document(document)}

    # Of the two values that APP makes unknown, the first is listed.
    unknown = {"/app", "/actions/1/inputTemplate/uri"}
    assert reported == {("KNB124", ""), *(("KNB122", pointer) for pointer in unknown)}
    assert fix_document(document, unsafe=True)[0].text == MODULE


def _lines_to_fix(text: str) -> int:
    document = read_document(text)
    return count_lines(lambda: fix_document(document, unsafe=True))


@pytest.mark.parametrize("piece", ["{{,", "{{#\n", "(){", "{{\u00a0", "[:"])
def test_fixing_a_problem_at_each_of_many_nested_brackets_is_bounded_work(piece):
    few, many = (_lines_to_fix(f"[{piece * count}") for count in ((60, 120) if SLOW else (30, 60)))

    # A pointer for each problem, made of all brackets around it, took eight times as long for twice as many.
    assert many < 4.5 * few


@pytest.mark.parametrize(
    ("text", "code", "fixed"),
    [
        ("{app: 'shop',}", "KNB105", "{app: 'shop'}"),
        ("{app: 'shop',}", "KNB104", "{\"app\": 'shop',}"),
        (
            '{"app": "shop", /* why */ "version": "1.0.0",}',
            "KNB105",
            '{"app": "shop", /* why */ "version": "1.0.0"}',
        ),
    ],
)
def test_one_problem_is_fixed_alone(text: str, code: str, fixed: str) -> None:
    document = read_document(text)
    problem = next(problem for problem in document.reading.diagnostics if problem.code == code)

    result = apply_fix(document, problem)

    assert result is not None
    assert result.text == fixed


def test_a_problem_whose_fix_belongs_to_another_text_changes_nothing() -> None:
    problem = read_document("{app: 'shop', title: 'a much longer title',}").reading.diagnostics[-1]

    assert apply_fix(read_document("{app: 'shop'}"), problem) is None


def test_a_problem_without_a_fix_changes_nothing() -> None:
    document = read_document('{"app": "shop"}')

    assert apply_fix(document, Diagnostic("KNB204", Severity.ERROR, "", "no name.")) is None
