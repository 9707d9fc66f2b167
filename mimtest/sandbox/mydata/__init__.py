"""Personal data by permission, after the MIM4 connectivity specification of May 2021.

An operator gives tickets to services and keeps people's permissions, a connector guards a source of data,
a registry tells whom the connector may believe.
"""

from mimtest.sandbox.mydata.clients import DEMO_SECRETS
from mimtest.sandbox.mydata.parties import CONNECTOR, OPERATOR, REGISTRY
from mimtest.sandbox.mydata.service import services

__all__ = ["CONNECTOR", "DEMO_SECRETS", "OPERATOR", "REGISTRY", "services"]
