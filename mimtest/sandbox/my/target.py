"""What the demo's target file says of the account."""

from typing import Final

_TEXT: Final = """
[interfaces.account]
kind = "personal-data"
url = "{base}/my"
protected = "/me"
public = ["/notice", "/rights", "/keys"]

[interfaces.account.paths]
notice = "/notice"
records = "/consents"
keys = "/keys"
grant = "/consents"
withdraw = "/consents/{{id}}/withdrawal"
data = "/data"
access = "/me"
rectify = "/me"
erase = "/me"
export = "/export"
import = "/import"
log = "/log"
rights = "/rights"
description = "/openapi.json"

[identities.resident]
token_env = "MIMTEST_DEMO_RESIDENT"
rights = "subject"
interfaces = ["account"]
owns = ["urn:example:resident:hanna-8f21", "hanna.vogt@residents.example", "+49 30 5550181"]

[identities.neighbour]
token_env = "MIMTEST_DEMO_NEIGHBOUR"
rights = "subject"
interfaces = ["account"]
owns = ["urn:example:resident:imre-3c77", "imre.szalai@residents.example", "+36 1 5550192"]

[identities.leaver]
token_env = "MIMTEST_DEMO_LEAVER"
rights = "erasable"
interfaces = ["account"]
owns = ["urn:example:resident:jana-5d90", "jana.kralova@residents.example", "+421 2 5550174"]

[identities.library]
token_env = "MIMTEST_DEMO_LIBRARY"
rights = "read"
interfaces = ["account"]

[identities.advertiser]
token_env = "MIMTEST_DEMO_ADVERTISER"
rights = "none"
interfaces = ["account"]
"""


def account_tables(base: str) -> str:
    """The interface of the account and who asks there."""
    return _TEXT.format(base=base)
