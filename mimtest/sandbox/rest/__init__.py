"""A plain HTTP interface to the city's data as MIM0's mechanism M1 of MIMs Plus 9.0 has it, with OpenAPI 3.1."""

from mimtest.sandbox.rest.service import PREFIX, service

__all__ = ["PREFIX", "service"]
