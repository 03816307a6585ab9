"""A helper of the user's own that raises: file, line and text are shown, and no secret."""

from __future__ import annotations

import json
import linecache
import traceback
import warnings
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from kustomer_nb import RequestError, TemplateError, load
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.secrets import Secret
from kustomer_nb.template import Scope, Template
from tests.samples import an_action

TOKEN = "s3cret-t0ken-of-the-shop"
FILE = "test_helper_errors.py"


def whole(options: Any, value: Any) -> int:
    return int(value)


def nested(options: Any, value: Any) -> Any:
    return parsed(value)


def parsed(value: Any) -> Any:
    return json.loads(value)


def quoting(options: Any, value: str) -> str:
    raise ValueError(f"no such token: {value[:6]}")


def reading(options: Any) -> str:
    raise KeyError(options.this["token"])


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("never")


def unprintable(options: Any) -> str:
    raise UnprintableError


def failure(template: str, context: dict[str, Any], **helpers: Any) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        Template.parse(template).render(context, helpers=helpers)
    return caught.value


def line_of(text: str) -> int:
    return next(at for at, line in enumerate(linecache.getlines(__file__), 1) if text in line)


def test_the_message_has_the_exception_and_the_line_of_the_helper() -> None:
    error = failure("a {{whole x}}", {"x": "7a"}, whole=whole)

    assert error.diagnostics[0].message == (
        "`{{whole x}}` calls a helper that raised ValueError: invalid literal for int() with base 10: '7a' "
        f"({FILE}, line {line_of('return int(value)')}: return int(value))."
    )
    assert error.column == 3


def test_the_line_is_the_deepest_one_in_the_file_of_the_helper() -> None:
    message = failure("{{nested x}}", {"x": "{"}, nested=nested).diagnostics[0].message

    assert f"({FILE}, line {line_of('return json.loads(value)')}: return json.loads(value))" in message


def test_the_exception_stays_the_cause_with_its_traceback() -> None:
    cause = failure("{{whole x}}", {"x": "7a"}, whole=whole).__cause__

    assert isinstance(cause, ValueError)
    assert traceback.extract_tb(cause.__traceback__)[-1].line == "return int(value)"


@pytest.mark.parametrize("is_traced", [False, True])
def test_both_ways_of_rendering_tell_the_same(is_traced: bool) -> None:
    template = Template.parse("{{whole x}}")
    render = template.origins if is_traced else template.render
    values = {"x": "7a"}

    with pytest.raises(TemplateError) as caught:
        render(Scope(values) if is_traced else values, helpers={"whole": whole})

    assert "raised ValueError: invalid literal" in str(caught.value)


def test_a_helper_without_a_frame_is_named_by_its_exception() -> None:
    message = failure("{{whole x}}", {"x": "a"}, whole=divmod).diagnostics[0].message

    assert "raised TypeError: " in message
    assert "line" not in message


def test_an_exception_that_cannot_be_printed_is_named() -> None:
    assert "raised UnprintableError (" in failure("{{f}}", {}, f=unprintable).diagnostics[0].message


def test_a_cell_of_a_notebook_is_called_that() -> None:
    names: dict[str, Any] = {}
    exec(compile("def f(options):\n    return 1 / 0\n", "/tmp/ipykernel_99/123.py", "exec"), names)

    message = failure("{{f}}", {}, f=names["f"]).diagnostics[0].message

    assert message.endswith("raised ZeroDivisionError: division by zero (the notebook cell, line 2).")


@pytest.mark.parametrize(
    ("template", "helper"),
    [
        pytest.param("{{f token}}", quoting, id="a part of an argument"),
        pytest.param("{{f}}", reading, id="a value of the context"),
        pytest.param("{{f other key=token}}", lambda options, value, **named: 1 / 0, id="a named argument"),
    ],
)
def test_what_may_quote_a_secret_is_left_out(template: str, helper: Any) -> None:
    secret = Secret(TOKEN, source="test")

    error = failure(template, {"token": secret.reveal(), "other": 1}, f=helper)

    text = f"{error} {error.diagnostics!r} {''.join(traceback.format_exception(error))}"
    assert TOKEN[:6] not in text.replace("def ", "")
    assert error.__cause__ is None
    assert error.__context__ is None


SECRETS = {
    "of several lines": (
        "-----BEGIN KEY-----\nMIIEvQ\nQWERTY",
        lambda token: ValueError(f"cannot read {token}"),
    ),
    "in base64": (TOKEN, lambda token: ValueError("Basic " + b64encode(token.encode()).decode())),
    "in a URL": ("s3cr3t/token 0123", lambda token: ValueError(f"GET /x?key={quote(token)}")),
    "in a repr": ("it's\\a\"secret-01", lambda token: ValueError(f"{ {'t': token}!r}")),
    "cut": (TOKEN, lambda token: ValueError("x" * 185 + token)),
    "as a key": (TOKEN, KeyError),
    "in a group": (TOKEN, lambda token: ExceptionGroup("several", [ValueError("one"), KeyError(token)])),
    "as an attribute": (TOKEN, lambda token: with_attribute(token)),
    "in a note": (TOKEN, lambda token: with_note(token)),
    "in what led to it": (TOKEN, lambda token: caused_by(token)),
}


def with_attribute(token: str) -> Exception:
    error = ValueError("no")
    error.token = token
    return error


def with_note(token: str) -> Exception:
    error = ValueError("no")
    error.add_note(f"the token was {token}")
    return error


def caused_by(token: str) -> Exception:
    error = ValueError("no")
    error.__cause__ = KeyError(token)
    return error


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_any_form_and_place_is_not_told(name: str) -> None:
    token, make = SECRETS[name]

    def fail(options: Any) -> str:
        raise make(options.this["token"])

    request = action("{{f}}").render({}, helpers={"f": fail}, settings={"token": token})

    (diagnostic,) = request.diagnostics
    assert "calls a helper that raised" in diagnostic.message
    assert diagnostic.cause is None
    with pytest.raises(RequestError) as caught:
        request.check()
    shown = "".join(traceback.format_exception(caught.value)) + request._repr_html_()
    for part in (token, token[:12], b64encode(token.encode()).decode()[:12], quote(token), repr(token)[1:-1]):
        assert part not in shown


def test_what_another_helper_made_of_a_secret_is_not_told() -> None:
    def fail(options: Any, value: str) -> str:
        raise ValueError(f"bad {value}")

    helpers = {"f": fail, "reversed": lambda options, value: value[::-1]}
    request = action("{{f (reversed token)}}").render({}, helpers=helpers, settings={"token": TOKEN})

    assert TOKEN[::-1] not in str(request.diagnostics[0])


def test_a_short_setting_elsewhere_hides_nothing() -> None:
    settings = [Secret(1, source="test"), Secret("ab", source="test")]

    def fail(options: Any, value: Any) -> str:
        raise ValueError(f"order {value} is closed, about 1 ab")

    message = failure("{{f '77x41y'}}", {}, f=fail).diagnostics[0].message

    assert "order 77x41y is closed, about 1 ab" in message
    assert settings


def test_an_argument_that_cannot_be_printed_does_not_replace_the_error() -> None:
    class Silent:
        def __str__(self) -> str:
            raise RuntimeError("never")

    error = failure("{{f (make)}}", {}, f=lambda options, value: 1 / 0, make=lambda options: Silent())

    assert "raised ZeroDivisionError" in error.diagnostics[0].message


def test_the_locals_of_what_led_to_it_are_cleared_too() -> None:
    def inner(kept: str) -> None:
        raise KeyError("no")

    def fail(options: Any) -> str:
        try:
            inner("local")
        except KeyError as error:
            raise ValueError("bad") from error
        return ""

    cause = failure("{{f}}", {}, f=fail).__cause__

    assert cause is not None
    assert cause.__cause__ is not None
    assert not any(frame.f_locals for frame, _ in traceback.walk_tb(cause.__cause__.__traceback__))


def action(helper_call: str) -> Any:
    return load(
        an_action(
            appSettings={"token": {"key": "shop.default.token"}},
            inputTemplate={"uri": f"http://127.0.0.1:1/{helper_call}", "method": "get"},
            sampleOutputContext={},
        )
    ).action()


def test_a_run_is_refused_with_the_exception_as_its_cause() -> None:
    with pytest.raises(RequestError) as caught:
        action("{{whole x}}").run({"x": "7a"}, helpers={"whole": whole})

    assert f"{FILE}, line {line_of('return int(value)')}: return int(value)" in str(caught.value)
    cause = caught.value.__cause__
    assert isinstance(cause, ValueError)
    assert all(not frame.f_locals for frame, _ in traceback.walk_tb(cause.__traceback__))


def test_a_run_does_not_tell_the_setting_that_a_helper_was_given() -> None:
    settings = {"token": TOKEN}
    with pytest.raises(KustomerNbError) as caught:
        action("{{f token}}").run({}, helpers={"f": quoting}, settings=settings)

    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "raised ValueError (" in shown
    assert TOKEN[:6] not in shown.replace(f'TOKEN = "{TOKEN}', "").replace(f"{settings!r}", "")


def test_debugging_keeps_the_locals_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTOMER_NB_DEBUG", "1")

    with pytest.warns(RuntimeWarning, match="KUSTOMER_NB_DEBUG=1: tracebacks keep local variables"):
        error = failure("{{whole x}}", {"x": "7a"}, whole=whole)

    assert error.__cause__ is not None
    frame, _ = [*traceback.walk_tb(error.__cause__.__traceback__)][-1]
    assert frame.f_locals["value"] == "7a"


def test_debugging_shows_the_error_even_where_warnings_are_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUSTOMER_NB_DEBUG", "1")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = failure("{{whole x}}", {"x": "7a"}, whole=whole)

    assert "raised ValueError" in str(error)
    assert "tracebacks keep local variables" in capsys.readouterr().err


def test_without_debugging_nothing_is_kept_and_nothing_is_said() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = failure("{{whole x}}", {"x": "7a"}, whole=whole)

    assert error.__cause__ is not None
    assert [frame.f_locals for frame, _ in traceback.walk_tb(error.__cause__.__traceback__)] == [{}]
