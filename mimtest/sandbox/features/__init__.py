"""The town's places as OGC API - Features (17-069r4) with reference systems by reference (18-058r1)."""

from mimtest.sandbox.city import City
from mimtest.sandbox.features.service import FeaturesService


def service(city: City, prefix: str = "/ogc") -> FeaturesService:
    """The service for a town, mounted at a path prefix."""
    return FeaturesService(city, prefix)
