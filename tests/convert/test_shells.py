"""What a shell reads of a text, and what a terminal, a notebook or a text has around a command."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from kustomer_nb import ConversionError, from_curl
from kustomer_nb.convert.shells import read_words
from kustomer_nb.convert.words import MARKER

pytestmark = pytest.mark.uncounted
# Parts of words, each as a shell reads it in any place outside quotes.
_PARTS = (Path(__file__).parent / "shell_parts.txt").read_text("utf-8").splitlines()
# A part that goes over the end of a line has this there.
_END_OF_LINE = "⏎"
_BLANKS = [" ", "  ", "\t", " \\\n", " \\\n  "]
_BEFORE = ["", "A=1; ", "export A=1 B=2\n", "# it's a comment\n", "\n"]
_AFTER = ["", " ", " # it's", "\n", "; true", " && true", " | cat", " > /dev/null", " 2>&1", " &", " \\\n"]


def words_of_bash(command: str, folder: Path) -> list[str] | None:
    """Return what bash hands to curl; None if it refuses the command."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}
    script = f"curl() {{ printf '%s\\0' \"$@\" >&3; }}; exec 3>words; {command}"
    program = ["bash", "--norc", "-c", script]
    done = subprocess.run(program, env=environment, cwd=folder, capture_output=True, check=False, timeout=60)
    words = (folder / "words").read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    return None if done.stderr else words


@pytest.mark.parametrize("seed", range(300))
def test_words_are_those_that_bash_reads(seed: int, tmp_path: Path) -> None:
    chosen = random.Random(seed)
    parts = ["".join(chosen.choices(_PARTS, k=chosen.randint(1, 4))) for _ in range(chosen.randint(1, 6))]
    words = "".join(f"{chosen.choice(_BLANKS)}{part}" for part in parts).replace(_END_OF_LINE, "\n")
    command = f"{chosen.choice(_BEFORE)}curl{words}{chosen.choice(_AFTER)}"

    expected = words_of_bash(command, tmp_path)
    try:
        arguments = list(read_words(command, "posix").arguments)
    except ConversionError as caught:
        error = str(caught)
    else:
        error = ""

    # A shell makes several values of one: nobody means that.
    is_refused = "splits the braces" in error or (error and expected is None)
    is_unknown = not error and (expected is None or MARKER.search("".join(arguments)))
    # printf without arguments writes an empty one.
    assert is_refused or is_unknown or arguments == expected or (not arguments and expected == [""])


URL = ("https://a.b/x",)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("# the refund's command\ncurl https://a.b/x", URL),
        ("# curl, as root\ncurl https://a.b/x", URL),
        ("# curl https://a.b/x", URL),
        ("curl https://a.b/x \\\n", URL),
        ("curl https://a.b/x ^\n", URL),
        ("curl.exe https://a.b/x `\n", URL),
        ("ann@host:~/shop$ curl https://a.b/x", URL),
        ("ann@mac ~ % curl https://a.b/x", URL),
        ("[root@host ~]# curl https://a.b/x", URL),
        ("➜  ~ curl https://a.b/x", URL),
        ("❯ curl https://a.b/x", URL),
        ("PS C:\\Users\\ann> curl.exe https://a.b/x", URL),
        ("C:\\Users\\ann>curl https://a.b/x", URL),
        ("C:\\Users\\ann>curl https://a.b/x ^\nMore? -d x", (*URL, "-d", "x")),
        ("PS C:\\> curl.exe https://a.b/x `\n>> -d x", (*URL, "-d", "x")),
        ("$ curl https://a.b/x \\\n> -d 'x\n> y'", (*URL, "-d", "x\ny")),
        ("curl https://a.b/x -d 'quoted:\n> \"hi\"\n> -- Ann'", (*URL, "-d", 'quoted:\n> "hi"\n> -- Ann')),
        ("!curl https://a.b/x", URL),
        ("%%bash\ncurl https://a.b/x", URL),
        ("`curl https://a.b/x`", URL),
        ("```bash\n$ curl https://a.b/x -d '```'\n```", (*URL, "-d", "```")),
        ("response=$(curl https://a.b/x)", URL),
        ("timeout 5 curl https://a.b/x", URL),
        ("if curl https://a.b/x; then echo yes; fi", URL),
        ("export HOST=a.b ID=x; curl https://$HOST/$ID", URL),
        ("declare -r ID=x\ncurl https://a.b/$ID", URL),
        ("curl https://a.b/x -d \"$(cat <<EOF\n{\"it's\": 1}\nEOF\n)\"", (*URL, "-d", '{"it\'s": 1}')),
        ("$body = @'\n{\"it's\": 1}\n'@\ncurl.exe -d $body https://a.b/x", ("-d", '{"it\'s": 1}', *URL)),
        ("$body = '{\"a\": ''b''}'\ncurl.exe -d $body https://a.b/x", ("-d", "{\"a\": 'b'}", *URL)),
        ("curl.exe https://a.b/x <# it's #> # it's", URL),
        ('@echo off\nrem it\'s\nset HOST=a.b\ncurl "https://%HOST%/x"', URL),
        ('curl "https://a.b/%%C3%%A9" ^\n -d "100%%"', ("https://a.b/%C3%A9", "-d", "100%%")),
    ],
)  # fmt: skip
def test_a_command_is_found_in_what_is_around_it(text: str, arguments: tuple[str, ...]) -> None:
    assert read_words(text).arguments == arguments


def test_a_here_string_is_what_the_command_reads() -> None:
    assert (
        from_curl("curl https://a.b/x -d @- <<< 'a=1'").action.value["inputTemplate"]["data"] == "a={{{a}}}"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("curl https://a.b –d x", r"begins with – \(U\+2013\), which is not the hyphen"),
        ("curl https://a.b -d “x”", "column 21 is typographic"),
        ('curl -d {"a":1,"b":2} https://a.b', "splits the braces"),
        ("curl -Uri https://a.b -Method Post", "-Uri is an option of Invoke-WebRequest"),
        ("$s = New-Object X\nInvoke-WebRequest -Uri 'https://a.b' `\n-Method POST", "of Invoke-WebRequest"),
        ("$r = Invoke-RestMethod 'https://a.b' -Method 'GET'", "call of Invoke-RestMethod"),
        ('await fetch("https://a.b", {"body": "it\'s"})', "call of fetch"),
        ("Please do not use curl for this.", "no curl command"),
        ("curl 'https://a.b/?ids[0]=1'", r"a \[ that begins no range"),
        ("curl 'https://a.b/[5-1]'", r"a \[ that begins no range"),
        ("curl -G https://a.b -d 'q=a b'", "write --data-urlencode"),
        ("curl https://a.b -d x -H 'X-Name: 日'", "X-Name has a character that the platform does not send"),
    ],
)  # fmt: skip
def test_what_curl_would_not_do_is_said(text: str, message: str) -> None:
    with pytest.raises(ConversionError, match=message):
        from_curl(text)


@pytest.mark.parametrize(
    "command",
    [
        "curl https://a.b/it’s -d 'a “word” – and more'",
        'curl https://a.b/x -d \'{"a":1,"b":2}\'',
        "curl 'http://[::1]:8080/x' -g",
        "curl 'https://a.b/?ids[0]=1' -g",
        "curl https://a.b/{orders,notes}/x{1..3}",
    ],
)
def test_what_looks_alike_is_imported(command: str) -> None:
    assert not from_curl(command).app.lint().errors
