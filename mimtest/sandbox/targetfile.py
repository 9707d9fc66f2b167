"""The target file for the demo city."""

_TEXT = """\
# The demo city: an invented town on this machine.

[product]
supplier = "mimtest"
name = "Demo city platform"
version = "{version}"
configuration = "The sandbox as shipped, invented data"

[tester]
party = "first"
name = "mimtest demo"

[scope]
authorised_by = "Whoever started the sandbox"
level = "writes"

[interfaces.context]
kind = "ngsi-ld"
url = "{base}/ngsi-ld/v1"
version = "1.8.1"
context = "{base}/contexts/city.jsonld"
types = ["Streetlight", "AirQualityObserved", "Building", "OffStreetParking", "EnergyConsumption"]

[interfaces.map]
kind = "ogc-api-features"
url = "{base}/ogc"

[claims]
mims = ["MIM0", "MIM1", "MIM2", "MIM6", "MIM7"]

[claims.models.Streetlight]
schema = "{base}/models/Streetlight/schema.json"
context = "{base}/contexts/city.jsonld"

[claims.models.AirQualityObserved]
schema = "{base}/models/AirQualityObserved/schema.json"
context = "{base}/contexts/city.jsonld"

[claims.models.Building]
schema = "{base}/models/Building/schema.json"
context = "{base}/contexts/city.jsonld"

[claims.models.OffStreetParking]
schema = "{base}/models/OffStreetParking/schema.json"
context = "{base}/contexts/city.jsonld"

[claims.models.EnergyConsumption]
schema = "{base}/models/EnergyConsumption/schema.json"
context = "{base}/contexts/city.jsonld"
"""


def target_text(base: str, version: str = "1") -> str:
    """A target file for a platform served at `base`, as TOML."""
    return _TEXT.format(base=base, version=version)
