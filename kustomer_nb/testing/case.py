"""One test case: a run of an action with all that decides it, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.platform import Platform
from kustomer_nb.printable import one_line

if TYPE_CHECKING:
    from kustomer_nb.storage.cassette import RecordedResponse


class Paths(NamedTuple):
    """JSON pointers with wildcards, into the output and into the request."""

    output: tuple[str, ...] = ()
    request: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseExchange:
    """The expected request as a JSON document, and the recorded response; either may be missing (None).

    ``written`` may make the response when it is needed: thousands of cases are collected without the bytes of
    their bodies.
    """

    request: Mapping[str, Any] | None = None
    written: RecordedResponse | Callable[[], RecordedResponse] | None = None

    @property
    def response(self) -> RecordedResponse | None:
        """The recorded response."""
        written = self.written
        return written() if callable(written) else written


NOWHERE = Paths()
NOTHING_RECORDED = CaseExchange()


@dataclass(frozen=True, kw_only=True)
class Case(Displayable):
    """One test case, which is one run; a file with rows has several.

    ``row`` is the label of its row in the table, empty without one; ``table`` is the file of that.
    ``expected`` is ``UNDEFINED`` where the output is not compared.
    ``findings`` are the codes of the problems that the run has, each alone or with a
    space and its pointer; with None, the run has no error. ``simulate`` is a failure of the service, as in
    the mode ``fault:<name>``. ``warn`` are the places where a difference is a warning.
    """

    name: str
    path: Path
    action: str
    app_path: Path
    row: str = ""
    table: Path | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None
    seed: int | None = None
    allow_missing: tuple[str, ...] = ()
    platform: Mapping[str, Any] = field(default_factory=dict)
    exchange: CaseExchange = NOTHING_RECORDED
    simulate: str = ""
    expected: Any = UNDEFINED
    findings: tuple[str, ...] | None = None
    ignore: Paths = NOWHERE
    warn: Paths = NOWHERE
    severity: str = "error"
    # Whether what is expected may have markers, or literal texts that are escaped to be none.
    may_have_markers: bool = True

    @property
    def id(self) -> str:
        """A stable name for reports: the action without its prefix, the name, and the row.

        Example:
            >>> action = "kustomer.app.shop.orders.refund"
            >>> path = Path("a.case.json")
            >>> Case(name="paid", path=path, action=action, app_path=path, row="row 3").id
            'shop.orders.refund/paid [row 3]'
        """
        action = self.action.removeprefix("kustomer.app.")
        return one_line(f"{action}/{self.name}{f' [{self.row}]' if self.row else ''}")

    @property
    def options(self) -> dict[str, Any]:
        """The options of a run, by which the case decides what is sent."""
        return {
            "settings": self.settings,
            "env": self.env,
            "now": self.now,
            "seed": self.seed,
            "allow_missing": self.allow_missing,
            "platform": Platform(**self.platform) if self.platform else None,
        }

    @property
    def shown_id(self) -> str:
        """The id without values of settings, and without what looks like a token: people write names.

        Example:
            >>> path = Path("a.case.json")
            >>> Case(name="https://shop:hunter2@a.b", path=path, action="refund", app_path=path).shown_id
            'refund/https://shop:*******@a.b'
        """
        # Imported only for a case that is shown.
        from kustomer_nb.linting import without_tokens
        from kustomer_nb.secrets.redactor import redactor_of_all

        return one_line(without_tokens(redactor_of_all().text(self.id)))

    def __repr__(self) -> str:
        return f"<Case: {self.shown_id}>"
