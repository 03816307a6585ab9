"""The contrast of the colours in ``lib/base.css``, in the themes of JupyterLab and in a page without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kustomer_nb.widgets import linking

BASE = (Path(linking.__file__).parent / "lib" / "base.css").read_text(encoding="utf-8")
# Of each the first: what follows is for those who ask for more contrast.
TOKENS = dict(reversed(re.findall(r"^  (--knb-[\w-]+): (.*);$", BASE, re.MULTILINE)))
# As @jupyterlab/theme-light-extension, theme-dark-extension and theme-dark-high-contrast-extension have them.
THEMES: dict[str, tuple[bool, Mapping[str, str]]] = {
    "light": (
        False,
        {"--jp-layout-color0": "#fff", "--jp-layout-color1": "#fff", "--jp-ui-font-color0": "#000"},
    ),
    "dark": (
        True,
        {"--jp-layout-color0": "#111", "--jp-layout-color1": "#212121", "--jp-ui-font-color0": "#fff"},
    ),
    "high contrast": (
        True,
        {"--jp-layout-color0": "#000", "--jp-layout-color1": "#000", "--jp-ui-font-color0": "#fff"},
    ),
    "no theme, light": (False, {}),
    "no theme, dark": (True, {}),
}
TEXT = [
    *("text", "quiet", "link", "good", "bad", "warn", "info"),
    *("get", "post", "put", "patch", "delete", "k", "s", "n", "b"),
]
Colour = tuple[float, float, float]


def split(arguments: str) -> list[str]:
    """Return arguments of a function, which may be functions."""
    parts, depth = [""], 0
    for character in arguments:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def evaluate(value: str, theme: Mapping[str, str], *, is_dark: bool) -> Colour:
    """Return the colour of a value with var(), light-dark() and color-mix() in sRGB."""
    if value.startswith("#"):
        digits = value[1:] if len(value) == 7 else "".join(digit * 2 for digit in value[1:])
        red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
        return red, green, blue
    name, _, rest = value.partition("(")
    arguments = split(rest.removesuffix(")"))

    def again(part: str) -> Colour:
        return evaluate(part, theme, is_dark=is_dark)

    if name == "var":
        known = theme.get(arguments[0]) or TOKENS.get(arguments[0])
        return again(known or arguments[1])
    if name == "light-dark":
        return again(arguments[is_dark])
    assert (name, arguments[0]) == ("color-mix", "in srgb"), value
    first, percent = arguments[1].rsplit(" ", 1)
    share = float(percent.removesuffix("%")) / 100
    red, green, blue = (
        share * one + (1 - share) * other
        for one, other in zip(again(first), again(arguments[2]), strict=True)
    )
    return red, green, blue


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast of two colours, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear: Callable[[float], float] = lambda part: (  # noqa: E731
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    )
    red, green, blue = (linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    ("tokens", "least"), [(TEXT, 4.5), (["edge"], 3.0)], ids=["text", "borders of controls"]
)
@pytest.mark.parametrize("ground", ["bg", "raised"])
def test_colours_have_the_contrast_of_aa(name: str, tokens: list[str], least: float, ground: str) -> None:
    is_dark, theme = THEMES[name]
    background = evaluate(f"var(--knb-{ground})", theme, is_dark=is_dark)

    too_weak = {
        token: round(ratio, 2)
        for token in tokens
        if (ratio := contrast(evaluate(f"var(--knb-{token})", theme, is_dark=is_dark), background)) < least
    }

    assert not too_weak


@pytest.mark.parametrize("name", THEMES)
def test_white_on_the_run_button_has_the_contrast_of_aa(name: str) -> None:
    is_dark, theme = THEMES[name]

    ratio = contrast((255, 255, 255), evaluate("var(--knb-run)", theme, is_dark=is_dark))

    assert ratio >= 4.5


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
