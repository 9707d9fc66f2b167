"""The languages: what each file has to have, and that a report means the same in all of them."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.catalogue import load_edition
from mimtest.profile import FULL, TECHNICAL
from mimtest.rendering import RENDERERS
from mimtest.rendering.catalogues import problems, required, stale, sums, translated
from mimtest.rendering.page import render_page
from mimtest.rendering.sheet import sheet_of
from mimtest.rendering.view import View
from mimtest.rendering.words import (
    ENGLISH,
    FAMILIES,
    LOCALES,
    STATUS,
    Said,
    Words,
    languages,
    load,
    read,
)
from mimtest.sandbox.targetfile import write_target
from tests.conftest import mimtest
from tests.rendering_samples import hostile, rich, unready

TRANSLATIONS = [lang for lang in languages() if lang != ENGLISH]
EXPECTED = ["cs", "da", "de", "el", "es", "fi", "fr", "it", "nl", "pl", "pt", "sk", "sl", "sv"]
VOID = {"meta", "link", "br", "path", "circle", "img", "hr", "input"}
CODED = ("sarif", "in-toto", "ctrf", "earl", "gitb", "csv", "declaration", "junit")


class Spoken(HTMLParser):
    """The texts of a page with the language each is in, by the nearest `lang`."""

    def __init__(self):
        super().__init__()
        self.open, self.texts, self.values = [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.values += [v for k, v in attrs if v and k in ("aria-label", "title", "content")]
        if tag not in VOID:
            self.open.append((tag, found.get("lang") or (self.open[-1][1] if self.open else None)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if data.strip() and self.open and self.open[-1][0] not in ("style", "title"):
            self.texts.append((data.strip(), self.open[-1][1]))


def spoken(page):
    found = Spoken()
    found.feed(page)
    assert found.open == []
    return found


def test_the_languages_are_there():
    assert TRANSLATIONS == EXPECTED


@pytest.mark.parametrize("lang", languages())
def test_a_language_lacks_nothing_and_says_nothing_it_must_not(lang):
    assert problems(lang) == []


def test_every_word_is_either_needed_or_may_stay_english():
    for key in read(ENGLISH):
        if key != STATUS:
            required(key)
    with pytest.raises(KeyError):
        required("brand.new")


def test_no_english_word_changed_since_it_was_translated():
    changed = stale(translated())
    assert changed == [], "look at these in each language, then: python -m tests.locale_sums"


def test_a_changed_added_or_removed_word_is_stale():
    now = sums()
    assert stale(now) == []
    assert stale(now | {"title": "0"}) == ["title"]
    assert stale({k: v for k, v in now.items() if k != "title"}) == ["title"]
    assert stale(now | {"gone": "0"}) == ["gone"]


def test_what_of_the_catalogue_is_translated_is_what_the_catalogue_says():
    entries = read(ENGLISH)
    for mim in load_edition("9.0").mims:
        assert entries[f"mim.{mim.id}.title"] == mim.title
        assert entries[f"mim.{mim.id}.question"] == mim.question
    assert entries["profile.technical"] == TECHNICAL.title
    assert entries["profile.full"] == FULL.title


WRONG = [
    ({"title": "Bericht {n}"}, "title: other placeholders than English"),
    ({"title": "Conformance test report"}, "title: is English"),
    ({"title": "Zertifikat der Prüfung"}, "title: says 'Zertifikat'"),
    ({"verdict.met": "Konform"}, "verdict.met: says 'Konform'"),
    ({"col.met": "W" * 25}, "col.met: 25 characters; there is room for 24"),
    ({"front.left": "Es blieben {n} Objekte."}, "front.left: a number within a sentence"),
    ({"title": "Bericht  zur Prüfung"}, "title: blanks too many"),
    ({"notice.reproduced": "Wiederholt"}, "notice.reproduced: does not end as English does"),
    ({"title": "Bericht with Prüfung"}, "title: has English words"),
    ({"table.code.E": "E"}, "table.code: ['E', 'E', 'N'] are not three letters"),
    ({"table.col.answer": "M / E / N (Bieter)"}, "table.col.answer: does not name E / G / N"),
    ({"brand.new": "Neu"}, "brand.new: unknown"),
    ({STATUS: "done"}, "status: 'done' is none"),
    ({"table.note.proposed": "Der Anbieter. N."}, "'bidder' is not"),
    ({"title": "Pr\u043efbericht"}, "title: has '\u043e' among the letters of another script"),
]


@pytest.mark.parametrize(("changed", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_what_is_wrong_with_a_language_is_found(changed, said, monkeypatch):
    entries = read("de") | changed
    monkeypatch.setattr(
        "mimtest.rendering.catalogues.read", lambda x: entries if x == "de" else read(x)
    )
    assert any(said in line for line in problems("de")), problems("de")


def test_a_missing_word_and_one_that_stands_twice_are_found(monkeypatch, tmp_path):
    entries = {k: v for k, v in read("de").items() if k != "verdict.met"}
    monkeypatch.setattr(
        "mimtest.rendering.catalogues.read", lambda x: entries if x == "de" else read(x)
    )
    (tmp_path / "de.json").write_text('{"title": "a", "title": "b"}', encoding="utf-8")
    for name in ("translated.toml", "glossary.toml"):
        (tmp_path / name).write_bytes((LOCALES / name).read_bytes())
    monkeypatch.setattr("mimtest.rendering.catalogues.LOCALES", tmp_path)
    assert {"verdict.met: missing", "title: twice"} <= set(problems("de"))


def test_a_word_without_translation_is_english_and_marked():
    words = Words("xx", {"of": "{a} aus {b}"}, english=read(ENGLISH))
    assert words("of", a=1, b=2).spans == (("1", ""), (" aus ", ""), ("2", ""))
    assert words("verdict.met").spans == (("Met", "en"),)
    mixed = words("of", a=words("verdict.met"), b=words.english("a title"))
    assert mixed == "Met aus a title"
    assert mixed.spans == (("Met", "en"), (" aus ", ""), ("a title", "en"))
    assert load("en").english("a title").spans == (("a title", ""),)


def test_a_title_is_translated_only_where_it_is_the_one_that_was_translated():
    words = load("de")
    assert words.catalogue("mim.MIM0.title", "Accessing data") == "Zugang zu Daten"
    other = words.catalogue("mim.MIM0.title", "Another title")
    assert other.spans == (("Another title", "en"),)


@pytest.mark.parametrize(
    ("lang", "said"), [("de", "Fehler von mimtest"), ("fr", "erreur de mimtest")]
)
def test_a_noun_keeps_its_capital_in_german_alone(lang, said):
    words = load(lang)
    assert words.within(words.of("outcome", "error")) == said


@given(st.lists(st.tuples(st.text(), st.sampled_from(("", "en")))))
def test_a_said_text_is_the_text_of_its_pieces(spans):
    said = Said.of(spans)
    assert said == "".join(text for text, _ in said.spans) == "".join(text for text, _ in spans)


def test_a_page_marks_whatever_is_english_in_it():
    view = View(hostile(), Words("xx", {}, english=read(ENGLISH), is_draft=True))
    page = render_page("summary.html.j2", view)
    found = spoken(page)
    known = {t for t in read(ENGLISH).values() if re.search(r"[a-z]{3}", t)}
    texts = [(text, lang) for text, lang in found.texts if text in known]
    assert len(texts) > 30
    assert {lang for _, lang in texts} == {"en"}
    assert not any("<" in value for value in found.values)


@pytest.mark.parametrize("form", ["summary", "html", "table", "terms"])
@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_a_page_is_in_its_language_and_says_that_it_is_a_draft(lang, form):
    page = RENDERERS[form](rich(), lang=lang)
    assert page.startswith(f'<!doctype html>\n<html lang="{lang}" dir="ltr">')
    found = spoken(page)
    assert not any("<" in value for value in found.values)
    assert (read(lang)["draft"], lang) in found.texts
    assert (read(ENGLISH)["draft"], "en") in found.texts
    needed = {k for k in read(ENGLISH) if k != STATUS and required(k)}
    own = set(read(lang).values())
    english = {read(ENGLISH)[k] for k in needed} - own - {read(ENGLISH)["draft"]}
    assert {t for t, _ in found.texts if t in english and len(t) > 3} <= _of_the_report()


def _of_the_report():
    """English texts that the report itself brings."""
    return {str(e["mims"][m]["title"]) for e in rich()["assessments"] for m in e["mims"]}


@pytest.mark.parametrize("form", ["md", "terminal", "table-csv", "declaration", "badge"])
@pytest.mark.parametrize("lang", ["de", "fi"])
def test_what_is_no_page_says_that_it_is_a_draft(lang, form):
    text = RENDERERS[form](rich(), lang=lang)
    assert read(lang)["draft"] in re.sub(r"\s+", " ", text)
    assert read(ENGLISH)["draft"] not in RENDERERS[form](rich())


def codes(text):
    """Every code of verdicts and outcomes, in the order in which a form has them."""
    known = {*FAMILIES["verdict"], *FAMILIES["outcome"]}
    return re.findall(rf"\b(?:{'|'.join(sorted(known, key=len, reverse=True))})\b", text)


@pytest.mark.parametrize("form", CODED)
def test_codes_are_the_same_in_all_languages(form):
    english = RENDERERS[form](rich())
    kept = [c for c in codes(english) if "_" in c]
    for lang in TRANSLATIONS:
        assert [c for c in codes(RENDERERS[form](rich(), lang=lang)) if "_" in c] == kept


def test_the_report_itself_has_no_language():
    for lang in TRANSLATIONS:
        assert RENDERERS["json"](rich(), lang=lang) == RENDERERS["json"](rich())
        assert json.loads(RENDERERS["shields"](rich(), lang=lang))["color"]


def test_verdicts_stay_apart_in_all_languages():
    for lang in languages():
        for family in ("verdict", "outcome", "group", "gate", "declared", "strength"):
            said = [load(lang).of(family, code) for code in FAMILIES[family]]
            assert len(set(said)) == len(said), (lang, family)


def test_the_table_has_the_same_codes_and_each_languages_letters():
    """German E is met, Finnish E is not: who reads the letter for the code reads the contrary."""
    seen = {}
    for lang in languages():
        rows = list(csv.reader(io.StringIO(RENDERERS["table-csv"](rich(), lang=lang))))
        answer, code = 4, rows[0].index(load(lang)("table.col.code"))
        assert len(rows) == 33
        seen[lang] = [row[code] for row in rows[1:]]
        for row in rows[1:]:
            said = load(lang)(f"table.code.{row[code]}") if row[code] else ""
            assert row[answer] == said
    assert all(found == seen["en"] for found in seen.values())
    assert "M" in seen["en"]
    letters = {x: "".join(load(x)(f"table.code.{c}") for c in "MEN") for x in languages()}
    assert (letters["de"], letters["fi"], letters["da"], letters["sl"]) == (
        "EGN",
        "TVE",
        "OTI",
        "IEN",
    )


@pytest.mark.parametrize("lang", TRANSLATIONS)
def test_the_table_is_whole(lang):
    sheet = sheet_of(View.of(unready(), lang))
    entries = [e for g in sheet.groups for e in g.entries]
    assert len(entries) == 32
    assert len({e.requirement for e in entries}) == 32
    assert all(
        not isinstance(e.requirement, Said) or e.requirement.spans[0][1] == "" for e in entries
    )


COMMANDS = [
    ("report", "{report}", "--as", "summary"),
    ("compare", "{report}", "{report}"),
    ("site", "{report}", "-o", "{out}"),
    ("profile", "clauses", "street-lighting"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=[c[0] for c in COMMANDS])
def test_a_command_takes_a_language_and_refuses_an_unknown_one(command, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(rich()), encoding="utf-8")
    given_ = [part.format(report=path, out=tmp_path / "out") for part in command]
    done = mimtest(*given_, "--lang", "tlh", cwd=tmp_path)
    assert done.code == 2
    assert "There are no words for language 'tlh'." in done.err
    assert "There are: cs, da, de" in done.err
    assert done.err.count("\n") == 1
    assert not (tmp_path / "out").exists()
    assert mimtest(*given_, "--lang", "pt", cwd=tmp_path).code in (0, 3)


def test_a_run_in_an_unknown_language_sends_nothing(tmp_path):
    write_target(tmp_path / "mimtest.toml", "http://127.0.0.1:9")
    done = mimtest("run", "mimtest.toml", "--lang", "tlh", cwd=tmp_path)
    assert done.code == 2
    assert "There are no words for language 'tlh'." in done.err
    assert not (tmp_path / "mimtest-report" / "report.json").exists()
