"""Texts people read: real ones, in one piece, in a language that is named, in the words of the model."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from mimtest.models.facts import ModelFacts
from mimtest.models.formats import is_absolute_uri
from mimtest.models.near_names import near
from mimtest.models.reading import Place, Reading
from mimtest.models.rule import Objection, rule

#: Signs and letters in a row that are not ASCII: where UTF-8 was read as something else.
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]{2,}")
_LOST: Final = "\ufffd"
_NO_TEXTS: Final = frozenset(
    (
        "",
        "null",
        "undefined",
        "nan",
        "n/a",
        "#n/a",
        "string",
        "todo",
        "tbd",
        "[object object]",
        "--",
        "lorem ipsum",
    )
)
_MARKUP: Final = re.compile(
    r"</?(?:p|br|b|i|a|div|span|strong|em|ul|li|font)\b[^<>]*>|&(?:amp|lt|gt|quot|nbsp|#\d+|[a-z]{1,3}(?:uml|acute|grave|lig));",
    re.IGNORECASE,
)
_LANGUAGE: Final = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_LANGUAGE: Final = "@none"
_TWO: Final = 2
#: The two-letter codes of ISO 639.
_LANGUAGES: Final = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
    ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne
    ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss
    st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu in iw ji
    """.split()  # noqa: SIM905 (a hundred and eighty quotes say no more)
)


def is_language(tag: str) -> bool:
    """Whether text is a language tag (BCP 47): well-formed, and the language one that exists."""
    if not _LANGUAGE.fullmatch(tag):
        return False
    primary = tag.partition("-")[0].lower()
    return len(primary) != _TWO or primary in _LANGUAGES


def _all_texts(reading: Reading, _: ModelFacts) -> tuple[Place, ...]:
    return reading.once("texts", lambda: _in_all_languages(reading))


def _in_all_languages(reading: Reading) -> Iterator[Place]:
    yield from reading.texts
    for languages in reading.language_maps:
        if isinstance(languages.value, dict):
            for tag, text in languages.value.items():
                if isinstance(text, str):
                    yield languages.inside(tag, text)


@rule("text-garbled", clause="RFC 8259 8.1", kind="suspect", of=_all_texts)
def _garbled(place: Place, _: ModelFacts) -> Objection | None:
    """No text was decoded wrongly on its way, such as MÃ¼hle for Mühle."""
    mended = _FOREIGN.sub(lambda m: _decoded(m[0]), place.value)
    if mended == place.value and _LOST not in place.value:
        return None
    expected = mended if _LOST not in mended else "the text as it was written"
    return Objection(f"{place.name} was decoded wrongly", expected[:80], place.value[:80])


def _decoded(run: str) -> str:
    """What the characters were before UTF-8 was taken for a Windows or Latin code page."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return run.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return run


@rule("text-without-content", clause="MIMs Plus 9.0 MIM2 R1.1", kind="suspect", of=_all_texts)
def _no_content(place: Place, facts: ModelFacts) -> Objection | None:
    """No text is empty or stands for nothing, such as null or n/a."""
    listed = place.value in facts.enumerations.get(place.name, ())
    if listed or place.value.strip().casefold() not in _NO_TEXTS:
        return None
    return Objection(f"{place.name} says nothing", "a text, or no attribute", repr(place.value))


@rule("text-with-odd-blanks", clause="RFC 8259 7", kind="suspect", of=_all_texts)
def _blanks(place: Place, _: ModelFacts) -> Objection | None:
    """No text has blanks around it or control characters in it."""
    text = place.value
    if text == text.strip() and not _CONTROL.search(text):
        return None
    return Objection(
        f"{place.name} has blanks around it or control characters",
        text.strip()[:80],
        repr(text)[:80],
    )


@rule("text-with-markup", clause="MIMs Plus 9.0 MIM2 R1.1", kind="suspect", of=_all_texts)
def _markup(place: Place, _: ModelFacts) -> Objection | None:
    """No text has the markup of web pages in it."""
    found = _MARKUP.search(place.value)
    if found is None or is_absolute_uri(place.value):
        return None
    return Objection(f"{place.name} has markup in it", "plain text", found[0])


@rule(
    "text-decomposed",
    clause="Unicode Standard Annex 15; W3C charmod-norm 3",
    kind="suspect",
    of=_all_texts,
)
def _decomposed(place: Place, _: ModelFacts) -> Objection | None:
    """Letters with accents are one character each, so that equal texts are equal."""
    if unicodedata.is_normalized("NFC", place.value):
        return None
    return Objection(
        f"{place.name} is not in normal form C", "composed letters", ascii(place.value)[:80]
    )


def _enumerated(reading: Reading, facts: ModelFacts) -> Iterator[Place]:
    """The values of attributes for which the model lists some."""
    for place in reading.values:
        if place.name in facts.enumerations:
            listed = place.value if isinstance(place.value, list) else [place.value]
            yield from (
                place.inside(str(i), v) if isinstance(place.value, list) else place
                for i, v in enumerate(listed)
                if isinstance(v, str)
            )


@rule("value-misspelled", clause="MIMs Plus 9.0 MIM2 R1.1", kind="suspect", of=_enumerated)
def _misspelled(place: Place, facts: ModelFacts) -> Objection | None:
    """Values that the model lists are spelled as it spells them."""
    listed = [v for v in facts.enumerations[place.name] if isinstance(v, str)]
    meant = None if place.value in listed else near(place.value, listed)
    if meant is None:
        return None
    return Objection(
        f"{place.name} has a listed value in another spelling", repr(meant), repr(place.value)
    )


def _tags(reading: Reading, _: ModelFacts) -> Iterator[Place]:
    for languages in reading.language_maps:
        if isinstance(languages.value, dict):
            yield from (languages.inside(tag, tag) for tag in languages.value)


@rule("language-unknown", clause="GS CIM 009 4.5.18; BCP 47", of=_tags)
def _unknown_language(place: Place, _: ModelFacts) -> Objection | None:
    """Languages are named by tags of BCP 47."""
    if place.value == _NO_LANGUAGE or is_language(place.value):
        return None
    return Objection(
        f"a language of {place.name} is no tag of BCP 47",
        "a tag such as de or pt-BR",
        repr(place.value),
    )


@rule("language-without-text", clause="GS CIM 009 4.5.18", of=lambda r, _: r.language_maps)
def _no_text(place: Place, _: ModelFacts) -> Objection | None:
    """What is said in several languages is text in each of them."""
    if (
        isinstance(place.value, dict)
        and place.value
        and all(map(_says_something, place.value.values()))
    ):
        return None
    return Objection(
        f"a language of {place.name} has no text",
        "text, or a list of texts",
        repr(place.value)[:80],
    )


def _says_something(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return bool(parts) and all(isinstance(p, str) and p.strip() for p in parts)
