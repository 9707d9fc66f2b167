"""How the city's data ecosystem is governed: its rulebook, and where data is asked for that is not there yet."""

from mimtest.sandbox.rulebook.service import PREFIX, RulebookService
from mimtest.sandbox.rulebook.wishes import WISHES, WishService

__all__ = ["PREFIX", "WISHES", "RulebookService", "WishService"]
