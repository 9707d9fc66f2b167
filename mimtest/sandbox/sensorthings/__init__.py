"""OGC SensorThings API Part 1: Sensing, version 1.1 (18-088): the town's stations and what they measure."""

from mimtest.sandbox.city import City
from mimtest.sandbox.sensorthings.city import stocked
from mimtest.sandbox.sensorthings.service import SensorThingsService

PREFIX = "/sta/v1.1"


def service(city: City) -> SensorThingsService:
    """A fresh service around the town."""
    return SensorThingsService(stocked(city), PREFIX)


__all__ = ["PREFIX", "SensorThingsService", "service"]
