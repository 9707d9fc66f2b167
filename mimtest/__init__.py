"""Conformance tests for the Minimal Interoperability Mechanisms (MIMs) of OASC and Living-in.EU."""

__version__ = "0.1.0"
