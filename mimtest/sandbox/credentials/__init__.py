"""Verifiable credentials of the demo city: who issues them, who checks them, and who is trusted."""

from mimtest.sandbox.credentials.services import services

__all__ = ["services"]
