"""The part of the demo city's target file that is about its catalogue of data."""

from typing import Final

_TABLES: Final = """
[interfaces.catalogue]
kind = "dcat"
url = "{base}/catalogue/all"
variant = "dcat-ap-3"
paths = {{ search = "{base}/catalogue/search?q={{words}}" }}
"""


def catalogue_tables(base: str) -> str:
    """The interface."""
    return _TABLES.format(base=base)
