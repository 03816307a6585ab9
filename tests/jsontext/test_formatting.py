import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.jsontext.parser import read

LINES = """{
  // the app
  "app": "shop", // its id
  "tags": ["a", "b"],
  "settings": {},
  "last": 1 // the last
}
"""
SIDE_BY_SIDE = '{"a": 1, "b": [1, 2, 3], "c": {}}'


def change(text, *changes):
    layout = Layout(read(text))
    return apply(text, [edit for name, *arguments in changes for edit in getattr(layout, name)(*arguments)])


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        pytest.param([("set", "/app", "market")], '"shop"', '"market"', id="a value"),
        pytest.param([("rename", "/app", "name")], '"app"', '"name"', id="a key"),
        pytest.param([("set", "/tags/1", {"x": [1]})], '"b"]', '{"x": [1]}]', id="an object in a line"),
        pytest.param([("set", "/tags/-", "c")], '"b"]', '"b", "c"]', id="one more item"),
        pytest.param(
            [("set", "/tags", ["z", "a", "b"])], '["a"', '["z", "a"', id="an item before the others"
        ),
        pytest.param([("set", "/tags", ["b"])], '["a", "b"]', '["b"]', id="an item less"),
        pytest.param([("set", "/tags", [])], '["a", "b"]', "[]", id="no items"),
        pytest.param(
            [("set", "/settings/x", 1)], "{},", '{\n    "x": 1\n  },', id="the first member of an object"
        ),
        pytest.param(
            [("set", "/new", None)],
            '"last": 1 // the last\n',
            '"last": 1, // the last\n  "new": null\n',
            id="a member after a comment",
        ),
        pytest.param([("remove", "/app")], '  "app": "shop", // its id\n', "  // its id\n", id="a member"),
        pytest.param([("remove", "/settings")], '  "settings": {},\n', "", id="a member with its line"),
        pytest.param(
            [("remove", "/last")], '{},\n  "last": 1 // the last', "{}\n  // the last", id="the last member"
        ),
        pytest.param(
            [("set", "", {"app": "shop", "tags": ["a", "b"], "settings": {}, "more": 2})],
            '  "last": 1 // the last\n}',
            '  "more": 2\n  // the last\n}',
            id="the whole, less one and with one more",
        ),
    ],
)
def test_a_change_leaves_the_rest_of_the_text_as_it_is(changes, old, new):
    assert change(LINES, *changes) == LINES.replace(old, new)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([("remove", "/a")], '{"b": [1, 2, 3], "c": {}}', id="the first member"),
        pytest.param([("remove", "/c")], '{"a": 1, "b": [1, 2, 3]}', id="the last member"),
        pytest.param([("remove", "/b/1")], '{"a": 1, "b": [1, 3], "c": {}}', id="an item"),
        pytest.param([("set", "", {})], "{}", id="all of them"),
        pytest.param([("set", "", {"c": {}})], '{"c": {}}', id="all but the last"),
        pytest.param([("set", "/c/d", 1)], '{"a": 1, "b": [1, 2, 3], "c": {"d": 1}}', id="into the empty"),
        pytest.param([("set", "", [1])], "[1]", id="another kind"),
        pytest.param([("set", "/a", True)], '{"a": true, "b": [1, 2, 3], "c": {}}', id="true for 1"),
        pytest.param(
            [("set", "/a", "\ud800")], '{"a": "\\ud800", "b": [1, 2, 3], "c": {}}', id="half a pair"
        ),
    ],
)
def test_a_text_in_one_line_stays_in_one_line(changes, expected):
    assert change(SIDE_BY_SIDE, *changes) == expected


def test_line_ends_and_indentation_are_the_author_s():
    text = '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}'

    assert change(text, ("set", "/a/c", {"d": 2})) == (
        '{\r\n\t"a": {\r\n\t\t"b": 1,\r\n\t\t"c": {\r\n\t\t\t"d": 2\r\n\t\t}\r\n\t}\r\n}'
    )


def test_a_trailing_comma_stays_the_author_s_way():
    assert change("[\n  1,\n]", ("set", "/-", 2)) == "[\n  1,\n  2,\n]"


@pytest.mark.parametrize("text", [LINES, SIDE_BY_SIDE, "[]", "{a: [1,], /* b */ 'c': 2,}"])
def test_the_same_value_changes_nothing(text):
    assert change(text, ("set", "", read(text).value)) == text


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(("set", "/x/y", 1), id="a pointer into nothing"),
        pytest.param(("set", "/tags/5", 1), id="an index too far"),
        pytest.param(("set", "/app/x", 1), id="a member of text"),
        pytest.param(("remove", "/x"), id="to remove nothing"),
        pytest.param(("remove", ""), id="to remove all"),
        pytest.param(("rename", "/tags/0", "x"), id="to name an item"),
        pytest.param(("rename", "/app", "tags"), id="a name that exists"),
    ],
)
def test_what_cannot_be_changed_is_a_lookup_error(edit):
    with pytest.raises(LookupError):
        change(LINES, edit)


def test_what_is_not_json_is_a_value_error():
    with pytest.raises(ValueError, match="not JSON serializable"):
        change(LINES, ("set", "/app", {1, 2}))


SCALARS = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "a,b", "// c", "{", 'q"', "é\n"])
)
KEYS = st.sampled_from(["a", "b", "c", "a/b", "~", "", "// x"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def layouts(draw, value):
    """Draw a text of a value with odd spaces, comments and trailing commas."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    gaps = st.sampled_from(["", "", "", " ", newline, newline + "  ", "/* x, */", f" // y {{{newline}", "\t"])

    def write(item):
        def gap():
            return draw(gaps)

        if not isinstance(item, (dict, list)):
            return json.dumps(item, ensure_ascii=draw(st.booleans()))
        pairs = item.items() if isinstance(item, dict) else ((None, inner) for inner in item)
        parts = [
            f"{gap()}{'' if key is None else json.dumps(key) + gap() + ':' + gap()}{write(inner)}{gap()}"
            for key, inner in pairs
        ]
        trailing = "," if parts and draw(st.integers(0, 3)) == 0 else ""
        opener, closer = "{}" if isinstance(item, dict) else "[]"
        return f"{opener}{','.join(parts)}{trailing}{gap()}{closer}"

    if draw(st.booleans()):
        return json.dumps(value, indent=draw(st.sampled_from([None, 1, 2, 4, "\t"])), ensure_ascii=False)
    return f"{draw(gaps)}{write(value)}{draw(gaps)}"


def places(value, pointer=""):
    yield pointer
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, pointers.join(pointer, key))


def comments(text):
    return [d.message for d in read(text).diagnostics if d.code == "KNB114"]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_after_any_change_the_text_has_the_new_value_and_keeps_its_comments(data):
    value = data.draw(JSON.filter(lambda drawn: isinstance(drawn, (dict, list))))
    text = data.draw(layouts(value))
    pointer = data.draw(st.sampled_from(list(places(value))))
    new = data.draw(JSON)

    changed = change(text, ("set", pointer, new))

    expected = {"": deepcopy(value)}
    container, keys = expected, ["", *pointers.split(pointer)]
    for key in keys[:-1]:
        container = container[int(key) if isinstance(container, list) else key]
    container[int(keys[-1]) if isinstance(container, list) else keys[-1]] = new
    assert read(changed).value == expected[""]
    assert change(text, ("set", "", value)) == text


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_removed_only_it_is_gone(data):
    value = data.draw(JSON.filter(lambda drawn: isinstance(drawn, (dict, list)) and drawn))
    text = data.draw(layouts(value))
    pointer = data.draw(st.sampled_from(list(places(value))[1:]))

    changed = change(text, ("remove", pointer))

    *around, last = pointers.split(pointer)
    expected = deepcopy(value)
    container = expected
    for key in around:
        container = container[int(key) if isinstance(container, list) else key]
    del container[int(last) if isinstance(container, list) else last]
    assert read(changed).value == expected


ITEMS = st.lists(st.sampled_from([1, 2, 3, "a", {"k": 1}, [1], []]), max_size=7)
LAYOUTS = [
    pytest.param("[{}]", ", ", "{item}", id="on one line"),
    pytest.param("[\n  {}\n]", ",\n  ", "{item}", id="an item a line"),
    pytest.param("[\n    {},\n]", ",\n    ", "{item}", id="a trailing comma"),
    pytest.param("[\r\n\t{}\r\n]", ",\r\n\t", "{item}", id="tabs and CRLF"),
    pytest.param("[\n  {}\n]", ",\n  ", "/* {at} */ {item}", id="comments"),
]


@pytest.mark.parametrize(("outer", "separator", "form"), LAYOUTS)
@settings(deadline=None)
@given(old=ITEMS, new=ITEMS)
def test_any_array_becomes_any_other_in_the_layout_of_the_text(outer, separator, form, old, new):
    items = [form.format(at=at, item=json.dumps(item)) for at, item in enumerate(old)]
    text = outer.replace("{}", separator.join(items)) if old else "[]"

    result = apply(text, Layout(read(text)).set("", new))

    assert read(result).value == new
    if old == new:
        assert result == text


@pytest.mark.parametrize(
    ("old", "new", "changed_lines"),
    [
        pytest.param("abc", "xabyc", "xy", id="items added in two places"),
        pytest.param("abcde", "bd", "", id="items removed in three places"),
        pytest.param("abcd", "xbyd", "xy", id="items changed in two places"),
        pytest.param("abcd", "bxd", "x", id="removed, changed and left alone"),
        pytest.param("aabb", "abab", "", id="equal items"),
    ],
)
def test_equal_items_keep_their_lines_and_comments(old, new, changed_lines):
    lines = {item: f'  "{item}", // of {item}' for item in old}
    text = "\n".join(["[", *(lines[item] for item in old), '  "end"', "]"])

    result = apply(text, Layout(read(text)).set("", [*new, "end"]))

    commented = [line[3] for line in result.split("\n") if "//" in line and line == lines.get(line[3])]
    assert read(result).value == [*new, "end"]
    assert set(new) - set(changed_lines) <= set(commented)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("removed", "text"),
    [
        pytest.param(["/b"], '{\n  "a": 1,\n  "c": 3\n}', id="one between"),
        pytest.param(["/c"], '{\n  "a": 1,\n  "b": 2\n}', id="the last"),
        pytest.param(["/b", "/c"], '{\n  "a": 1\n}', id="the last two"),
    ],
)
def test_the_bracket_keeps_its_line(removed, text, newline):
    before = '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}'.replace("\n", newline)
    value = {key: item for key, item in read(before).value.items() if f"/{key}" not in removed}

    assert apply(before, Layout(read(before)).set("", value)) == text.replace("\n", newline)
