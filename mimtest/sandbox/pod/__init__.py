"""A Solid pod: a resident's own storage, with Web Access Control (Solid Protocol 0.11, WAC)."""

from mimtest.sandbox.pod.people import DEMO_SECRETS, PREFIX
from mimtest.sandbox.pod.service import service

__all__ = ["DEMO_SECRETS", "PREFIX", "service"]
