"""What people are told before they agree: by its words, and in the terms of W3C DPV."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from mimtest.errors import Inconclusive
from mimtest.models.graph import SYNTAXES, Graph, graph_of_json_ld, graph_of_rdf
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.resources import SCHEMAS
from mimtest.vocabulary.webpage import read_page

_DPV: Final = re.compile(r"^https?://w3id\.org/dpv#([\w.-]+)$")
DPV: Final = "https://w3id.org/dpv#"
#: What an interface is asked for to get the notice for programs.
FOR_PROGRAMS: Final = (
    "application/ld+json, text/turtle;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7"
)
#: What GDPR 13 has people told, and words that speak of it in languages of the European Union.
TOPICS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "the controller": r"controller|verantwortlich|responsable|titular|titolare|verantwoordelijk|"
        r"personuppgiftsansvarig|dataansvarlig|rekisterinpitäjä|prevádzkovateľ|správc|administrator|adatkezelő",
        "the purpose": r"purpose|zweck|finalit|finalidad|doel|waarvoor|wofür|wozu|mihin käyt|miksi|how we use|ändamål|syfte|formål|tarkoitu|účel|\bcel\b|\bcelu|célj",
        "how long": r"retention|stor(ed|age)|kept for|speicher|aufbewahr|conserv|bewaar|bewar|lagr|opbevar|säilyt|"
        r"uchov|lehot|przechow|megőrz|tárol",
        "the rights": r"\brights?\b|recht|droits?\b|derecho|diritt|direitos|rättighet|rettighed|oikeu|práv|praw|\bjog",
        "a contact": r"[\w.+-]+@[\w-]+\.[\w.-]+|mailto:|tel:|contact|kontakt|contatt|contato|yhtey|kapcsolat|telefon|puhelin|postbus|\b[Bb]el \d|postadr|anschrift",
    }.items()
}
#: How somebody can be reached: an address for mail, a telephone number, a page for that, or a postal address.
_REACHED: Final = re.compile(
    r"[\w.+-]+(?:@|\(at\)|\[at\]| \(at\) )[\w-]+\.[\w-]|mailto:|tel:|\+\d[\d ()/-]{6,}|\b0\d{1,4}[ /-]\d[\d -]{4,}|"
    r"https?://\S*(?:kontakt|contact|contatt|contato|kapcsolat|yhtey|feedback|palaute|formular|form\b|dpo|priva|"
    r"datenschutz|tietosuoja|gdpr)|(?-i:\b(?:\d{5}|[1-9]\d{3} [A-Z]{2}|(?!19|20)\d{4}) [A-ZÄÖÜÅ][\w-]{2,})",
    re.IGNORECASE,
)
#: What a notice in DPV says, and the properties that say it.
TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "a purpose": ("hasPurpose",),
    "the personal data": ("hasPersonalData", "hasData"),
    "the controller": ("hasDataController", "hasJointDataControllers"),
    "the legal basis": ("hasLegalBasis",),
    "how long or for whom": (
        "hasStorageCondition",
        "hasDuration",
        "hasRecipient",
        "hasRecipientDataController",
    ),
}


def words_in(answer: Answer) -> str:
    """The text of a notice, with where its links lead. Raises Inconclusive for what is no text."""
    if answer.media_type in ("text/html", "application/xhtml+xml"):
        page = read_page(answer)
        return "\n".join((page.title, page.text, *page.anchors))
    if answer.media_type.startswith("text/") or "json" in answer.media_type:
        return answer.text()
    detail = f"the notice is {answer.media_type or 'of no named type'}, which people read"
    raise Inconclusive("needs_review", detail)


def unspoken(text: str) -> list[str]:
    """Of what a notice does not speak, by its words."""
    silent = [topic for topic, words in TOPICS.items() if not words.search(text)]
    return [t for t in silent if t != "a contact" or not _REACHED.search(text)]


def names_a_contact(text: str) -> bool:
    """Whether a text says how somebody is reached. Raises Inconclusive where only a link may lead there."""
    if _REACHED.search(text):
        return True
    if "://" in text:
        raise Inconclusive("needs_review", "only links are there, and none is called a contact")
    return False


def graph_of_notice(answer: Answer, client: Client) -> Graph | None:
    """The statements of a notice for programs; None where it is no RDF. Raises Contradiction."""
    if answer.media_type in SYNTAXES:
        return graph_of_rdf(answer.body, answer.media_type, answer.url)
    if "json" not in answer.media_type:
        return None
    document = answer.json()
    if not isinstance(document, Mapping | list) or "@context" not in answer.text():
        return None
    return graph_of_json_ld(document, answer.url, lambda url: _context(client, url))


def _context(client: Client, url: str) -> Any:
    """A @context that a notice names, where it may be asked for."""
    answer = client.get(url, headers={"Accept": "application/ld+json"}, auth=False)
    if not answer.ok:
        raise Inconclusive("unresolved_reference", f"{url} is answered {answer.status}")
    return answer.json()


def untold(graph: Graph) -> list[str]:
    """What a notice in DPV does not say."""
    used = set(_predicates(graph))
    return [what for what, names in TOLD.items() if not used & {f"{DPV}{n}" for n in names}]


def unknown_terms(graph: Graph) -> tuple[int, list[str]]:
    """How many terms of DPV are used, and which of them it does not have."""
    found = {m[1] for name in _names(graph) if (m := _DPV.match(name))}
    return len(found), sorted(found - terms())


def _predicates(graph: Graph) -> Iterator[str]:
    """Properties, those of DPV under the address it gives itself."""
    for name in graph.predicates:
        match = _DPV.match(name)
        yield f"{DPV}{match[1]}" if match else name


def _names(graph: Graph) -> Iterator[str]:
    yield from graph.predicates
    for thing in graph.things:
        yield from (t.value for t in (thing, *graph.of(thing)) if t.kind == "iri")


@cache
def terms() -> frozenset[str]:
    """The local names of DPV's terms."""
    text = (SCHEMAS / "dpv" / "terms.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
