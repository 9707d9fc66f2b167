"""No verdict is ever given for nothing: a whole run against each useless server of the zoo."""

import contextlib
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from mimtest.report import load_report
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve as serve_platform
from mimtest.sandbox.targetfile import target_text
from tests.conftest import Ended, city, hear_interrupts, mimtest, outcomes
from tests.servers import closed_port
from tests.zoo import INTERFACES, ZOO, Animal, target_for

AT_ONCE = 2
SECONDS = 180
KIBIBYTES = 1536 * 1024
ANIMALS = {a.name: a for a in ZOO}
#: What may pass on an animal: ids that begin so, and why that is true of it.
TRUE_FACTS = {
    "mock": ("SEC-", "has data at a path, refuses others, and in HTTP's own manners"),
    "forger": ("SEC-", "has data at a path, refuses others, and in HTTP's own manners"),
}
#: Behind a certificate that is no good: how they speak TLS is true, and that nobody believes them.
CERTIFIED = ("self-signed", "expired", "unknown authority")
TRUE_FACTS |= dict.fromkeys(CERTIFIED, ("SEC-TLS-", "speaks TLS as it should"))
#: Enough of each suite to see what an interface is given that cannot be tested, or is beside one.
A_FEW = ("CTX-ENT-*", "MOD-SCH-*", "PLA-C-*", "SEC-HTTP-*", "SEC-TLS-*")
#: What may be met on these: a matter of those manners alone.
OF_MANNERS = {"9.0/MIM0/BP10"}
#: Animals with an interface that looks like one: discovery writes down what is said, and judges nothing.
RECOGNISED = ("mock", "forger", "advertiser")


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
        text = target_for(base, timeout=animal.timeout)
        (folder / "mimtest.toml").write_text(text, encoding="utf-8")
        # Where nothing is ready to be tested all checks are left alone alike.
        some = () if animal.is_ready else (f"--check={c}" for c in A_FEW)
        run = confined("run", "mimtest.toml", *some, cwd=folder)
        doctor = confined("doctor", "mimtest.toml", cwd=folder)
        init = confined("init", base, "-o", "found.toml", cwd=folder)
    return Visit(run, doctor, init)


@pytest.fixture(scope="module")
def visits(tmp_path_factory, request) -> dict[str, Visit]:
    """A visit to each animal that a selected test asks for."""
    here = [i for i in request.session.items if i.path == request.path]
    names = dict.fromkeys(i.callspec.params["name"] for i in here if hasattr(i, "callspec"))
    folders = {n: tmp_path_factory.mktemp("animal") for n in names}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = pool.map(lambda n: _visit(ANIMALS[n], folders[n]), names)
        return dict(zip(names, seen, strict=True))


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
    true, _ = TRUE_FACTS.get(name, ("nothing", ""))
    passed = [c["id"] for c in report["checks"] if c["outcome"] == "passed"]
    assert [c for c in passed if not c.startswith(true)] == []
    assert "error" not in outcomes(report).values()
    assert any(c["outcome"] in ("inconclusive", "failed") for c in report["checks"])


@every_animal
def test_no_requirement_is_met(name, visit):
    rows = [r for a in visit.run.report["assessments"] for r in a["requirements"]]
    excused = OF_MANNERS if name in TRUE_FACTS else set()
    judged = [r for r in rows if r["id"] not in excused]
    assert judged
    assert [r["id"] for r in judged if r["verdict"] == "met"] == []
    met = {m["mechanism"] for r in judged for m in r["mechanisms"] if m["verdict"] == "met"}
    assert met <= ({"tls-1-3"} if name in CERTIFIED else set())
    assert not excused & {r["id"] for r in rows if r["required"]}


@every_animal
def test_the_exit_code_says_so(animal, visit):
    may_fail = animal.is_ready or animal.name in CERTIFIED
    assert visit.run.code in ((1, 3) if may_fail else (3,)), visit.run.out
    assert visit.run.code == visit.run.report["gate"]["exitCode"]
    assert "Traceback" not in visit.run.err
    assert visit.run.err == ""


@every_animal
def test_what_cannot_be_tested_fails_nothing(animal, visit):
    for interface, code in animal.tells.items():
        if code is None:
            continue
        rows = [
            c
            for c in visit.run.report["checks"]
            if c["interface"] == interface
            and c["outcome"] != "not_run"
            and not c["id"].startswith("SEC-TLS-")
        ]
        assert rows
        assert {c["outcome"] for c in rows} <= {"inconclusive", "not_applicable"}
        assert {c["reason"]["code"] for c in rows if c["outcome"] == "inconclusive"} == {code}


@every_animal
def test_the_cause_is_told_once_in_words_of_the_target_file(animal, visit):
    told = {r["interface"]: r["reason"] for r in visit.run.report["readiness"] if r["reason"]}
    assert {i: told.get(i, {}).get("code") for i in INTERFACES} == animal.tells
    text = " ".join(visit.run.out.split())
    for interface, reason in told.items():
        assert reason["key"] == f"interfaces.{interface}.{animal.key}"
        assert text.count(reason["key"]) == 1
        message = " ".join(reason["message"].split())
        assert text.count(f"{interface}: {message}") == 1
        # The sentence at the top may say it, too, and the cause that all its checks have.
        alike = [r for r in told.values() if r["message"] == reason["message"]]
        assert text.count(message) <= 3 * len(alike)


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


# One interface is dead, or the end comes in the middle


class Watched(Platform):
    """A sandbox that says when it is asked to create its `at`-th entity; `stuck` keeps all it has."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self.stuck = False
        self.reached = threading.Event()
        self._created = 0

    def handle(self, request: Request) -> Response:
        if request.method == "DELETE" and self.stuck:
            return problem(500, "nothing is removed here")
        answer = super().handle(request)
        if request.method == "POST" and request.path.endswith("/entities"):
            self._created += 1
            if self._created == self.at:
                self.reached.set()
        return answer


def _everything(base: str) -> dict[str, object]:
    """Every entity of a sandbox by its id."""
    api = f"{base}/ngsi-ld/v1"
    with httpx.Client(trust_env=False) as asking:
        types = asking.get(f"{api}/types").json()["typeList"]
        pages = [asking.get(f"{api}/entities", params={"type": t, "limit": 1000}) for t in types]
    return {e["id"]: e for page in pages for e in page.json()}


@contextlib.contextmanager
def _begun(folder: Path, base: str):
    """`mimtest run` against a sandbox while it runs."""
    (folder / "mimtest.toml").write_text(target_text(base), encoding="utf-8")
    some = (f"--check={c}" for c in A_FEW)
    command = [sys.executable, "-m", "mimtest", "run", "mimtest.toml", *some]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,  # noqa: PLW1509 - it takes no lock
    ) as run:
        try:
            yield run
        finally:
            run.kill()


def _end(run: subprocess.Popen, folder: Path) -> Ended:
    out, err = run.communicate(timeout=SECONDS)
    return Ended(run.returncode, out, err, folder / "mimtest-report")


def _journals(folder: Path) -> list[Path]:
    return list((folder / "mimtest-report").glob("journal-*.jsonl"))


def test_a_dead_interface_does_not_keep_the_other_from_being_judged(tmp_path, clean):
    with city() as base:
        text = target_text(base).replace(f"{base}/ogc", f"http://127.0.0.1:{closed_port()}/ogc")
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        some = [f"--check={c}" for c in A_FEW]
        ended = mimtest("run", "mimtest.toml", *some, cwd=tmp_path)
    assert ended.code == 3, ended.out
    seen, good = outcomes(ended.report), outcomes(clean.report)
    judged = {k for k, o in seen.items() if k.endswith("@context") and o != "not_run"}
    assert {seen[k] for k in judged} >= {"passed"}
    assert {k: seen[k] for k in judged} == {k: good[k] for k in judged}
    dead = [
        c
        for c in ended.report["checks"]
        if c["interface"] == "map" and c["outcome"] not in ("not_run", "not_applicable")
    ]
    assert {(c["outcome"], c["reason"]["code"]) for c in dead} == {("inconclusive", "unreachable")}
    assert len({c["reason"]["message"] for c in dead}) == 1
    verdicts = {
        r["mim"]: r["verdict"] for a in ended.report["assessments"] for r in a["requirements"]
    }
    assert "not_met" not in verdicts.values()
    assert "interfaces.map.url" in ended.out
    assert "interfaces.context" not in ended.out


def test_several_processes_give_a_dead_target_no_verdict_either(tmp_path):
    with ANIMALS["404 for all"].place(tmp_path) as base:
        (tmp_path / "mimtest.toml").write_text(target_for(base), encoding="utf-8")
        some = [f"--check={c}" for c in A_FEW]
        ended = mimtest("run", "mimtest.toml", "-n", "2", *some, cwd=tmp_path)
    assert ended.code == 3
    ran = {o for o in outcomes(ended.report).values() if o != "not_run"}
    assert "inconclusive" in ran <= {"inconclusive", "not_applicable"}


@every_animal
def test_a_certificate_fails_for_what_it_is(name, visit):
    failed = {c["id"] for c in visit.run.report["checks"] if c["outcome"] == "failed"}
    of_tls = {c for c in failed if c.startswith("SEC-TLS-")}
    wrong = {"expired": {"SEC-TLS-01", "SEC-TLS-03"}}.get(name, {"SEC-TLS-01"})
    assert of_tls == (wrong if name in CERTIFIED else set())


def test_silence_from_the_middle_on_fails_nothing(tmp_path, clean):
    platform = Watched(at=40)
    with contextlib.ExitStack() as server:
        base = server.enter_context(serve_platform(platform))
        with _begun(tmp_path, base) as run:
            assert platform.reached.wait(SECONDS)
            server.close()
            ended = _end(run, tmp_path)
    assert ended.code == 3, ended.out + ended.err
    seen = outcomes(ended.report)
    before = [k for k, o in seen.items() if o == "passed"]
    assert before
    assert set(before) < {k for k, o in outcomes(clean.report).items() if o == "passed"}
    assert set(seen.values()) <= {"passed", "inconclusive", "not_applicable", "not_run"}
    assert ended.report["assessment"]["completed"] is True
    left = ended.report["assessment"]["impact"]["leftBehindItems"]
    assert left
    assert len(_journals(tmp_path)) == 1


def _interrupted(folder: Path, base: str, platform: Watched) -> Ended:
    with _begun(folder, base) as run:
        assert platform.reached.wait(SECONDS)
        run.send_signal(signal.SIGINT)
        return _end(run, folder)


def test_an_interrupted_run_says_so_and_leaves_nothing(tmp_path):
    platform = Watched(at=4)
    with serve_platform(platform) as base:
        before = _everything(base)
        ended = _interrupted(tmp_path, base, platform)
        assert _everything(base) == before
    assert ended.code == 3, ended.out + ended.err
    assert "Traceback" not in ended.err
    report = load_report(ended.folder / "report.json")
    assert report["assessment"]["completed"] is False
    assert report["assessment"]["impact"]["leftBehind"] == 0
    assert {"not_run"} <= set(outcomes(report).values()) <= ONCE_INTERRUPTED
    assert _journals(tmp_path) == []


ONCE_INTERRUPTED = {"passed", "inconclusive", "not_applicable", "not_run"}


def test_what_an_interrupted_run_could_not_remove_is_removed_later(tmp_path):
    platform = Watched(at=4)
    platform.stuck = True
    with serve_platform(platform) as base:
        before = _everything(base)
        ended = _interrupted(tmp_path, base, platform)
        assert ended.code in (1, 3), ended.out + ended.err
        assert ended.report["assessment"]["impact"]["leftBehind"] > 0
        (journal,) = _journals(tmp_path)
        failed = mimtest("cleanup", journal, "--target", "mimtest.toml", cwd=tmp_path)
        assert failed.code == 3
        assert "LEFT" in failed.out
        platform.stuck = False
        done = mimtest("cleanup", journal, "--target", "mimtest.toml", cwd=tmp_path)
        assert done.code == 0, done.out + done.err
        assert _everything(base) == before


def test_what_a_killed_run_left_is_removed_later(tmp_path):
    platform = Watched(at=6)
    with serve_platform(platform) as base:
        before = _everything(base)
        with _begun(tmp_path, base) as run:
            assert platform.reached.wait(SECONDS)
            run.kill()
            _end(run, tmp_path)
        assert _everything(base) != before
        assert not (tmp_path / "mimtest-report/report.json").exists()
        (journal,) = _journals(tmp_path)
        done = mimtest("cleanup", journal, cwd=tmp_path)
        assert done.code == 0, done.out + done.err
        assert _everything(base) == before
        again = mimtest("cleanup", journal, cwd=tmp_path)
        assert (again.code, again.out.strip()) == (0, "0 removed, 0 left.")


def test_a_killed_run_leaves_no_report_of_an_earlier_one(tmp_path):
    folder = tmp_path / "mimtest-report"
    folder.mkdir()
    for name in ("report.json", "report.html", "junit.xml"):
        (folder / name).write_text("of an earlier run", encoding="utf-8")
    platform = Watched(at=1)
    with serve_platform(platform) as base, _begun(tmp_path, base) as run:
        assert platform.reached.wait(SECONDS)
        run.kill()
        _end(run, tmp_path)
    kept = {p.name: p for p in folder.iterdir() if p.suffix != ".jsonl"}
    assert [*kept] == ["report.earlier.json"]
    assert kept["report.earlier.json"].read_text(encoding="utf-8") == "of an earlier run"
