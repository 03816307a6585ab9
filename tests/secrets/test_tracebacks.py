"""No traceback that leaves the package contains the value of a setting, whatever tool shows it."""

from __future__ import annotations

import asyncio
import io
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import rich.traceback
from IPython.core.ultratb import VerboseTB
from rich.console import Console

from kustomer_nb import Action, load, workbench
from kustomer_nb.cli import main
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.secrets import Secret
from kustomer_nb.secrets.tracebacks import scrub_tracebacks
from kustomer_nb.storage.history import Entry, History
from kustomer_nb.widgets import RequestPreview, RunBar, SettingsForm
from tests.samples import ECOMMSTORE, SETTING, an_action, an_app, unused_port

# In parts, so that the source does not contain it: tools that show a frame show its source, too.
TOKEN = "-".join(["canary", "0123456789", "of", "a", "traceback"])


def action(uri: str = "http://127.0.0.1:1/", **template: Any) -> Action:
    input_template = {
        "uri": uri,
        "method": "post",
        "json": True,
        "headers": {"x-key": "{{{token}}}"},
        **template,
    }
    definition = an_action(
        appSettings={"token": {"key": "shop.default.token"}},
        inputTemplate=input_template,
        inputSchema={"properties": {"id": {"type": "number"}}},
    )
    return load(an_app(definition, settings={"default": {"token": {"type": "secret"}}})).action()


def failing(*args: Any) -> Any:
    raise ValueError(*args[1:])


def broken(request: httpx.Request) -> httpx.Response:
    raise RuntimeError(request.headers["x-key"])


def interrupted(*args: Any) -> Any:
    raise KeyboardInterrupt


def settings() -> dict[str, str]:
    return {"token": "-".join(["canary", "0123456789", "of", "a", "traceback"])}


def run(inputs: dict[str, Any], target: Action, **arguments: Any) -> Callable[[], Any]:
    return lambda: target.run(inputs, settings=settings(), **arguments)


def arun(inputs: dict[str, Any], target: Action, **arguments: Any) -> Callable[[], Any]:
    return lambda: asyncio.run(target.arun(inputs, settings=settings(), **arguments))


ONE = {"id": 1}
CASES = {
    "an input that the platform rejects": run({"id": "x"}, action()),
    "a preview of such an input": lambda: action().render({"id": "x"}, settings=settings()),
    "an unknown setting": lambda: action().run(
        ONE, settings={"tokne": "-".join(["canary", "0123456789", "of", "a", "traceback"])}
    ),
    "a guard": run(ONE, action("https://api.shop.com/{{{token}}}")),
    "no URL": run(ONE, action("{{{token}}}")),
    "a header that cannot be sent": run(ONE, action(headers={"x-key": "{{{token}}}\n"})),
    "a template that cannot be read": run(ONE, action(data="{{#if token")),
    "a helper of the user's": run(ONE, action(data="{{fail token}}"), helpers={"fail": failing}),
    "a function of the user's": run(ONE, action(data="/#fn:fail,token"), helpers={"fail": failing}),
    "a helper that is interrupted": run(ONE, action(data="{{fail token}}"), helpers={"fail": interrupted}),
    "no response": run(ONE, action(f"http://127.0.0.1:{unused_port()}/{{{{{{token}}}}}}")),
    "no response, awaited": arun(ONE, action(f"http://127.0.0.1:{unused_port()}/")),
    "a broken transport": run(ONE, action(), transport=httpx.MockTransport(broken)),
    "a broken transport, awaited": arun(ONE, action(), transport=httpx.MockTransport(broken)),
    "an unknown argument": run(ONE, action(), profil="x"),
    "an argument of the wrong kind": run(ONE, action(), seed="x"),
    "an invalid clock": run(ONE, action(), now="x"),
    "a run once more": lambda: History(
        [Entry(at=datetime.now(UTC), inputs={"id": "x"})],
        rerun=lambda entry, given: action().run(entry.inputs, **given),
    ).run(0, settings=settings()),
    "a workbench with an unknown argument": lambda: workbench(action(), confirm="x", settings=settings()),
    "a preview with an unknown argument": lambda: RequestPreview(action(), confirm="x", settings=settings()),
    "a run bar with an unknown argument": lambda: RunBar(action(), confirm="x", settings=settings()),
    "the command line": lambda: main(
        ["render", str(ECOMMSTORE), "-i", "orderId=x", "--set", f"{SETTING}={settings()['token']}"]
    ),
}


def watched() -> SettingsForm:
    form = SettingsForm(action())
    form._session.listen(
        lambda topics: failing(None, *[value for value in [form._session.typed._settings] if value])
    )
    return form


def with_locals(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def by_rich(error: BaseException) -> str:
    shown = rich.traceback.Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_max_string=None
    )
    console = Console(file=io.StringIO(), width=300)
    console.print(shown)
    return console.file.getvalue()  # type: ignore[attr-defined] # it is the StringIO from above


def by_ipython(error: BaseException) -> str:
    return str(VerboseTB().text(type(error), error, error.__traceback__))


@pytest.mark.uncounted
@pytest.mark.parametrize("shown", [with_locals, by_rich, by_ipython], ids=lambda shown: shown.__name__)
@pytest.mark.parametrize("fails", CASES.values(), ids=CASES)
def test_no_traceback_contains_the_value(fails: Callable[[], Any], shown: Callable[[Any], str]) -> None:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever it is that leaves
        fails()

    error = caught.value
    # Without the frame of this test, whose locals contain the value.
    error.__traceback__ = error.__traceback__.tb_next if error.__traceback__ else None
    assert TOKEN not in shown(error)


def test_what_a_watcher_of_typed_settings_raises_is_printed_without_the_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # It stops no other listener, and is no error of who typed.
    watched().type_in("shop.default.token", settings()["token"])

    printed = capsys.readouterr().err
    assert "ValueError" in printed
    assert TOKEN not in printed


def test_without_scrubbing_each_tool_shows_the_value() -> None:
    def called(token: str) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no") as caught:
        called(TOKEN)

    assert [TOKEN in shown(caught.value) for shown in (with_locals, by_rich, by_ipython)] == [True] * 3


def test_a_traceback_still_shows_the_location() -> None:
    with pytest.raises(KustomerNbError) as caught:
        action().run({"id": "x"}, settings=settings())

    places = traceback.extract_tb(caught.value.__traceback__)
    assert places[-1].name == "require_runnable"
    assert places[-1].line == "raise InputError(self.input_errors)"


def test_an_exception_with_a_secret_is_replaced_by_its_type() -> None:
    with pytest.raises(KustomerNbError) as caught:
        action().run(ONE, settings=settings(), transport=httpx.MockTransport(broken))

    assert caught.value.diagnostics.codes == ["KNB824"]
    assert "RuntimeError was raised" in str(caught.value)
    assert caught.value.__cause__ is None
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "broken"


def test_an_exception_without_a_secret_is_raised_itself() -> None:
    def transport(request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError("of the user's own")

    with pytest.raises(ZeroDivisionError, match="of the user's own"):
        action().run(ONE, settings=settings(), transport=httpx.MockTransport(transport))


def test_an_exception_that_the_caller_handles_keeps_its_locals() -> None:
    def fail(value: str) -> None:
        raise ValueError(value)

    try:
        fail("mine")
    except ValueError as error:
        with pytest.raises(KustomerNbError):
            action().run({"id": "x"}, settings=settings())
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]

    assert frames[-1].f_locals == {"value": "mine"}


def test_an_exception_group_contains_no_secret() -> None:
    secret = Secret(TOKEN, source="test")

    @scrub_tracebacks
    def grouped() -> None:
        raise ExceptionGroup("several", [ValueError("one"), KeyError(secret.reveal())])

    with pytest.raises(KustomerNbError) as caught:
        grouped()

    assert TOKEN not in with_locals(caught.value)
