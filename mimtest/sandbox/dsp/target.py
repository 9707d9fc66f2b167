"""The part of the demo city's target file that is about the connector."""

from typing import Final

from mimtest.sandbox.dsp.parts import PREFIX

_TABLE: Final = """
[interfaces.{name}]
kind = "dsp"
url = "{url}"
version = "{version}"
notifies = 2
auth = {{ kind = "bearer", token_env = "MIMTEST_DEMO_PARTNER" }}
protected = "/{version}/catalog/datasets/urn:exampleton:dataset:air-quality"
paths = {{ participant = "/did.json" }}
"""


def dsp_tables(base: str) -> str:
    """The interface, once for each version."""
    versions = {"dataspace": "2025-1", "dataspace-2024": "2024-1"}
    return "".join(
        _TABLE.format(name=n, url=f"{base}{PREFIX}", version=v) for n, v in versions.items()
    )
