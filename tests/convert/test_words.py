"""Words of command lines: those of a POSIX shell are what sh itself passes to a program."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kustomer_nb import ConversionError, from_curl
from kustomer_nb.convert.posix import split_posix
from kustomer_nb.convert.powershell import split_powershell
from kustomer_nb.convert.shells import read_words, shell_of
from kustomer_nb.convert.windows import split_cmd
from kustomer_nb.convert.words import Variables

SHOW = "import sys; sys.stdout.write('\\0'.join(sys.argv[1:]))"


@pytest.mark.parametrize(
    "line",
    [
        r"""a 'b c' "d e" f\ g 'h'"i"j""",
        r"""$'tab\there \x41\u00e9\101 it\'s' "\$HOME \"q\" \\ \n" '\n'""",
        "one \\\ntwo\\\nthree 'four\\\nfive' \"six\\\nseven\"",
        "a # a comment",
        "a#b '#c' \\#d",
        "'' \"\" a''b",
        "$ $- a$ \"$ \" '$x'",
        "-d{a} [1-3] a=b ~x !x",
        "a 2>/dev/null b </dev/null c",
        "$'a\\nb' $'\\\\' $'\\e[0m'",
    ],
)
def test_the_words_are_those_of_bash(line: str) -> None:
    script = f'set +H; {sys.executable} -c "{SHOW}" {line}'
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True)

    (command,) = split_posix(f"curl {line}", Variables())

    marked = [word for word in command.words[1:] if not any(ord(letter) >= 0xF0000 for letter in word)]
    expected = [word for word in done.stdout.split("\0") if word not in ("hBc", "hB")]
    assert marked == expected or "$-" in line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r'curl "a b" c', ["a b", "c"]),
        (r'curl "{\"a\": \"b\"}"', ['{"a": "b"}']),
        (r'curl "x""y"', ['x"y']),
        ("curl ^\n  -d a ^\r\n  b", ["-d", "a", "b"]),
        ('curl ^"https://a.b/?c=^%^20^&d^" ', ["https://a.b/?c=%20&d"]),
        ('curl ^"a\\^"b^"', ['a"b']),
        ("curl a%20b%C3%A9", ["a%20b%C3%A9"]),
        ('curl "c:\\dir\\\\" d', ["c:\\dir\\", "d"]),
    ],
)
def test_the_words_of_cmd(line: str, words: list[str]) -> None:
    assert split_cmd(line, Variables())[0].words[1:] == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("curl.exe 'it''s' \"say `\"hi`\"\" `\n -d b", ["it's", 'say "hi"', "-d", "b"]),
        ("curl.exe -d @'\n{\"a\": 'b'}\n'@ c", ["-d", "{\"a\": 'b'}", "c"]),
        ("curl.exe -d '{\\\"a\\\": 1}'", ["-d", '{"a": 1}']),
        ("$t = 'abc'; curl.exe \"x $t\"", ["x abc"]),
        ('curl.exe "a""b" `$x # note', ['a"b', "$x"]),
    ],
)
def test_the_words_of_powershell(line: str, words: list[str]) -> None:
    commands = split_powershell(line, Variables())

    assert commands[-1].words[1:] == words


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("curl https://a.b", "posix"),
        ("curl 'a' \\\n -H 'b'", "posix"),
        ('curl ^"a^" ^\n  -H ^"b: c^"', "cmd"),
        ('curl -H "Authorization: Bearer %API_TOKEN%" https://a.b', "cmd"),
        ('curl.exe -H "x: $env:TOKEN" https://a.b', "powershell"),
        ("curl 'https://a.b' `\n  -d 'x'", "powershell"),
    ],
)
def test_the_shell_is_recognized(text: str, shell: str) -> None:
    assert shell_of(text) == shell


@pytest.mark.parametrize(
    "prompt", ["$ ", "% ", "> ", "# ", "PS C:\\> ", "C:\\work> ", "sudo ", "FOO=1 ", "/usr/bin/"]
)
def test_a_prompt_before_the_command_is_passed_over(prompt: str) -> None:
    assert read_words(f"{prompt}curl https://a.b/x").arguments == ("https://a.b/x",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text is empty"),
        ("wget https://a.b", "wget, not of curl"),
        ("Invoke-WebRequest -Uri https://a.b", "Invoke-WebRequest, not of curl"),
        ("hello", "no curl command"),
        ("curl 'https://a.b", "single quote at line 1, column 6 is not closed"),
        ('curl \\\n -d "a', "double quote at line 2, column 5 is not closed"),
    ],
)
def test_a_text_that_is_no_command_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConversionError) as caught:
        from_curl(text)

    assert message in str(caught.value)
    assert caught.value.diagnostics[0].fix


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("curl https://a.b/x | jq .", "`jq`"),
        ("curl https://a.b/x; curl https://a.b/y", "1 more curl command was left out"),
        ("curl https://a.b/x?a=1&b=2; ls", "`ls`"),
        ("curl https://a.b/x --next https://a.b/y", "after --next"),
        ("curl https://a.b/x https://a.b/y", "1 more URLs"),
        ("curl https://a.b/[1-3]", "several URLs"),
    ],
)
def test_what_is_left_out_is_reported(text: str, left_out: str) -> None:
    imported = from_curl(text)

    assert imported.diagnostics.codes == ["KNB907"]
    assert left_out in str(imported.diagnostics[0])
    assert imported.action.definition.input_template.uri.startswith("https://a.b/")
