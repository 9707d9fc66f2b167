"""The town's places as a Web Feature Service 2.0 (OGC 09-025r2), read only, with questions as key-value pairs or XML."""

from mimtest.sandbox.city import City
from mimtest.sandbox.wfs.service import PREFIX, WfsService
from mimtest.sandbox.wfs.types import feature_types

__all__ = ["PREFIX", "WfsService", "service"]


def service(city: City) -> WfsService:
    """The service over a town's entities."""
    return WfsService(feature_types(city))
