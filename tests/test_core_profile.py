"""Profiles, field by field and mistake by mistake: quick, so that mutants can be run against it."""

import itertools

import pytest

from mimtest.errors import UsageError
from mimtest.profile import (
    FULL,
    TECHNICAL,
    Profile,
    load_profile,
    parse_profile,
    ready_file,
    ready_made,
)
from mimtest.profile_parts import PROOFS, Evidence, Item

WHOLE = {
    "profile": {"id": "lot-1", "title": "Lot 1", "extends": "full", "reference": "2027/S 1", "edition": "8.0"},
    "require": ["9.0/MIM1/R1.2"],
    "excuse": ["9.0/MIM0/R1.4"],
    "evidence": {"parties": ["second", "third"], "not_before": "2026-01-31", "exchanges": True},
    "items": [
        {"about": ["0.1", "9.0/MIM0/R2.1"], "text": "It answers.", "proofs": ["test"], "mechanisms": ["ngsi-ld", "rest"]},
        {"about": ["1.1"], "strength": "expected"},
        {"about": ["9.0/MIM1/R1.3"]},
        {"about": ["X.1"]},
        {"about": ["1.4"], "strength": "expected"},
    ],
}  # fmt: skip
READ = Profile(
    id="lot-1",
    title="Lot 1",
    base="full",
    origin="file",
    reference="2027/S 1",
    required=frozenset({"9.0/MIM1/R1.2", "9.0/MIM0/R1.1", "9.0/MIM0/R1.2", "9.0/MIM0/R2.1", "9.0/MIM1/R1.3"}),
    excused=frozenset({"9.0/MIM0/R1.4"}),
    edition="8.0",
    expected=frozenset({"9.0/MIM1/R1.1", "9.0/MIM1/R1.5", "9.0/MIM1/M1-3.1c"}),
    evidence=Evidence(("second", "third"), "2026-01-31", exchanges=True),
    items=(
        Item(("0.1", "9.0/MIM0/R2.1"), ("9.0/MIM0/R1.1", "9.0/MIM0/R1.2", "9.0/MIM0/R2.1"), "mandatory", "It answers.", ("test",), ("ngsi-ld", "rest")),
        Item(("1.1",), ("9.0/MIM1/R1.1", "9.0/MIM1/R1.5"), "expected"),
        Item(("9.0/MIM1/R1.3",), ("9.0/MIM1/R1.3",)),
        Item(("X.1",), ()),
        Item(("1.4",), ("9.0/MIM1/M1-3.1c",), "expected"),
    ),
)  # fmt: skip
#: The words and values of `READ` as a report holds them.
KEPT = {
    "id": "lot-1",
    "title": "Lot 1",
    "origin": "file",
    "reference": "2027/S 1",
    "extends": "full",
    "require": ["9.0/MIM0/R1.1", "9.0/MIM0/R1.2", "9.0/MIM0/R2.1", "9.0/MIM1/R1.2", "9.0/MIM1/R1.3"],
    "excuse": ["9.0/MIM0/R1.4"],
    "edition": "8.0",
    "expect": ["9.0/MIM1/M1-3.1c", "9.0/MIM1/R1.1", "9.0/MIM1/R1.5"],
    "evidence": {"parties": ["second", "third"], "notBefore": "2026-01-31", "exchanges": True},
}  # fmt: skip
FIRST_ITEM = {
    "about": ["0.1", "9.0/MIM0/R2.1"],
    "requirements": ["9.0/MIM0/R1.1", "9.0/MIM0/R1.2", "9.0/MIM0/R2.1"],
    "strength": "mandatory",
    "text": "It answers.",
    "proofs": ["test"],
    "mechanisms": ["ngsi-ld", "rest"],
}


def test_a_whole_file_is_read():
    assert parse_profile(WHOLE) == READ
    assert parse_profile(WHOLE, origin="ready").origin == "ready"


def test_a_short_file_says_the_rest_by_itself():
    short = parse_profile({"profile": {"id": "t", "title": "T"}})
    assert short == Profile("t", "T", "technical", "file")
    assert (short.evidence, short.items, PROOFS) == (Evidence((), None, exchanges=False), (), ("test", "document"))  # fmt: skip


def test_a_report_holds_all_of_it():
    kept = READ.as_dict()
    items = kept.pop("items")
    assert kept == KEPT
    assert items[0] == FIRST_ITEM
    assert items[3] == {"about": ["X.1"], "requirements": [], "strength": "mandatory", "text": None, "proofs": ["test", "document"], "mechanisms": []}  # fmt: skip
    assert Profile.of_dict(READ.as_dict()) == READ
    assert Profile.of_dict(TECHNICAL.as_dict()) == TECHNICAL


def test_a_report_from_before_says_less():
    old = {k: v for k, v in KEPT.items() if k not in ("edition", "expect", "evidence")}
    found = Profile.of_dict(old)
    assert (found.edition, found.expected, found.evidence, found.items) == (None, frozenset(), Evidence(), ())  # fmt: skip
    assert found.required == READ.required


def requires(profile, full_id, **facts):
    told = {"kind": "requirement", "level": "SHALL", "applies": True, "testable": True, "claimed": True}  # fmt: skip
    return profile.requires(full_id, **told | facts)


def test_what_is_required_for_every_base_and_every_fact():
    facts = itertools.product(
        ("technical", "full", "none"),
        ("requirement", "capability", "mechanism", "prerequisite", "best-practice", "objective"),
        ("SHALL", "SHALL NOT", "SHOULD", "MAY", "NONE"),
        *[(True, False)] * 3,
    )
    for base, kind, level, applies, testable, claimed in facts:
        profile = Profile("p", "P", base, required=frozenset({"A"}), excused=frozenset({"B"}))
        told = {"kind": kind, "level": level, "applies": applies, "testable": testable, "claimed": claimed}  # fmt: skip
        binding = level.startswith("SHALL") and kind not in ("best-practice", "objective")
        wanted = base != "none" and applies and claimed and binding and (testable or base == "full")
        assert requires(profile, "C", **told) is wanted
        assert requires(profile, "A", **told) is True
        assert requires(profile, "B", **told) is False


def test_the_built_in_ones():
    assert (TECHNICAL.base, FULL.base) == ("technical", "full")
    assert load_profile("technical") is TECHNICAL
    assert load_profile("full") is FULL


def test_ready_made_ones_are_files_by_their_names():
    names = ready_made()
    assert [*names] == sorted(names)
    assert "open-data-portal" in names or len(names) > 1
    for name in names:
        assert ready_file(name).name == f"{name}.toml"
        found = load_profile(name)
        assert (found.id, found.origin) == (name, "ready")


def error(call, *args, **options):
    with pytest.raises(UsageError) as raised:
        call(*args, **options)
    return raised.value.message, raised.value.hint


def test_a_name_there_is_none_of():
    names = ", ".join(ready_made())
    assert error(ready_file, "nothing") == ("'nothing' is no ready-made profile.", f"There are: {names}.")  # fmt: skip
    end = "A file of yours ends in .toml."
    assert error(load_profile, "nothing") == (
        "There is no profile 'nothing'.",
        f"There are technical, full, {names}. {end}",
    )
    assert error(load_profile, "technicl")[1] == f"Did you mean 'technical'? {end}"


def test_a_file_is_read_by_its_path(tmp_path):
    file = tmp_path / "lot.toml"
    file.write_text('[profile]\nid = "lot"\ntitle = "Lot"\n')
    assert load_profile(str(file)) == Profile("lot", "Lot", "technical", "file")
    file.write_text('[profile]\nid = "full"\ntitle = "Lot"\n')
    assert error(load_profile, str(file)) == (
        "lot.toml: profile.id: 'full' is built in.",
        "Give it another id.",
    )


def item(*about, **more):
    return {"about": [*about], **more}


MISTAKES = [
    ({"items": [item("0.1", "0.9")]}, "items[0].about[1]: '0.9' is no row of the compliance table.", "Rows are 0.1 to 8.4 and X.1 to X.4."),
    ({"items": [item("0.1"), item("0.2", "0.1")]}, "items[1].about: '0.1' has an item already.", "Keep one."),
    ({"items": [item("0.1"), item("0.4", mechanisms=["ngsi"])]}, "items[1].mechanisms: 'ngsi' is no mechanism of what the item is about.", None),
    ({"items": [item("X.1", mechanisms=["ngsi"])]}, "items[0].mechanisms: 'ngsi' is no mechanism of what the item is about.", "There are: none."),
    ({"evidence": {"not_before": "2026-02-30"}}, "evidence.not_before: '2026-02-30' is not a day.", "Write it as 2027-01-31."),
    ({"require": ["9.0/MIM1/R1.1", "9.0/MIM1/R9.9"]}, "require[1]: '9.0/MIM1/R9.9' is no requirement of MIMs Plus 9.0.", None),
    ({"excuse": ["9.0/MIM1/R9.9"]}, "excuse[0]: '9.0/MIM1/R9.9' is no requirement of MIMs Plus 9.0.", None),
    ({"profile": {"id": "t", "title": "T", "edition": "10"}}, "profile.edition: There is no edition '10'.", None),
    ({"profile": {"id": "technical", "title": "T"}}, "profile.id: 'technical' is built in.", "Give it another id."),
]  # fmt: skip


@pytest.mark.parametrize("n", range(len(MISTAKES)))
@pytest.mark.parametrize("name", ["lot.toml", None])
def test_a_mistake_is_told_with_its_place_and_what_to_do(n, name):
    data, words, hint = MISTAKES[n]
    given = {"profile": {"id": "t", "title": "T"}, **data}
    said, do = error(parse_profile, given, *([name] if name else []))
    assert said.startswith(f"{name or 'profile'}: ")
    if hint is None:
        assert said.partition(": ")[2] == words
    else:
        assert (said.partition(": ")[2], do) == (words, hint)


def test_what_the_schema_excludes_is_told_with_the_files_name():
    given = {"profile": {"id": "t", "title": "T"}, "items": [item("0.1", strength="nice")]}
    assert error(parse_profile, given, "lot.toml")[0].startswith("lot.toml: items[0].strength: 'nice' is not known")  # fmt: skip


def test_no_product_meets_what_belongs_to_bidders_or_to_the_contract():
    given = {"profile": {"id": "t", "title": "T"}, "items": [item("6.4"), item("X.1")]}
    assert [i.requirements for i in parse_profile(given).items] == [(), ()]


def test_the_hints_of_the_catalogue_are_passed_on():
    given = {"profile": {"id": "t", "title": "T"}, "require": ["9.0/MIM1/R1.11"]}
    assert error(parse_profile, given)[1].startswith("Did you mean '9.0/MIM1/R1.1'?")
    given = {"profile": {"id": "t", "title": "T"}, "items": [item("0.1", mechanisms=["ngsi"])]}
    hint = error(parse_profile, given)[1]
    assert hint.startswith("There are: ngsi-ld, ogc-api-features, ")
    assert hint.count("ngsi-ld,") == 1


def test_a_mechanism_of_any_requirement_of_the_item_is_one():
    data = {"profile": {"id": "t", "title": "T"}, "items": [item("0.1", mechanisms=["sparql"])]}
    assert parse_profile(data).items[0].mechanisms == ("sparql",)


def test_a_requirement_has_one_item():
    data = {
        "profile": {"id": "t", "title": "T"},
        "items": [item("1.1", strength="expected"), item("9.0/MIM1/R1.1")],
    }
    said, do = error(parse_profile, data, "lot.toml")
    assert said == "lot.toml: items[1].about: '9.0/MIM1/R1.1' has an item already."
    assert do == "Keep one."


def test_two_ways_to_one_requirement_name_it_once():
    data = {"profile": {"id": "t", "title": "T"}, "items": [item("0.1", "9.0/MIM0/R1.1")]}
    assert parse_profile(data).items[0].requirements == ("9.0/MIM0/R1.1", "9.0/MIM0/R1.2")
