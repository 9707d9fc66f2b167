"""The order of texts: the root collation of Unicode as near as the standard library comes (4.23)."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from mimtest.sandbox.ngsild.errors import bad_data

_TAG: Final = re.compile(r"(?:[a-z]{2,3}|root)(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_STRENGTH: Final = {"level1": 1, "level2": 2, "level3": 3, "level4": 3, "identic": 3}
_PHONEBOOK: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
#: White space and signs come before digits, digits before letters.
_CLASSES: Final = {"Z": 0, "C": 0, "P": 1, "S": 2, "N": 3}


@dataclass(frozen=True, slots=True)
class Collation:
    """Compares texts by letters first, then by accents, then by case as far as `strength` goes."""

    strength: int = 3
    phonebook: bool = False

    def key(self, text: str) -> tuple[object, ...]:
        """What to sort a text by."""
        parts = unicodedata.normalize(
            "NFKD", text.translate(_PHONEBOOK) if self.phonebook else text
        )
        letters = [c for c in parts if not unicodedata.combining(c)]
        levels: tuple[object, ...] = (
            tuple((_CLASSES.get(unicodedata.category(c)[0], 4), c.casefold()) for c in letters),
            tuple(c for c in parts if unicodedata.combining(c)),
            tuple(c.isupper() for c in letters),
        )
        return levels[: self.strength]


def read_collation(tag: object) -> Collation:
    """The collation a language tag says (RFC 6067). Raises NgsiError (BadRequestData)."""
    if tag is None:
        return Collation()
    if not isinstance(tag, str) or not _TAG.fullmatch(tag):
        msg = "a collation is a language tag such as de-u-co-phonebk"
        raise bad_data(msg)
    _, _, extension = tag.lower().partition("-u-")
    keys = dict(re.findall(r"(?:^|-)(co|ks)-([a-z0-9]{3,8})", extension))
    strength = keys.get("ks", "level3")
    if strength not in _STRENGTH:
        msg = f"there is no strength {strength} of a collation"
        raise bad_data(msg)
    return Collation(_STRENGTH[strength], keys.get("co") == "phonebk")
