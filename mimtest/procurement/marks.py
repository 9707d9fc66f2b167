"""What tells two profiles of one name apart."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def profile_mark(profile: Mapping[str, Any]) -> str:
    """The id of a profile and the start of the SHA-256 of what it says, which tells two of one name apart.

    `profile` is as in `report.json` `.scope.profile`; where it was read from makes no difference.
    """
    said = {k: v for k, v in profile.items() if k != "origin"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return f"{profile['id']} (SHA-256 {digest[:16]})"
