"""Data models: where they come from, and what they and common sense have against an entity.

Nothing here knows of HTTP or pytest: the suite, `mimtest validate` and a partition on somebody's cluster judge alike.
"""
