"""Named ways to break exactly one thing: each fault wraps the whole platform and leaves its code alone."""

from mimtest.sandbox.faults.registry import Fault, all_faults, fault, find_fault

__all__ = ["Fault", "all_faults", "fault", "find_fault"]
