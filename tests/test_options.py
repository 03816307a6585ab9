"""The options that the verbs, the widgets and the command line share."""

import inspect
import subprocess
import sys
from pathlib import Path

import click
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import kustomer_nb as knb
from kustomer_nb.action import Action
from kustomer_nb.cli import main
from kustomer_nb.options import RenderOptions, RunOptions, WorkbenchOptions, meanings, takes
from kustomer_nb.widgets import RequestPreview, RunBar, SettingsForm, Workbench

RENDER, WORKBENCH, RUN = (
    frozenset(meanings(options)) for options in (RenderOptions, WorkbenchOptions, RunOptions)
)
VERBS = {
    "render": (Action.render, RENDER),
    "run": (Action.run, RUN),
    "arun": (Action.arun, RUN),
    "History.run": (knb.History.run, RUN),
    "workbench": (knb.workbench, WORKBENCH),
    "Workbench": (Workbench, WORKBENCH),
    "ActionForm": (knb.ActionForm, WORKBENCH),
    "SettingsForm": (SettingsForm, WORKBENCH),
    "RequestPreview": (RequestPreview, WORKBENCH),
    "RunBar": (RunBar, WORKBENCH),
}
# Values that a command line cannot write, or that only a test passes.
ONLY_PYTHON = {"accounts", "helpers", "platform", "transport"}
FLAGS = {"hosts": "host", "settings": "set"}


@pytest.fixture
def action() -> Action:
    return knb.load({"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "get"}}).action()


@pytest.mark.parametrize("verb", VERBS)
def test_the_signature_of_a_verb_shows_every_option(verb: str) -> None:
    function, options = VERBS[verb]

    parameters = inspect.signature(function).parameters

    assert options <= parameters.keys()
    assert {parameters[name].kind for name in options} == {inspect.Parameter.KEYWORD_ONLY}
    assert all(parameter.kind is not inspect.Parameter.VAR_KEYWORD for parameter in parameters.values())


@pytest.mark.parametrize("verb", ["render", "run", "arun", "workbench"])
def test_the_docstring_of_a_verb_tells_what_every_option_means(verb: str) -> None:
    function, options = VERBS[verb]

    doc = inspect.getdoc(function) or ""

    for name in options:
        assert f"    {name}: {meanings(RunOptions)[name]}" in doc
    assert doc.index("Options:") < doc.index("Raises:") < doc.index("Example:")


def test_completion_in_a_notebook_offers_the_options(action: Action) -> None:
    shell = InteractiveShell()
    shell.user_ns["action"] = action
    with provisionalcompleter():
        names = {item.text for item in shell.Completer.completions("action.run(", len("action.run("))}

    assert {f"{name}=" for name in RUN} <= names


def test_shift_tab_in_a_notebook_shows_the_options(action: Action) -> None:
    shown = InteractiveShell().inspector.info(action.run)

    assert all(f"{name}: " in shown["definition"] for name in RUN)
    assert "profile: A profile in kustomer-nb.toml." in shown["docstring"]


@pytest.mark.parametrize("verb", ["render", "run"])
def test_a_misspelt_option_is_refused_with_the_nearest_one(action: Action, verb: str) -> None:
    with pytest.raises(TypeError, match=r"has no option 'profil'; did you mean 'profile'\?"):
        getattr(action, verb)({"id": 1}, profil="x")


def test_rendering_takes_no_option_of_a_run(action: Action) -> None:
    with pytest.raises(TypeError, match=r"render\(\) has no option 'mode'"):
        action.render({"id": 1}, mode="sample")


def test_a_type_checker_rejects_what_is_not_an_option(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text(
        "import kustomer_nb as knb\n"
        "action = knb.load({}).action()\n"
        "action.run({}, profile='x', seed=1, confirm='x')\n"
        "knb.workbench(action, profile='x')\n"
        "knb.ActionForm(action, platform=knb.Platform(timeout=5))\n"
        "action.run(profil='x')\n"
        "action.render(mode='sample')\n"
        "action.run(seed='1')\n"
        "knb.workbench(action, profil='x')\n"
        "knb.workbench(action, confirm='x')\n"
        "action.app.history().run(0, profil='x')\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(code)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

    lines = [int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error: " in line]
    assert lines == [6, 7, 8, 9, 10, 11], done.stdout


def test_the_command_line_has_the_options_with_the_same_meanings() -> None:
    run = main.get_command(click.Context(main), "run")
    assert run is not None
    flags = {
        flag: option for option in run.params if isinstance(option, click.Option) for flag in option.opts
    }

    for name in RUN - ONLY_PYTHON:
        flag = flags["--" + FLAGS.get(name, name).replace("_", "-")]
        assert (flag.help or "").startswith(meanings(RunOptions)[name]), name


def test_the_public_names_are_all_that_dir_shows() -> None:
    assert dir(knb) == sorted(knb.__all__)


def test_only_a_function_that_collects_options_can_take_them() -> None:
    with pytest.raises(TypeError, match="does not collect its options"):
        takes(RenderOptions)(lambda inputs: inputs)


@pytest.mark.parametrize("verb", ["render", "run"])
def test_what_the_verbs_pass_themselves_is_no_option(action: Action, verb: str) -> None:
    with pytest.raises(TypeError, match="has no option 'prompt'"):
        getattr(action, verb)({"id": 1}, prompt=print)
