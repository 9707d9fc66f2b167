"""What is wrong with a language file: what it lacks, what it lost, and what it must not say.

Which words a language has to have, which may stay English, and what no report says is data:
reports/locales/translated.toml. Key terms and their one translation stand in reports/locales/glossary.toml.
"""

import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from string import Formatter
from typing import Any, Final

from mimtest.rendering.words import DRAFT, ENGLISH, FAMILIES, LOCALES, STATUS, read
from mimtest.resources import REPORTS

#: The sums of the English words all languages were translated from.
TRANSLATED: Final = REPORTS / "translated.json"
#: What a status may be: of English, of a translation nobody has reviewed, of one somebody has.
_STATES: Final = {True: ("complete",), False: (DRAFT, "reviewed")}
#: The sentence that may name the certificate which a report is not.
_FIXED: Final = "notice.not_a_certificate"
#: What a letter of the table stands for: the words of the bidder who writes it.
_MEANS: Final = re.compile(r"table\.code\.[A-Z]\.means")
#: The scripts of languages that are not written in Latin letters, by the names of Unicode.
_SCRIPTS: Final = {"el": "GREEK"}
_LETTER: Final = re.compile(r"[^\W\d_]")
_CLOSING: Final = {".": ".", "?": "?;", ":": ":"}
_CODES: Final = ("M", "E", "N")


def required(key: str) -> bool:
    """Whether each language needs its own word for `key`. Raises KeyError where the data leaves that open."""
    needed, spared = (_fit(key, _rules()[name]) for name in ("required", "english"))
    if needed == spared:
        raise KeyError(key)
    return needed > spared


def forbidden(text: str, lang: str = ENGLISH) -> list[str]:
    """The words in `text` that no report may say, but for the fixed sentence that it is no certificate."""
    never = re.compile(
        f"{_rules()['never']['everywhere']}|{_rules()['never'][lang]}", re.IGNORECASE
    )
    return [m[0] for m in never.finditer(text.replace(read(lang)[_FIXED], ""))]


def problems(lang: str) -> list[str]:
    """What is wrong with a language file, one line for each."""
    entries, english = dict(read(lang)), dict(read(ENGLISH))
    twice = _twice((LOCALES / f"{lang}.json").read_text(encoding="utf-8"))
    state = entries.pop(STATUS, None)
    english.pop(STATUS)
    found = [] if state in _STATES[lang == ENGLISH] else [f"{STATUS}: {state!r} is none"]
    found += [f"{key}: twice" for key in twice]
    found += [f"{key}: missing" for key in sorted(_needed(english) - entries.keys())]
    found += [f"{key}: unknown" for key in sorted(entries.keys() - english.keys())]
    found += _letters(entries)
    for key in english.keys() & entries.keys():
        text = entries[key]
        if not _MEANS.fullmatch(key):
            found += (f"{key}: says '{word}'" for word in forbidden(text, lang))
        if lang != ENGLISH:
            found += (f"{key}: {what}" for what in _of_a_translation(key, text, english[key], lang))
    return sorted(found)


def _needed(english: Iterable[str]) -> set[str]:
    codes = (f"{f}.{code}" for f, codes in FAMILIES.items() for code in codes)
    return {*filter(required, english), *codes}


def _twice(text: str) -> list[str]:
    """The keys that a file has more than once, of which readers take the last."""
    found: list[str] = []

    def count(pairs: list[tuple[str, Any]]) -> None:
        names = Counter(name for name, _ in pairs)
        found.extend(name for name, number in names.items() if number > 1)

    json.loads(text, object_pairs_hook=count)
    return found


def stale(known: Mapping[str, str]) -> list[str]:
    """The keys of words whose English changed since all languages were translated, by `sums` of then."""
    now = sums()
    return sorted(key for key in {*known, *now} if known.get(key) != now.get(key))


def sums() -> dict[str, str]:
    """A short digest of each English word that every language has."""
    texts = {k: t for k, t in read(ENGLISH).items() if k != STATUS and required(k)}
    return {k: sha256(t.encode()).hexdigest()[:12] for k, t in texts.items()}


def _letters(entries: Mapping[str, str]) -> Iterator[str]:
    """The letters of the table are three, and they stand where it explains them."""
    letters = [entries.get(f"table.code.{c}", "") for c in _CODES]
    if len(set(letters)) != len(_CODES) or not all(len(x) == 1 and x.isupper() for x in letters):
        yield f"table.code: {letters} are not three letters"
    if " / ".join(letters) not in entries.get("table.col.answer", ""):
        yield f"table.col.answer: does not name {' / '.join(letters)}"
    if not entries.get("table.note.proposed", "").endswith(f" {letters[-1]}."):
        yield f"table.note.proposed: does not end with {letters[-1]}"


def _of_a_translation(key: str, text: str, english: str, lang: str) -> Iterator[str]:
    rules = _rules()
    if _places(text) != _places(english):
        yield "other placeholders than English"
    if re.search(rules["plural"], text):
        yield "a number within a sentence needs plural forms"
    if strange := _strange(text, lang):
        yield f"has '{strange}' among the letters of another script"
    if "  " in text or text != text.strip():
        yield "blanks too many"
    if text[-1:] not in _CLOSING.get(english[-1:], text[-1:]) or (
        text.endswith(".") and not english.endswith((".", "…"))
    ):
        yield "does not end as English does"
    if text == english and _LETTER.search(text) and not _may_be_same(key, lang):
        yield "is English"
    if re.search(rules["stray"], text):
        yield "has English words"
    longest = _longest(key, english)
    if longest is not None and len(text) > longest:
        yield f"{len(text)} characters; there is room for {longest}"
    yield from _terms_lost(text, english, lang)


def _strange(text: str, lang: str) -> str:
    """The first letter of another script than the language's own, or beside one of its own in a word."""
    own = _SCRIPTS.get(lang, "LATIN")
    words: list[str] = re.findall(r"[^\W\d_]+", text)
    for word in words:
        foreign = [c for c in word if c not in "ºª" and not unicodedata.name(c).startswith(own)]
        latin = all(unicodedata.name(c).startswith("LATIN") for c in foreign)
        if foreign and not (latin and len(foreign) == len(word)):
            return foreign[0]
    return ""


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _may_be_same(key: str, lang: str) -> bool:
    same = _rules()["same"]
    return key in same["everywhere"] or key in same.get(lang, ())


def _longest(key: str, english: str) -> int | None:
    """How many characters there is room for, where the place is narrow."""
    for pattern, room in _rules()["narrow"].items():
        if re.fullmatch(pattern, key):
            return max(int(room), len(english))
    return None


def _terms_lost(text: str, english: str, lang: str) -> Iterator[str]:
    """The key terms of the English text whose translation is not in this one."""
    glossary = _glossary()
    for term, pattern in glossary["en"].items():
        own = glossary.get(lang, {}).get(term)
        if (
            own
            and re.search(pattern, english, re.IGNORECASE)
            and not re.search(own, text, re.IGNORECASE)
        ):
            yield f"'{term}' is not '{own}'"


def _fit(key: str, patterns: Iterable[str]) -> int:
    """The length of the longest that is the key, or begins it and ends in a dot; 0 where there is none."""
    fitting = (p for p in patterns if key == p or (p.endswith(".") and key.startswith(p)))
    return max(map(len, fitting), default=0)


@cache
def translated() -> dict[str, str]:
    """The `sums` of the English words that the languages were translated from."""
    known: dict[str, str] = json.loads(TRANSLATED.read_text(encoding="utf-8"))
    return known


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((LOCALES / "translated.toml").read_text(encoding="utf-8"))


@cache
def _glossary() -> dict[str, dict[str, str]]:
    return tomllib.loads((LOCALES / "glossary.toml").read_text(encoding="utf-8"))
