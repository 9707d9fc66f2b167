"""The office takes rights away and gives them back, and limits who has a plan with few requests."""

import pytest

from mimtest.sandbox.http import Request
from mimtest.sandbox.idp.clients import OFFICE_TOKEN
from mimtest.sandbox.office.limits import HASTY, Limits
from mimtest.sandbox.office.rights import Rights
from mimtest.sandbox.platform import Platform

FULL = {"authorization": f"Bearer {OFFICE_TOKEN}"}


def ask(platform, method, path, **fields):
    return platform.handle(Request(method, path, headers=fields, raw_path=path))


def test_rights_are_managed_by_who_has_all_of_them():
    platform = Platform()
    assert ask(platform, "GET", "/office/rights/seasonal").status == 401
    held = ask(platform, "GET", "/office/rights/seasonal", **FULL)
    assert held.json() == {"id": "seasonal", "rights": "all"}
    assert ask(platform, "DELETE", "/office/rights/seasonal", **FULL).status == 204
    assert ask(platform, "GET", "/office/rights/seasonal", **FULL).json()["rights"] == "none"
    assert ask(platform, "PUT", "/office/rights/seasonal", **FULL).json()["rights"] == "all"
    assert ask(platform, "GET", "/office/rights/nobody", **FULL).status == 404
    assert ask(platform, "POST", "/office/rights/seasonal", **FULL).status == 405


def test_nobody_unknown_has_rights():
    assert Rights().handle(Request("GET", "/rights/x"), ("y",)).status == 404


@pytest.mark.parametrize("client", ["clerk", HASTY])
def test_only_who_has_a_plan_is_limited(client):
    limits = Limits()
    answers = [limits.refusal(client) for _ in range(60)]
    refused = [a for a in answers if a]
    assert len(refused) == (20 if client == HASTY else 0)
    assert all(a.status == 429 and int(a.header("Retry-After")) > 0 for a in refused)


def test_what_is_left_is_told_to_who_is_limited():
    platform = Platform()
    answer = ask(platform, "GET", "/office/collections/permits/items", **FULL)
    limits = Limits()
    limits.refusal(HASTY)
    assert limits.told(HASTY, answer).header("RateLimit") == '"few";r=39;t=6'
    assert limits.told("clerk", answer) == answer
