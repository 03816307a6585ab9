"""What a shell completes: through click's protocol, and in a real bash."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kustomer_nb.cli import VERBS
from kustomer_nb.codes import Code
from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, an_action

BASH, ZSH, FISH = map(shutil.which, ("bash", "zsh", "fish"))
NAMES = ("kustomer.app.shop.find", "kustomer.app.shop.refundOrder", "kustomer.app.other.find")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    actions = [an_action(name=name) for name in NAMES]
    (tmp_path / "shop.json").write_text(json.dumps({"app": "shop", "actions": actions}))
    (tmp_path / "broken.json").write_text("<html>")
    (tmp_path / "kustomer-nb.toml").write_text("[profiles.sandbox]\n[profiles.live]\n")
    return tmp_path


def completed(folder: Path, *words: str) -> list[str]:
    """Return what the last word of a command line completes to."""
    environment = {
        "_KUSTOMER_NB_COMPLETE": "zsh_complete",
        "COMP_WORDS": " ".join(["kustomer-nb", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "kustomer_nb"],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
        cwd=folder,
        env={**os.environ, **environment},
    )
    assert done.stderr == ""
    # Three lines each: kind, value, help.
    return done.stdout.splitlines()[1::3]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["re"], ["record", "render"]),
        (["run", "shop.json", ""], ["kustomer.app.shop.find", "refundOrder", "kustomer.app.other.find"]),
        (["run", "shop.json", "ref"], ["refundOrder"]),
        (["run", "shop.json", "kustomer.app.shop.r"], ["kustomer.app.shop.refundOrder"]),
        (["render", "shop.json", "--profile", ""], ["sandbox", "live"]),
        (["render", "shop.json", "--as", ""], ["curl", "httpx", "http"]),
        (["run", "shop.json", "--profile", "s"], ["sandbox"]),
        (["run", "shop.json", "--mode", "re"], ["record", "replay"]),
        (["run", "shop.json", "--mode", "fault:t"], ["fault:timeout", "fault:tls", "fault:truncated"]),
        (["lint", "--select", "KNB30"], [code for code in Code if code.startswith("KNB30")]),
        (
            ["lint", "--ignore", "KNB101,KNB82"],
            [f"KNB101,{code}" for code in Code if code.startswith("KNB82")],
        ),
        (["rule", "KNB60"], [code for code in Code if code.startswith("KNB60")]),
        (["diff", "--mode", ""], ["value", "type", "shape"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["run", "broken.json", ""], []),
        (["run", "nowhere.json", ""], []),
        (["run", "-", ""], []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_word_is_completed(words: list[str], names: list[str], folder: Path) -> None:
    assert completed(folder, *words) == names


def test_all_verbs_are_completed(folder: Path) -> None:
    assert completed(folder, "") == list(VERBS)


def test_all_options_are_completed(folder: Path) -> None:
    names = completed(folder, "run", "--")

    assert {"--allow-missing", "--mode", "--no-input", "--json", "--parse-limit", "--help"} <= set(names)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_printed_for_each_shell(shell: str, call: Call) -> None:
    done = call("completion", shell)

    assert done.exit_code == 0
    assert f"_KUSTOMER_NB_COMPLETE={shell}_complete" in done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which a shell finds the program by its name."""
    program = tmp_path / "bin" / "kustomer-nb"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kustomer_nb "$@"\n')
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
def test_bash_completes_the_actions_of_a_file(folder: Path, environment: dict[str, str]) -> None:
    script = (
        "source <(kustomer-nb completion bash); complete -p kustomer-nb >&2\n"
        "COMP_WORDS=(kustomer-nb run shop.json ref); COMP_CWORD=3\n"
        '$(complete -p kustomer-nb | sed "s/.*-F \\([^ ]*\\).*/\\1/") kustomer-nb\n'
        'echo "${COMPREPLY[@]}"\n'
    )

    done = subprocess.run(
        [str(BASH), "--norc", "-c", script],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=folder,
        env=environment,
    )

    assert done.stdout == "refundOrder\n", done.stderr


def test_completion_sends_nothing_and_reads_no_stdin(folder: Path) -> None:
    assert completed(folder, "run", str(ECOMMSTORE), "") == ["refundOrder"]


# The typed words, and what they become with Tab where there is one completion.
TYPED = [
    ("kustomer-nb rend", "render"),
    ("kustomer-nb run shop.json ref", "refundOrder"),
    ("kustomer-nb run my\\ folder/shop.json ref", "refundOrder"),
    ("kustomer-nb run shop.json --mode fault:tim", "fault:timeout"),
    ("kustomer-nb run shop.json --mode=rep", "--mode=replay"),
    ("kustomer-nb run shop.json --profile san", "sandbox"),
    ("kustomer-nb lint --ignore KNB101,KNB820", "KNB101,KNB820"),
    ("kustomer-nb lint --select=KNB101,KNB820", "--select=KNB101,KNB820"),
    ("kustomer-nb run sho", "shop.json"),
    ("kustomer-nb run shop.json --inputs bro", "broken.json"),
    ("kustomer-nb run shop.json --inputs=bro", "--inputs=broken.json"),
    ("kustomer-nb completion zs", "zsh"),
]
# A zsh on a terminal of its own: completion works only in its line editor.
_ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=""; autoload -Uz compinit; compinit -u -D; eval "$(kustomer-nb completion zsh)"'
zpty -w shell 'dump() { zle complete-word; print -r -- "<<<$BUFFER>>>"; zle kill-whole-line }'
zpty -w shell 'zle -N dump; bindkey "^I" dump; print RE""ADY'
until [[ $output == *READY* ]]; do zpty -r shell part || exit 1; output+=$part; done
for typed in "$@"; do
    zpty -n -w shell "$typed"$'\\t'
    output=""
    until [[ $output == *'>>>'* ]]; do zpty -r shell part || exit 1; output+=$part; done
    print -r -- "${${output##*<<<}%%>>>*}"
done
zpty -d shell
"""


def typed_in(command: list[str], folder: Path, environment: dict[str, str]) -> list[str]:
    """Return what a shell made of each of the typed words, a line each."""
    (folder / "my folder").mkdir()
    (folder / "my folder" / "shop.json").write_bytes((folder / "shop.json").read_bytes())
    words = [typed for typed, _ in TYPED]
    done = subprocess.run(
        [*command, *words],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=folder,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(ZSH is None, reason="zsh is not installed")
def test_zsh_completes_what_is_typed(folder: Path, environment: dict[str, str]) -> None:
    lines = typed_in([str(ZSH), "-f", "-c", _ZSH, "zsh"], folder, environment)

    assert lines == [f"{typed.rpartition(' ')[0]} {word} " for typed, word in TYPED]


@pytest.mark.skipif(FISH is None, reason="fish is not installed")
def test_fish_completes_what_is_typed(folder: Path, environment: dict[str, str]) -> None:
    script = "kustomer-nb completion fish | source; for typed in $argv; complete -C $typed; end"

    lines = typed_in([str(FISH), "--no-config", "-c", script], folder, environment)

    assert [line.partition("\t")[0] for line in lines] == [word for _, word in TYPED]
