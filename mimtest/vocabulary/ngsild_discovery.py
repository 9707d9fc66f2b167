"""Which types and attributes a broker says there are (GS CIM 009 5.2.24 to 5.2.28, 5.7.5 to 5.7.11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from mimtest.errors import Inconclusive
from mimtest.network.client import Answer
from mimtest.vocabulary.expect import (
    assert_equal,
    assert_status,
    assert_that,
    json_array,
    json_object,
    member,
    objects,
    of_type,
)
from mimtest.vocabulary.jsonld import DEFAULT_VOCABULARY, is_uri
from mimtest.vocabulary.ngsild import Broker, attributes_of, entities_in, types_of
from mimtest.vocabulary.ngsild_forms import Entity
from mimtest.vocabulary.ngsild_stock import Stock

_NGSI: Final = "https://uri.etsi.org/ngsi-ld/"


@dataclass(frozen=True, slots=True)
class Present:
    """Entities that are there for certain, held by the broker itself; with `own` all of their types."""

    entities: tuple[Entity, ...]
    own: bool

    @property
    def types(self) -> list[str]:
        """The types of the entities."""
        return sorted({t for e in self.entities for t in types_of(e)})

    @property
    def attributes(self) -> list[str]:
        """The attributes of the entities."""
        return sorted({n for e in self.entities for n in attributes_of(e)})

    def of(self, type: str) -> "Present":
        """Those of one type."""
        return Present(tuple(e for e in self.entities if type in types_of(e)), self.own)

    def having(self, attribute: str) -> "Present":
        """Those with an attribute."""
        return Present(tuple(e for e in self.entities if attribute in attributes_of(e)), self.own)

    def instances(self, attribute: str) -> list[Mapping[str, Any]]:
        """The instances of an attribute."""
        return [i for e in self.entities for i in attributes_of(e).get(attribute, ())]

    def kinds(self, attribute: str) -> set[str]:
        """The kinds of an attribute."""
        return {str(i.get("type")) for i in self.instances(attribute)}


def present_in(stock: Stock) -> Present:
    """What the stock has for certain: of data that is not ours, what the broker itself holds (5.7.11)."""
    if stock.own:
        return Present(stock.entities, own=True)
    asked = {"local": "true"} if stock.broker.holds_since("1.6.1") else {}
    answers = [stock.query(name, **asked) for name in stock.types]
    return Present(tuple(e for a in answers for e in entities_in(a)), own=False)


def path_to(collection: str, name: str) -> str:
    """The path of a type or an attribute by its name, which may be an IRI."""
    return f"/{collection}/{quote(name, safe='')}"


def listed_in(answer: Answer, kind: str, of: str) -> list[str]:
    """The names in an EntityTypeList or an AttributeList, those of the default vocabulary short."""
    __tracebackhide__ = True
    body = json_object(assert_status(answer, 200), f"the {kind}")
    _assert_identified(body, kind)
    return [short(n) for n in _listed(body, of, f"the {kind}")]


def _listed(body: Mapping[str, Any], name: str, what: str) -> list[str]:
    __tracebackhide__ = True
    held = member(body, name, None, what)
    names = [held] if isinstance(held, str) else of_type(held, list, f"'{name}' of {what}")
    return [of_type(n, str, f"an item of '{name}'") for n in names]


def plainly_named(names: Iterable[str]) -> list[str]:
    """Those that need no encoded slash in a path, which not every proxy lets through; else all."""
    listed = list(names)
    return [n for n in listed if "/" not in n] or listed


def described_at(broker: Broker, where: str, kind: str, of: str, name: str) -> dict[str, Any]:
    """The description of one type or attribute. Raises Inconclusive where slashes may be in the way."""
    __tracebackhide__ = True
    answer = broker.get(path_to(where, name))
    if "/" in name and answer.status in (400, 404):
        raise Inconclusive("no_data", "something on the way may not let encoded slashes through")
    return description_in(answer, kind, of, name)


def described_in(answer: Answer, kind: str, of: str) -> dict[str, dict[str, Any]]:
    """The descriptions in an array, by the name each of them has."""
    __tracebackhide__ = True
    body = json_array(assert_status(answer, 200), "the details")
    return {_name_in(d, kind, of): d for d in objects(body, "the details")}


def description_in(answer: Answer, kind: str, of: str, name: str) -> dict[str, Any]:
    """The description of one type or attribute, which has that name."""
    __tracebackhide__ = True
    body = json_object(assert_status(answer, 200), f"the {kind}")
    assert_equal(_name_in(body, kind, of), name, "the name")
    return body


def attribute_details_in(info: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The attributes an EntityTypeInfo describes, by their name."""
    __tracebackhide__ = True
    details = objects(
        member(info, "attributeDetails", list, "the EntityTypeInfo"), "the attributes"
    )
    return {_name_in(d, "Attribute", "attributeName"): d for d in details}


def names_in(body: Mapping[str, Any], name: str) -> set[str]:
    """A member that is an array of names; JSON-LD lets one stand alone (A16)."""
    __tracebackhide__ = True
    return {short(n) for n in _listed(body, name, "the description")}


def count_in(body: Mapping[str, Any], name: str) -> int:
    """A count, which is at least one."""
    __tracebackhide__ = True
    count: int = member(body, name, int)
    assert_that(count > 0, f"'{name}' is not positive", expected="at least 1", received=count)
    return count


def assert_covers(
    found: Iterable[str], known: Iterable[str], what: str, *, all_of_it: bool
) -> None:
    """The names have every known one; and no other where all are known."""
    __tracebackhide__ = True
    missing = sorted(set(known) - set(found))
    assert_that(not missing, f"{what} are missing", expected=missing, received=sorted(set(found)))
    surplus = sorted(set(found) - set(known)) if all_of_it else []
    assert_that(not surplus, f"there are {what} nothing has", expected="none", received=surplus)


def short(name: str) -> str:
    """A name of the default vocabulary, or a kind of attribute, without its namespace."""
    return name.removeprefix(DEFAULT_VOCABULARY).removeprefix(_NGSI)


def _name_in(body: Mapping[str, Any], kind: str, of: str) -> str:
    __tracebackhide__ = True
    _assert_identified(body, kind)
    return short(member(body, of, str, f"the {kind}"))


def _assert_identified(body: Mapping[str, Any], kind: str) -> None:
    __tracebackhide__ = True
    assert_equal(member(body, "type", str, f"the {kind}"), kind, "the type of the answer")
    own = member(body, "id", str, f"the {kind}")
    assert_that(is_uri(own), f"the id of the {kind} is no URI", expected="a URI", received=own)
