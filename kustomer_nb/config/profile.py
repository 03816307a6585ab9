"""A profile: how to call one environment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kustomer_nb.near_names import is_short_for
from kustomer_nb.printable import one_line
from kustomer_nb.request import BEARER

if TYPE_CHECKING:
    from .settings import EnvironmentVariable


# Profiles that reach real customers if they are called as such profiles usually are.
_REAL_CUSTOMERS = frozenset({"prod", "live", "production"})


@dataclass(frozen=True, slots=True)
class Account:
    """The source of an app account's token, and the header that carries it.

    It is not known how Kustomer sends that token. The header ``authorization`` gets ``Bearer <token>``, any
    other header the token itself.
    """

    token: EnvironmentVariable
    header: str = BEARER


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How to call one environment; without a name, the keys that apply to all of them.

    ``guard`` is ``none``, ``confirm`` (unsafe methods are confirmed: by the profile's name in Python and on
    the command line, by a button in the workbench), ``type`` (the workbench too wants the name), ``deny``
    (they are refused) or None: like ``confirm``, except for loopback hosts, and like ``type`` for a profile
    called ``prod``, ``live`` or ``production``; `effective_guard` says which. ``rate_limit`` is in requests
    per minute. ``tls`` holds the paths ``ca_file``, ``cert_file`` and ``key_file``. ``mask`` are pointers to
    personal data that is written to no file. ``ignore`` are pointers that comparisons of the output ignore,
    by action. ``platform`` are fields of `kustomer_nb.Platform`.

    Example:
        >>> Profile(name="live", label="the real shop", guard="deny")
        <Profile: live (the real shop), unsafe methods are denied>
    """

    name: str = ""
    label: str = ""
    colour: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    allowed_hosts: tuple[str, ...] | None = None
    mode: str | None = None
    guard: str | None = None
    rate_limit: int | None = None
    tls: Mapping[str, str] = field(default_factory=dict)
    proxy: str | EnvironmentVariable | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    platform: Mapping[str, Any] = field(default_factory=dict)
    mask: tuple[str, ...] = ()
    ignore: Mapping[str, Sequence[str]] = field(default_factory=dict)
    history: bool = True

    @property
    def title(self) -> str:
        """The name, with the label if it differs."""
        return f"{self.name} ({self.label})" if self.label and self.label != self.name else self.name

    @property
    def effective_guard(self) -> str | None:
        """The guard that holds: its own, or ``type`` by its name; None for ``confirm`` except for loopback.

        Example:
            >>> Profile(name="Prod").effective_guard, Profile(name="prod", guard="none").effective_guard
            ('type', 'none')
        """
        return "type" if self.guard is None and self.name.lower() in _REAL_CUSTOMERS else self.guard

    @property
    def is_typed(self) -> bool:
        """Whether the workbench wants the name typed: it is not enough to press a button.

        Example:
            >>> Profile(name="Prod").is_typed, Profile(name="prod", guard="confirm").is_typed
            (True, False)
        """
        return self.effective_guard == "type"

    @property
    def tone(self) -> str:
        """The colour it is shown in: its own, or red if it reaches real customers, otherwise grey.

        Example:
            >>> Profile(name="prod").tone, Profile(name="sandbox").tone
            ('red', 'grey')
        """
        return self.colour or ("red" if self.is_typed else "grey")

    @property
    def guarded(self) -> str:
        """What the guard does, in words, for output without colours.

        Example:
            >>> Profile(guard="none").guarded
            'unsafe methods need no confirmation'
        """
        return {
            "none": "unsafe methods need no confirmation",
            "confirm": "unsafe methods need confirmation",
            "type": "unsafe methods need the profile's name",
            "deny": "unsafe methods are denied",
        }.get(self.effective_guard or "", "unsafe methods to remote hosts need confirmation")

    def ignored(self, action: str) -> tuple[str, ...]:
        """Return the pointers that comparisons of an action's output ignore, by its name or a tail of it.

        Example:
            >>> shop = Profile(ignore={"*": ["/**/at"], "find": ["/id"], "shop.list": ["/total"]})
            >>> shop.ignored("kustomer.app.shop.find"), shop.ignored("kustomer.app.shop.refind")
            (('/**/at', '/id'), ('/**/at',))
        """
        names = (name for name in self.ignore if name == "*" or is_short_for(name, action))
        return tuple(dict.fromkeys(pointer for name in names for pointer in self.ignore[name]))

    def allows(self, host: str, *, by_name: bool = False) -> bool:
        """Return whether ``allowed_hosts`` contains a host; with ``by_name``, wildcards do not count.

        A port is compared only when the profile has one.

        Example:
            >>> shop = Profile(allowed_hosts=("*.shop.com", "127.0.0.1:8000"))
            >>> [shop.allows(host) for host in ("api.shop.com:8443", "127.0.0.1:8001", "shop.com.org")]
            [True, False, False]
        """
        names = _spellings(host)
        allowed = [entry.lower() for entry in self.allowed_hosts or () if not (by_name and "*" in entry)]
        # Not fnmatch: the brackets of an IPv6 address are no character class.
        patterns = [re.compile(".*".join(map(re.escape, entry.split("*")))) for entry in allowed]
        return any(pattern.fullmatch(name) for pattern in patterns for name in names)

    def __repr__(self) -> str:
        return one_line(f"<Profile: {self.title or 'none'}, {self.guarded}>")


def _spellings(host: str) -> set[str]:
    """Return a host as ``allowed_hosts`` may write it: with and without its port and its brackets."""
    # [::1] and ::1 have colons but no port.
    bare = host if host.endswith("]") or host.count(":") > 1 else host.rpartition(":")[0] or host
    if "]:" in host:
        bare = host.rpartition(":")[0]
    return {name.lower() for name in (host, bare, bare.strip("[]"), f"[{bare.strip('[]')}]")}
