"""Semantic versions: the next one for a bump, and whether one is enough."""

from __future__ import annotations

import re
from typing import NamedTuple

from .result import Bump

# semver.org; the digits are bounded, because a definition may hold any text.
_SEMVER = re.compile(
    r"(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?",
    re.ASCII,
)


class Version(NamedTuple):
    """A semantic version; ``prerelease`` is empty for a release."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}{f'-{self.prerelease}' if self.prerelease else ''}"

    @property
    def order(self) -> tuple[object, ...]:
        """The key to sort versions by: a pre-release comes before its release."""
        parts = tuple(
            (0, len(part), part) if part.isdigit() else (1, 0, part) for part in self.prerelease.split(".")
        )
        return (*self[:3], not self.prerelease, parts if self.prerelease else ())


def read_version(text: object) -> Version | None:
    """Return a semantic version, None for anything else.

    Example:
        >>> read_version("1.5.0-beta"), read_version("1.5")
        (Version(major=1, minor=5, patch=0, prerelease='beta'), None)
    """
    match = _SEMVER.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    major, minor, patch, prerelease = match.groups()
    return Version(int(major), int(minor), int(patch), prerelease or "")


def next_version(old: Version, bump: Bump) -> Version:
    """Return the lowest release that a bump allows after a version.

    A pre-release becomes its release if that is as large a step as the bump asks for.

    Example:
        >>> [str(next_version(Version(1, 4, 2), bump)) for bump in (Bump.MAJOR, Bump.MINOR, Bump.PATCH)]
        ['2.0.0', '1.5.0', '1.4.3']
        >>> str(next_version(Version(1, 5, 0, "beta"), Bump.MINOR))
        '1.5.0'
    """
    release = Version(*old[:3])
    largest_step = Bump.PATCH if old.patch else Bump.MINOR if old.minor else Bump.MAJOR
    if old.prerelease and Bump.largest([largest_step, bump]) is largest_step:
        return release
    if bump is Bump.MAJOR:
        return Version(old.major + 1, 0, 0)
    return (
        Version(old.major, old.minor + 1, 0) if bump is Bump.MINOR else release._replace(patch=old.patch + 1)
    )


def is_enough(old: Version, new: Version, bump: Bump) -> bool:
    """Return whether a version may be registered after another one with changes that need a bump.

    A pre-release of the next version is enough.

    Example:
        >>> is_enough(Version(1, 4, 2), Version(2, 0, 0, "beta"), Bump.MAJOR)
        True
        >>> is_enough(Version(1, 4, 2), Version(1, 4, 3), Bump.MINOR)
        False
    """
    return new.order > old.order and new[:3] >= next_version(old, bump)[:3]
