"""The frozen catalogues are complete, readable and consistent, and broken ones are refused."""

import re
from collections import Counter
from dataclasses import replace
from hashlib import sha256

import pytest

from mimtest.catalogue import (
    CatalogueError,
    Coverage,
    Kind,
    Link,
    Mechanism,
    Modality,
    Relation,
    Testability,
    default_editions,
    digest,
    lint,
    load_crosswalk,
    load_edition,
    load_editions,
    successors,
)
from mimtest.checks import load_checks
from mimtest.errors import UsageError
from mimtest.resources import EDITIONS

EDITION = """
edition = "1.0"
title = "An edition"
status = "current"
published = "2030"
url = "https://mims.example"
note = "Made up."

[mims.MIM1]
title = "A MIM"

[[requirements]]
id = "R1"
mim = "MIM1"
kind = "requirement"
official = true
level = "SHALL"
source_word = "shall"
statement = "Something is done."
testability = "automated"
url = "https://mims.example/1"
source = "full"
not_tested_because = "No check is linked to it yet."

[[requirements.mechanisms]]
id = "ngsi-ld"
title = "NGSI-LD"
interfaces = ["ngsi-ld"]
checks = []
"""
CROSSWALK = """
[[links]]
from = "1.0/MIM1/R1"
to = []
relation = "gone"
"""
REASON = 'not_tested_because = "No check is linked to it yet."\n'
CHECKS = {"CTX-A-01": ("ngsi-ld",), "PLA-A-01": ("ogc-api-features",), "SEC-A-01": ("*",)}


def rows(edition=None):
    editions = [load_edition(edition)] if edition else load_editions()
    return [r for e in editions for r in e.requirements]


def write(folder, text=EDITION, crosswalk=CROSSWALK):
    (folder / "1.0.toml").write_text(text, encoding="utf-8")
    (folder / "crosswalk.toml").write_text(crosswalk, encoding="utf-8")
    return folder


def problems(folder, old="", new="", crosswalk=CROSSWALK):
    """The lint of the small edition with one thing replaced."""
    assert old in EDITION
    root = write(folder, EDITION.replace(old, new, 1) if old else EDITION, crosswalk)
    return lint(load_editions(root), CHECKS, load_crosswalk(root))


# ---- the shipped editions


@pytest.mark.parametrize(
    ("edition", "counts"),
    [
        (
            "9.0",
            {"MIM0": 36, "MIM1": 19, "MIM2": 16, "MIM3": 23, "MIM6": 10, "MIM7": 9, "MIM8": 20},
        ),
        ("8.0", {"MIM1": 6, "MIM3": 5, "MIM4": 1, "MIM6": 6, "MIM7": 4}),
        ("2024", {"MIM1": 1, "MIM2": 6, "MIM4": 1, "MIM7": 5}),
        (
            "2022",
            {"MIM1": 9, "MIM2": 3, "MIM3": 9, "MIM4": 13 + 46, "MIM5": 11, "MIM6": 1, "MIM7": 4}
            | {"MIM8": 1, "MIM9": 1, "MIM10": 1},
        ),
    ],
)
def test_an_edition_has_every_row_of_its_source(edition, counts):
    loaded = load_edition(edition)
    assert Counter(r.mim for r in loaded.requirements) == counts
    assert [m.id for m in loaded.mims] == list(counts)
    assert list(dict.fromkeys(r.mim for r in loaded.requirements)) == list(counts)


@pytest.mark.parametrize(
    ("edition", "levels", "official"),
    [
        ("9.0", {"SHALL": 67, "SHALL NOT": 1, "SHOULD": 47, "MAY": 9, "NONE": 9}, 85),
        ("8.0", {"SHALL": 14, "SHOULD": 5, "MAY": 1, "NONE": 2}, 22),
        ("2024", {"SHALL": 11, "NONE": 2}, 13),
        ("2022", {"SHALL": 64, "SHALL NOT": 1, "SHOULD": 12, "MAY": 11, "NONE": 11}, 17),
    ],
)
def test_levels_and_numbering_are_those_of_the_source(edition, levels, official):
    assert Counter(str(r.level) for r in rows(edition)) == levels
    assert sum(r.official for r in rows(edition)) == official


def test_the_numbered_shalls_of_mim0_are_the_known_ones():
    shalls = [
        r.id
        for r in rows("9.0")
        if r.mim == "MIM0" and r.kind is Kind.REQUIREMENT and r.level is Modality.SHALL
    ]
    assert shalls == ["R1.1", "R1.2", "R1.3", "R2.1", "R2.2", "R3.1", "C4"]


def test_the_shipped_catalogue_is_clean():
    known = {c.id: c.interfaces for c in load_checks()}
    assert lint(load_editions(), known, load_crosswalk()) == ()


def test_statements_are_sentences_that_stand_alone():
    statements = [r.statement for r in rows()]
    assert not [s for s, n in Counter(statements).items() if n > 1]
    for statement in statements:
        assert re.fullmatch(r"\S.{15,}\.", statement), statement
        assert "  " not in statement
        assert not re.match(r"(It|They|That|This|These|Otherwise)\b", statement), statement


def test_every_row_says_where_its_text_is_and_how_complete_it_was():
    assert all(r.url.startswith("https://") and r.source and r.source_word for r in rows())
    assert {r.source for r in rows("9.0")} == {"full", "title only"}


def test_what_a_row_refers_to_exists():
    ids = {r.full_id for r in rows()}
    for row in rows():
        text = " ".join([row.statement, row.needs, row.not_tested_because, *row.how])
        for name in re.findall(r"\b[\d.]+/MIM\d+/[A-Za-z0-9.-]*[A-Za-z0-9]", text):
            assert name in ids, f"{row.full_id} refers to {name}"


def test_no_reason_claims_what_the_coverage_denies():
    for row in rows():
        if row.coverage in (Coverage.ATTESTED, Coverage.NOT_YET):
            assert row.not_tested_because.endswith("."), row.full_id


def test_mechanism_rows_apply_only_where_the_mechanism_is_claimed():
    for row in rows():
        if row.kind in (Kind.MECHANISM, Kind.CANDIDATE_MECHANISM):
            assert row.conditional_on[0].startswith("mechanism:"), row.full_id
        else:
            assert not [t for t in row.conditional_on if not t.startswith("option:")], row.full_id


def test_an_unconditional_shall_stays_unconditional():
    excusable = {
        r.full_id
        for r in rows("9.0")
        if r.conditional and r.level is Modality.SHALL and r.kind is Kind.REQUIREMENT
    }
    assert excusable == {
        "9.0/MIM0/R3.1",
        "9.0/MIM0/C4",
        "9.0/MIM1/R1.3",
        "9.0/MIM1/R1.4",
        "9.0/MIM2/R1.2b",
        "9.0/MIM2/R3.3",
    }


def test_the_connectivity_specification_applies_only_where_claimed():
    connectivity = [r for r in rows("2022") if r.id.startswith("CONN-")]
    assert len(connectivity) == 46
    assert {r.conditional_on[0] for r in connectivity} == {"mechanism:2022/MIM4/connectivity-2021"}
    assert {r.kind for r in connectivity} == {Kind.MECHANISM}


def test_every_shall_of_9_0_that_requests_can_answer_names_a_way():
    # What digital twins do inside has no common interface to ask.
    assert [
        r.full_id
        for r in rows("9.0")
        if r.level is Modality.SHALL
        and r.testability is not Testability.ATTESTED
        and not r.mechanisms
    ] == ["9.0/MIM8/R4.1", "9.0/MIM8/R4.2", "9.0/MIM8/R4.4", "9.0/MIM8/R5.1"]


def test_mechanisms_use_kinds_of_interface_a_target_file_knows():
    import json

    from mimtest.resources import SCHEMAS

    schema = json.loads((SCHEMAS / "mimtest" / "target.schema.json").read_text(encoding="utf-8"))
    known = {*schema["$defs"]["interface"]["properties"]["kind"]["enum"], "https"}
    assert {k for r in rows() for m in r.mechanisms for k in m.interfaces} <= known


# ---- reading


def test_editions_come_newest_first_and_one_is_current():
    assert [e.edition for e in load_editions()] == ["9.0", "8.0", "2024", "2022"]
    assert [e.edition for e in load_editions() if e.status == "current"] == ["9.0"]


def test_a_requirement_is_found_by_its_full_id():
    edition = load_edition("9.0")
    requirement = edition.requirement("9.0/MIM1/R1.1")
    assert (requirement.mim, requirement.id, requirement.full_id) == (
        "MIM1",
        "R1.1",
        "9.0/MIM1/R1.1",
    )
    with pytest.raises(UsageError, match=r"Did you mean '9\.0/MIM1/R1\.1'"):
        edition.requirement("9.0/MIM1/R1.1x")


def test_an_unknown_edition_is_the_users_error():
    with pytest.raises(UsageError, match=r"no edition '7\.0'.*Known are 9\.0"):
        load_edition("7.0")
    with pytest.raises(UsageError):
        load_edition("crosswalk")


def test_the_digest_is_over_the_bytes_of_the_file(tmp_path):
    expected = f"sha256:{sha256((EDITIONS / '9.0.toml').read_bytes()).hexdigest()}"
    assert digest("9.0") == digest(load_edition("9.0")) == expected
    one = load_edition("1.0", write(tmp_path))
    (tmp_path / "other").mkdir()
    other = load_edition("1.0", write(tmp_path / "other", EDITION + "# more\n"))
    assert digest(one) != digest(other)
    assert one.requirements == other.requirements


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'note = "Made up."',
            'note = "Made up."\ncolour = "red"',
            r"1\.0\.toml: colour: unknown key",
        ),
        ('title = "A MIM"', 'title = "A MIM"\nx = 1', r"1\.0\.toml: mims\.MIM1: x: unknown key"),
        (REASON, 'why = "x"\n', r"1\.0\.toml: requirements\[0\] \(MIM1/R1\): why: unknown key"),
        (REASON, 'edition = "1.0"\n', r"\(MIM1/R1\): edition: unknown key"),
        ("checks = []", 'check = "X"', r"\.mechanisms\[0\]: check: unknown key"),
        ("checks = []", 'checks = "CTX-A-01"', r"checks: 'CTX-A-01' will not do.*list of texts"),
        ("checks = []", "", r"mechanisms\[0\]: checks: is missing"),
        ('level = "SHALL"', 'level = "MUST"', r"level: 'MUST' will not do.*SHALL NOT"),
        ('kind = "requirement"', 'kind = "rule"', r"kind: 'rule' will not do.*best-practice"),
        ('testability = "automated"', 'testability = "yes"', r"testability: 'yes' will not do"),
        ("official = true", 'official = "yes"', r"official: 'yes' will not do.*true or false"),
        ('title = "An edition"', "title = 1", r"title: 1 will not do.*text"),
        ('status = "current"', "", r"1\.0\.toml: status: is missing"),
        ('edition = "1.0"', 'edition = "2.0"', r"edition: is '2\.0', the file's name says '1\.0'"),
        ("[[requirements]]", "[requirements]", r"requirements: must be tables in double brackets"),
        ('[mims.MIM1]\ntitle = "A MIM"', 'mims = "MIM1"', r"mims: must be tables"),
        ('url = "https', "url = https", r"1\.0\.toml: is not TOML"),
    ],
)
def test_a_broken_edition_is_refused_with_file_and_key(tmp_path, old, new, message):
    assert old in EDITION
    root = write(tmp_path, EDITION.replace(old, new, 1))
    with pytest.raises(CatalogueError, match=message):
        load_editions(root)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CROSSWALK.replace('"gone"', '"lost"'), r"links\[0\]: relation: 'lost' will not do.*split"),
        (CROSSWALK.replace("from", "origin"), r"crosswalk\.toml: links\[0\]: origin: unknown key"),
        (CROSSWALK + "why = 1", r"links\[0\]: why: unknown key"),
        ("[[link]]\n", r"crosswalk\.toml: link: unknown key"),
    ],
)
def test_a_broken_crosswalk_is_refused(tmp_path, text, message):
    with pytest.raises(CatalogueError, match=message):
        load_crosswalk(write(tmp_path, crosswalk=text))


# ---- coverage


MECHANISM = Mechanism("m", "M", ("ngsi-ld",), ("CTX-A-01",))


@pytest.mark.parametrize(
    ("testability", "mechanisms", "coverage"),
    [
        (Testability.AUTOMATED, (MECHANISM,), Coverage.AUTOMATED),
        (Testability.ASSISTED, (MECHANISM,), Coverage.ASSISTED),
        (Testability.ATTESTED, (), Coverage.ATTESTED),
        (Testability.AUTOMATED, (), Coverage.NOT_YET),
        (Testability.ASSISTED, (replace(MECHANISM, checks=()),), Coverage.NOT_YET),
        (Testability.AUTOMATED, (replace(MECHANISM, checks=()), MECHANISM), Coverage.AUTOMATED),
    ],
)
def test_coverage_follows_from_checks_and_testability(testability, mechanisms, coverage):
    row = replace(rows("9.0")[0], testability=testability, mechanisms=mechanisms)
    assert row.coverage is coverage


def test_checks_are_listed_once():
    row = replace(rows("9.0")[0], mechanisms=(MECHANISM, replace(MECHANISM, id="n")))
    assert row.checks == ("CTX-A-01",)


def test_documents_stay_documents():
    attested = Counter(r.mim for r in rows("9.0") if r.coverage is Coverage.ATTESTED)
    assert attested == {"MIM3": 6, "MIM6": 3, "MIM8": 3}


# ---- which editions, and what became of a row


@pytest.mark.parametrize(
    ("claimed", "editions"),
    [
        ((), ("9.0",)),
        (("MIM0", "MIM8"), ("9.0",)),
        (("MIM4",), ("9.0", "8.0", "2022")),
        (("MIM5", "MIM1"), ("9.0", "2022")),
        (("MIM9", "MIM4", "MIM5"), ("9.0", "8.0", "2022")),
        (("MIM42",), ("9.0",)),
    ],
)
def test_a_claimed_mim_without_a_place_in_the_current_edition_brings_its_newest(claimed, editions):
    assert default_editions(claimed) == editions


def test_successors_are_the_newest_first():
    assert successors("2022/MIM7/Req1") == ("9.0/MIM7/R1.1", "8.0/MIM7/R1", "2024/MIM7/R1")
    assert successors("8.0/MIM1/C3") == ("9.0/MIM1/R2.1", "9.0/MIM1/R2.2")
    assert successors("8.0/MIM6/R2") == ()
    assert successors("9.0/MIM0/R1.1") == ()


def test_every_row_of_an_earlier_edition_is_in_the_crosswalk():
    linked = {link.origin for link in load_crosswalk()}
    earlier = {
        r.full_id
        for e in load_editions()[1:]
        for r in e.requirements
        if not r.id.startswith("CONN-")
    }
    assert linked == earlier


def test_what_is_gone_leads_nowhere_and_personal_data_is_gone():
    for link in load_crosswalk():
        assert (link.relation is Relation.GONE) == (not link.to)
    kept = [
        i for i in range(1, 14) if any(s.startswith("9.0") for s in successors(f"2022/MIM4/{i}"))
    ]
    assert kept == [12]


# ---- lint


def test_a_sound_edition_has_no_problems(tmp_path):
    assert problems(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (REASON, "", "has no check and does not say why"),
        ("checks = []", 'checks = ["CTX-A-01"]', "has checks for every mechanism, yet says why"),
        ("checks = []", 'checks = ["CTX-Z-99"]', "there is no check CTX-Z-99"),
        ("checks = []", 'checks = ["SEC-A-01", "SEC-A-01"]', "SEC-A-01 is given 2 times"),
        ("checks = []", 'checks = ["PLA-A-01"]', "PLA-A-01 runs on none of its kinds of interface"),
        (
            'interfaces = ["ngsi-ld"]',
            "interfaces = []",
            "mechanism ngsi-ld: names no kind of interface",
        ),
        (
            'interfaces = ["ngsi-ld"]\nchecks = []',
            'interfaces = ["ngsi-ld", "wfs"]\nchecks = ["CTX-A-01"]',
            "CTX-A-01 runs not on all of its kinds of interface, without wfs",
        ),
        (REASON, REASON + 'conditional_on = ["option:x"]\n', "come together or not at all"),
        (REASON, REASON + 'condition = "sometimes"\n', "come together or not at all"),
        (REASON, REASON + 'conditional_on = ["x"]\ncondition = "if"\n', "'x' is no condition"),
        (REASON, REASON + 'conditional_on = ["option:"]\ncondition = "if"\n', "is no condition"),
        (
            REASON,
            REASON + 'conditional_on = ["mechanism:M1"]\ncondition = "if"\n',
            "'mechanism:M1' is no condition",
        ),
        (
            REASON,
            REASON + 'conditional_on = ["mechanism:1.0/MIM7/M1"]\ncondition = "if"\n',
            "names a MIM that no edition has",
        ),
        ('mim = "MIM1"', 'mim = "MIM7"', "the edition does not list MIM7"),
        ("is done.", "is done", "the statement is no sentence"),
    ],
)
def test_a_broken_row_is_named(tmp_path, old, new, expected):
    found = problems(tmp_path, old, new)
    assert any(expected in p for p in found), found
    assert all(p.startswith(("1.0/", "Crosswalk:")) for p in found)


def test_a_clean_condition_is_no_problem(tmp_path):
    new = REASON + 'conditional_on = ["option:a-b", "mechanism:1.0/MIM1/M1.2"]\ncondition = "if"\n'
    assert problems(tmp_path, REASON, new) == ()


def test_a_check_for_every_kind_of_interface_fits_each_mechanism(tmp_path):
    text = EDITION.replace(REASON, "").replace("checks = []", 'checks = ["SEC-A-01"]')
    root = write(tmp_path, text)
    assert lint(load_editions(root), CHECKS, load_crosswalk(root)) == ()


def test_documents_are_not_answered_by_checks(tmp_path):
    text = EDITION.replace('"automated"', '"attested"').replace("[]", '["CTX-A-01"]')
    found = lint(load_editions(write(tmp_path, text)), CHECKS)
    assert any("only documents show it, yet it names checks" in p for p in found)


def test_an_id_given_twice_is_named(tmp_path):
    row = EDITION[EDITION.index("[[requirements]]") :]
    root = write(tmp_path, EDITION + row + row[row.index("[[requirements.mechanisms]]") :])
    found = lint(load_editions(root), CHECKS)
    assert "1.0/MIM1/R1: the id is given 2 times." in found
    assert "1.0/MIM1/R1: mechanism ngsi-ld is given 2 times." in found


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ((Link("1.0/MIM1/R9", (), Relation.GONE),), "no edition has 1.0/MIM1/R9"),
        ((Link("1.0/MIM1/R1", ("2.0/MIM1/R1",), Relation.SAME),), "no edition has 2.0/MIM1/R1"),
        ((Link("1.0/MIM1/R1", (), Relation.SAME),), "is 'same' with 0 successors"),
        ((Link("1.0/MIM1/R1", ("1.0/MIM1/R1",), Relation.GONE),), "is 'gone' with 1 successors"),
        ((Link("1.0/MIM1/R1", ("1.0/MIM1/R1",), Relation.SAME),), "leads to its own edition"),
        ((Link("1.0/MIM1/R1", (), Relation.GONE),) * 2, "R1 to nothing is given 2 times"),
    ],
)
def test_a_broken_link_is_named(tmp_path, links, expected):
    found = lint(load_editions(write(tmp_path)), CHECKS, links)
    assert any(expected in p for p in found), found
