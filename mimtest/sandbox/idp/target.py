"""The part of the demo city's target file that is about signing in."""

from typing import Final

from mimtest.sandbox.idp.openid import APP

_APP: Final = """
[identities.app]
rights = "none"
client_id = "{app}"
issuer = "login"
interfaces = ["login"]
"""


def app_identity() -> str:
    """The client without a secret, by which people sign in."""
    return _APP.format(app=APP)
