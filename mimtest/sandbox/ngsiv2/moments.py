"""Moments as ISO 8601 writes them."""

import re
from datetime import UTC, datetime
from typing import Any, Final

_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d([.,]\d+)?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?")


def instant(value: Any) -> datetime | None:
    """The moment a text names, None for anything else; UTC where no zone is named."""
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value.replace(",", "."))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
