"""The part of the demo city's target file that is about the market place."""

from typing import Final

_INTERFACE: Final = """
[interfaces.{name}]
kind = "tmforum"
url = "{base}/tmf-api"
version = "{version}"
auth = {{ kind = "header", header = "X-Api-Key", token_env = "MIMTEST_DEMO_MARKET_KEY" }}
protected = "/productOrderingManagement/v{version}/productOrder"

[interfaces.{name}.paths]
catalog = "/productCatalogManagement/v{version}"
ordering = "/productOrderingManagement/v{version}"
agreement = "/agreementManagement/v{version}"
party = "/partyManagement/v{version}"
offering = "/productCatalogManagement/v{version}/productOffering/air-quality"
conformance = "/conformance"
"""


def market_tables(base: str) -> str:
    """The market place in the two versions of its APIs."""
    names = {"4": "market", "5": "market-next"}
    return "".join(
        _INTERFACE.format(base=base, name=name, version=version) for version, name in names.items()
    )
