"""The words the suites use: what to expect, and what the standards call things."""
