"""``kustomer-nb cassette``: lists the recorded exchanges of a definition, and removes some of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from kustomer_nb.errors import LoadError
from kustomer_nb.near_names import is_short_for
from kustomer_nb.printable import one_line
from kustomer_nb.run.unused_exchanges import unused_reason
from kustomer_nb.secrets import hide_all
from kustomer_nb.storage.cassette import Cassette, cassette_path

from .arguments import json_option
from .console import prints_json, show_json, show_message, show_text
from .failures import PROBLEMS, exit_on_error
from .files import open_app

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.storage.cassette import Exchange

F = TypeVar("F", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)


def _filters(command: F) -> F:
    """Add what both commands take to choose exchanges."""
    options = (
        click.argument("path", type=_PATH),
        click.option("--cassette", type=_PATH, help="The cassette, if it is not the one next to PATH."),
        click.option("--action", metavar="NAME", help="Only exchanges of this action."),
        click.option("--older-than", "days", type=click.IntRange(0), metavar="DAYS", help="Only older ones."),
        json_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def cassette() -> None:
    """List or remove the recorded exchanges of a definition.

    Example: kustomer-nb cassette ls shop.json
    """


@cassette.command()
@_filters
@click.option("--unused", is_flag=True, help="Only those that no action can use any more.")
def ls(path: Path, cassette: Path | None, action: str | None, days: int | None, unused: bool) -> None:
    """List the recorded exchanges of a definition.

    An exchange is unused if the definition has no such action, or the action has another method or host. The
    age is that of the date header of the response.

    Example: kustomer-nb cassette ls shop.json
    """
    with exit_on_error(path):
        file, rows = _rows(path, cassette)
        chosen = _chosen(rows, action, days, unused=unused)
    _show(chosen, file)
    if not prints_json():
        show_message(_summary(len(chosen), len(rows), file))


@cassette.command()
@_filters
@click.option("--yes", is_flag=True, help="Remove them. Without it, they are only listed.")
def prune(path: Path, cassette: Path | None, action: str | None, days: int | None, yes: bool) -> None:
    """Remove recorded exchanges of a definition that are unused, or those that are chosen.

    Without --action and --older-than, these are the exchanges that no action can use any more. Exits with 1
    if there are some and they were not removed.

    Example: kustomer-nb cassette prune shop.json
    """
    with exit_on_error(path):
        file, rows = _rows(path, cassette)
        chosen = _chosen(rows, action, days, unused=action is None and days is None)
        if yes and chosen:
            Cassette(file).remove(row.exchange for row in chosen)
    _show(chosen, file, removed=yes)
    if not prints_json():
        count = _count(len(chosen))
        show_message(f"{count} removed." if yes else f"{count} to remove.{' Add --yes.' if chosen else ''}")
    sys.exit(PROBLEMS if chosen and not yes else 0)


@dataclass(frozen=True)
class _Row:
    """An exchange, with what is shown of it."""

    exchange: Exchange
    recorded: datetime | None
    unused: str

    @property
    def age(self) -> int | None:
        """The age in days; None if the response had no date."""
        return None if self.recorded is None else max(0, (datetime.now(UTC) - self.recorded).days)

    def to_json(self) -> dict[str, Any]:
        request = self.exchange.request
        return {
            "action": self.exchange.action,
            "method": request.method,
            "host": hide_all(urlsplit(request.url).netloc),
            "url": hide_all(request.url),
            "status": self.exchange.response.status_code,
            "recorded": None if self.recorded is None else self.recorded.isoformat(),
            "age_in_days": self.age,
            "unused": self.unused,
        }

    def to_text(self) -> str:
        facts = self.to_json()
        age = "-" if self.age is None else f"{self.age} d"
        line = f"{facts['status']}  {age:>6}  {facts['method']} {facts['url']}"
        unused = f"\n    unused: {self.unused}" if self.unused else ""
        return f"{one_line(line)}{unused}"


def _rows(path: Path, cassette: Path | None) -> tuple[Path, list[_Row]]:
    app: App = open_app(path)
    if app.diagnostics.errors:
        # An action that cannot be read is not one that is gone.
        raise LoadError(app.diagnostics.errors)
    file = cassette or cassette_path(path)
    definitions = [action.definition for action in app.actions]
    exchanges = Cassette(file).exchanges
    return file, [_Row(item, _recorded(item), unused_reason(item, definitions)) for item in exchanges]


def _recorded(exchange: Exchange) -> datetime | None:
    """Return when a response was recorded, by its date header."""
    date = next((value for name, value in exchange.response.headers if name.lower() == "date"), "")
    try:
        recorded = parsedate_to_datetime(date)
    except ValueError:
        return None
    return recorded if recorded.tzinfo else recorded.replace(tzinfo=UTC)


def _chosen(rows: Iterable[_Row], action: str | None, days: int | None, *, unused: bool) -> list[_Row]:
    def is_chosen(row: _Row) -> bool:
        name = row.exchange.action
        is_of_action = action is None or is_short_for(action, name)
        is_old = days is None or (row.age is not None and row.age >= days)
        return is_of_action and is_old and (bool(row.unused) or not unused)

    return [row for row in rows if is_chosen(row)]


def _show(rows: list[_Row], file: Path, **meta: Any) -> None:
    if prints_json():
        show_json([row.to_json() for row in rows], cassette=str(file), **meta)
        return
    action = None
    for row in rows:
        if row.exchange.action != action:
            action = row.exchange.action
            show_text(one_line(action or "an action without a name"), highlight=False)
        show_text("\n".join(f"  {line}" for line in row.to_text().split("\n")), highlight=False)


def _summary(chosen: int, total: int, file: Path) -> str:
    if not total:
        return f'"{file.name}" has no exchanges.' if file.exists() else f'There is no cassette "{file.name}".'
    return f"{_count(chosen)}{f' of {total}' if chosen < total else ''}."


def _count(number: int) -> str:
    return "1 exchange" if number == 1 else f"{number} exchanges"
