from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kustomer_nb.config import FILE, Account, Profile, load_profile, project_root
from kustomer_nb.config.lint import check_profiles
from kustomer_nb.config.settings import EnvironmentVariable
from kustomer_nb.definition import AppDefinition
from kustomer_nb.errors import LoadError, NameNotFoundError
from tests.config.toml_files import BAD, EVERY_KEY
from tests.planted import Plant, precious_of, unreadable


def written(root: Path, text: str) -> Path:
    (root / FILE).write_text(text, encoding="utf-8")
    return root


def test_no_name_is_what_the_file_says_for_all(tmp_path: Path) -> None:
    written(tmp_path, 'guard = "deny"\n[profiles.sandbox]\nguard = "none"\n')

    profile = load_profile(None, tmp_path)

    assert profile == Profile(guard="deny")


def test_no_name_and_no_file_is_an_empty_profile(tmp_path: Path) -> None:
    assert load_profile(None, tmp_path) == Profile()


@pytest.mark.parametrize("text", ["", EVERY_KEY])
@pytest.mark.parametrize("table", ["settings", "hosts", "tls", "env", "accounts", "platform"])
def test_a_profile_that_is_changed_does_not_change_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, text: str
) -> None:
    # Later, because a file that was just written is not cached.
    later = time.time_ns() + 60 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    name = "sandbox" if text else None
    written(tmp_path, text)

    getattr(load_profile(name, tmp_path), table)["added"] = "value"

    assert "added" not in getattr(load_profile(name, tmp_path), table)


def test_a_nested_table_of_a_profile_that_is_changed_does_not_change_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.time_ns() + 60 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    written(tmp_path, '[platform.default_output_template]\nid = "/#body.id"\n')

    load_profile(None, tmp_path).platform["default_output_template"]["id"] = "/#body.other"

    assert load_profile(None, tmp_path).platform == {"default_output_template": {"id": "/#body.id"}}


@pytest.mark.parametrize(("name", "value"), [("template_steps", 5), ("timeout", 5), ("decompresses", True)])
def test_reads_a_field_of_the_platform_of_each_type(tmp_path: Path, name: str, value: object) -> None:
    written(tmp_path, f"[platform]\n{name} = {json.dumps(value)}\n")

    assert load_profile(None, tmp_path).platform == {name: value}


def test_reads_every_key_of_a_profile(tmp_path: Path) -> None:
    written(tmp_path, EVERY_KEY)

    profile = load_profile("sandbox", tmp_path)

    assert profile == Profile(
        name="sandbox",
        label="the sandbox",
        colour="green",
        mode="sample",
        guard="none",
        hosts={"https://api.shop.com": "https://sandbox.shop.com"},
        allowed_hosts=("*.shop.com",),
        settings={
            "currency": "EUR",
            "retries": 3,
            "verbose": True,
            "authToken": EnvironmentVariable("SANDBOX_TOKEN"),
        },
        rate_limit=60,
        tls={"ca_file": "corp.pem"},
        proxy=EnvironmentVariable("PROXY"),
        env={"orgId": "5a1"},
        accounts={"default": Account(EnvironmentVariable("OAUTH"), "x-token")},
        platform={"timeout": 5, "escape_html": False},
        mask=("/inputs/email",),
        ignore={"find": ["/**/updatedAt"], "*": ["/requestId"]},
    )


def test_a_profile_stands_over_what_the_file_says_for_all(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        history = false
        guard = "deny"
        mask = ["/inputs/email"]
        settings = { currency = "USD", shop.default.region = "eu" }
        platform = { timeout = 5 }
        [profiles.sandbox]
        guard = "none"
        mask = ["/inputs/name", "/inputs/email"]
        settings = { currency = "EUR" }
        """,
    )

    profile = load_profile("sandbox", tmp_path)

    assert profile == Profile(
        name="sandbox",
        history=False,
        guard="none",
        mask=("/inputs/email", "/inputs/name"),
        settings={"currency": "EUR", "shop.default.region": "eu"},
        platform={"timeout": 5},
    )


def test_a_full_key_may_be_written_without_quotes(tmp_path: Path) -> None:
    written(tmp_path, '[profiles.s.settings]\nshop.default.token = "t"\n"shop.default.url" = "u"\n')

    profile = load_profile("s", tmp_path)

    assert profile.settings == {"shop.default.token": "t", "shop.default.url": "u"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "", "add [profiles.sandbx] to kustomer-nb.toml in the project's root.", id="an empty file"
        ),
        pytest.param("[profiles.sandbox]", "did you mean `sandbox`?", id="a near miss"),
    ],
)
def test_an_unknown_name_says_the_way_out(tmp_path: Path, text: str, message: str) -> None:
    written(tmp_path, text)

    with pytest.raises(NameNotFoundError, match='KNB810 there is no profile "sandbx"') as caught:
        load_profile("sandbx", tmp_path)

    assert message in caught.value.diagnostics[0].fix


def test_without_a_file_there_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(NameNotFoundError, match=r'there is no profile "live" in kustomer-nb.toml'):
        load_profile("live", tmp_path)


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    written(tmp_path, text)

    with pytest.raises(LoadError) as caught:
        load_profile("p", tmp_path)

    assert message in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"a = '\xff'")

    with pytest.raises(LoadError, match=r"kustomer-nb.toml cannot be read: .*utf-8.* Fix: correct"):
        load_profile("p", tmp_path)


@pytest.mark.timeout(120)
@unreadable
def test_a_file_without_an_end_is_refused(plant: Plant, tmp_path: Path) -> None:
    plant(tmp_path / FILE, precious_of(tmp_path))

    with pytest.raises(LoadError) as caught:
        load_profile(None, tmp_path)

    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == (
        "KNB810",
        "kustomer-nb.toml cannot be read: it is not a regular file.",
    )
    assert check_profiles(tmp_path, AppDefinition.read({}).model).codes == ["KNB810"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("size", [2**20, 2**20 + 1, 2**24])
def test_a_file_larger_than_a_megabyte_is_refused(size: int, tmp_path: Path) -> None:
    with (tmp_path / FILE).open("wb") as file:
        file.write(b'guard = "deny"\n#')
        if size == 2**20:
            file.write(b"x" * (size - file.tell()))
        file.truncate(size)

    if size == 2**20:
        assert load_profile(None, tmp_path).guard == "deny"
        return
    with pytest.raises(LoadError, match=r"KNB810 .*it is larger than 1 MB"):
        load_profile(None, tmp_path)


def test_a_file_may_be_a_link_to_another_one(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_bytes(b'guard = "deny"\r\n')
    (tmp_path / FILE).symlink_to(tmp_path / "shared.toml")

    assert load_profile(None, tmp_path) == Profile(guard="deny")


def test_every_fault_of_a_profile_is_named_at_once(tmp_path: Path) -> None:
    written(tmp_path, "[profiles.p]\nmode = 1\nguard = 2\nxyz = 3\n")

    with pytest.raises(LoadError) as caught:
        load_profile("p", tmp_path)

    assert len(caught.value.diagnostics) == 3


def test_a_token_in_the_wrong_place_is_not_quoted(tmp_path: Path) -> None:
    written(tmp_path, '[profiles.p]\nsettings = "s3cret-token"\n')

    with pytest.raises(LoadError) as caught:
        load_profile("p", tmp_path)

    assert "s3cret" not in str(caught.value)


def test_the_repr_of_a_profile_holds_no_setting() -> None:
    profile = Profile(name="p", settings={"token": "s3cret-token"}, proxy="http://a:s3cret@b")

    assert "s3cret" not in repr(profile)


@pytest.mark.parametrize("mark", [pytest.param(FILE, id="kustomer-nb.toml"), pytest.param(".git", id="git")])
def test_the_root_is_the_nearest_folder_upwards_with_a_mark(tmp_path: Path, mark: str) -> None:
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (tmp_path / mark).mkdir()
    (tmp_path / "a" / mark).mkdir()

    root = project_root(deep / "shop.json")

    assert root == (tmp_path / "a").resolve()


def test_without_a_path_the_search_begins_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "")
    monkeypatch.chdir(tmp_path)

    root = project_root(None)

    assert root == tmp_path.resolve()


def test_without_any_mark_the_root_is_the_folder_of_the_definition(tmp_path: Path) -> None:
    marked = [folder for folder in tmp_path.resolve().parents if (folder / ".git").exists()]

    root = project_root(tmp_path / "shop.json")

    assert root == (marked[0] if marked else tmp_path.resolve())


def test_the_profile_that_is_used_where_none_is_named_stands_in_the_file(tmp_path: Path) -> None:
    written(tmp_path, 'profile = "sandbox"\n[profiles.sandbox]\nguard = "deny"\n[profiles.live]\n')

    assert load_profile(None, tmp_path) == Profile(name="sandbox", guard="deny")
    assert load_profile("live", tmp_path) == Profile(name="live")


def rename(folder: Path) -> Path:
    return folder.rename(folder.with_name("renamed"))


def replace(folder: Path) -> Path:
    (folder / FILE).unlink()
    folder.rmdir()
    other = folder.with_name("other")
    # The new folder is often given the inode of the removed one.
    other.mkdir()
    written(other, "")
    return other


@pytest.mark.parametrize("change", [rename, replace])
def test_the_current_folder_is_looked_up_again_when_it_changed(
    change: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    written(folder, "")
    monkeypatch.chdir(folder)
    assert project_root(None) == folder

    new = change(folder)
    monkeypatch.chdir(new)

    assert project_root(None) == new


def test_a_link_is_followed_to_where_it_leads_now(tmp_path: Path) -> None:
    for name in ("v0", "v1"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, "")
    link = tmp_path / "current"
    link.symlink_to(tmp_path / "v1")
    assert project_root(link / "shop.json") == tmp_path / "v1"

    (tmp_path / "v0").rename(tmp_path / "gone")
    (tmp_path / "v1").rename(tmp_path / "v0")
    link.unlink()
    link.symlink_to(tmp_path / "v0")

    assert project_root(link / "shop.json") == tmp_path / "v0"


def test_a_folder_in_whose_place_a_link_is_put_is_looked_up_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "shop").mkdir(parents=True)
        written(tmp_path / name, "")
    shop = tmp_path / "one" / "shop"
    assert project_root(shop / "shop.json") == tmp_path / "one"

    shop.rmdir()
    shop.symlink_to(tmp_path / "two" / "shop")

    assert project_root(shop / "shop.json") == tmp_path / "two"


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ('default = "sandbox"', 'write profile = "<name>".'),
        ('defaultProfile = "sandbox"', 'write profile = "<name>".'),
        ("[profiles.p]\ndefault = true", 'write profile = "<name>" at the top of the file.'),
        ('[profiles.p]\nhost = "a"', "did you mean `hosts`?"),
        ("[profiles.p]\ntimeout = 5", "did you mean `platform.timeout`?"),
        ("[profiles.p]\nescapeHtml = false", "did you mean `platform.escape_html`?"),
        ('[profiles.p]\nca_file = "a.pem"', "did you mean `tls.ca_file`?"),
        ('[profiles.p]\norgId = "1"', "did you mean `env.orgId`?"),
        ("[profiles.p]\nbanana = 1", "`kustomer-nb schema --config` lists"),
    ],
)
def test_an_unknown_key_has_a_short_fix(text: str, fix: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)

    with pytest.raises(LoadError) as caught:
        load_profile("p" if "profiles.p" in text else None, tmp_path)

    (problem,) = caught.value.diagnostics
    assert fix in problem.fix
    assert len(problem.fix) < 110


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1", 1, 1),
        ("\n[profiles.p]\nmode = 'live'\nbanana = 1", 4, 1),
        ("[profiles.q]\nbanana = 1\n[profiles.p]\nbanana = 1", 4, 1),
        ("profiles.p.banana = 1", 1, 1),
        ("[profiles]\n p = { mode = 'live', banana = 1 }", 2, 23),
        ("[profiles.p.banana]\na = 1", 1, 1),
        ("[profiles.'p']\n'banana' = 1", 2, 1),
        ("x = [1,\n", 2, 1),
        ("x = = 1", 1, 5),
    ],
)
def test_a_fault_is_at_its_key(text: str, line: int, column: int, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)

    with pytest.raises(LoadError) as caught:
        load_profile("p" if "p" in text else None, tmp_path)

    (problem,) = caught.value.diagnostics
    assert problem.span is not None
    assert problem.location() == f"{tmp_path / FILE}:{line}:{column}"


def test_a_variable_names_the_profile_of_runs_that_name_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = 'profile = "sandbox"\n[profiles.sandbox]\n[profiles.staging]\n[profiles.live]\n'
    (tmp_path / FILE).write_text(lines, encoding="utf-8")
    assert load_profile(None, tmp_path).name == "sandbox"

    monkeypatch.setenv("KUSTOMER_NB_PROFILE", "staging")

    assert load_profile(None, tmp_path).name == "staging"
    assert load_profile("live", tmp_path).name == "live"
    monkeypatch.setenv("KUSTOMER_NB_PROFILE", "stagin")
    with pytest.raises(NameNotFoundError, match="did you mean `staging`"):
        load_profile(None, tmp_path)
