"""The standard models that the town uses as they are published, or builds on."""

import tomllib
from typing import Any, Final

from mimtest.resources import SCHEMAS

#: The subject of each, by entity type.
STANDARD: Final = {
    "Streetlight": "Streetlighting",
    "AirQualityObserved": "Environment",
    "Building": "Building",
    "OffStreetParking": "Parking",
    "NoiseLevelObserved": "Environment",
    "WeatherObserved": "Weather",
    "TrafficFlowObserved": "Transportation",
    "ACMeasurement": "Energy",
    "WasteContainer": "WasteManagement",
    "WaterQualityObserved": "WaterQuality",
    "PointOfInterest": "PointOfInterest",
    "KeyPerformanceIndicator": "KeyPerformanceIndicator",
}


def standard_models() -> dict[str, dict[str, Any]]:
    """Address and version of the published schema of each, by entity type."""
    index = SCHEMAS / "models" / "smart-data-models" / "index.toml"
    listed = tomllib.loads(index.read_text(encoding="utf-8"))["documents"]
    by_name = {d["model"]: d for d in listed if "model" in d}
    return {
        name: {"address": found["address"], "version": found.get("version", "0")}
        for name, subject in STANDARD.items()
        if (found := by_name.get(f"{subject}/{name}"))
    }
