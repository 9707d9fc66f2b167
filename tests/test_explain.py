"""`mimtest explain` answers for every name that mimtest prints, and has something to say of each."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.ambiguities import load_ambiguities
from mimtest.catalogue import load_editions
from mimtest.checks import SUITE_NAMES, load_checks
from mimtest.cli.explaining import explain, known_names, near_names
from mimtest.cli.explaining_layout import WIDTH, lay_out
from mimtest.procurement.checklist import load_checklist
from mimtest.profile import load_profile, ready_made
from mimtest.reasons import REASONS
from mimtest.sandbox.faults import all_faults
from tests.conftest import mimtest

SOURCE = re.compile(r"^(Clause|Source|Text that governs):", re.MULTILINE)
TO_DO = re.compile(r"^(What to do|To see what a report says of it)\b", re.MULTILINE)
ADDRESS = re.compile(r"^\s*(- )?https?://\S+$")


def _items():
    profiles = [load_profile(n) for n in ready_made()]
    return [f"{p.id}/{about}" for p in profiles for i in p.items for about in i.about]


KINDS = {
    "check": lambda: [c.id for c in load_checks()],
    "requirement": lambda: [r.full_id for e in load_editions() for r in e.requirements],
    "fault": lambda: [f.id for f in all_faults()],
    "reason": lambda: [*REASONS],
    "point": lambda: [*load_ambiguities()],
    "profile": lambda: [*ready_made(), "technical", "full"],
    "item": _items,
    "row": lambda: [r.number for r in load_checklist().rows],
    "edition": lambda: [e.edition for e in load_editions()],
    "suite": lambda: [*SUITE_NAMES],
    "kind": lambda: [k for c in load_checks() for k in c.interfaces],
    "mim": lambda: [m.id for e in load_editions() for m in e.mims],
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_explained(kind):
    names = KINDS[kind]()
    assert names
    for name in names:
        text = explain(name)
        assert text, name
        head, empty, *rest = re.sub(r"\n  (?=\S)", " ", text).split("\n")
        assert head.startswith(f"{name}  "), name
        assert len(head) > len(name) + 6, name
        assert not empty
        assert rest
        assert SOURCE.search(text), name
        assert TO_DO.search(text), name
        for line in text.splitlines():
            assert len(line) <= WIDTH or ADDRESS.match(line), line
        assert not re.search(r"^[A-Z][\w ]*:$\n(?!  - )", text, re.MULTILINE), name


def test_each_name_is_known():
    names = known_names()
    assert len(names) == len(set(names))
    assert set(names) >= {n for kind in KINDS.values() for n in kind()}


def test_a_word_that_means_two_things_has_both():
    text = explain("not_met")
    assert "requirements[].verdict" in text
    assert "compliance table" in text


@pytest.mark.parametrize(("asked", "found"), [
    ("ctx-ent-03", "CTX-ENT-03"),
    ("9.0/mim1/r1.1", "9.0/MIM1/R1.1"),
    ("mim1", "MIM1"),
    ("NO_DATA", "no_data"),
])  # fmt: skip
def test_capitals_do_not_matter(asked, found):
    assert explain(asked) == explain(found)


@pytest.mark.parametrize(("asked", "near"), [
    ("R1.1", "9.0/MIM0/R1.1"),
    ("CTX-ENT", "CTX-ENT-01"),
    ("nodata", "no_data"),
    ("streetlighting", "street-lighting"),
    ("CTX-ENT-99", "CTX-ENT-39"),
    ("ctx-known-overwriten", "ctx-known-overwritten"),
])  # fmt: skip
def test_an_unknown_name_gets_the_nearest(asked, near):
    assert explain(asked) is None
    found = near_names(asked)
    assert near in found
    assert len(found) <= 5


def test_what_is_like_nothing_gets_the_lists(tmp_path):
    assert near_names("xyzzy") == []
    ended = mimtest("explain", "xyzzy", cwd=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "mimtest: 'xyzzy' is no name that mimtest knows. "
        "See 'mimtest list checks' and 'mimtest list requirements'.\n"
    )


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.lists(st.text("ab -", max_size=200)))
def test_any_text_is_laid_out_in_the_width(text, entries):
    laid_out = lay_out("name", text, ("Label", text), ("List", entries), ("Nothing", ""))
    assert "Nothing" not in laid_out.replace(text, "")
    for line in laid_out.split("\n"):
        assert len(line) <= WIDTH or len(max(line.split(), key=len)) > WIDTH - 20
