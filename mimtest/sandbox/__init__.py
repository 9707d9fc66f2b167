"""The reference city platform on loopback, and named ways to break exactly one thing in it.

It imports nothing from the rest of mimtest except the payloads, so that the judged and the judge cannot share a bug.
"""
