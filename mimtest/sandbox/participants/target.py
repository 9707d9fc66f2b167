"""The part of the demo city's target file about who takes part."""

from typing import Final

_TABLES: Final = """
[interfaces.party]
kind = "ishare"
url = "{base}/ishare"

[interfaces.credential-service]
kind = "dcp"
url = "{base}/dcp"
"""


def participant_tables(base: str) -> str:
    """The town's own documents, and the services that others ask."""
    return _TABLES.format(base=base)
