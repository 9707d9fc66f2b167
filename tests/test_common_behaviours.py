"""Checks of the common behaviours that the demo city does not show: much at once, unknown error types, chunks."""

import json
import re

import pytest

from mimtest.network.opening import open_client
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.sandbox.faults import Fault, find_fault
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from mimtest.target import Interface, Level

LOAD = ("CTX-COM-08", "CTX-COM-30")


def run(folder, checks, *faults, options=None):
    """These checks against the sandbox with the faults, `load` or only `options` claimed; by id."""
    target = folder / "mimtest.toml"
    with serve(Platform(faults=faults)) as base:
        text = target_text(base).replace("options = [", 'options = ["load", ')
        if options is not None:
            text = re.sub(r"options = \[[^]]*\]", f"options = {json.dumps(options)}", text)
        target.write_text(text, encoding="utf-8")
        order = Order(target=target, output=folder, suites=("context",), checks=checks)
        report = launch(order)
    assert not report["assessment"]["impact"]["leftBehind"]
    return {c["id"]: c for c in report["checks"] if c["outcome"] != "not_run"}


def outcomes(found, checks):
    return {k: found[k]["outcome"] for k in checks}


def test_the_reference_bears_load(tmp_path):
    assert outcomes(run(tmp_path, LOAD), LOAD) == dict.fromkeys(LOAD, "passed")


@pytest.mark.parametrize(
    ("name", "killed"), [("ctx-large-body-crashes", LOAD[0]), ("ctx-many-creators", LOAD[1])]
)
def test_who_does_not_bear_it_is_noticed(tmp_path, name, killed):
    found = outcomes(run(tmp_path, LOAD, find_fault(name)), LOAD)
    assert found == {k: "failed" if k == killed else "passed" for k in LOAD}


UNCLAIMED = ("CTX-COM-24",)


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        ((), "passed"),
        (("ctx-unclaimed-crashes",), "failed"),
        (("ctx-unclaimed-is-bad-data",), "failed"),
    ],
)
def test_what_is_not_claimed_may_be_there_but_not_broken(tmp_path, names, outcome):
    found = run(tmp_path, UNCLAIMED, *map(find_fault, names), options=["tenants"])
    assert outcomes(found, UNCLAIMED) == dict.fromkeys(UNCLAIMED, outcome)


ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
TYPES = ("CTX-COM-02", "CTX-COM-03")


def as_error(name):
    """A platform whose broker calls an entity that is not there by that error type."""

    def act(request, _platform, proceed):
        response = proceed(request)
        if response.status != 404 or "/entities/" not in request.path:
            return response
        return response.with_json(response.json() | {"type": f"{ERRORS}{name}"})

    return Fault(f"as-{name}", "context", "", "variant", (), act)


def test_an_error_type_nobody_knows_is_an_open_point(tmp_path):
    found = run(tmp_path, TYPES, as_error("EntityNotFound"))
    assert outcomes(found, TYPES) == dict.fromkeys(TYPES, "inconclusive")
    assert {found[k]["reason"]["code"] for k in TYPES} == {"open_point"}


def test_a_known_error_type_is_none(tmp_path):
    assert outcomes(run(tmp_path, TYPES, as_error("NonexistentTenant")), TYPES) == dict.fromkeys(
        TYPES, "passed"
    )


def test_a_body_in_chunks_does_not_tell_its_length():
    asked = []

    def act(request, _platform, proceed):
        asked.append(request)
        return proceed(request)

    watch = Fault("watch", "context", "", "variant", (), act)
    with serve(Platform(faults=[watch])) as base:
        interface = Interface(name="context", kind="ngsi-ld", url=f"{base}/ngsi-ld/v1")
        recorder = Recorder(Redactor())
        with open_client(
            interface, origins=[base], secrets={}, level=Level.WRITES, run_id="r", recorder=recorder
        ) as client:
            headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
            client.post("/entities", content="{}", headers=headers, harmless=True)
    assert asked[0].body == b"{}"
    assert asked[0].headers["transfer-encoding"] == "chunked"
    assert "content-length" not in asked[0].headers
