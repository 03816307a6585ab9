from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb.errors import LoadError, NameNotFoundError
from kustomer_nb.profile import FILE, Profile, load_profile, project_root


def written(root: Path, text: str) -> Path:
    (root / FILE).write_text(text, encoding="utf-8")
    return root


def test_no_name_is_an_empty_profile_and_reads_no_file(tmp_path: Path) -> None:
    written(tmp_path, "this is no toml")

    profile = load_profile(None, tmp_path)

    assert profile == Profile(name="", settings={}, hosts={}, mode=None, guard="confirm")


def test_reads_every_key_of_a_profile(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        [profiles.sandbox]
        mode = "sample"
        guard = "none"
        hosts = { "https://api.shop.com" = "https://sandbox.shop.com" }
        settings = { currency = "EUR", retries = 3, verbose = true }
        """,
    )

    profile = load_profile("sandbox", tmp_path)

    assert profile == Profile(
        name="sandbox",
        settings={"currency": "EUR", "retries": 3, "verbose": True},
        hosts={"https://api.shop.com": "https://sandbox.shop.com"},
        mode="sample",
        guard="none",
    )


def test_a_full_key_may_be_written_without_quotes(tmp_path: Path) -> None:
    written(tmp_path, '[profiles.s.settings]\nshop.default.token = "t"\n"shop.default.url" = "u"\n')

    profile = load_profile("s", tmp_path)

    assert profile.settings == {"shop.default.token": "t", "shop.default.url": "u"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "", "add [profiles.sandbx] to kustomer-nb.toml in the project's root.", id="an empty file"
        ),
        pytest.param("[profiles.sandbox]", "did you mean `sandbox`?", id="a near miss"),
    ],
)
def test_an_unknown_name_says_the_way_out(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path, text)

    with pytest.raises(NameNotFoundError, match="KNB810 there is no profile 'sandbx'") as caught:
        load_profile("sandbx", tmp_path)

    assert said in caught.value.diagnostics[0].fix


def test_without_a_file_there_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(NameNotFoundError, match=r"there is no profile 'live' in kustomer-nb.toml"):
        load_profile("live", tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "[profiles.p]\nguards = 'none'", "unknown key 'guards'. Fix: did you mean `guard`?", id="near"
        ),
        pytest.param("[profiles.p]\nxyz = 1", "Fix: use settings, hosts, mode, guard.", id="unknown key"),
        pytest.param("[profiles.p]\nmode = 5", "mode of [profiles.p] is not text", id="mode"),
        pytest.param(
            "[profiles.p]\nguard = 'off'",
            "guard of [profiles.p] is 'off'. Fix: use confirm or none",
            id="guard",
        ),
        pytest.param("[profiles.p]\nhosts = 'a'", "hosts of [profiles.p] is not a table", id="hosts"),
        pytest.param(
            "[profiles.p]\nhosts.a = 5", "hosts of [profiles.p] maps an origin to no text", id="a host"
        ),
        pytest.param(
            "[profiles.p]\nsettings.a = [1]", "settings of [profiles.p] holds a list", id="a setting"
        ),
        pytest.param("profiles = 5", "profiles is no table. Fix: write [profiles.p]", id="the profiles"),
        pytest.param("[profiles]\np = 5", "profiles.p is no table", id="the profile itself"),
        pytest.param("[profiles.p", "kustomer-nb.toml cannot be read", id="no TOML"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path, text)

    with pytest.raises(LoadError) as caught:
        load_profile("p", tmp_path)

    assert said in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"a = '\xff'")

    with pytest.raises(LoadError, match=r"kustomer-nb.toml cannot be read: .*utf-8.* Fix: mend it"):
        load_profile("p", tmp_path)


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
    profile = Profile("p", settings={"token": "s3cret-token"})

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
