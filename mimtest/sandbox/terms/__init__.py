"""The terms of the city's data: policies, agreements, templates, restricted data and the log of its use."""

from mimtest.sandbox.terms.people import DEMO_SECRETS
from mimtest.sandbox.terms.service import PREFIX, TermsService

__all__ = ["DEMO_SECRETS", "PREFIX", "TermsService"]
