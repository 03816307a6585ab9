from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

import pytest

from kustomer_nb.config import FILE, load_profile
from kustomer_nb.config.ignoring import drop_ignored, keep_ignored
from kustomer_nb.errors import EditError, LoadError, SaveError

ACTION = "kustomer.app.shop.find"
BASE = """\
# The profiles of the shop.
profile   =  "sandbox"   # the default one

mask = [
    "/inputs/email",   # personal
]

[profiles.sandbox]
label = 'sandbox'
settings = { token = { env = "TOKEN" }, level = 3 }
hosts = { "https://a.b" = "https://c.d" }

[profiles.live]
guard = "deny" # never
"""
LAYOUTS = {
    "without ignore": BASE,
    "without a final line end": BASE.rstrip("\n"),
    "an empty file": "",
    "only a comment": "# nothing yet\n",
    "a table": BASE + '\n[ignore]\nother = ["/a"] # kept\n',
    "a table before others": '[ignore]\n"*" = ["/at"]\n\n[profiles.sandbox]\nlabel = "x"\n',
    "an inline table": 'ignore = { other = ["/a"] } # here\n' + BASE,
    "dotted keys": 'ignore.other = ["/a"]\nignore."*" = ["/b"]\n' + BASE,
    "the list of this action": 'ignore = { find = ["/a"] }\n' + BASE,
    "a list over several lines": BASE + '\n[ignore]\nfind = [\n  "/a", # one\n  "/b",\n]\n# the end\n',
    "a table of the profile": BASE.replace(
        "[profiles.live]", '[profiles.sandbox.ignore]\nfind = ["/a"]\n\n[profiles.live]'
    ),
    "an inline table of the profile": BASE.replace("label = 'sandbox'", "ignore = { other = ['/a'] }"),
    "lines of Windows": BASE.replace("\n", "\r\n"),
    "an inline profile": (
        'profiles = { sandbox = { settings = { token = "s3cret-t0ken-9" }, ignore = { find = [] } } }\n'
    ),
    "tabs and empty lines": '\n\n\t# indented\n[profiles.sandbox]\n\tlabel = "x"\n\n\n',
    "several lines of text": 'label = """\nnot a [ignore]\n"""\n' + BASE,
}


@pytest.fixture(params=LAYOUTS.values(), ids=LAYOUTS.keys())
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / FILE
    path.write_bytes(request.param.encode())
    return path


def _profile(path: Path) -> str:
    return "sandbox" if b"sandbox" in path.read_bytes() else ""


def test_a_pointer_is_added_and_the_rest_stays_to_the_byte(path: Path) -> None:
    before, name = path.read_bytes(), _profile(path)

    changes = keep_ignored(path.parent, ACTION, "/status", profile=name)

    after = path.read_bytes()
    assert "/status" in load_profile(name or None, path.parent).ignored(ACTION)
    assert "/status" not in load_profile(name or None, path.parent).ignored("kustomer.app.shop.other")
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    opcodes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [line for kind, start, end, *_ in opcodes if kind != "equal" for line in old[start:end]]
    # The last line gets its line end, or the line of the list itself is another one.
    assert len(changed) <= 1
    assert not changed or changed[0] == old[-1] or b"ignore" in changed[0] or b"find" in changed[0]
    assert (b"\r\n" in before) == (b"\r\n" in after)
    assert changes.undo()
    assert path.read_bytes() == before


def test_a_pointer_is_taken_away_again(path: Path) -> None:
    name = _profile(path)
    before = load_profile(name or None, path.parent).ignored(ACTION)
    keep_ignored(path.parent, ACTION, "/status", profile=name)
    kept = path.read_bytes()

    changes = drop_ignored(path.parent, ACTION, "/status", profile=name)

    assert load_profile(name or None, path.parent).ignored(ACTION) == before
    changes.undo()
    assert path.read_bytes() == kept


def test_no_value_of_another_key_is_in_the_change_that_is_shown(path: Path) -> None:
    changes = keep_ignored(path.parent, ACTION, "/status", profile=_profile(path))

    for value in ("s3cret", "level = 3", "https://c.d", "personal", "never"):
        assert value not in changes.diff


def test_what_is_shown_is_the_new_pointer(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(BASE)

    changes = keep_ignored(tmp_path, ACTION, "/status")

    assert '+[ignore]\n+"kustomer.app.shop.find" = ["/status"]' in changes.diff
    assert repr(changes) == f"<Changes: 3 lines of {FILE}>"


def test_a_file_is_made_if_there_is_none_and_removed_again(tmp_path: Path) -> None:
    changes = keep_ignored(tmp_path, ACTION, "/status")

    path = tmp_path / FILE
    assert path.read_text() == '[ignore]\n"kustomer.app.shop.find" = ["/status"]\n'
    path.write_text(path.read_text() + "# mine\n")
    with pytest.raises(SaveError, match="KNB142"):
        changes.undo()
    assert "# mine" in path.read_text()
    path.write_text(changes.after)
    changes.undo()
    assert not path.exists()


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"\xef\xbb\xbf" + BASE.encode())

    keep_ignored(tmp_path, ACTION, "/status")

    assert path.read_bytes().startswith(b"\xef\xbb\xbf# The profiles")


def test_what_is_ignored_already_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text('[ignore]\n"*" = ["/status"]\n')

    assert not keep_ignored(tmp_path, ACTION, "/status")
    assert path.read_text() == '[ignore]\n"*" = ["/status"]\n'


def test_the_list_for_all_actions_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text('[ignore]\n"*" = ["/at"]\n')

    keep_ignored(tmp_path, ACTION, "/status")

    assert tomllib.loads(path.read_text())["ignore"] == {"*": ["/at"], ACTION: ["/status"]}


@pytest.mark.parametrize("pointer", ["/a~1b", '/"quoted"', "/über/\\", "/new\nline", ""])
def test_any_pointer_can_be_kept(pointer: str, tmp_path: Path) -> None:
    keep_ignored(tmp_path, ACTION, pointer)

    assert load_profile(None, tmp_path).ignored(ACTION) == (pointer,)


def test_a_pointer_that_only_a_pattern_matches_is_not_taken_away(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[ignore]\nfind = ["/**/at"]\n')

    with pytest.raises(EditError, match=r"a pattern matches it\. Fix: edit kustomer-nb\.toml"):
        drop_ignored(tmp_path, ACTION, "/a/at")


@pytest.mark.parametrize("text", ["[ignore", "ignore = 3", '[ignore]\nfind = "x"\n', "profiles = 1"])
def test_a_file_that_cannot_be_read_is_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(text)

    with pytest.raises(LoadError, match="KNB810"):
        keep_ignored(tmp_path, ACTION, "/status")

    assert path.read_text() == text


def test_an_action_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditError, match="has no name"):
        keep_ignored(tmp_path, "", "/status")

    assert not (tmp_path / FILE).exists()


def test_a_change_that_others_made_since_is_not_undone(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(BASE)
    changes = keep_ignored(tmp_path, ACTION, "/status")
    path.write_text(path.read_text() + "\n# mine\n")

    with pytest.raises(SaveError, match="KNB142"):
        changes.undo()

    assert path.read_text().endswith("# mine\n")
