"""No verdict is ever given for nothing: a whole run against each useless server of the zoo."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from mimtest.report import load_report
from tests.conftest import Ended, outcomes
from tests.zoo import INTERFACES, ZOO, Animal, target_for

AT_ONCE = 2
SECONDS = 60
KIBIBYTES = 1536 * 1024
ANIMALS = {a.name: a for a in ZOO}
#: Checks that may pass on an animal, each with the true fact they show.
TRUE_FACTS: dict[tuple[str, str], str] = {}


def confined(*args: object, cwd: Path) -> Ended:
    """The command line with little time and memory."""
    command = f'ulimit -v {KIBIBYTES}; exec "$0" -m mimtest "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr, cwd / "mimtest-report")


@dataclass(frozen=True)
class Visit:
    """What the commands said of one animal."""

    run: Ended
    doctor: Ended
    init: Ended


def _visit(animal: Animal, folder: Path) -> Visit:
    with animal.place(folder) as base:
        (folder / "mimtest.toml").write_text(target_for(base), encoding="utf-8")
        run = confined("run", "mimtest.toml", cwd=folder)
        doctor = confined("doctor", "mimtest.toml", cwd=folder)
        init = confined("init", base, "-o", "found.toml", cwd=folder)
    return Visit(run, doctor, init)


@pytest.fixture(scope="module")
def visits(tmp_path_factory, request) -> dict[str, Visit]:
    """A visit to each animal that a selected test asks for."""
    names = dict.fromkeys(
        i.callspec.params["name"]
        for i in request.session.items
        if i.path == request.path and "name" in getattr(i, "callspec", _Nothing).params
    )
    folders = {n: tmp_path_factory.mktemp("animal") for n in names}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = pool.map(lambda n: _visit(ANIMALS[n], folders[n]), names)
        return dict(zip(names, seen, strict=True))


class _Nothing:
    params: dict[str, str] = {}


@pytest.fixture
def animal(name) -> Animal:
    return ANIMALS[name]


@pytest.fixture
def visit(name, visits) -> Visit:
    return visits[name]


every_animal = pytest.mark.parametrize("name", ANIMALS)


def test_the_zoo_is_large_enough():
    assert len(ANIMALS) == len(ZOO) >= 17


@every_animal
def test_no_check_passes_and_none_breaks(name, visit):
    report = visit.run.report
    passed = {c["id"] for c in report["checks"] if c["outcome"] == "passed"}
    assert passed == {check for animal, check in TRUE_FACTS if animal == name}
    assert "error" not in outcomes(report).values()
    assert any(c["outcome"] in ("inconclusive", "failed") for c in report["checks"])


@every_animal
def test_no_requirement_is_met(visit):
    rows = [r for a in visit.run.report["assessments"] for r in a["requirements"]]
    assert rows
    assert [r["id"] for r in rows if r["verdict"] == "met"] == []
    assert all(m["verdict"] != "met" for r in rows for m in r["mechanisms"])


@every_animal
def test_the_exit_code_says_so(animal, visit):
    assert visit.run.code in ((1, 3) if animal.is_ready else (3,)), visit.run.out
    assert visit.run.code == visit.run.report["gate"]["exitCode"]
    assert "Traceback" not in visit.run.err
    assert visit.run.err == ""


@every_animal
def test_what_cannot_be_tested_fails_nothing(animal, visit):
    for interface, code in animal.tells.items():
        if code is None:
            continue
        rows = [c for c in visit.run.report["checks"] if c["interface"] == interface]
        assert {c["outcome"] for c in rows} <= {"inconclusive", "not_applicable"}
        assert {c["reason"]["code"] for c in rows if c["outcome"] == "inconclusive"} == {code}


@every_animal
def test_the_cause_is_told_once_in_words_of_the_target_file(animal, visit):
    told = {r["interface"]: r["reason"] for r in visit.run.report["readiness"]}
    assert {i: r and r["code"] for i, r in told.items()} == animal.tells
    text = " ".join(visit.run.out.split())
    for interface in INTERFACES:
        reason = told[interface]
        if reason is None:
            continue
        assert reason["key"] == f"interfaces.{interface}.{animal.key}"
        assert text.count(reason["key"]) == 1
        message = " ".join(reason["message"].split())
        assert f"{interface}: {message}" in text
        # Once for the interface; the sentence at the top and the cause of all its checks may repeat it.
        assert text.count(message) <= 2 + [r and r["message"] for r in told.values()].count(
            reason["message"]
        )


@every_animal
def test_nothing_is_half_written(visit):
    folder = visit.run.folder
    report = load_report(folder / "report.json")
    assert report["assessment"]["completed"] is True
    for name in ("report.html", "junit.xml"):
        assert (folder / name).stat().st_size > 0
    assert not list(folder.glob(".*"))


@every_animal
def test_doctor_names_the_key_to_change(animal, visit):
    doctor = visit.doctor
    assert "Traceback" not in doctor.err
    assert doctor.err == ""
    assert doctor.code == (3 if any(animal.tells.values()) else 0), doctor.out
    for interface, code in animal.tells.items():
        if code is not None:
            assert f"mimtest.toml, interfaces.{interface}.{animal.key}:" in doctor.out
    assert ("NO" in re.findall(r"^\w+", doctor.out, re.MULTILINE)) == (doctor.code == 3)


@every_animal
def test_init_writes_no_file_for_nothing(name, visit):
    init = visit.init
    assert "Traceback" not in init.err
    if name in RECOGNISED:
        assert init.code == 0
        return
    assert init.code == 3, init.out + init.err
    assert not (visit.run.folder.parent / "found.toml").exists()
    first, *rest = init.err.splitlines()
    assert first.startswith("mimtest: ")
    assert len(rest) <= 1


#: Animals that have the papers of an interface: discovery writes down what is said, and judges nothing.
RECOGNISED = ("clever yes man", "parrot", "advertiser")
