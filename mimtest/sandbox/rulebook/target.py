"""What the demo's target file says of the rulebook, the terms, and requests for data."""

from typing import Final

from mimtest.sandbox.rulebook.documents import VERSION

_TEXT: Final = """
[interfaces.governance]
kind = "rulebook"
url = "{base}/rulebook"
version = "{version}"
languages = ["en", "de"]

[interfaces.governance.paths]
language = "/{{language}}"
procedure = "/procedure"
record = "/records/2026-05"
service-level = "/service-level"
templates = "{base}/terms/templates"
rules = "{base}/terms/rules"
policy = "{base}/terms/policies"
agreements = "{base}/terms/agreements"
sample = "{base}/terms/data/air-quality"
log = "{base}/terms/log"

[interfaces.wishes]
kind = "data-requests"
url = "{base}/data-requests"
protected = "/requests"
public = ["/", "/openapi.json"]

[interfaces.wishes.paths]
description = "/openapi.json"
request = "/requests"
record = "/requests/{{id}}"
records = "/requests"

[identities.steward]
token_env = "MIMTEST_DEMO_STEWARD"
rights = "full"
interfaces = ["governance", "wishes"]

[identities.planner]
token_env = "MIMTEST_DEMO_PLANNER"
rights = "read"
interfaces = ["governance"]
"""


def rulebook_tables(base: str) -> str:
    """The interfaces of the rulebook and of requests for data, and who asks there."""
    return _TEXT.format(base=base, version=VERSION)
