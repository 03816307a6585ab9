"""What a profile says of an environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.printable import one_line
from kustomer_nb.request import BEARER

from .settings import EnvironmentVariable


@dataclass(frozen=True, slots=True)
class Account:
    """Where the token of an app account comes from, and the header that carries it.

    How Kustomer sends that token is not known. In ``authorization`` it is written as ``Bearer <token>``, in
    any other header as it is.
    """

    token: EnvironmentVariable
    header: str = BEARER


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How one environment is called; without a name it is what the file says for all of them.

    ``guard`` is ``none``, ``confirm`` (unsafe methods need the profile's name), ``deny`` (they are refused)
    or None: as ``confirm``, but not for this machine. ``rate_limit`` counts requests a minute. ``tls`` holds
    the paths ``ca_file``, ``cert_file`` and ``key_file``. ``mask`` are pointers to personal data, which no
    file keeps. ``platform`` are fields of `kustomer_nb.Platform`.

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
    history: bool = True

    @property
    def title(self) -> str:
        """The name, and the label where it says more."""
        return f"{self.name} ({self.label})" if self.label and self.label != self.name else self.name

    @property
    def guarded(self) -> str:
        """What the guard does, in words; the same with and without colour.

        Example:
            >>> Profile(guard="none").guarded
            'unsafe methods need no name'
        """
        return {
            "none": "unsafe methods need no name",
            "confirm": "unsafe methods need its name",
            "deny": "unsafe methods are denied",
        }.get(self.guard or "", "unsafe methods to other machines need a name")

    def allows(self, host: str, *, by_name: bool = False) -> bool:
        """Return whether a host is one of ``allowed_hosts``; ``by_name`` counts no wildcard.

        A port belongs to the host where the profile writes one.

        Example:
            >>> shop = Profile(allowed_hosts=("*.shop.com", "127.0.0.1:8000"))
            >>> [shop.allows(host) for host in ("api.shop.com:8443", "127.0.0.1:8001", "shop.com.org")]
            [True, False, False]
        """
        bare = host if host.endswith("]") or host.count(":") > 1 else host.rpartition(":")[0] or host
        if "]:" in host:
            bare = host.rpartition(":")[0]
        names = {name.lower() for name in (host, bare, bare.strip("[]"), f"[{bare.strip('[]')}]")}
        listed = [one.lower() for one in self.allowed_hosts or () if not (by_name and "*" in one)]
        patterns = [re.compile(".*".join(map(re.escape, one.split("*")))) for one in listed]
        return any(one.fullmatch(name) for one in patterns for name in names)

    def __repr__(self) -> str:
        return one_line(f"<Profile: {self.title or 'none'}, {self.guarded}>")
