"""The login of the demo city: an authorisation server (OAuth 2.0) and OpenID Provider."""

from mimtest.sandbox.idp.clients import CLIENTS, DEMO_SECRETS, ELSEWHERE
from mimtest.sandbox.idp.service import services
from mimtest.sandbox.idp.state import PREFIX, Idp

__all__ = ["CLIENTS", "DEMO_SECRETS", "ELSEWHERE", "PREFIX", "Idp", "services"]
