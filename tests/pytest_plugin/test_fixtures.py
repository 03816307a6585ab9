"""The fixtures of the pytest plugin, in runs of pytest of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import an_action, an_app

pytest_plugins = ["pytester"]
HEAVY = ("httpx", "pydantic", "chevron", "click", "rich", "anywidget", "asyncio")


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A folder with a definition of two actions, and tests in a folder below it."""
    names = ("kustomer.app.shop.find", "kustomer.app.shop.refund")
    actions = [an_action(name=name, sampleOutputContext={"id": 1}) for name in names]
    pytester.path.joinpath("shop.json").write_text(json.dumps(an_app(*actions)), encoding="utf-8")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.mkdir("tests")
    return pytester.path


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    pytester.path.joinpath("tests/test_shop.py").write_text(code, encoding="utf-8")
    is_alone = "-n2" in arguments
    start = pytester.runpytest_subprocess if is_alone else pytester.runpytest_inprocess
    return start("-p", "no:cacheprovider", *arguments)


def test_the_only_definition_above_a_test_is_its_app(pytester: pytest.Pytester, project: Path) -> None:
    result = run(
        pytester,
        "def test_app(knb_app):\n"
        "    names = [action.name.rpartition('.')[2] for action in knb_app.actions]\n"
        "    assert names == ['find', 'refund']\n",
    )

    result.assert_outcomes(passed=1)


def test_a_marker_names_the_definition_the_action_and_the_profile(
    pytester: pytest.Pytester, project: Path
) -> None:
    (project / "other.json").write_bytes((project / "shop.json").read_bytes())
    (project / "kustomer-nb.toml").write_text("[profiles.sandbox]\n", encoding="utf-8")

    result = run(
        pytester,
        "import pytest\n"
        "pytestmark = pytest.mark.knb(app='other.json', profile='sandbox')\n"
        "@pytest.mark.knb(action='refund')\n"
        "def test_refund(knb_app, knb_action, knb_profile):\n"
        "    assert knb_app.path.name == 'other.json'\n"
        "    assert knb_action.name == 'kustomer.app.shop.refund'\n"
        "    assert knb_action.run({}, mode='sample', profile=knb_profile).profile.name == 'sandbox'\n",
        "--strict-markers",
    )

    result.assert_outcomes(passed=1)


def test_without_a_marker_the_profile_is_that_of_the_project(
    pytester: pytest.Pytester, project: Path
) -> None:
    result = run(pytester, "def test_profile(knb_profile):\n    assert knb_profile is None\n")

    result.assert_outcomes(passed=1)


def test_a_test_that_changes_its_app_changes_that_of_no_other(
    pytester: pytest.Pytester, project: Path
) -> None:
    code = (
        "def test_{0}(knb_app):\n"
        "    assert knb_app.model.version == '1.0.0'\n"
        "    knb_app.edit('/version', '2.0.0')\n"
    )

    result = run(pytester, code.format("first") + code.format("second"))

    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("def test_it(knb_action): pass", ["*2 actions*find, refund*@pytest.mark.knb(action=…)*"]),
        (
            "import pytest\n@pytest.mark.knb(app='shp.json')\ndef test_it(knb_app): pass",
            ["*There is no file*shp.json*shop.json*"],
        ),
        (
            "import pytest\n@pytest.mark.knb(ap='shop.json')\ndef test_it(knb_app): pass",
            ["*write @pytest.mark.knb(app=…, action=…, profile=…)*"],
        ),
    ],
    ids=["several actions", "no such file", "a word the marker does not have"],
)
def test_what_a_test_does_not_say_is_named_without_a_traceback(
    pytester: pytest.Pytester, project: Path, code: str, lines: list[str]
) -> None:
    result = run(pytester, f"{code}\n")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(lines)
    result.stdout.no_fnmatch_line("*definitions.py*")


def test_several_definitions_are_named(pytester: pytest.Pytester, project: Path) -> None:
    (project / "other.json").write_bytes((project / "shop.json").read_bytes())
    (project / "package.json").write_text('{"name": "no definition"}', encoding="utf-8")

    result = run(pytester, "def test_it(knb_app): pass\n")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*several definitions are in *: other.json, shop.json.*"])


def test_a_project_without_a_definition_is_told_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(knb_app): pass")

    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no definition is in *"])


def test_the_mode_is_that_of_runs_that_name_none(pytester: pytest.Pytester, project: Path) -> None:
    code = (
        "def test_mode(knb_app):\n"
        "    assert knb_app.action('find').run({}).mode == 'sample'\n"
        "    assert knb_app.action('find').run({}, mode='fault:429').mode == 'fault:429'\n"
    )

    serial = run(pytester, code, "--knb-mode=sample")
    parallel = run(pytester, code, "--knb-mode=sample", "-n2")

    serial.assert_outcomes(passed=1)
    parallel.assert_outcomes(passed=1)


def test_a_run_in_this_process_leaves_the_mode_as_it_was(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setenv("KUSTOMER_NB_MODE", "replay")
    pytester.makepyfile("import os\ndef test_it(): assert os.environ['KUSTOMER_NB_MODE'] == 'sample'")

    result = pytester.runpytest_inprocess("--knb-mode=sample", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)
    assert os.environ["KUSTOMER_NB_MODE"] == "replay"


def test_a_mode_that_does_not_exist_is_a_usage_error(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--knb-mode=record")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--knb-mode*invalid choice*record*"])


def test_a_run_without_cases_imports_nothing_of_the_package_but_the_plugin(tmp_path: Path) -> None:
    code = (
        "import sys, pytest\n"
        f"pytest.main(['-q', '-p', 'no:cacheprovider', {str(tmp_path)!r}])\n"
        "print(sorted(name for name in sys.modules if name.startswith('kustomer_nb')))\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})))\n"
    )
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n", encoding="utf-8")
    others = ["-p", "no:xdist", "-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:nbval"]
    environment = {"PATH": "", "PYTHONPATH": ":".join(sys.path), "PYTEST_ADDOPTS": " ".join(others)}

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )

    *_, package, heavy = done.stdout.splitlines()
    assert package == str(
        [
            "kustomer_nb",
            "kustomer_nb._lazy",
            "kustomer_nb._version",
            "kustomer_nb.display",
            "kustomer_nb.pytest_plugin",
        ]
    ), done.stderr
    assert heavy == "[]"
