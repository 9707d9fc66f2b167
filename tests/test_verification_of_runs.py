"""Verifying, repeating and replaying the reports of real runs against the sandbox."""

import copy
import json
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mimtest import clock, program
from mimtest.cli.verifying import of_replay
from mimtest.cli.verifying_pages import copies
from mimtest.errors import UsageError
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.replaying import BY_MASK, MISSED, without_network
from mimtest.network.tape import Tape
from mimtest.privacy import redact
from mimtest.profile import load_profile
from mimtest.rendering import RENDERERS
from mimtest.report import require_form, seal, write_report
from mimtest.session.replay import without_files
from mimtest.session.replayed import Replayed, replay
from mimtest.verification.evidence import gaps, unchallenged
from mimtest.verification.keys import make_keys
from mimtest.verification.package import Package
from mimtest.verification.recomputing import contradictions, missing_editions, odd_checks
from mimtest.verification.steps import Asked, State, Step, Verified, verify
from tests.conftest import Ended, city, mimtest, run_against
from tests.rendering_samples import rich

CHALLENGE = "f00d-0123456789abcdef"
#: Some read, some write; CTX-ENT-02 listens for what the product sends.
CHECKS = ("CTX-ENT-0*", "CTX-QRY-01", "PLA-C-0*")
FAULT = "ctx-any-id-taken"


@dataclass(frozen=True)
class Ran:
    """A run, its target file, and the folder both are in."""

    ended: Ended
    target: Path

    @property
    def folder(self):
        return self.ended.folder


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Ran:
    folder = tmp_path_factory.mktemp("ran")
    chosen = [f"--check={c}" for c in CHECKS]
    asked = ("--challenge", CHALLENGE, "--evidence", "whole", "--seed", "7")
    with city(FAULT) as base:
        ended = run_against(base, folder, *chosen, *asked)
    assert ended.code in (1, 3), ended.err
    return Ran(ended, folder / "mimtest.toml")


@pytest.fixture
def report(ran):
    return copy.deepcopy(ran.ended.report)


def step(report, tmp_path, name, **asked):
    write_report(seal(report), tmp_path / "report.json")
    return next(s for s in verify(tmp_path, Asked(**asked)).steps if s.name == name)


def has_no_form(report):
    try:
        require_form(report)
    except UsageError:
        return True
    return False


def test_every_step_holds_for_a_report_as_it_was_written(ran, tmp_path):
    report = seal(
        ran.ended.report | {"tool": ran.ended.report["tool"] | {"program": program.digest()}}
    )
    write_report(
        report, tmp_path / "report.json"
    )  # whoever writes the program changes it meanwhile
    found = {s.name: s for s in verify(tmp_path, Asked(challenge=CHALLENGE)).steps}
    unasked = {n for n, s in found.items() if s.state is State.UNASKED}
    assert unasked == {"signature", "stamp", "attachments", "pdf"}
    assert {s.state for n, s in found.items() if n not in unasked} == {State.HOLDS}


def of_pages(report, *, same=State.HOLDS, **pages):
    files = {f"{n.replace('_', '.')}": text.encode() for n, text in pages.items()}
    package = Package({"report.json": b"", **files})
    return copies(Verified((Step("program", same),), report, package))


def test_pages_that_say_something_else_than_the_report_are_found():
    report = seal(rich())
    for level, lang in (("excerpt", "en"), ("ids", "de"), ("none", "en")):
        page = RENDERERS["html"](redact(report, level), lang=lang)
        paper = RENDERERS["junit"](redact(report, level))
        assert of_pages(report, report_html=page, junit_xml=paper).state is State.HOLDS
        other = of_pages(report, report_html=page.replace("2026", "2027"), junit_xml=paper)
        assert (other.state, "report.html" in other.notes[0]) == (State.WRONG, True)
        assert of_pages(report, junit_xml=f"{paper} ").state is State.WRONG
        assert of_pages(report, same=State.OPEN, report_html=f"{page} ").state is State.OPEN
    strange = page.replace(' lang="', ' lang="xx', 1)
    assert of_pages(report, report_html=strange).state is State.WRONG
    assert of_pages(report).state is State.UNASKED


def test_the_program_is_named_and_told_from_another(report, tmp_path):
    report["tool"]["program"] = program.digest()
    assert step(report, tmp_path, "program").state is State.HOLDS
    report["tool"]["program"] = "sha256:" + "0" * 64
    assert step(report, tmp_path, "program").state is State.OPEN
    del report["tool"]["program"]
    assert step(report, tmp_path, "program").state is State.OPEN


def test_what_is_required_is_what_the_profile_requires_that_is_known(report, tmp_path):
    assert step(report, tmp_path, "profile").state is State.HOLDS
    for wanted, state in (("technical", State.HOLDS), ("full", State.WRONG)):
        asked = {"profile": load_profile(wanted)}
        assert step(report, tmp_path, "profile", **asked).state is state
    report["scope"]["profile"].update(extends="none")
    assert step(report, tmp_path, "profile").state is State.WRONG
    report["scope"]["profile"].update(id="our-tender", origin="file")
    assert step(report, tmp_path, "profile").state is State.UNASKED


def test_a_redacted_copy_is_not_taken_for_the_whole(report, tmp_path):
    whole = report["digest"]["sha256"]
    found = step(redact(report), tmp_path, "evidence")
    assert (found.state, whole in found.notes[0]) == (State.OPEN, True)
    bare = redact(report, "ids")
    assert step(bare, tmp_path, "challenge", challenge=CHALLENGE).state is State.OPEN


def test_another_clock_leaves_the_dates_open(report, tmp_path):
    for place, key in (("assessment", "startedAt"), ("assessment", "endedAt")):
        report[place][key] = f"2020{report[place][key][4:]}"
    report["issuedAt"] = f"2020{report['issuedAt'][4:]}"
    assert step(report, tmp_path, "dates").state is State.OPEN


def open_row(report):
    return next(
        r
        for a in report["assessments"]
        for r in a["requirements"]
        if r["verdict"] == "inconclusive" and r["required"]
    )


def failed(report):
    return next(c for c in report["checks"] if c["outcome"] == "failed")


def passed(report):
    return next(c for c in report["checks"] if c["outcome"] == "passed")


JUDGED = {
    "a verdict": lambda r: open_row(r).update(verdict="not_tested", basis="none"),
    "what is required": lambda r: open_row(r).update(required=False, requiredBy=None),
    "the summary": lambda r: r["assessments"][0]["summary"]["overall"].update(verdict="met"),
    "a count": lambda r: r["assessments"][0]["summary"]["byMim"][0]["required"].update(total=99),
    "the gate": lambda r: r["gate"].update(result="pass", exitCode=0),
    "the notices": lambda r: r["notices"].pop(),
    "who tested": lambda r: r["assessment"].update(party="third"),
    "an edition left out": lambda r: r["assessments"].pop(),
    "a claim": lambda r: r["scope"]["mims"].pop(),
    "an outcome alone": lambda r: failed(r).update(outcome="not_applicable"),
}


@pytest.mark.parametrize("name", JUDGED)
def test_a_judgement_that_does_not_follow_is_found(name, report):
    JUDGED[name](report)
    assert has_no_form(report) or contradictions(report)


def a_body(report):
    return next(
        x["response"] for x in report["exchanges"] if x["response"] and x["response"]["body"]
    )


def without_one(report):
    """Drop an exchange that no check names, and count one less."""
    named = {x for c in report["checks"] for x in c["exchanges"]}
    named |= {x for p in report["readiness"] for x in p["exchanges"]}
    spare = next(n for n, x in enumerate(report["exchanges"][:-1]) if x["id"] not in named)
    del report["exchanges"][spare]
    report["assessment"]["impact"]["requestsSent"] -= 1


EVIDENCE = {
    "one left out and counted": without_one,
    "two in another order": lambda r: r["exchanges"].insert(0, r["exchanges"].pop(5)),
    "another size": lambda r: a_body(r).update(bodyBytes=5),
    "a mask over what was said": lambda r: a_body(r).update(body="\u2039masked\u203a"),
    "a body beside a body": lambda r: a_body(r).update(bodyBase64="AAAA"),
    "bytes that are others": lambda r: a_body(r).update(body=None, bodyBase64="AAAA"),
    "a replay": lambda r: r["assessment"].update(mode="replay"),
    "less personal data": lambda r: r["extensions"]["mimtest.privacy"]["found"].update(mail=77),
    "a level without its whole": lambda r: r["extensions"]["mimtest.privacy"].update(level="ids"),
    "an exchange left out": lambda r: r["exchanges"].pop(),
    "an exchange twice": lambda r: r["exchanges"].append(r["exchanges"][0]),
    "another body": lambda r: next(
        x["response"] for x in r["exchanges"] if x["response"] and x["response"]["body"]
    ).update(body="{}"),
    "a foreign check": lambda r: r["exchanges"][0].update(check="CTX-ENT-99"),
    "a failure without its exchange": lambda r: failed(r)["exchanges"].append("m-9999999"),
    "a check twice": lambda r: r["checks"].append(r["checks"][0]),
    "a request more": lambda r: r["assessment"]["impact"].update(requestsSent=1),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_that_does_not_hang_together_is_found(name, report):
    EVIDENCE[name](report)
    assert has_no_form(report) or gaps(report)


def not_run(report, code="filtered"):
    return next(
        c for c in report["checks"] if c["outcome"] == "not_run" and c["reason"]["code"] == code
    )


CATALOGUE = {
    "a pass of what was not selected": lambda r: not_run(r).update(
        outcome="passed", reason=None, exchanges=passed(r)["exchanges"]
    ),
    "a failure left out": lambda r: failed(r).update(
        outcome="not_run", reason={"code": "filtered", "message": "x"}
    ),
    "a failure not claimed": lambda r: failed(r).update(
        outcome="not_applicable", reason={"code": "option_not_claimed", "message": "x"}
    ),
    "another version claimed": lambda r: r["subject"]["interfaces"][0].update(version="1.3.1"),
    "another kind": lambda r: r["subject"]["interfaces"][0].update(kind="rest"),
    "another level": lambda r: r["assessment"].update(level="passive"),
    "another selection": lambda r: r["scope"].update(checks=["PLA-*"]),
    "a check listed elsewhere": lambda r: r["checks"].insert(0, r["checks"].pop()),
    "the digest of other checks": lambda r: r["tool"].update(checks="sha256:" + "0" * 64),
    "a weaker check": lambda r: failed(r).update(strength="may"),
    "an unknown check": lambda r: r["checks"][0].update(id="CTX-ENT-99"),
    "a check that rests on nothing": lambda r: next(c for c in r["checks"] if c["restsOn"]).update(
        restsOn=[]
    ),
    "a check left out": lambda r: r["checks"].pop(),
    "a requirement left out": lambda r: r["assessments"][0]["requirements"].pop(),
}


@pytest.mark.parametrize("name", CATALOGUE)
def test_another_catalogue_is_found(name, report):
    CATALOGUE[name](report)
    assert missing_editions(report) or odd_checks(report)


def test_what_another_version_wrote_is_not_judged_here(report, tmp_path):
    report["tool"]["version"] = "99.0.0"
    found = step(report, tmp_path, "judgement")
    assert found.state is State.OPEN
    assert "it was written by mimtest 99.0.0" in found.notes[0]


def test_every_request_carries_the_challenge(report):
    agents = [
        v for x in report["exchanges"] for n, v in x["request"]["headers"]
        if n.lower() == "user-agent" and not x.get("incoming")
    ]  # fmt: skip
    assert agents
    assert all(a.endswith(f"; challenge {CHALLENGE})") for a in agents)
    assert report["assessment"]["challenge"] == CHALLENGE


def test_an_old_or_foreign_report_does_not_answer_a_challenge(report, tmp_path):
    for other in ("another-challenge", CHALLENGE[1:], f"{CHALLENGE}0"):
        assert unchallenged(report, other)
    field = next(f for x in report["exchanges"] for f in x["request"]["headers"] if f[0].lower() == "user-agent")  # fmt: skip
    field[1] = field[1].replace(CHALLENGE, "another-challenge")
    assert unchallenged(report, CHALLENGE)
    del report["assessment"]["challenge"]
    assert step(report, tmp_path, "challenge", challenge=CHALLENGE).state is State.WRONG


@pytest.fixture(scope="module")
def played(ran):
    return replay(ran.ended.report, ran.target)


def test_a_replay_comes_to_the_same_outcomes_without_a_network(ran, played):
    assert played.other == played.vague == ()
    ran_checks = {c["id"]: c["outcome"] for c in ran.ended.report["checks"] if c["exchanges"]}
    assert "failed" in {ran_checks[name] for name in played.same}
    assert len(played.same) > len(ran_checks) * 3 // 4
    left = {name for names in played.left_out.values() for name in names}
    assert set(played.same) | left >= set(ran_checks)
    assert not set(played.same) & left


def test_a_replay_sees_an_outcome_that_the_answers_do_not_bear(ran, report, played):
    check = next(c for c in report["checks"] if c["outcome"] == "failed" and c["id"] in played.same)
    for told in (check, *check["cases"]):
        told.update(outcome="passed", reason=None, expected=None, received=None)
    found = replay(seal(report), ran.target)
    assert any(
        line.startswith(f"{check['id']}: passed in the report, failed") for line in found.other
    ), found


STRANGE = """[product]
supplier = "x"
name = "x"
version = "1"
[tester]
party = "first"
[scope]
authorised_by = "x"
level = "writes"
[interfaces.context]
kind = "ngsi-ld"
url = "http://127.0.0.1:9"
version = "1.8.1"
types = ["Streetlight"]
snapshot = "%s"
[claims]
mims = ["MIM1"]
"""


def test_the_target_file_of_a_stranger_leads_to_no_file(tmp_path):
    (tmp_path / "t.toml").write_text(STRANGE % (tmp_path / "planted.json"), encoding="utf-8")
    target = without_files(tmp_path / "t.toml")
    assert target.interfaces[0].snapshot is None
    assert not target.declarations


def test_nothing_reaches_a_network_or_another_process_in_a_replay():
    tape = Tape((), Recorder(Redactor()), "0")
    with (
        without_network(tape),
        socket.socket() as stream,
        socket.socket(type=socket.SOCK_DGRAM) as datagram,
    ):
        for use in (
            lambda: socket.create_connection(("127.0.0.1", 9), 1),
            lambda: socket.getaddrinfo("localhost", 80),
            lambda: datagram.sendto(b"x", ("127.0.0.1", 9)),
            lambda: stream.bind(("127.0.0.1", 0)),
            lambda: subprocess.run(["true"], check=False),
            lambda: os.system("true"),
        ):
            with pytest.raises(OSError, match="blocked in a replay"):
                use()
    assert subprocess.run(["true"], check=False).returncode == 0
    assert tape.left_out


def test_in_a_replay_it_is_the_time_of_the_run():
    began = datetime(2020, 2, 29, 12, tzinfo=UTC)
    with without_network(Tape((), Recorder(Redactor()), "0", began)):
        assert abs(clock.now() - began) < timedelta(minutes=1)
        clock.move_to(clock.date_of([("Date", "Sat, 29 Feb 2020 15:00:00 GMT")]))
        assert timedelta(hours=3) <= clock.now() - began < timedelta(hours=3, minutes=1)
    clock.move_to(began)
    assert clock.now() - began > timedelta(days=365)


@pytest.mark.parametrize(("why", "state"), [
    (MISSED, State.OPEN), (BY_MASK, State.OPEN), ("what a product sends by itself", State.HOLDS),
])  # fmt: skip
def test_what_the_record_lacks_leaves_a_replay_open(why, state):
    found = Replayed(("CTX-ENT-01",), (), (), {why: ("CTX-ENT-02",)})
    step = of_replay(found)
    assert step.state is state
    assert any("CTX-ENT-02" in note for note in step.notes)


def test_a_replay_says_which_answers_were_not_kept(ran, report):
    for exchange in report["exchanges"]:
        if exchange["response"] and len(exchange["response"]["body"] or "") > 100:
            exchange["response"].update(body=exchange["response"]["body"][:50], truncated=True)
    found = replay(seal(report), ran.target)
    assert found.other == found.vague == ()
    assert "only the beginning of an answer was kept" in found.left_out


def test_a_city_repeats_the_run_of_a_report(ran, tmp_path):
    with city() as base:
        ended = run_against(base, tmp_path, "--from", ran.folder, "--challenge", "city-0123456789")
    again = ended.report
    first = ran.ended.report
    assert again["assessment"]["repeats"] == {
        "reportId": first["reportId"],
        "sha256": first["digest"]["sha256"],
    }
    assert again["seed"] == 7
    assert again["scope"]["checks"] == list(CHECKS)
    assert again["scope"]["profile"] == first["scope"]["profile"]
    assert [a["edition"] for a in again["assessments"]] == [
        a["edition"] for a in first["assessments"]
    ]
    assert f"This run repeats {first['reportId']}" in ended.out
    same = next(line for line in ended.out.splitlines() if line.startswith("The same in both runs"))
    assert "profile" in same
    assert "seed" in same
    assert "Not the same: addresses" in ended.out


@pytest.mark.parametrize("option", [
    ("--seed", "1"), ("--check", "CTX-*"), ("--suite", "places"), ("--level", "safe"), ("--profile", "full"), ("--edition", "9.0"),
])  # fmt: skip
def test_what_a_repeated_run_takes_from_the_report_is_not_asked_for_beside_it(
    option, ran, tmp_path
):
    shutil.copy(ran.target, tmp_path / "mimtest.toml")
    ended = mimtest("run", "mimtest.toml", "--from", ran.folder, *option, cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.splitlines() == [
        f"mimtest: {option[0]}: is taken from the report with --from. Leave one of them out."
    ]


@pytest.mark.parametrize(
    "text", ["short", "with a blank", "x" * 65, "line\nbreak", "grün-grün-grün"]
)
def test_a_challenge_fits_a_header_field(text, ran, tmp_path):
    ended = mimtest("run", ran.target, "--challenge", text, cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith("mimtest: --challenge: ")


def test_the_commands_from_key_to_replay(ran, tmp_path):
    shutil.copytree(ran.folder, tmp_path / "mimtest-report")
    made = mimtest("keygen", "-o", "city.pem", cwd=tmp_path)
    assert made.code == 0
    assert "BEGIN" not in made.out + made.err
    assert mimtest("keygen", "-o", "city.pem", cwd=tmp_path).code == 2
    signed = mimtest(
        "sign", "mimtest-report", "--key", "city.pem", "--target", ran.target, "--bundle", "b.zip",
        cwd=tmp_path,
    )  # fmt: skip
    assert signed.code == 0, signed.err
    ended = mimtest(
        "verify", "b.zip", "--key", "city.pub.pem", "--challenge", CHALLENGE, "--replay", "--json",
        cwd=tmp_path,
    )  # fmt: skip
    told = json.loads(ended.out)
    states = {s["step"]: s["state"] for s in told["steps"]}
    written = states.pop("program"), states.pop("copies")  # meanwhile it may have been changed
    assert {n: s for n, s in states.items() if s != "holds"} == {
        "pdf": "unasked",
        "stamp": "unasked",
    }
    assert ended.code == told["exitCode"] == (0 if set(written) == {"holds"} else 3)
    make_keys(tmp_path / "other.pem", tmp_path / "other.pub.pem")
    other = mimtest("verify", "b.zip", "--key", "other.pub.pem", cwd=tmp_path)
    assert other.code == 1
    assert "✗ Signature: WRONG" in other.out
    assert "Something is wrong" in other.out
    bare = mimtest("verify", ran.folder, "--replay", cwd=tmp_path)
    assert bare.code == 3
    assert "give it with --target" in bare.out
