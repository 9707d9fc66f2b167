"""The target file for the demo city."""

import json

from mimtest.resources import FIXTURES

_TYPES = ("Streetlight", "AirQualityObserved", "Building", "OffStreetParking", "EnergyConsumption")

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
version = "1.9.1"
context = "{base}/contexts/city.jsonld"
types = {types}
snapshot = {snapshot}
notifies = 3

[interfaces.legacy]
kind = "ngsi-v2"
url = "{base}/v2"
headers = {{ Fiware-ServicePath = "/" }}
types = {types}

[interfaces.open-data]
kind = "rest"
url = "{base}/open"

[interfaces.map]
kind = "ogc-api-features"
url = "{base}/ogc"

[claims]
mims = ["MIM0", "MIM1", "MIM2", "MIM6", "MIM7"]
mechanisms = ["9.0/MIM0/M1"]
options = [
  "tenants", "expiry", "purge", "purge-all", "ordering", "linked-entities", "version-negotiation",
  "several-systems", "several-identifiers", "extensions", "lasting-identifiers", "polling",
  "subscriptions", "temporal", "temporal-recording", "jsonld-contexts", "entity-maps", "snapshots",
  "source-identity", "registry", "csource-subscriptions", "distributed",
  "distributed-subscriptions",
]
"""

_SAME = """
[[claims.identifiers]]
one = "urn:ngsi-ld:Building:exampleton:town-hall"
other = "{base}/register/1"
mapping = "{base}/register"

[[claims.extensions]]
context = "{base}/contexts/water.jsonld"
base = "{base}/contexts/city.jsonld"
"""

_MODEL = """
[claims.models.{name}]
schema = "{base}/models/{name}/schema.json"
context = "{base}/contexts/city.jsonld"
"""


def target_text(base: str, version: str = "1") -> str:
    """A target file for a platform served at `base`, as TOML."""
    head = _TEXT.format(
        base=base,
        version=version,
        types=json.dumps(_TYPES),
        snapshot=json.dumps(str(FIXTURES / "city" / "ids.json")),
    )
    same = _SAME.format(base=base)
    return head + same + "".join(_MODEL.format(base=base, name=name) for name in _TYPES)
