"""How messages name options: Python as arguments, the command line as flags, a widget by what to do there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import click
import pytest

import kustomer_nb as knb
from kustomer_nb.action import Action
from kustomer_nb.batch import Plan
from kustomer_nb.cli import main
from kustomer_nb.faces import FLAGS, Face, alternatives, how_to_pass, name_of, read_in
from kustomer_nb.options import RunOptions, meanings
from kustomer_nb.widgets import Workbench

PACKAGE = Path(knb.__file__).parent
OPTIONS = sorted(meanings(RunOptions))
NAMED = re.compile(rf"(?<![\w?&;.-])(?:{'|'.join(OPTIONS)})=(?!=)")
# The source of a value and its display are no advice: they name the argument in which it was passed. A marker
# of pytest is Python, and a failed case names the command that runs it again, whoever reads it.
EXEMPT = {"faces.py", "demo/server.py", "reporting/pretty.py", "pytest_plugin/definitions.py"}
COMMANDS = {"pytest_plugin/items.py"}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each string of a module that is not a docstring, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        is_string = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_string and id(node) not in docstrings:
            assert isinstance(node, ast.Constant)
            yield node.lineno, str(node.value)


def test_no_message_writes_the_name_of_an_option_itself() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).as_posix() not in EXEMPT]

    written = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in modules
        for line, text in literals(path)
        if NAMED.search(text) and text != "settings="
    ]

    assert len(modules) > 200
    assert written == []


def test_no_message_outside_the_command_line_writes_a_flag() -> None:
    written = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in PACKAGE.rglob("*.py")
        # The line magics have options of that form too.
        if path.parent.name not in ("cli", "magics")
        and path.name not in ("faces.py", "codes.py", "docs.py")
        and path.relative_to(PACKAGE).as_posix() not in COMMANDS
        for line, text in literals(path)
        if any(re.search(rf"(?<!\w){flag}\b", text) for flag in FLAGS.values())
    ]

    assert written == []


def test_each_flag_is_one_of_the_command_line() -> None:
    names = set()
    for verb in ("run", "map"):
        command = main.get_command(click.Context(main), verb)
        assert command is not None
        names |= {parameter.opts[-1] for parameter in command.params if isinstance(parameter, click.Option)}

    assert FLAGS.keys() <= {*OPTIONS, *signature(Action.map).parameters, *signature(Plan.run).parameters}
    assert set(FLAGS.values()) <= names


@pytest.mark.parametrize(
    ("option", "value", "python", "command_line", "widget"),
    [
        (
            "confirm",
            "sandbox",
            'pass confirm="sandbox"',
            "add --confirm sandbox",
            "press Run, which asks you to confirm `sandbox`",
        ),
        ("confirm", "", "pass confirm=", "add --confirm", "press Run, which asks you to confirm it"),
        ("env", "orgId", 'pass env={"orgId": …}', "add --env orgId=…", "enter `orgId` under App settings"),
        (
            "allow_missing",
            "a b",
            'pass allow_missing={"a b"}',
            "add --allow-missing 'a b'",
            'open the workbench with allow_missing={"a b"}',
        ),
        ("parse_limit", "", "pass parse_limit=", "add --parse-limit", "open the workbench with parse_limit="),
        (
            "accounts",
            "default",
            'pass accounts={"default": token}',
            "",
            "enter the token of `default` under App settings",
        ),
    ],
)
def test_each_face_passes_an_option_in_its_own_way(
    option: str, value: str, python: str, command_line: str, widget: str
) -> None:
    said = []
    for face in Face:
        with read_in(face):
            said.append(how_to_pass(option, value))

    assert said == [python, command_line, widget]


def test_a_face_ends_with_its_block_even_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), read_in(Face.COMMAND_LINE):
        len(name_of("hosts")) / 0

    assert name_of("hosts") == "hosts="


def test_a_way_that_a_face_lacks_is_left_out() -> None:
    assert alternatives("use a known helper", "") == "use a known helper."


def test_a_preview_in_a_widget_says_what_to_do_there() -> None:
    template = {"uri": "http://a.b/{{{x}}}?o={{{_env.orgId}}}", "method": "get"}
    bench = Workbench(knb.load({"inputTemplate": template}).action())

    assert bench.preview.request is not None
    fixes = " ".join(diagnostic.fix for diagnostic in bench.preview.request.diagnostics)
    assert 'open the workbench with allow_missing={"x"}' in fixes
    assert "pass " not in fixes


def test_a_setting_without_a_value_is_entered_in_a_widget() -> None:
    action = {
        "appSettings": {"token": {"key": "shop.default.token"}},
        "inputTemplate": {"uri": "http://a.b/", "method": "get", "headers": {"x-a": "{{{token}}}"}},
    }
    bench = Workbench(knb.load(action).action())

    bench.bar.run()

    way = "enter `shop.default.token` under App settings, set the environment variable"
    assert bench.preview.request is not None
    assert way in bench.preview.request.diagnostics[0].fix
    assert way in bench.bar.head["words"]


def test_what_a_widget_runs_says_what_to_do_there() -> None:
    template = {"uri": "http://a.b/{{{_env.orgId}}}", "method": "get"}
    bench = Workbench(knb.load({"inputTemplate": template}).action())

    bench.bar.run()

    assert "enter `orgId` under App settings" in bench.bar.head["words"]
