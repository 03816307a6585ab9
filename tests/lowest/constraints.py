"""The lowest version that pyproject.toml allows of each package the product needs, as constraints for pip.

``python tests/lowest/constraints.py`` prints them; it runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
# What a user installs; test and benchmarks are of developers alone.
EXTRAS = ("demo", "keyring", "lab")
# A marker leaves a requirement out in browsers, which this is not.
_REQUIREMENT = re.compile(
    r"([A-Za-z0-9._-]+)>=([0-9][0-9.]*)(?:,\s*<[0-9.]+)?(?:; sys_platform != 'emscripten')?"
)


def lowest(requirements: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield name and lowest version of each requirement.

    Raises:
        ValueError: one names no lowest version.

    Example:
        >>> list(lowest(["httpx>=0.28,<0.29"]))
        [('httpx', '0.28')]
    """
    for requirement in requirements:
        match = _REQUIREMENT.fullmatch(requirement)
        if match is None:
            msg = f"{requirement!r} names no lowest version as name>=1.2 does"
            raise ValueError(msg)
        yield match[1], match[2]


def of_the_product() -> dict[str, str]:
    """Return the lowest versions by name, of what is always needed and of `EXTRAS`."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][name] for name in EXTRAS)
    return dict(lowest(sum(extras, project["dependencies"])))


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}=={version}\n" for name, version in of_the_product().items()))
