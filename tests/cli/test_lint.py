from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.samples import ECOMMSTORE, FIXTURES, an_action

VERBATIM = FIXTURES / "refund-order.verbatim.txt"


def test_a_clean_definition_exits_with_0(call: Call) -> None:
    done = call("lint", ECOMMSTORE)

    assert (done.exit_code, done.stdout) == (0, f"{ECOMMSTORE}: no problems\n")


def test_findings_exit_with_1_and_show_their_place(call: Call) -> None:
    done = call("lint", VERBATIM)

    assert done.exit_code == 1
    assert "15:" in done.stdout
    assert "Fix: " in done.stdout


def test_a_hint_alone_is_good(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(ECOMMSTORE.read_text(encoding="utf-8").replace('"description": "Refund Order",', ""))

    done = call("lint", path)

    assert done.exit_code == 0
    assert "1 hint" in done.stdout


def test_a_file_that_cannot_be_read_is_a_finding_and_wrong_usage(call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_bytes(b'{"app": "\xff"}')

    done = call("lint", tmp_path / "shop.json")

    assert done.exit_code == 2
    assert "KNB133" in done.stdout


def test_the_worst_of_several_files_counts_and_each_is_named(call: Call) -> None:
    done = call("lint", VERBATIM, ECOMMSTORE)

    assert done.exit_code == 1
    assert str(ECOMMSTORE) in done.stdout
    assert str(VERBATIM) in done.stdout


def test_json_is_one_envelope_whatever_the_number_of_files(call: Call) -> None:
    done = call("lint", "--json", ECOMMSTORE, VERBATIM, "nowhere.json")

    printed = json.loads(done.stdout)
    assert done.exit_code == 2
    assert printed["meta"]["paths"] == [str(ECOMMSTORE), str(VERBATIM), "nowhere.json"]
    assert {row["path"] for row in printed["data"]} == {str(VERBATIM), "nowhere.json"}
    assert printed["data"][-1]["code"] == "KNB130"


def test_codes_are_chosen_and_left_out(call: Call) -> None:
    done = call("lint", VERBATIM, "--select", "KNB1,KNB303", "--ignore", "KNB104")

    assert "KNB103" in done.stdout
    assert "KNB303" in done.stdout
    assert "KNB104" not in done.stdout
    assert "KNB304" not in done.stdout


def test_an_unknown_code_is_a_usage_error(call: Call) -> None:
    done = call("lint", ECOMMSTORE, "--ignore", "KNB0")

    assert done.exit_code == 2
    assert 'no rule has the code "KNB0"' in done.stderr


def test_github_gets_annotations(call: Call) -> None:
    done = call("lint", VERBATIM, "--format", "github")

    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    assert any(",line=15,col=14,title=KNB103::The string" in line for line in lines)


def test_json_by_either_name_is_the_same(call: Call) -> None:
    assert call("lint", VERBATIM, "--format", "json").stdout == call("lint", VERBATIM, "--json").stdout
    rows = json.loads(call("lint", VERBATIM, "--json").stdout)["data"]
    assert {row["fix_safety"] for row in rows if row["code"] == "KNB103"} == {"safe"}


LOOSE = "{app: 'shop', version: '1.0.0', title: 'Shop', actions: []}"
# A problem that no edit fixes, and one that is fixed only with --unsafe.
_ACTION = (
    "name: 'kustomer.app.shop.find', type: 'rest_api', description: 'x', inputTemplate: "
    "{uri: 'https://a.b/?{{id}}', method: 'get'}, inputSchema: {properties: {id: {type: 'string'}}}"
)
UNSAFE = LOOSE.replace("[]", f"[{{{_ACTION}}}]")


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(LOOSE)
    return path


def test_fix_writes_what_changes_only_the_syntax(call: Call, loose: Path) -> None:
    done = call("lint", "--fix", loose)

    assert done.exit_code == 0
    assert done.stdout == f"Fixed 7 problems in {loose}.\n{loose}: no problems\n"
    assert json.loads(loose.read_text())["app"] == "shop"


def test_fix_leaves_what_changes_the_meaning(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(UNSAFE)

    done = call("lint", "--fix", "--json", path)

    printed = json.loads(done.stdout)
    assert done.exit_code == 1
    assert printed["meta"]["fixed"] == {str(path): 23}
    assert [row["code"] for row in printed["data"]] == ["KNB304"]
    assert "{{id}}" in path.read_text()


def test_fix_of_a_clean_file_writes_nothing(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_bytes(ECOMMSTORE.read_bytes())
    before = path.stat().st_mtime_ns

    done = call("lint", "--fix", path)

    assert (done.exit_code, done.stdout) == (0, f"{path}: no problems\n")
    assert path.stat().st_mtime_ns == before


def test_fix_of_stdin_is_wrong_usage(call: Call) -> None:
    done = call("lint", "--fix", "-", stdin=LOOSE)

    assert done.exit_code == 2
    assert "kustomer-nb fix - --yes" in done.stderr


def test_statistics_count_each_code(call: Call, loose: Path) -> None:
    done = call("lint", "--statistics", loose, ECOMMSTORE)

    assert done.stdout.splitlines() == [
        "4  KNB104 bare-key (error)  fixable",
        "3  KNB115 foreign-quotes (error)  fixable",
        "2 files: 7 errors; 1 file without problems",
        f"All can be fixed: kustomer-nb fix {loose}",
    ]
    assert done.exit_code == 1


def test_statistics_in_json_are_rows_of_codes(call: Call, loose: Path) -> None:
    rows = json.loads(call("lint", "--statistics", "--json", loose).stdout)["data"]

    assert rows == [
        {"code": "KNB104", "name": "bare-key", "severity": "error", "count": 4, "fixable": 4},
        {"code": "KNB115", "name": "foreign-quotes", "severity": "error", "count": 3, "fixable": 3},
    ]


def test_statistics_of_a_clean_file_are_one_line(call: Call) -> None:
    assert call("lint", "--statistics", ECOMMSTORE).stdout == "1 file: no problems\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LOOSE, "All can be fixed: kustomer-nb fix {path}"),
        (UNSAFE, "All can be fixed: kustomer-nb fix {path} (some only with --unsafe)"),
        (LOOSE.replace(" title: 'Shop',", ""), "Most can be fixed: kustomer-nb fix {path}"),
        (
            '{"app": "shop", "version": "1.0.0", title: "Shop"}',
            "It can be fixed: kustomer-nb fix {path}",
        ),
        ('{app: "shop", "actions": []}', "1 of them can be fixed: kustomer-nb fix {path}"),
    ],
)
def test_the_way_to_fix_is_said(text: str, line: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(text)

    assert call("lint", path).stdout.splitlines()[-1] == line.format(path=path)


@pytest.mark.parametrize("text", ['{"app": "shop"}', '{"app": "shop", "actions": []}'])
def test_where_nothing_can_be_fixed_no_way_is_said(text: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "shop.json").write_text(text)

    assert "can be fixed" not in call("lint", tmp_path / "shop.json").stdout


def test_the_way_to_fix_can_be_copied(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "my shop.json"
    path.write_text(LOOSE)

    words = shlex.split(call("lint", path).stdout.splitlines()[-1].partition(": ")[2])

    assert call(*words[1:], "--yes").exit_code == 0


def test_several_files_have_one_summary(call: Call, loose: Path) -> None:
    lines = call("lint", loose, ECOMMSTORE).stdout.splitlines()

    assert lines[-2] == "2 files: 7 errors; 1 file without problems"


def test_one_file_has_no_summary_of_files(call: Call, loose: Path) -> None:
    assert "1 file" not in call("lint", loose).stdout


@pytest.mark.parametrize("text", [LOOSE, "\ufeff" + LOOSE])
def test_a_dash_is_stdin(text: str, call: Call) -> None:
    done = call("lint", "-", stdin=text)

    assert done.exit_code == 1
    assert done.stdout.startswith("<stdin>:1:2: error KNB104")


@pytest.mark.parametrize(
    ("stdin", "code"),
    [(b"\xff", "KNB133"), (b"<html>", "KNB101"), (b"", "KNB102"), (b'{"scripts": {}}', "KNB129")],
)
def test_stdin_that_is_no_definition_is_wrong_usage(stdin: bytes, code: str, call: Call) -> None:
    done = call("lint", "-", "--json", stdin=stdin)

    assert done.exit_code == 2
    assert [row["code"] for row in json.loads(done.stdout)["data"]] == [code]


@pytest.mark.parametrize(
    ("uris", "rows"),
    [
        # A hint where the value may hold anything, and a warning where the text certainly needs it raw.
        (["https://a.b/?q={{id}}"], {("KNB304", "hint"): 1}),
        (["{{id}}/orders", "https://a.b/?q={{id}}"], {("KNB304", "warning"): 1, ("KNB304", "hint"): 1}),
        (["{{id}}/a", "{{id}}/b", "https://a.b/{{id}}"], {("KNB304", "warning"): 2, ("KNB304", "hint"): 1}),
    ],
)
def test_statistics_count_each_severity_of_a_code(
    uris: list[str], rows: dict[tuple[str, str], int], call: Call, tmp_path: Path
) -> None:
    schema = {"properties": {"id": {"type": "string"}}}
    actions = [an_action(inputTemplate={"uri": uri, "method": "get"}, inputSchema=schema) for uri in uris]
    path = tmp_path / "shop.json"
    path.write_text(json.dumps({"app": "shop", "actions": actions}))

    done = call("lint", "--statistics", "--json", "--select", "KNB304", path)
    text = call("lint", "--statistics", "--select", "KNB304", path).stdout

    counts = {(row["code"], row["severity"]): row["count"] for row in json.loads(done.stdout)["data"]}
    assert counts == rows
    assert all(
        f"{count}  {code} escaped-in-address-or-header ({severity})" in text
        for (code, severity), count in rows.items()
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three definitions of one project, whose file has a faulty key."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.json").write_bytes(ECOMMSTORE.read_bytes())
    (tmp_path / "kustomer-nb.toml").write_text('[profiles.sandbox]\nsettings = { authTokn = "x" }\n')
    return tmp_path


def test_a_problem_of_the_project_is_listed_once_and_at_its_place(project: Path, call: Call) -> None:
    done = call("lint", ".", "--select", "KNB810")

    lines = [line for line in done.stdout.splitlines() if "KNB810" in line]
    assert [line.partition(" ")[0] for line in lines] == ["kustomer-nb.toml:2:14:"]
    assert "a.json: no problems" in done.stdout.splitlines()
    assert "kustomer-nb.toml: 1 warning" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "4 files: 1 warning; 3 files without problems"
    assert done.exit_code == 1


def test_a_problem_of_the_project_names_its_file_in_each_format(project: Path, call: Call) -> None:
    rows = json.loads(call("lint", "--json", ".", "--select", "KNB810").stdout)["data"]
    annotations = call("lint", "--format", "github", ".", "--select", "KNB810").stdout.splitlines()

    assert [(row["path"], row["line"], row["column"]) for row in rows] == [("kustomer-nb.toml", 2, 14)]
    assert [row["file"] for row in rows] == ["kustomer-nb.toml"]
    assert [line.partition(",title")[0] for line in annotations] == [
        "::warning file=kustomer-nb.toml,line=2,col=14"
    ]


def test_two_projects_have_each_their_problems(project: Path, call: Call) -> None:
    other = project / "other"
    other.mkdir()
    (other / "d.json").write_bytes(ECOMMSTORE.read_bytes())
    (other / "kustomer-nb.toml").write_text('[profiles.sandbox]\nsettings = { authTokn = "x" }\n')

    rows = json.loads(call("lint", "--json", ".", "--select", "KNB810").stdout)["data"]

    assert [row["path"] for row in rows] == ["kustomer-nb.toml", "other/kustomer-nb.toml"]


def test_a_file_that_cannot_be_read_is_refused_at_its_place(project: Path, call: Call) -> None:
    (project / "kustomer-nb.toml").write_text("mode = 'live'\nguard = \n")

    done = call("run", "a.json", "-i", "orderId=1")

    assert done.exit_code == 2
    assert done.stderr.startswith("kustomer-nb.toml:2:9: error KNB810 kustomer-nb.toml cannot be read: ")
