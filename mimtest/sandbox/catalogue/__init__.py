"""The city's catalogue of data (DCAT-AP 3): what there is, where, and on what terms."""

from mimtest.sandbox.catalogue.service import PREFIX, service

__all__ = ["PREFIX", "service"]
