"""What an interface says of how often it may be asked (RFC 6585 4; the IETF's drafts of RateLimit fields)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mimtest.network.answer import Answer
from mimtest.vocabulary.ngsild_access import is_budget

_FIELD: Final = re.compile(r"(x-)?ratelimit(-[a-z-]+)?", re.IGNORECASE)
_POLICY: Final = re.compile(r'(?:"([^"]*)"|([\w.*-]+))((?:\s*;\s*[\w*-]+\s*=\s*[^;,]+)*)')
_QUOTA: Final = re.compile(r";\s*q\s*=\s*(\d{1,20})(?!\d)")
_LEFT: Final = re.compile(r";\s*r\s*=\s*(\d{1,20})(?!\d)")
_WINDOW: Final = re.compile(r";\s*w(?:indow)?\s*=\s*(\d{1,20})(?!\d)")
_NUMBER: Final = re.compile(r"\s*(\d{1,20})(?!\d)")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many requests are allowed in so many seconds; None where it is not said."""

    quota: int
    seconds: int | None


def limit_fields(answer: Answer) -> dict[str, str]:
    """The fields of an answer that speak of a limit, by their name in lower case."""
    return {n.lower(): v for n, v in answer.headers.items() if _FIELD.fullmatch(n)}


def unreadable(fields: Mapping[str, str]) -> list[str]:
    """The fields that cannot be read in the words of any draft."""
    return [f"{n}: {v}" for n, v in fields.items() if not is_budget(n, v)]


def contradictions(fields: Mapping[str, str]) -> list[str]:
    """Where what is left is more than the limit, or of a policy that is not named."""
    found = []
    policies = {a or b: rest for a, b, rest in _POLICY.findall(fields.get("ratelimit-policy", ""))}
    for one, other, rest in _POLICY.findall(fields.get("ratelimit", "")):
        name = one or other
        left, quota = _LEFT.search(rest), _QUOTA.search(policies.get(name, ""))
        if left and policies and name not in policies:
            found.append(f"RateLimit is of '{name}', RateLimit-Policy of {', '.join(policies)}")
        if left and quota and int(left[1]) > int(quota[1]):
            found.append(f"{left[1]} requests are left of {quota[1]}")
    for prefix in ("", "x-"):
        limit, rest_ = (
            _NUMBER.match(fields.get(f"{prefix}ratelimit-{n}", "")) for n in ("limit", "remaining")
        )
        if limit and rest_ and int(rest_[1]) > int(limit[1]):
            found.append(f"{rest_[1]} requests are left of {limit[1]}")
    return found


def plan_of(fields: Mapping[str, str]) -> Plan | None:
    """The narrowest declared plan; None where the fields declare none."""
    plans = [
        Plan(int(q[1]), int(w[1]) if (w := _WINDOW.search(rest)) else None)
        for _, _, rest in _POLICY.findall(fields.get("ratelimit-policy", ""))
        if (q := _QUOTA.search(rest))
    ]
    for name in ("ratelimit-limit", "x-ratelimit-limit"):
        number = _NUMBER.match(fields.get(name, ""))
        window = _WINDOW.search(fields.get(name, ""))
        if number:
            plans.append(Plan(int(number[1]), int(window[1]) if window else None))
    return min(plans, key=lambda p: p.quota, default=None)
