"""Where an offering of a market place has its terms (TMF620 productOffering)."""

from collections.abc import Mapping
from typing import Any, Final

#: The members for terms; version 5 has the last one, too.
TERMS: Final = ("productOfferingTerm", "agreement", "policy")
_PICTURED: Final = ("image", "picture", "photo", "logo", "video", "audio")


def terms_in(offering: Mapping[str, Any]) -> bool:
    """Whether an offering names terms, an agreement or a policy, or has a document attached that may hold them."""
    if any(_told(part) for name in TERMS for part in _listed(offering.get(name))):
        return True
    return any(_told(a) and not _is_picture(a) for a in _listed(offering.get("attachment")))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _told(part: Any) -> bool:
    """Whether something stands in a part besides its type."""
    if not isinstance(part, Mapping):
        return False
    return any(value not in (None, "", [], {}) for name, value in part.items() if name[:1] != "@")


def _is_picture(attachment: Mapping[str, Any]) -> bool:
    kinds = f"{attachment.get('mimeType')} {attachment.get('attachmentType')}".lower()
    return any(word in kinds for word in _PICTURED)
