"""Documents named as evidence are looked at: one that is gone, changed or out of date does not count."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.assess import Basis
from mimtest.errors import UsageError
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.plan import Selection
from mimtest.session.evidence import Look, examine, state_of
from mimtest.session.state import Run
from mimtest.target import Level, parse_target
from mimtest.verdict import Verdict, Word, judge_requirement
from tests.servers import Request, answer, closed_port, responds, serve

POLICY = b"%PDF access policy"
DIGEST = f"sha256:{sha256(POLICY).hexdigest()}"
OTHER = f"sha256:{sha256(b'another').hexdigest()}"


LEADS_TO = {
    "/latest": "/policy.pdf",
    "/away": "https://elsewhere.example/policy.pdf",
    "/nowhere": "http://[::1/policy.pdf",
    "/no-port": "http://127.0.0.1:99999/policy.pdf",
}


def served(asked: Request) -> bytes:
    if asked.target in LEADS_TO:
        return answer(302, b"", f"Location: {LEADS_TO[asked.target]}")
    match asked.target:
        case "/policy.pdf":
            return answer(200, POLICY)
        case "/empty.pdf":
            return answer(200)
        case "/closed.pdf":
            return answer(403, b"no")
    return answer(404, b"none")


def run_of(base: str, folder: Path, *documents: dict[str, str]) -> Run:
    target = parse_target(
        {
            "product": {"supplier": "S", "name": "P", "version": "1"},
            "interfaces": {"api": {"kind": "rest", "url": base}},
            "declarations": [
                {"about": ["9.0/MIM6/R1.1"], "answer": "meets", "evidence": list(documents)}
            ],
        },
        folder=folder,
    )
    return Run(
        target=target,
        level=Level.SAFE,
        selection=Selection(),
        seed=0,
        run_id="r1",
        output=folder,
        plan=(),
        secrets={},
        recorder=Recorder(Redactor()),
    )


def looked_at(base: str, folder: Path, **document: str) -> dict[str, object]:
    (declaration,) = examine(run_of(base, folder, document))
    (entry,) = declaration
    return entry


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "policy.pdf").write_bytes(POLICY)
    (tmp_path / "access policy").write_bytes(POLICY)
    (tmp_path / "empty.pdf").touch()
    return tmp_path


@pytest.fixture
def base():
    with serve(responds(served)) as server:
        yield server.url


@pytest.mark.parametrize(
    ("document", "state"),
    [
        ({"locator": "policy.pdf"}, "present"),
        ({"locator": "policy.pdf#page=12"}, "present"),
        ({"locator": "./policy.pdf", "digest": DIGEST.upper().replace("SHA", "sha")}, "present"),
        ({"locator": "access policy"}, "present"),
        ({"locator": "policy.pdf", "digest": OTHER}, "changed"),
        ({"locator": "policy.pdf", "digest": OTHER, "valid_until": "2020-01-31"}, "changed"),
        ({"locator": "policy.pdf", "valid_until": "2020-01-31"}, "expired"),
        ({"locator": "policy.pdf", "valid_until": "2999-01-31"}, "present"),
        ({"locator": "policies.pdf"}, "missing"),
        ({"locator": "./policies of the city"}, "missing"),
        ({"locator": "empty.pdf"}, "missing"),
        ({"locator": "tender annex 3, p. 12"}, "unseen"),
        ({"locator": "tender annex 3, p. 12", "valid_until": "2020-01-31"}, "expired"),
        ({"locator": "urn:iso:certificate:4711"}, "unseen"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["locator"],
)
def test_a_file(folder, document, state):
    assert looked_at("http://127.0.0.1:1", folder, **document)["state"] == state


@pytest.mark.parametrize(
    ("path", "more", "state"),
    [
        ("/policy.pdf", {}, "present"),
        ("/policy.pdf#page=2", {}, "present"),
        ("/policy.pdf", {"digest": DIGEST}, "present"),
        ("/policy.pdf", {"digest": OTHER}, "changed"),
        ("/policy.pdf", {"valid_until": "2020-01-31"}, "expired"),
        ("/latest", {"digest": DIGEST}, "present"),
        ("/away", {}, "unseen"),
        ("/gone.pdf", {}, "missing"),
        ("/empty.pdf", {}, "missing"),
        ("/closed.pdf", {}, "unseen"),
    ],
)
def test_an_address(base, tmp_path, path, more, state):
    entry = looked_at(base, tmp_path, locator=base + path, **more)
    assert entry["state"] == state
    assert entry["exchanges"]


def test_an_address_out_of_scope_is_not_asked(base, tmp_path):
    away = base.replace("127.0.0.1", "localhost") + "/policy.pdf"
    entry = looked_at(base, tmp_path, locator=away)
    assert (entry["state"], entry["exchanges"]) == ("unseen", [])
    assert "scope" in str(entry["note"])


@pytest.mark.parametrize(
    "address", ["http://[::1/policy.pdf", "https://127.0.0.1:99999/policy.pdf"]
)
def test_an_address_that_is_none_is_not_asked(base, tmp_path, address):
    entry = looked_at(base, tmp_path, locator=address)
    assert (entry["state"], entry["exchanges"]) == ("unseen", [])


@pytest.mark.parametrize("path", ["/nowhere", "/no-port"])
def test_an_address_that_leads_to_none_makes_no_document_missing(base, tmp_path, path):
    assert looked_at(base, tmp_path, locator=base + path)["state"] == "unseen"


def test_a_folder_that_has_everything_shows_nothing_whatever_others_of_its_host_have(tmp_path):
    def app_beside_documents(asked: Request) -> bytes:
        there = asked.target == "/docs/policy.pdf" or asked.target.startswith("/app/")
        return answer(200, POLICY) if there else answer(404, b"none")

    with serve(responds(app_beside_documents)) as server:
        paths = ("/docs/policy.pdf", "/app/policy.pdf")
        run = run_of(server.url, tmp_path, *({"locator": server.url + p} for p in paths))
        (entries,) = examine(run)
    assert [e["state"] for e in entries] == ["present", "unseen"]


def test_a_host_that_finds_everything_shows_nothing(tmp_path):
    with serve(responds(lambda _: answer(200, POLICY))) as server:
        url = f"{server.url}/policy.pdf"
        assert looked_at(server.url, tmp_path, locator=url)["state"] == "unseen"
        assert looked_at(server.url, tmp_path, locator=url, digest=DIGEST)["state"] == "present"


def test_a_host_that_is_down_makes_no_document_missing(tmp_path):
    base = f"http://127.0.0.1:{closed_port()}"
    entry = looked_at(base, tmp_path, locator=f"{base}/policy.pdf")
    assert entry["state"] == "unseen"
    assert "could not be asked for" in str(entry["note"])


def test_the_last_day_counts():
    document = {"locator": "a", "valid_until": "2026-05-31"}
    assert state_of(document, Look(DIGEST), date(2026, 5, 31)) == "present"
    assert state_of(document, Look(DIGEST), date(2026, 6, 1)) == "expired"


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"digest": "md5:1"}, "must be sha256: and 64"),
        ({"valid_until": "next year"}, "must be a day"),
        ({"valid_until": "2026-02-30"}, "there is no day 2026-02-30"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path, document, complaint):
    with pytest.raises(UsageError, match=complaint):
        run_of("http://127.0.0.1:1", tmp_path, {"locator": "a", **document})


# What follows for the verdict


def declared(answer_: str, *states: str | None, rationale: str | None = None) -> Word:
    evidence = [{"locator": "a", **({"state": s} if s else {})} for s in states]
    report = {
        "subject": {"interfaces": []},
        "scope": {"mims": [], "options": [], "mechanisms": [], "editions": []},
        "checks": [],
        "declarations": [
            {
                "about": ["9.0/MIM6/R1.1"],
                "answer": answer_,
                "rationale": rationale,
                "plannedFor": None,
                "evidence": evidence,
            }
        ],
    }
    return Basis.of_report(report).words["9.0/MIM6/R1.1"][1]


@pytest.mark.parametrize(
    ("states", "verdict", "reason"),
    [
        (("present",), Verdict.DECLARED_ONLY, "declared_with_evidence"),
        (("unseen",), Verdict.DECLARED_ONLY, "declared_with_evidence"),
        ((None,), Verdict.DECLARED_ONLY, "declared_with_evidence"),
        (("missing", "present"), Verdict.DECLARED_ONLY, "declared_with_evidence"),
        (("missing",), Verdict.NOT_TESTED, "declared_with_unsound_evidence"),
        (("changed", "expired"), Verdict.NOT_TESTED, "declared_with_unsound_evidence"),
        ((), Verdict.NOT_TESTED, "declared_without_evidence"),
    ],
)
def test_a_declaration_stands_on_one_sound_document(states, verdict, reason):
    finding = judge_requirement({}, word=declared("meets", *states))
    assert (finding.verdict, finding.reason) == (verdict, reason)


def test_an_equivalent_needs_no_document_but_no_unsound_one_either():
    alone = judge_requirement({}, word=declared("equivalent", rationale="as good"))
    gone = judge_requirement({}, word=declared("equivalent", "missing", rationale="as good"))
    assert alone.verdict is Verdict.EQUIVALENCE_CLAIMED
    assert gone.verdict is Verdict.NOT_TESTED


def test_no_document_makes_a_no_a_yes():
    assert judge_requirement({}, word=declared("does_not_meet", "missing")).verdict is (
        Verdict.NOT_MET
    )


STATES = st.lists(st.sampled_from(("present", "unseen", "missing", "changed", "expired")))
BAD = st.sampled_from(("missing", "changed", "expired"))


@given(STATES, st.sampled_from(("meets", "equivalent", "does_not_meet", "not_applicable")), BAD)
def test_an_unsound_document_never_helps(states, answer_, bad):
    def verdict(*found: str) -> Verdict:
        word = declared(answer_, *found, rationale="as good")
        return judge_requirement({}, word=word).verdict

    if states:
        assert verdict(*states, bad) == verdict(*states) or verdict(*states, bad) is (
            Verdict.NOT_TESTED
        )
    else:
        assert verdict(bad) in (Verdict.NOT_TESTED, Verdict.NOT_MET)
