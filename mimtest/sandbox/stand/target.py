"""What the target file says of the stand."""

import json

from mimtest.sandbox.stand.serving import Place

#: Names of the files beside a target file.
AUTHORITY = "stand-ca.pem"
CLIENT = "stand-client.pem"

_TEXT = """
[interfaces.front-door]
kind = "tls"
url = "{url}/town"
plain = "{plain}"
ca = {ca}

[interfaces.vault]
kind = "tls"
url = "{vault}/town"
ca = {ca}
client_certificate = {client}
"""


def stand_tables(place: Place, *, beside: bool) -> str:
    """The stand as interfaces; `beside` the target file its files are, else where they are while it is served."""
    ca, client = (AUTHORITY, CLIENT) if beside else (str(place.authority), str(place.client))
    return _TEXT.format(
        url=place.url,
        plain=place.plain,
        vault=place.vault,
        ca=json.dumps(ca),
        client=json.dumps(client),
    )
