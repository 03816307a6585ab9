"""``kustomer-nb.toml`` and the values of settings: named profiles that say how to call an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustomer_nb._lazy import lazy_names

from .loader import FILE, evaluates, load_masks, load_profile, project_root
from .modes import FAULT, MODES, OFFLINE, SENDING, fault_of, fence, is_live_by_default, keeps_history, mode_of
from .profile import Account, Profile

if TYPE_CHECKING:
    from .lint import check_profiles

# Imported at first use: a run reads a profile, and only lint checks all of them.
__getattr__ = lazy_names(__name__, {"check_profiles": "lint"})

__all__ = [
    "FAULT",
    "FILE",
    "MODES",
    "OFFLINE",
    "SENDING",
    "Account",
    "Profile",
    "check_profiles",
    "evaluates",
    "fault_of",
    "fence",
    "is_live_by_default",
    "keeps_history",
    "load_masks",
    "load_profile",
    "mode_of",
    "project_root",
]
