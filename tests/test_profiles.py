"""Tender profiles: what they say is in the report, changes no verdict, and is recomputed from it."""

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.assess import Basis, assess
from mimtest.catalogue import load_edition
from mimtest.errors import UsageError
from mimtest.gate import Policy, decide
from mimtest.procurement.checklist import load_checklist
from mimtest.procurement.clauses import PAPERS, tender_text
from mimtest.procurement.marks import profile_mark
from mimtest.procurement.shipped import read_shipped
from mimtest.profile import TECHNICAL, Profile, load_profile, parse_profile, ready_made
from mimtest.rendering.catalogues import forbidden
from mimtest.rendering.tender import render
from mimtest.report import judge_again
from tests.conftest import city, mimtest, run_against
from tests.test_gate_and_assess import observed

TODAY = date(2026, 11, 22)
READY = {
    "air-quality-sensors",
    "open-data-portal",
    "urban-data-platform",
    "street-lighting",
    "digital-twin",
    "ngsi-ld-interface",
}
#: Names of standards, each of which a tender may only name with "or equivalent".
STANDARD = re.compile(
    r"NGSI|OGC|WFS|OAuth|OpenID|TLS|DCAT|OpenAPI|JSON Schema|JSON-LD|GeoJSON|CityJSON|EPSG|ISO/IEC|Smart Data"
)


def profile(*items, **more):
    return parse_profile({"profile": {"id": "t", "title": "T"}, "items": list(items), **more})


def item(*about, **more):
    return {"about": list(about), **more}


# -- what is shipped


def test_the_ready_made_ones_are_there():
    assert set(ready_made()) == READY


@pytest.mark.parametrize("name", sorted(READY))
def test_a_ready_made_profile_names_rows_and_always_takes_an_equivalent(name):
    ready = load_profile(name)
    assert (ready.id, ready.origin, ready.edition, ready.base) == (name, "ready", "9.0", "none")
    assert ready.required
    assert ready.expected
    assert not ready.required & ready.expected
    assert {"X.1", "X.2", "X.3", "X.4"} <= {a for i in ready.items for a in i.about}
    for text in (ready.title, *(i.text for i in ready.items if i.text)):
        assert forbidden(text) == []
        assert "equivalent" in text or not STANDARD.search(text), text
        assert "FIWARE" not in text


@pytest.mark.parametrize("name", [*sorted(READY), "technical", "full"])
def test_a_profile_comes_back_from_a_report(name):
    loaded = load_profile(name)
    assert Profile.of_dict(json.loads(json.dumps(loaded.as_dict()))) == loaded


def test_a_report_from_before_has_a_profile_all_the_same():
    old = {
        k: v
        for k, v in TECHNICAL.as_dict().items()
        if k not in ("edition", "expect", "evidence", "items")
    }
    assert Profile.of_dict(old) == TECHNICAL


@pytest.mark.parametrize("clause", read_shipped("clauses.toml")["clauses"], ids=lambda c: c["id"])
def test_a_clause_says_where_it_goes_and_promises_nothing(clause):
    assert clause["goes"] in PAPERS
    assert re.match(r"Articles? \d+", clause["article"])
    assert "equivalent" in clause["text"] or not STANDARD.search(clause["text"])
    assert forbidden(clause["text"].replace("no certificate", "")) == []


@pytest.mark.parametrize("name", sorted(READY))
def test_the_text_for_a_tender_has_each_item_and_clause(name):
    ready = load_profile(name)
    text = render(tender_text(ready))
    rows = {r.number: r for r in load_checklist().rows}
    for entry in ready.items:
        if rows[entry.about[0]].belongs == "specification":
            assert f"{entry.text} (row {entry.about[0]}; " in text
    assert "or equivalent" in text
    assert "End of the contract" in text
    assert ("How the service is run" in text) is any("6.4" in i.about for i in ready.items)


def test_foreign_text_in_a_tender_hides_nothing():
    text = render(tender_text(profile(item("0.3", text="a\u202eb\x1b[31m\n# c"))))
    assert "a⟨U+202E⟩b⟨U+001B⟩[31m ⏎ # c" in text


# -- what a buyer writes


REFUSED = {
    "items[0].about[0]: '0.9' is no row": {"items": [item("0.9")]},
    "items[0].about[0]: '9.0/MIM0/R9.9' is no requirement": {"items": [item("9.0/MIM0/R9.9")]},
    "items[0].about[0]: There is no edition '1.0'": {"items": [item("1.0/MIM0/R1.1")]},
    "items[0].about[0]: must be a requirement's id such as": {"items": [item("everything")]},
    "items[1].about: '0.1' has an item already": {"items": [item("0.1"), item("0.2", "0.1")]},
    "items[1].about: '9.0/MIM0/R1.2' has an item already": {
        "items": [item("0.1"), item("9.0/MIM0/R1.2", strength="expected")]
    },
    "excuse[0]: '9.0/MIM0/R1.1' is asked for, too": {
        "require": ["9.0/MIM0/R1.1"],
        "excuse": ["9.0/MIM0/R1.1"],
    },
    "excuse[1]: '9.0/MIM0/R1.2' is asked for, too": {
        "items": [item("0.1")],
        "excuse": ["9.0/MIM1/R1.1", "9.0/MIM0/R1.2"],
    },
    "items[0].strength: 'nice' is not known": {"items": [item("0.1", strength="nice")]},
    "items[0].proofs[0]: 'word' is not known": {"items": [item("0.1", proofs=["word"])]},
    "items[0].mechanisms: 'ngsi' is no mechanism": {"items": [item("0.1", mechanisms=["ngsi"])]},
    "items[0].txt: unknown key. Did you mean 'text'?": {"items": [item("0.1", txt="x")]},
    "items[0].about: is missing": {"items": [{"text": "x"}]},
    "evidence.not_before: '2026-02-30' is not a day": {"evidence": {"not_before": "2026-02-30"}},
    "evidence.parties[0]: 'me' is not known": {"evidence": {"parties": ["me"]}},
    "profile.edition: There is no edition '10'": {
        "profile": {"id": "t", "title": "T", "edition": "10"}
    },
    "require[0]: '9.0/MIM1/R1.11' is no requirement": {"require": ["9.0/MIM1/R1.11"]},
    "excuse[0]: '9.0/MIM1/R0' is no requirement": {"excuse": ["9.0/MIM1/R0"]},
    "profile.id: 'full' is built in": {"profile": {"id": "full", "title": "T"}},
}


@pytest.mark.parametrize("message", REFUSED)
def test_a_mistake_is_told_with_its_place(message):
    data = {"profile": {"id": "t", "title": "T"}, **REFUSED[message]}
    with pytest.raises(UsageError) as caught:
        parse_profile(data, "p.toml")
    assert str(caught.value).startswith(f"p.toml: {message}")
    assert "\n" not in str(caught.value)


def test_a_row_stands_for_what_it_rests_on_and_no_product_meets_a_clause():
    found = profile(item("0.1"), item("1.1", strength="expected"), item("6.4"), item("X.1"))
    assert found.required == {"9.0/MIM0/R1.1", "9.0/MIM0/R1.2"}
    assert found.expected == {"9.0/MIM1/R1.1", "9.0/MIM1/R1.5"}


def test_a_row_asks_for_what_its_text_asks_for_and_the_buyer_may_name_other_mechanisms():
    found = profile(item("0.3"), item("0.4"), item("6.2", mechanisms=["oidc"]))
    assert {"9.0/MIM0/BP02", "9.0/MIM0/BP03"} <= found.required
    assert [i.mechanisms for i in found.items] == [
        (),
        ("ngsi-ld", "ngsi-v2", "mqtt", "webhooks"),
        ("oidc",),
    ]


def test_two_profiles_of_one_name_are_told_apart_and_wherever_they_are_read_from():
    one, other = profile(item("0.1")), profile(item("0.1", strength="expected"))
    marks = [profile_mark(p.as_dict()) for p in (one, other)]
    assert marks[0] != marks[1]
    assert profile_mark(one.as_dict() | {"origin": "ready"}) == marks[0]
    assert marks[0] in render(tender_text(one))


def test_a_day_may_be_written_as_toml_has_it():
    assert profile(evidence={"not_before": date(2026, 1, 31)}).evidence.not_before == "2026-01-31"


# -- what it does to a report


def judged(outcomes, found, *, mims=("MIM0",), kinds=("ngsi-ld",)):
    report = observed(outcomes, mims=mims, kinds=kinds)
    report["scope"]["profile"] = found.as_dict()
    edition = load_edition("9.0")
    return {
        **report,
        "assessments": [assess(edition, Basis.of_report(report), found)],
        "readiness": [],
        "exchanges": [],
        "assessment": {"party": "first", "endedAt": "2026-11-20T10:00:00Z", "completed": True},
    }


def rows_of(report):
    return {r["id"]: r for r in report["assessments"][0]["requirements"]}


def gate_of(report, **more):
    return decide(report, today=TODAY, **more)[0]


PASSED = {
    c: "passed"
    for r in load_edition("9.0").requirements
    for m in r.mechanisms
    if "ngsi-ld" in m.interfaces
    for c in m.checks
}
ROWS = [r.number for r in load_checklist().rows]
ITEMS = st.lists(
    st.builds(
        lambda row, strength: item(row, strength=strength),
        st.sampled_from(ROWS),
        st.sampled_from(["mandatory", "expected"]),
    ),
    max_size=6,
    unique_by=lambda i: i["about"][0],
)


@given(ITEMS, st.sampled_from(["technical", "full", "none"]))
def test_a_profile_changes_no_verdict(items, base):
    found = profile(*items, profile={"id": "t", "title": "T", "extends": base})
    plain, asked = rows_of(judged(PASSED, TECHNICAL)), rows_of(judged(PASSED, found))
    for name, row in asked.items():
        assert row["verdict"] == plain[name]["verdict"]
        assert row["required"] or name not in found.required
        assert not (row["required"] and row["expected"])


def test_a_supplier_that_claims_less_does_not_escape_the_tender():
    found = profile(item("7.1"), profile={"id": "t", "title": "T", "extends": "none"})
    report = judged({}, found)
    row = rows_of(report)["9.0/MIM7/R1.1"]
    assert (row["required"], row["requiredBy"], row["verdict"]) == (True, "profile t", "not_tested")
    of_mim = {m["mim"]: m["verdict"] for m in report["assessments"][0]["summary"]["byMim"]}
    assert (of_mim["MIM7"], of_mim["MIM8"]) == ("open", "out_of_scope")
    assert gate_of(report)["exitCode"] == 3


def test_a_condition_the_supplier_does_not_claim_stays_open_for_the_tender():
    found = profile(item("0.1", "0.4"), profile={"id": "t", "title": "T", "extends": "none"})
    report = judged(PASSED, found)
    assert rows_of(report)["9.0/MIM0/R3.1"]["verdict"] == "not_applicable"
    gate = gate_of(report)
    assert (gate["exitCode"], gate["open"]) == (3, ["9.0/MIM0/R3.1"])
    summary = report["assessments"][0]["summary"]
    assert summary["overall"]["verdict"] == "open"
    assert next(m["verdict"] for m in summary["byMim"] if m["mim"] == "MIM0") == "open"
    assert summary["overall"]["counts"]["not_applicable"] == 1


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"parties": ["second"]}, "a test by the second party; this one is by: first"),
        ({"not_before": "2026-11-21"}, "no test before 2026-11-21; this one ended on 2026-11-20"),
        ({"exchanges": True}, "recorded exchanges; there are none for 9.0/MIM0/R1.1"),
    ],
)
def test_evidence_the_tender_does_not_take_is_missing_and_not_wrong(rules, words):
    head = {"id": "t", "title": "T", "extends": "none"}
    report = judged(PASSED, profile(item("0.1"), profile=head, evidence=rules))
    for check in report["checks"]:
        check["exchanges"] = ["x-1"]
    gate = gate_of(report)
    assert (gate["result"], gate["exitCode"]) == ("incomplete", 3)
    assert words in gate["warnings"][0]
    assert words in gate["message"]
    assert rows_of(report)["9.0/MIM0/R1.1"]["verdict"] == "met"


def test_evidence_the_tender_takes_is_fine():
    head = {"id": "t", "title": "T", "extends": "none"}
    rules = {"parties": ["first", "second"], "not_before": "2026-11-20"}
    report = judged(PASSED, profile(item("0.1"), profile=head, evidence=rules))
    assert gate_of(report)["exitCode"] == 0


def test_another_mechanism_than_the_tender_names_is_for_the_buyer_to_judge():
    head = {"id": "t", "title": "T", "extends": "none"}
    for named, code in (("ngsi-ld", 0), ("rest", 3)):
        report = judged(PASSED, profile(item("0.1", mechanisms=[named]), profile=head))
        assert gate_of(report)["exitCode"] == code
    assert "met, but not by rest" in gate_of(report)["warnings"][0]


def test_a_failure_wins_over_missing_evidence():
    head = {"id": "t", "title": "T", "extends": "none"}
    found = profile(item("0.1"), profile=head, evidence={"parties": ["second"]})
    assert gate_of(judged(dict.fromkeys(PASSED, "failed"), found))["exitCode"] == 1


def test_what_is_expected_blocks_only_where_a_policy_says_so():
    head = {"id": "t", "title": "T", "extends": "none"}
    found = profile(item("0.3"), item("0.1", strength="expected"), profile=head)
    failed = set(rows_of(judged({}, found))["9.0/MIM0/R1.1"]["mechanisms"][0]["checks"])
    report = judged(PASSED | dict.fromkeys(failed, "failed"), found)
    row = rows_of(report)["9.0/MIM0/R1.1"]
    assert (row["verdict"], row["required"], row["expected"]) == ("not_met", False, True)
    assert gate_of(report)["notMet"] == []
    assert gate_of(report, policy=Policy(recommended="fail"))["exitCode"] == 1


def test_a_requirement_of_an_edition_that_was_not_judged_is_missing():
    name = load_edition("8.0").requirements[0].full_id
    gate = gate_of(judged(PASSED, profile(item("0.1"), require=[name])))
    assert gate["exitCode"] == 3
    assert f"{name} is required, but its edition was not judged" in gate["warnings"]


# -- the commands


@pytest.fixture(scope="module")
def tendered(tmp_path_factory):
    """A run of a few checks under a profile made from a ready-made one."""
    folder = tmp_path_factory.mktemp("tendered")
    made = mimtest(
        "profile", "new", "lot-1", "--from", "open-data-portal",
        "--reference", 'City "X" 2026/S 1', "-o", folder / "lot.toml", cwd=folder,
    )  # fmt: skip
    assert made.code == 0, made.err
    with city() as base:
        return run_against(base, folder, "--check", "CTX-ACC-*", "--profile", folder / "lot.toml")


def test_a_run_keeps_all_of_its_profile_and_is_judged_again_by_it(tendered):
    kept = tendered.report["scope"]["profile"]
    assert (kept["id"], kept["origin"], kept["reference"]) == ("lot-1", "file", 'City "X" 2026/S 1')
    assert {i["strength"] for i in kept["items"]} == {"mandatory", "expected"}
    assert tendered.report["scope"]["editions"] == ["9.0"]
    again, changes = judge_again(tendered.report, today=TODAY)
    assert changes == []
    assert again["scope"] == tendered.report["scope"]
    assert again["gate"] == tendered.report["gate"]
    assert tendered.code == 3


def test_profiles_are_listed_made_and_told(tmp_path):
    listed = mimtest("profile", "list", cwd=tmp_path)
    assert listed.code == 0
    assert {line.split()[0] for line in listed.out.splitlines()} == {"technical", "full", *READY}
    rows = json.loads(mimtest("profile", "list", "--json", cwd=tmp_path).out)
    assert {r["id"] for r in rows} == {"technical", "full", *READY}
    made = mimtest("profile", "new", "lot-2", "-o", "p.toml", cwd=tmp_path)
    assert made.code == 0, made.err
    assert load_profile(str(tmp_path / "p.toml")).base == "technical"
    told = mimtest("profile", "clauses", "p.toml", cwd=tmp_path)
    assert "or equivalent" in told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("new Lot_1 -o q.toml", "'Lot_1' is no name of a profile. Use small letters"),
        ('new lot"1 -o q.toml', "'lot\"1' is no name of a profile. Use small letters"),
        ("new full -o q.toml", "profile.id: 'full' is built in"),
        ("new lot --from lamps -o q.toml", "'lamps' is no ready-made profile. There are: air-"),
        ("new lot -o taken.toml", "taken.toml: is there already"),
        ("clauses nothing", "There is no profile 'nothing'"),
        ("clauses street-lighting --lang xx", "no words for language 'xx'"),
    ],
)
def test_a_mistake_on_the_command_line_writes_nothing(tmp_path, words, said):
    (tmp_path / "taken.toml").write_text("mine")
    ended = mimtest("profile", *words.split(), cwd=tmp_path)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["taken.toml"]
    assert (tmp_path / "taken.toml").read_text() == "mine"
