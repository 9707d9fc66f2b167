"""The account of a city's residents: what is kept of them, what they agreed to, and their rights."""

from mimtest.sandbox.my.people import DEMO_SECRETS
from mimtest.sandbox.my.service import PREFIX, service

__all__ = ["DEMO_SECRETS", "PREFIX", "service"]
