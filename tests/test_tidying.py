"""What checks make is gone when they are over: nothing of it acts on, or is found by, those that follow."""

import json

import pytest

from tests.conftest import city, outcomes, run_against

PLACE = "/csourceRegistrations"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    some = [f"--check=CTX-{name}" for name in ("REG-01", "REG-14", "REG-19", "DIST-01", "DIST-06")]
    with city() as base:
        return run_against(base, tmp_path_factory.mktemp("run"), *some)


def steps(report):
    """In order: which check asked, and which registration was made or removed, if one was."""
    for exchange in report["exchanges"]:
        asked, said = exchange["request"], exchange["response"]
        made = asked["method"] == "POST" and asked["url"].endswith(PLACE) and said["status"] == 201
        gone = asked["method"] == "DELETE" and PLACE in asked["url"] and said["status"] == 204
        name = asked["url"].rpartition("/")[2] if gone else made and json.loads(asked["body"])["id"]
        yield exchange["check"], made, gone, name


def test_whatever_is_registered_is_of_the_file_whose_check_runs(run):
    passed = [check for check, outcome in outcomes(run.report).items() if outcome == "passed"]
    assert len(passed) == 5
    there = {}
    for check, made, gone, name in steps(run.report):
        if made:
            there[name] = check
        elif gone:
            del there[name]
        elif check:  # each of them is in a file of its own
            assert {*there.values()} <= {check}
    assert there == {}
