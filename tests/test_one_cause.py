"""One finding for each cause, with a fix that leads to no other fault: kinds found by trying the whole."""

import pytest

import kustomer_nb as knb
from kustomer_nb.errors import RequestError

SHOP = "https://api.shop.com"


def an_app(properties=(), **template):
    request = {"uri": f"{SHOP}/orders", "method": "post", "json": True, **template}
    schema = {"properties": {name: {"type": "string"} for name in properties}, "additionalProperties": False}
    action = {"name": "kustomer.app.shop.do", "description": "d", "type": "rest_api"}
    return knb.load(
        {
            "app": "shop",
            "version": "1.0.0",
            "title": "Shop",
            "actions": [{**action, "inputTemplate": request, "inputSchema": schema}],
        }
    )


def found(diagnostics, *codes):
    return [(finding.code, finding.fix) for finding in diagnostics if finding.code in codes]


@pytest.mark.parametrize(
    "written",
    [
        "<p>Hi {{name}}</p>",
        '<a href="https://x.com/?q={{name}}">track</a>',
        "Hi {{name}},<br/>",
        "&copy; {{name}}",
    ],
)
def test_escaping_is_right_in_html(written):
    app = an_app(["name"], data={"body": written})

    request = app.action().render({"name": "O'Neil & Co"})

    assert "O&#x27;Neil &amp; Co" in request.body
    assert not found([*app.lint(), *request.diagnostics], "KNB319", "KNB708")


@pytest.mark.parametrize(
    "written", ["Hi {{name}}", "<https://x.com|{{name}}>", "a < {{name}} > b", "<a><![CDATA[{{name}}]]></a>"]
)
def test_escaping_is_reported_in_other_texts(written):
    app = an_app(["name"], data={"body": written})

    request = app.action().render({"name": "O'Neil & Co"})

    assert found(request.diagnostics, "KNB708") == [("KNB708", "write {{{name}}}.")]
    assert found(app.lint(), "KNB319")


@pytest.mark.parametrize("helper", ["json", "base64", "encodeURIComponent"])
def test_a_helper_whose_name_is_not_public_is_one_finding(helper):
    app = an_app(["name"], data={"v": f"{{{{{{{helper} name}}}}}}"})

    request = app.action().render({"name": "x"})

    assert request.diagnostics.errors.codes == ["KNB308"]
    assert "Kustomer has a helper" in request.diagnostics[0].message
    assert "KNB310" not in app.lint().codes


def test_a_helper_that_does_not_exist_is_still_said_not_to():
    request = an_app(["name"], data={"v": "{{{shout name}}}"}).action().render({"name": "x"})

    assert request.diagnostics.errors.codes == ["KNB310"]


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("{{/#name}}", "write {{{name}}}; or, as the whole string and without braces, /#name."),
        ("To {{ /#name }}!", "write {{{name}}}; or, as the whole string and without braces, /#name."),
        (
            "{{#if name}}{{/#name.@a}}{{/if}}",
            "write {{{name.[@a]}}}; or, as the whole string and without braces, /#name.@a.",
        ),
        ("{{/#fn:parseInt,name}}", "write it as the whole string and without braces, /#fn:parseInt,name."),
    ],
)
def test_a_reference_in_braces_names_both_ways(written, fix):
    app = an_app(["name"], data={"v": written})

    assert found(app.lint(), "KNB301") == [("KNB301", fix)]
    assert found(app.action().render({"name": "x"}).diagnostics, "KNB301") == [("KNB301", fix)]


@pytest.mark.parametrize("written", ["{{/if}}", "{{/name}}", "{{#if name}}x{{/unless}}", "{{/ name}}"])
def test_the_end_of_a_block_is_not_taken_for_a_reference(written):
    assert all("reference" not in finding.message for finding in an_app(["name"], data={"v": written}).lint())


@pytest.mark.parametrize("written", ["/#{{name}}", "/#{{{name}}}", "/#{{ name }}"])
def test_braces_in_a_reference_are_the_same_finding_at_lint_and_render(written):
    app = an_app(["name"], data={"v": written})

    for diagnostics in (app.lint(), app.action().render({"name": "x"}).diagnostics):
        assert found(diagnostics, "KNB302", "KNB705") == [("KNB302", "write /#name, without braces.")]


def test_a_misspelt_variable_is_suggested_at_render_too():
    (finding,) = (
        an_app(["orderId"], data={"v": "{{orderID}}"}).action().render({"orderId": "1"}).diagnostics.errors
    )

    assert finding.code == "KNB705"
    assert finding.fix.startswith("write `orderId`, if you mean that")


def test_an_unknown_variable_is_not_suggested():
    (finding,) = an_app(["car"], data={"v": "{{cat}}"}).action().render({"car": "1"}).diagnostics.errors

    assert finding.fix.startswith("declare `cat` in inputSchema")


@pytest.mark.parametrize("key", ["url", "URL", "uRi"])
def test_a_uri_with_another_name_is_one_finding_that_fix_corrects(key):
    app = knb.load(
        {"actions": [{"name": "a", "type": "rest_api", "inputTemplate": {key: SHOP, "method": "get"}}]}
    )

    for diagnostics in (app.lint(), app.action().render({}).diagnostics):
        assert found(diagnostics, "KNB402", "KNB414") == [("KNB402", f'rename "{key}" to "uri".')]
    app.fix(unsafe=True)
    assert app.action().render({}).url == f"{SHOP}/"


def test_a_second_address_is_an_ignored_key():
    diagnostics = an_app(url=SHOP).action().render({}).diagnostics

    assert found(diagnostics, "KNB402", "KNB414") == [("KNB414", "did you mean `uri`?")]


@pytest.mark.parametrize(("key", "near"), [("body", "data"), ("params", "qs"), ("header", "headers")])
def test_an_ignored_key_has_the_same_fix_at_lint_and_render(key, near):
    app = an_app(**{key: {"a": "1"}})

    for diagnostics in (app.lint(), app.action().render({}).diagnostics):
        assert found(diagnostics, "KNB414") == [("KNB414", f"did you mean `{near}`?")]


@pytest.mark.parametrize("key", ["timeout", "gzip", "strictSSL"])
def test_an_option_without_another_way_is_to_be_removed(key):
    assert found(an_app(**{key: 1}).action().render({}).diagnostics, "KNB414") == [("KNB414", "remove it.")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("uri: 'https://x.com/'", "uri: base()"),
        ("method: 'get'", "method: Methods.get"),
        ("uri: 'https://x.com/', method: 'get'", "...common"),
    ],
)
def test_nothing_else_is_said_of_a_value_that_is_a_guess(tmp_path, before, after):
    path = tmp_path / "shop.mjs"
    template = "{uri: 'https://x.com/', method: 'get'}"
    text = f"export default {{actions: [{{name: 'a', type: 'rest_api', inputTemplate: {template}}}]}};"
    path.write_text(text.replace(before, after), encoding="utf-8")

    request = knb.load(path).action().render({})

    assert request.diagnostics.errors.codes == ["KNB122"]
    with pytest.raises(RequestError, match="KNB122"):
        knb.load(path).action().run({})


def test_a_template_that_cannot_be_rendered_does_not_contradict_its_type():
    app = an_app(["name"], json=False, headers={"content-type": "application/json"}, data='{"a":{{{name}}}}')

    assert app.action().render({"name": "5"}).diagnostics.codes == ["KNB315"]


@pytest.mark.node
@pytest.mark.parametrize(
    "exported",
    [
        'Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = app;',
        "exports.default = app;",
        "module.exports = app;",
    ],
)
def test_compiled_modules_are_evaluated(tmp_path, exported):
    (tmp_path / "kustomer-nb.toml").write_text("evaluate = true\n", encoding="utf-8")
    path = tmp_path / "shop.js"
    template = "{uri: at('/x'), method: 'get'}"
    made = (
        f"const app = {{app: 'shop', actions: [{{name: 'a', type: 'rest_api', inputTemplate: {template}}}]}};"
    )
    head = '"use strict";\nconst at = (path) => `https://x.com${path}`;\n'
    path.write_text(f"{head}{made}\n{exported}\n", encoding="utf-8")

    assert knb.load(path).action().render({}).url == "https://x.com/x"


@pytest.mark.node
def test_a_module_that_failed_is_not_to_be_evaluated(tmp_path):
    (tmp_path / "kustomer-nb.toml").write_text("evaluate = true\n", encoding="utf-8")
    path = tmp_path / "shop.mjs"
    path.write_text("export default {app: 'shop', title: nothing(), actions: []};", encoding="utf-8")

    findings = knb.load(path).lint()

    assert found(findings, "KNB122") == [("KNB122", "write the value itself.")]
    assert "KNB136" in findings.codes


@pytest.mark.parametrize(
    "written", ["body {{ color: red }}", '{{"a": total}}', "{{ width: 5px }}", "{{'a': b}}"]
)
def test_code_in_braces_is_one_finding_with_the_way_to_write_it(written):
    app = an_app(data={"v": written})

    for diagnostics in (app.lint(), app.action().render({}).diagnostics):
        ((code, fix),) = found(diagnostics, "KNB301", "KNB303", "KNB310")
        assert code == "KNB310"
        assert fix.startswith(r"write \{{ where")


@pytest.mark.parametrize("written", ["{{shout nme}}", "{{{shout nme}}}", "{{#if (shout nme)}}x{{/if}}"])
def test_an_argument_of_an_unknown_helper_is_a_finding_of_its_own(written):
    assert {"KNB303", "KNB310"} <= set(an_app(["name"], data={"v": written}).lint().codes)


@pytest.mark.parametrize("name", ["toLower", "math", "randomId"])
def test_a_helper_called_as_a_function_is_said_to_be_a_helper(name):
    findings = an_app(["name"], data={"v": f"/#fn:{name},name"}).lint()

    assert found(findings, "KNB309") == [
        ("KNB309", f"it is a helper: write {{{{{{{name} …}}}}}} in a template.")
    ]


@pytest.mark.parametrize(
    "media", ["multipart/form-data", "multipart/mixed", "Multipart/Form-Data; charset=utf-8"]
)
def test_a_multipart_body_without_a_boundary_is_reported(media):
    app = an_app(["name"], json=False, headers={"Content-Type": media}, data="name={{{name}}}")

    ((_, fix),) = found(app.action().render({"name": "x"}).diagnostics, "KNB731")
    assert "boundary=part" in fix


@pytest.mark.parametrize(
    "media", ["multipart/form-data; boundary=X", 'multipart/mixed; Boundary="X"', "text/plain"]
)
def test_a_multipart_body_with_a_boundary_is_not_reported(media):
    body = "--X\r\ncontent-disposition: form-data; name=a\r\n\r\n{{{name}}}\r\n--X--\r\n"
    app = an_app(["name"], json=False, headers={"content-type": media}, data=body)

    assert not app.action().render({"name": "x"}).diagnostics


def test_a_mask_without_inputs_is_to_be_removed(tmp_path):
    (tmp_path / "kustomer-nb.toml").write_text('mask = ["/inputs/email"]\n', encoding="utf-8")
    path = tmp_path / "shop.json"
    path.write_text(an_app().text, encoding="utf-8")

    assert ("KNB810", "remove it.") in found(knb.load(path).lint(), "KNB810")


@pytest.mark.parametrize("value", ["x&y", "x+y", "50%"])
def test_a_form_that_a_loop_writes_is_form_text(value):
    app = an_app(json=False, data="{{#each names}}name[]={{{this}}}&{{/each}}")
    app.edit("/actions/0/inputSchema/properties/names", {"type": "array"})

    request = app.action().render({"names": ["z", value]})

    assert found(request.diagnostics, "KNB730")


@pytest.mark.parametrize("value", ["xy", "x=y", "x y"])
def test_a_form_that_a_loop_writes_may_have_other_characters(value):
    app = an_app(json=False, data="{{#each names}}name[]={{{this}}}&{{/each}}")
    app.edit("/actions/0/inputSchema/properties/names", {"type": "array"})

    assert not app.action().render({"names": ["z", value]}).diagnostics


@pytest.mark.parametrize(
    "written", ["/#name[0]", '{{name ? "x" : "y"}}', "{{name, x}}", "/#name.[0]", "{{{name 5}}}"]
)
def test_an_input_that_a_mistaken_template_means_is_not_unread(written):
    assert "KNB513" not in an_app(["name"], data={"v": written}).lint().codes


@pytest.mark.parametrize("written", ["name", "/#other[0]", "{{toLower other}}"])
def test_an_input_that_no_template_means_is_unread(written):
    assert "KNB513" in an_app(["name"], data={"v": written}).lint().codes


def test_the_whole_context_is_not_read_by_a_reference():
    ((_, fix),) = found(an_app(["name"], data={"v": "{{this}}"}).action().render({}).diagnostics, "KNB732")

    assert fix.startswith("print one of its members")


@pytest.mark.parametrize(("option", "codes"), [("false", ["KNB420"]), (True, ["KNB417"]), (False, [])])
def test_false_in_quotes_is_one_finding(option, codes):
    findings = an_app(json=option, data="a=1").lint()

    assert [code for code, _ in found(findings, "KNB417", "KNB420")] == codes
