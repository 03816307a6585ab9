"""Bodies that are no plain JSON: what JSON.stringify would change is sent as the text that it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kustomer_nb import ConversionError, SaveError, from_curl
from tests.request.copies.replays import Recorder

from .sending import assert_same

JSON = "-H 'Content-Type: application/json'"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"id": 12345678901234567890}', id="a large number"),
        pytest.param('{"a": 1, "a": 2}', id="a key twice"),
        pytest.param('{"a": 1e999}', id="infinity"),
        pytest.param('{"a": -0}', id="minus zero"),
        pytest.param('{"{{a}}": 1}', id="a template as a key"),
        pytest.param('{"a": NaN}', id="no JSON"),
        pytest.param("{'a': 1}", id="single quotes"),
        pytest.param('"text"', id="a string"),
        pytest.param("[" * 150 + "]" * 150, id="deep"),
    ],
)
def test_a_body_that_would_change_is_sent_as_text(text: str, recorder: Recorder) -> None:
    quoted = text.replace("'", "'\\''")
    command = f"curl {recorder.url}/x {JSON} -d '{quoted}'"

    imported = from_curl(command)

    assert "KNB909" in imported.diagnostics.codes
    assert "json" not in imported.action.read.value["inputTemplate"]
    assert_same(recorder, imported, command)


@pytest.mark.parametrize(
    "command",
    [
        'curl {base}/x -H \'Content-Type: application/json\' -d @- <<EOF\n{"a": "$HOME_"}\nEOF\n',
        "curl {base}/x -d @- <<-'EOF'\n\ta=1\n\tb=2\n\tEOF\n",
        "curl {base}/x --data-binary @- <<EOF | cat\nline 1\nline \\$2\nEOF\n",
        'A=1\nB="x y"\ncurl {base}/x -d "a=$A" -d "b=${B:-z}"',
        "C='-d a=1 -X PUT'; curl $C {base}/x",
        "export A=1; curl {base}/x -d a=$A > /dev/null 2>&1",
        "time curl {base}/x -d a=1 && echo done",
    ],
)
def test_what_a_shell_feeds_to_curl_is_read(command: str, recorder: Recorder) -> None:
    command = command.replace("{base}", recorder.url)

    assert_same(recorder, from_curl(command), command, {"HOME_": "h"})


def test_a_body_that_is_not_text_is_refused() -> None:
    with pytest.raises(ConversionError, match="KNB905 the body is not UTF-8 text"):
        from_curl("curl https://a.b/x --data-binary $'\\xff\\xfe'")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\xff")

    with pytest.raises(ConversionError, match=r"KNB908 .*not UTF-8 text"):
        from_curl("curl https://a.b/x --data-binary @a.png", folder=tmp_path)


@pytest.mark.parametrize(
    "options",
    ["-d a=1 -d @b.txt", "--data-urlencode n@b.txt", "--data-urlencode @b.txt", "--data-binary @b.txt"],
)
def test_a_file_is_sent_as_curl_sends_it(options: str, tmp_path: Path, recorder: Recorder) -> None:
    path = tmp_path / "b.txt"
    path.write_bytes(b"x=1\r\ny=&2\n")
    command = f"curl {recorder.url}/x {options}"

    imported = from_curl(command, folder=tmp_path)

    assert_same(recorder, imported, command.replace("b.txt", str(path)))


def test_without_a_keyring_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    imported = from_curl("curl https://a.b/x -H 'X-Api-Key: 0123456789abcdef'")

    with pytest.raises(SaveError, match="KNB912") as caught:
        imported.secrets.store()

    assert "0123456789abcdef" not in str(caught.value)


def test_an_env_file_in_no_folder_is_an_error(tmp_path: Path) -> None:
    imported = from_curl("curl https://a.b/x -H 'X-Api-Key: 0123456789abcdef'")

    with pytest.raises(SaveError, match="KNB912"):
        imported.secrets.save(tmp_path / "missing" / ".env")


@pytest.mark.parametrize("before", ["\\", "\\\\", "{", "{{", "{{{", "\\{{", "\\\\{{x}}", "{{x}} \\", "a{\\"])
@pytest.mark.parametrize("after", ["", "}", "}}", "\\{{x}}", "{"])
def test_braces_and_backslashes_beside_a_variable_stay(before: str, after: str) -> None:
    data = f"'={before}'\"$VALUE\"'{after}'"
    imported = from_curl(f"curl https://a.b/ -H 'Content-Type: text/plain' --data-binary {data}")

    assert imported.action.render({"value": "v"}).body == f"={before}v{after}"
    assert not imported.app.lint().errors
