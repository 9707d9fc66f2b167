"""The town as a participant of data spaces: what it says of itself, and to whom it shows its credentials."""

from mimtest.sandbox.participants.service import services

__all__ = ["services"]
