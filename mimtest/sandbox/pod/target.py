"""The part of the demo city's target file that is about a resident's pod."""

from typing import Final

from mimtest.sandbox.pod.people import PREFIX, webid

_TABLES: Final = """
[interfaces.pod]
kind = "solid"
url = "{base}{prefix}"
auth = {{ kind = "bearer", token_env = "MIMTEST_DEMO_POD_ALICE" }}
protected = "/diary/march.txt"
paths = {{ resource = "/notes.ttl", container = "/tests/" }}

[identities.alice]
rights = "full"
token_env = "MIMTEST_DEMO_POD_ALICE"
interfaces = ["pod"]
owns = ["{alice}"]

[identities.bob]
rights = "none"
token_env = "MIMTEST_DEMO_POD_BOB"
interfaces = ["pod"]
owns = ["{bob}"]
"""


def pod_tables(base: str) -> str:
    """The interface and the people."""
    return _TABLES.format(
        base=base, prefix=PREFIX, alice=webid(base, "alice"), bob=webid(base, "bob")
    )
