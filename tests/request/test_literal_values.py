"""Values that end the string, field or element that they are in; each kind has harmless twins."""

import pytest

QUERY = "SELECT Id FROM Account WHERE Name = '{{{n}}}'"
CSV = {"content-type": "text/csv; charset=utf-8"}
HTML = {"content-type": "text/html"}


def case(template, value, name):
    return pytest.param({"method": "post", **template}, value, id=name)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        case({"qs": {"q": QUERY}}, "O'Neil", "SOQL in qs"),
        case({"qs": {"q": "SELECT Id FROM A WHERE Name LIKE '%{{{n}}}%'"}}, "O'Neil", "LIKE"),
        case({"qs": {"$filter": "Name eq '{{{n}}}'"}}, "O'Neil", "OData"),
        case({"qs": {"$filter": "contains(Name,'{{{n}}}')"}}, "O'Neil", "a function of OData"),
        case({"qs": {"jql": 'summary ~ "{{{n}}}"'}}, '5" disk', "JQL"),
        case({"qs": {"q": "'{{{n}}}' in parents"}}, "O'Neil", "at the start, as Google Drive has it"),
        case({"qs": {"q": "a = 'b' and '{{{n}}}' in parents"}}, "O'Neil", "behind and"),
        case({"qs": {"q": "Name in ('a', '{{{n}}}')"}}, "O'Neil", "an item of a list"),
        case({"uri": "http://a.b/?q=Name='{{{n}}}'"}, "O'Neil", "in the uri"),
        case({"uri": "http://a.b/?$filter=Name%20eq%20%27{{{n}}}%27"}, "O'Neil", "encoded in the uri"),
        case({"data": {"soql": QUERY}, "json": True}, "O'Neil", "in a member of data"),
        case({"data": {"statement": QUERY}, "json": True}, "O'Neil", "by its words"),
        case({"data": QUERY}, "O'Neil", "as the whole body"),
    ],
)
def test_a_value_that_ends_the_string_of_a_query_is_reported(build, template, value):
    (warning,) = build(template, {"n": value}).diagnostics

    assert warning.code == "KNB730"
    assert "is not encoded in a string of the query" in warning.message
    assert "escape the quote in the step before" in warning.fix


@pytest.mark.parametrize(
    ("template", "value"),
    [
        case({"qs": {"q": QUERY}}, 'say "hi"', "the other quote"),
        case({"qs": {"q": QUERY}}, "O''Neil", "a doubled quote"),
        case({"qs": {"q": QUERY}}, "O\\'Neil", "an escaped quote"),
        case({"qs": {"q": "{{{n}}}"}}, "Name = 'O'", "a whole query"),
        case({"qs": {"q": "Name = 'x' AND {{{n}}}"}}, "Code = 'O'", "a whole condition"),
        case({"qs": {"q": "Size = {{{n}}}"}}, "5'", "outside of a string"),
        case({"qs": {"name": "'{{{n}}}'"}}, "O'Neil", "a parameter that is no query"),
        case({"data": {"text": "Where is '{{{n}}}'?"}, "json": True}, "O'Neil", "prose with quotes"),
        case({"data": {"text": "It's {{{n}}}'s"}, "json": True}, "O'Neil", "prose with apostrophes"),
        case({"data": {"text": "Ask where it = '{{{n}}}'"}, "json": True}, "O'Neil", "prose with ="),
        case({"data": {"text": "Select one from: '{{{n}}}'"}, "json": True}, "O'Neil", "prose with words"),
        case({"data": {"html": "<a title='x'>{{{n}}}</a>"}, "json": True}, "O'Neil", "HTML"),
        case({"uri": "http://a.b/o'neil?q={{{n}}}"}, "O'Neil", "a quote in the path"),
    ],
)
def test_a_quote_that_ends_no_string_is_not_reported(build, template, value):
    assert build(template, {"n": value}).diagnostics.codes == []


def test_two_braces_in_a_query_are_one_finding_with_both_steps(build):
    template = {"qs": {"q": QUERY.replace("{{{n}}}", "{{n}}")}}

    (warning,) = build(template, {"n": "O'Neil"}).diagnostics

    assert warning.code == "KNB708"
    assert warning.fix.startswith("write {{{n}}}; escape the quote")


def test_the_quote_of_a_setting_is_reported_without_its_value(build):
    request = build({"qs": {"q": QUERY.replace("{{{n}}}", "{{{token}}}")}}, token="s3'cr3t")

    (warning,) = [item for item in request.diagnostics if item.code == "KNB730"]
    assert "cr3t" not in str(warning)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param("id,name\n1,{{{n}}}", "Smith, Ann", id="a comma"),
        pytest.param("id;name\n1;{{{n}}}", "a;b", id="a semicolon"),
        pytest.param("id\tname\n1\t{{{n}}}", "a\tb", id="a tab"),
        pytest.param("id,name\n1,{{{n}}}", "a\nb", id="a line break"),
        pytest.param("id,name\n1,{{{n}}}", '"a', id="a quote at the start"),
        pytest.param('id,name\n1,"{{{n}}}"', 'say "hi"', id="a quote within quotes"),
    ],
)
def test_a_delimiter_that_a_value_contributes_to_csv_is_reported(build, data, value):
    (warning,) = build({"method": "post", "data": data, "headers": CSV}, {"n": value}).diagnostics

    assert (warning.code, "in CSV text" in warning.message) == ("KNB730", True)


@pytest.mark.parametrize(
    ("data", "value", "headers"),
    [
        pytest.param('id,name\n1,"{{{n}}}"', "Smith, Ann\nJr.", CSV, id="within quotes"),
        pytest.param('id,name\n1,"{{{n}}}"', 'say ""hi""', CSV, id="doubled quotes"),
        pytest.param("id,name\n1,{{{n}}}", '"Smith, Ann"', CSV, id="a value with its own quotes"),
        pytest.param("id,name\n{{{n}}}\n", "1,a\n2,b", CSV, id="whole rows"),
        pytest.param("id;name\n1;{{{n}}}", "1,5", CSV, id="a comma that is no delimiter"),
        pytest.param("id,name\n1,{{{n}}}", 'a "b" c', CSV, id="quotes within a field"),
        pytest.param("id,name\n1,{{{n}}}", "a,b", {"content-type": "text/plain"}, id="plain text"),
    ],
)
def test_a_value_that_delimits_nothing_in_csv_is_not_reported(build, data, value, headers):
    request = build({"method": "post", "data": data, "headers": headers}, {"n": value})

    assert request.diagnostics.codes == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param('attachment; filename="{{{n}}}"', '5" disk.txt', id="a quote in the name of a file"),
        pytest.param('attachment; filename="{{{n}}}"', "C:\\temp.txt", id="a backslash"),
        pytest.param('Digest username="{{{n}}}", realm="x"', 'a"b', id="a quote in another parameter"),
        pytest.param("attachment; filename={{{n}}}", "a;b.txt", id="; without quotes"),
    ],
)
def test_a_value_that_ends_a_parameter_of_a_header_is_reported(build, header, value):
    (warning,) = build({"headers": {"Content-Disposition": header}}, {"n": value}).diagnostics

    assert (warning.code, "in a parameter of the header" in warning.message) == ("KNB730", True)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param('attachment; filename="{{{n}}}"', "a b;c.txt", id="; within quotes"),
        pytest.param('attachment; filename="{{{n}}}"', '5\\" disk.txt', id="an escaped quote"),
        pytest.param("{{{n}}}", 'attachment; filename="a"', id="a whole header"),
        pytest.param("attachment; filename={{{n}}}", "a-b.txt", id="a name without quotes"),
        pytest.param("a/1 (b; x={{{n}}})", "c; d", id="a comment"),
        pytest.param("note {{{n}}}", 'say "hi"; bye', id="text"),
        pytest.param('W/"x", {{{n}}}', 'W/"y"', id="a whole item"),
    ],
)
def test_a_value_that_ends_no_parameter_of_a_header_is_not_reported(build, header, value):
    assert build({"headers": {"X-A": header}}, {"n": value}).diagnostics.codes == []


@pytest.mark.parametrize(
    ("data", "headers", "value"),
    [
        pytest.param("<order><name>{{{n}}}</name></order>", {}, "AT&T", id="XML without a type"),
        pytest.param("<?xml version='1.0'?><a>{{{n}}}</a>", {}, "1 < 2", id="an XML declaration"),
        pytest.param('<a b="{{{n}}}"/>', {}, '5" tall', id="an attribute without a type"),
        pytest.param("<p>{{{n}}}</p>", HTML, "a<b>c", id="a tag in HTML"),
        pytest.param('<p title="{{{n}}}">x</p>', HTML, '5" tall', id="a quote in an attribute of HTML"),
        pytest.param("<p>{{{n}}}</p>", HTML, "&copy 2024", id="a reference in HTML"),
        pytest.param("<p>{{{n}}}</p>", {}, "<script>x</script>", id="HTML without a type"),
    ],
)
def test_a_delimiter_that_a_value_contributes_to_markup_is_reported(build, data, headers, value):
    (warning,) = build({"method": "post", "data": data, "headers": headers}, {"n": value}).diagnostics

    assert warning.code == "KNB730"
    assert warning.fix.startswith("write {{n}}: two braces escape it")
    escaped = data.replace("{{{n}}}", "{{n}}")
    fixed = build({"method": "post", "data": escaped, "headers": headers}, {"n": value})
    assert fixed.diagnostics.codes == []


@pytest.mark.parametrize(
    ("data", "headers", "value"),
    [
        pytest.param("<p>{{{n}}}</p>", HTML, "AT&T: 1 < 2", id="what HTML reads as it is"),
        pytest.param("<p>{{{n}}}</p>", HTML, "AT&amp;T &#233;", id="references of HTML"),
        pytest.param("<p>{{{bodyHtml}}}</p>", HTML, "<b>1</b>", id="markup by its name"),
        pytest.param("<p>{{{htmlBody}}}</p>", HTML, "a<br>b", id="markup that is not closed, by its name"),
        pytest.param("{{{n}}}", HTML, "<p>x</p>", id="a whole page"),
        pytest.param("<order><name>{{{n}}}</name></order>", {}, "Ann", id="plain text in XML"),
        pytest.param("a < {{{n}}} > b", {}, "x<y&z", id="a comparison"),
        pytest.param("<a>{{{n}}}</a>", {"content-type": "text/plain"}, "x<y&z", id="plain text"),
        pytest.param("<{{{n}}}>", {}, "https://x.y/?a&b", id="a link in brackets"),
    ],
)
def test_a_value_that_delimits_nothing_in_markup_is_not_reported(build, data, headers, value):
    request = build(
        {"method": "post", "data": data, "headers": headers},
        {"n": value, "bodyHtml": value, "htmlBody": value},
    )

    assert request.diagnostics.codes == []
