"""``kustomer-nb.toml`` and the values of settings: named profiles that say how to call an environment."""

from __future__ import annotations

from .lint import check_profiles
from .loader import FILE, load_profile, project_root
from .modes import FAULT, MODES, OFFLINE, SENDING, fault_of, mode_of
from .profile import Account, Profile

__all__ = [
    "FAULT",
    "FILE",
    "MODES",
    "OFFLINE",
    "SENDING",
    "Account",
    "Profile",
    "check_profiles",
    "fault_of",
    "load_profile",
    "mode_of",
    "project_root",
]
