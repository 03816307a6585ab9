"""``kustomer-nb.toml`` beside a definition: named profiles of how an environment is called."""

from __future__ import annotations

from .checks import check_profiles
from .file import FILE, load_profile, project_root
from .model import Account, Profile
from .modes import FAULT, MODES, SENDING, fault_of, mode_of

__all__ = [
    "FAULT",
    "FILE",
    "MODES",
    "SENDING",
    "Account",
    "Profile",
    "check_profiles",
    "fault_of",
    "load_profile",
    "mode_of",
    "project_root",
]
