"""Which parts of a definition its tests touched, and the next cases in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.display import Displayable
from kustomer_nb.printable import one_line

from .sites import Key, Site, SiteKind

# How a line of the definition is marked.
TOUCHED, PARTLY, MISSED, NOTHING = "+", "~", "!", " "


@dataclass(frozen=True, repr=False)
class ActionCoverage:
    """What tests touched of one action; ``tests`` has the names of those that touched each site."""

    action: str
    sites: tuple[Site, ...]
    tests: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    runs: int = 0

    @property
    def missing(self) -> tuple[Site, ...]:
        """The sites that no test touched: each is a case to write."""
        return tuple(site for site in self.sites if site.key not in self.tests)

    @property
    def touched(self) -> int:
        """The number of sites that tests touched."""
        return len(self.sites) - len(self.missing)

    @property
    def percent(self) -> float:
        """The share of the sites that tests touched, 100 without any site."""
        return 100.0 if not self.sites else round(100 * self.touched / len(self.sites), 1)

    def counts(self) -> dict[SiteKind, tuple[int, int]]:
        """Return how many sites of each kind are touched, and how many there are."""
        every = Counter(site.kind for site in self.sites)
        missed = Counter(site.kind for site in self.missing)
        return {kind: (every[kind] - missed[kind], every[kind]) for kind in SiteKind if every[kind]}

    @property
    def summary(self) -> str:
        """The share, how many runs it is of, and the counts of each kind."""
        kinds = ", ".join(
            f"{kind.plural} {touched}/{total}" for kind, (touched, total) in self.counts().items()
        )
        return f"{self.percent:g} % of {self.runs} run{'' if self.runs == 1 else 's'} ({kinds or 'nothing'})"

    def to_json(self) -> dict[str, Any]:
        """Return the coverage as plain JSON."""
        return {
            "action": self.action,
            "percent": self.percent,
            "runs": self.runs,
            "counts": {kind.value: list(counts) for kind, counts in self.counts().items()},
            "sites": [
                {
                    "kind": site.kind.value,
                    "pointer": site.pointer,
                    "line": site.line,
                    "tests": list(self.tests.get(site.key, ())),
                    "missing": "" if site.key in self.tests else site.missing,
                }
                for site in self.sites
            ],
        }

    def __repr__(self) -> str:
        return one_line(f"<ActionCoverage: {self.action or 'without a name'}, {self.summary}>")


_NO_ACTIONS: tuple[ActionCoverage, ...] = ()


@dataclass(frozen=True, repr=False)
class Coverage(Displayable):
    """What tests touched of an app, by action; ``problems`` are tests that could not be read or run.

    Example:
        >>> import kustomer_nb as knb
        >>> schema = {"properties": {"id": {"type": "string"}}}
        >>> app = knb.load({"inputSchema": schema, "sampleOutputContext": {}})
        >>> knb.coverage(app, [app.action().run({"id": "7"}, mode="sample")]).missing[0].missing
        'no case leaves out `id`'
    """

    actions: tuple[ActionCoverage, ...] = _NO_ACTIONS
    problems: Diagnostics = field(default_factory=Diagnostics)
    text: str = field(default="", compare=False)

    def __iter__(self) -> Iterator[ActionCoverage]:
        return iter(self.actions)

    def __len__(self) -> int:
        return len(self.actions)

    def __getitem__(self, index: int) -> ActionCoverage:
        return self.actions[index]

    @property
    def missing(self) -> tuple[Site, ...]:
        """The sites that no test touched, of all actions."""
        return tuple(site for action in self.actions for site in action.missing)

    @property
    def percent(self) -> float:
        """The share of all sites that tests touched."""
        total = sum(len(action.sites) for action in self.actions)
        return 100.0 if not total else round(100 * (total - len(self.missing)) / total, 1)

    @property
    def summary(self) -> str:
        """The share of the whole app."""
        count = len(self.missing)
        total = sum(len(action.sites) for action in self.actions)
        return f"{self.percent:g} % touched ({total - count} of {total})"

    @property
    def diagnostics(self) -> Diagnostics:
        """What no test touched, as hints at the lines of the definition."""
        hints = (
            Diagnostic(
                f"untested-{site.kind}", Severity.HINT, site.pointer, f"{site.missing}.", "", site.span
            )
            for site in self.missing
        )
        return Diagnostics(hints, text=self.text)

    def marks(self) -> dict[int, str]:
        """Return a mark for each line of the definition that has sites.

        ``+`` is a line of which tests touched everything, ``~`` one of which they touched a part, ``!`` one
        of which they touched nothing.
        """
        by_line: dict[int, list[bool]] = {}
        for action in self.actions:
            for site in action.sites:
                if site.line is not None:
                    by_line.setdefault(site.line, []).append(site.key in action.tests)
        return {
            line: TOUCHED if all(states) else PARTLY if any(states) else MISSED
            for line, states in sorted(by_line.items())
        }

    def lines(self) -> list[tuple[str, int, str]]:
        """Return the lines of the definition, each with its mark and its number."""
        marks = self.marks()
        written = self.text.splitlines()
        return [(marks.get(number, NOTHING), number, line) for number, line in enumerate(written, start=1)]

    def to_json(self) -> dict[str, Any]:
        """Return the coverage as plain JSON."""
        return {
            "percent": self.percent,
            "summary": self.summary,
            "actions": [action.to_json() for action in self.actions],
            "lines": {str(line): mark for line, mark in self.marks().items()},
        }

    def __repr__(self) -> str:
        return one_line(f"<Coverage: {self.summary}>")
