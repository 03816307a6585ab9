"""What a list of files asks about one: its actions and problems, and the profile of its project."""

from __future__ import annotations

import pytest

from kustomer_nb.language.questions import MOST_LISTED, answer
from tests.language.marked import SHOP


def test_an_overview_has_actions_with_their_lines_and_counts_of_problems() -> None:
    overview = answer("overview", {"text": SHOP, "path": "shop.kustomer.json"})

    assert overview["definition"] is True
    assert [(action["name"], action["line"]) for action in overview["actions"]] == [
        ("kustomer.app.shop.find", 6),
        ("kustomer.app.shop.pay", 26),
    ]
    assert sum(overview["counts"].values()) == len(overview["problems"])


def test_a_text_that_cannot_be_read_has_the_reason() -> None:
    overview = answer("overview", {"text": "soon"})

    assert overview["definition"] is None
    assert [problem["code"] for problem in overview["problems"]] == ["KNB101"]
    assert overview["counts"]["error"] == 1


def test_another_json_file_is_no_definition() -> None:
    assert answer("overview", {"text": '{"compilerOptions": {}}'})["definition"] is False


def test_of_many_problems_the_count_is_whole_and_the_list_is_not() -> None:
    action = '{"name": "a", "type": "rest_api", "inputTemplate": {"uri": "{{x}}"}}'
    overview = answer("overview", {"text": f"[{', '.join([action] * 150)}]"})

    assert sum(overview["counts"].values()) > MOST_LISTED
    assert len(overview["problems"]) == len(overview["actions"]) == MOST_LISTED


PROFILES = """profile = "sandbox"

[profiles.sandbox]
label = "the test shop"
colour = "green"
settings.shop.default.token = "c4nary"

[profiles.live]
"""


def test_the_profile_is_the_one_that_the_file_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_PROFILE", raising=False)
    assert answer("profile", {"text": PROFILES}) == {
        "name": "sandbox",
        "title": "sandbox (the test shop)",
        "colour": "green",
        "guard": "unsafe methods to remote hosts need confirmation",
        "names": ["sandbox", "live"],
        "line": 1,
        "environment": False,
        "error": "",
    }


def test_the_environment_names_it_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_PROFILE", "live")

    profile = answer("profile", {"text": PROFILES})

    assert (profile["name"], profile["colour"], profile["line"], profile["environment"]) == (
        "live",
        "red",
        8,
        True,
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("profile = ", 1, "cannot be read"),
        ('profile = "prod"\n[profiles.sandbox]', 1, "there is no profile"),
        ('profile = "a"\n[profiles.a]\ncolour = "pink"', 3, "colour"),
        ("\n[profile.sandbox]", 2, "did you mean `profiles`?"),
    ],
)
def test_a_file_that_cannot_be_read_has_the_reason_and_its_line(
    text: str, line: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUSTOMER_NB_PROFILE", raising=False)
    profile = answer("profile", {"text": text})

    assert words in profile["error"]
    assert (profile["line"], profile["colour"]) == (line, "grey")


def test_without_a_profile_the_keys_for_all_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUSTOMER_NB_PROFILE", raising=False)
    profile = answer("profile", {"text": "\ufeffmode = 'sample'"})

    assert (profile["name"], profile["names"], profile["error"]) == ("", [], "")
