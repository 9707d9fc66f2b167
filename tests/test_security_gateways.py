"""Gateways before a broker: which of them keep tenants apart, and servers that show nothing to anybody or all to all."""

import json
from contextlib import contextmanager

import pytest

from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.http import Request
from mimtest.sandbox.manners import problem
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import failed, outcomes

BROKER = "/ngsi-ld/v1"
TOKENS = {"token-of-the-waterworks-71f3": "water", "token-of-the-parks-90be": "parks"}
CANARIES = {t: f"urn:ngsi-ld:Permit:{t}:{n}" for n, t in enumerate(TOKENS.values())}
TARGET = """
[product]
supplier = "Example"
name = "Gateway"
version = "1"

[scope]
authorised_by = "The tests"
level = "safe"

[interfaces.broker]
kind = "ngsi-ld"
url = "{base}/ngsi-ld/v1"
version = "1.9.1"
types = ["Permit"]
auth = {{ kind = "bearer", token_env = "MIMTEST_GATEWAY_ONE" }}

[identities.one]
token_env = "MIMTEST_GATEWAY_ONE"
rights = "full"
tenant = "water"
owns = ["urn:ngsi-ld:Permit:water:0"]
interfaces = ["broker"]

[identities.two]
token_env = "MIMTEST_GATEWAY_TWO"
rights = "full"
tenant = "parks"
owns = ["urn:ngsi-ld:Permit:parks:1"]
interfaces = ["broker"]

[claims]
mims = ["MIM6"]
"""
OWNED = ("SEC-AZ-10", "SEC-AZ-11", "SEC-AZ-12", "SEC-AZ-13")


class Gateway(Platform):
    """A broker with two tenants, behind what says who gets where."""

    def __init__(self, manner):
        super().__init__()
        self.manner = manner
        for tenant, name in CANARIES.items():
            permit = {"id": name, "type": "Permit", "name": {"type": "Property", "value": tenant}}
            told = {"id": f"urn:ngsi-ld:Subscription:{tenant}", "type": "Subscription"}
            told |= {"entities": [{"id": name, "type": "Permit"}]}
            told |= {"notification": {"endpoint": {"uri": "http://127.0.0.1:9/"}}}
            for path, body in (("/entities", permit), ("/subscriptions", told)):
                self._put(path, body, tenant)
        self._put("/entities", {**permit, "id": "urn:ngsi-ld:Permit:nobodys"}, "")

    def add_twins(self):
        """Something of each tenant under the same identifier, found before all else."""
        for tenant in TOKENS.values():
            name = {"type": "Property", "value": f"text of the {tenant}"}
            twin = {"id": "urn:ngsi-ld:Permit:a-twin", "type": "Permit", "name": name}
            self._put("/entities", twin, tenant)
            self._put("/entities", {**twin, "id": f"urn:ngsi-ld:Permit:own:{tenant}"}, tenant)
        return self

    def _put(self, path, body, tenant):
        fields = {"content-type": "application/json"} | (
            {"ngsild-tenant": tenant} if tenant else {}
        )
        content = json.dumps(body).encode()
        fields["content-length"] = str(len(content))
        path = f"{BROKER}{path}"
        made = super().handle(Request("POST", path, "", fields, content, raw_path=path))
        assert made.status == 201, made

    def handle(self, request):
        if not request.path.startswith(BROKER):
            return super().handle(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self.manner(request, TOKENS.get(token), super().handle)


def refusing(request, own, ask):
    """A tenant that the token is not for is refused; without one the token's is taken."""
    if own is None:
        return problem(401, "a token is needed").with_header("WWW-Authenticate", "Bearer")
    if request.headers.get("ngsild-tenant", own) != own:
        return problem(403, "not yours")
    return ask(request.with_header("ngsild-tenant", own))


def overriding(request, own, ask):
    """Whatever tenant is named, the token's is taken."""
    if own is None:
        return problem(401, "a token is needed").with_header("WWW-Authenticate", "Bearer")
    return ask(request.with_header("ngsild-tenant", own))


def believing(request, own, ask):
    """Whoever has a token gets the tenant that is named."""
    if own is None:
        return problem(401, "a token is needed").with_header("WWW-Authenticate", "Bearer")
    return ask(request)


def denying(_request, _own, _ask):
    """Nobody gets anything."""
    return problem(403, "no")


def breaking(request, own, ask):
    """Whoever is not known meets a failure."""
    return overriding(request, own, ask) if own else problem(500, "cannot read the token")


def opening(request, _own, ask):
    """Everybody gets everything, of one tenant."""
    return ask(request.with_header("ngsild-tenant", "water"))


def welcoming(request, own, ask):
    """Whoever has no token gets everything, too."""
    return overriding(request, own or "water", ask)


_Gateway = Gateway


@contextmanager
def run(manner, folder, monkeypatch, *checks):
    for name, token in zip(("ONE", "TWO"), TOKENS, strict=True):
        monkeypatch.setenv(f"MIMTEST_GATEWAY_{name}", token)
    with serve(Gateway(manner)) as base:
        target = folder / "mimtest.toml"
        target.write_text(TARGET.format(base=base), encoding="utf-8")
        order = Order(
            target=target, output=folder, suites=("security",), checks=checks, pages=False
        )
        yield launch(order)


def test_the_same_identifier_in_two_tenants_is_no_leak(tmp_path, monkeypatch):
    text = TARGET
    for tenant, name in CANARIES.items():
        text = text.replace(f'owns = ["{name}"]', f'owns = ["text of the {tenant}"]')
    monkeypatch.setattr(f"{__name__}.TARGET", text)
    monkeypatch.setattr(f"{__name__}.Gateway", lambda manner: _Gateway(manner).add_twins())
    with run(refusing, tmp_path, monkeypatch, *OWNED[:2]) as report:
        assert {told(report)[c] for c in OWNED[:2]} == {"passed"}
    with run(believing, tmp_path, monkeypatch, *OWNED[:2]) as report:
        assert failed(report) == set(OWNED[:2])


def told(report):
    return {k.partition("@")[0]: o for k, o in outcomes(report).items() if k.endswith("@broker")}


@pytest.mark.parametrize("manner", [refusing, overriding])
def test_gateways_that_keep_tenants_apart_pass(manner, tmp_path, monkeypatch):
    with run(manner, tmp_path, monkeypatch, *OWNED) as report:
        found = told(report)
        assert {found[c] for c in OWNED} == {"passed"}


def test_a_gateway_that_believes_the_header_fails(tmp_path, monkeypatch):
    with run(believing, tmp_path, monkeypatch, *OWNED) as report:
        assert failed(report) == {"SEC-AZ-10", "SEC-AZ-11", "SEC-AZ-13"}


@pytest.mark.parametrize("manner", [denying, breaking, opening, welcoming])
def test_who_treats_all_alike_passes_nothing(manner, tmp_path, monkeypatch):
    rows = (*OWNED, *(f"SEC-AZ-0{n}" for n in range(1, 9)), "SEC-LOG-01")
    if manner in (breaking, welcoming):  # these keep tenants apart
        rows = rows[len(OWNED) :]
    with run(manner, tmp_path, monkeypatch, *rows) as report:
        found = told(report)
        assert "passed" not in {found[c] for c in rows if c in found}
        assert "error" not in set(found.values())


BURST = {
    "none": "passed",
    "sec-rl-without-effect": "failed",
    "sec-rl-no-retry-after": "failed",
    "sec-rl-breaks": "failed",
    "sec-rl-none": "not_applicable",
}


@pytest.mark.parametrize(("fault", "outcome"), BURST.items())
def test_limits_are_tried_by_a_run_of_level_burst(fault, outcome, tmp_path):
    faults = [] if fault == "none" else [find_fault(fault)]
    with serve(Platform(faults=faults)) as base:
        target = tmp_path / "mimtest.toml"
        text = target_text(base).replace('level = "writes"', 'level = "burst"')
        text = text.replace("options = [", 'options = ["load", ')
        target.write_text(text, encoding="utf-8")
        order = Order(
            target=target, output=tmp_path, suites=("security",), checks=("SEC-RL-02",), pages=False
        )
        assert outcomes(launch(order))["SEC-RL-02@office"] == outcome
