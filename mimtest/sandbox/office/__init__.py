"""The permit office of the demo city: an interface to restricted data, guarded by tokens of the login."""

from mimtest.sandbox.office.service import PREFIX, OfficeService

__all__ = ["PREFIX", "OfficeService"]
