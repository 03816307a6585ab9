"""How much a template may do before it is stopped."""

from __future__ import annotations

# Blocks and sub-expressions within one another.
DEPTH = 100
# {{else if}} one after the other, which nest too: each is a block in the else of the one before.
CHAIN = 120
# Characters of one rendered text.
OUTPUT = 10_000_000
# Statements of blocks carried out, an element of a loop counting as one.
WORK = 1_000_000
# Texts so few that they are put together before their length is looked at.
FEW = 32


def too_long() -> tuple[str, str]:
    """Return what is wrong with a template whose text grows too long, and the way out."""
    return f"makes a text of more than {OUTPUT} characters", "render less"
