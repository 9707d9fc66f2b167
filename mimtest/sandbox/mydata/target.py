"""The part of the demo city's target file that is about operator, connector and registry of personal data."""

from typing import Final

from mimtest.sandbox.mydata.parties import CONNECTOR, DATA, OPERATOR, REGISTRY

_TABLES: Final = """
[interfaces.operator]
kind = "mydata-operator"
url = "{base}{operator}"
paths = {{ log = "/log" }}

[interfaces.connector]
kind = "mydata-connector"
url = "{base}{connector}"
paths = {{ data = "{data}" }}

[interfaces.trust-group]
kind = "mydata-registry"
url = "{base}{registry}"
paths = {{ keys = "/key" }}
"""
_IDENTITY: Final = """
[identities.{client}]
rights = "{rights}"
client_id = "{client}"
client_secret_env = "MIMTEST_DEMO_{variable}"
issuer = "operator"
interfaces = ["operator", "connector"]
"""
_RIGHTS: Final = {"travel-app": "read", "nosy-app": "none", "slow-app": "expired"}


def mydata_tables(base: str) -> str:
    """Interfaces and identities."""
    places = {"operator": OPERATOR, "connector": CONNECTOR, "registry": REGISTRY, "data": DATA}
    identities = (
        _IDENTITY.format(client=c, rights=r, variable=c.upper().replace("-", "_"))
        for c, r in _RIGHTS.items()
    )
    return _TABLES.format(base=base, **places) + "".join(identities)
