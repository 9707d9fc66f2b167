"""A question: its parameters by name in capitals, whether they came as key-value pairs or as XML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, tostring

from mimtest.sandbox.http import Request
from mimtest.sandbox.wfs.errors import BadParameterError, MissingParameterError, RefusedError
from mimtest.sandbox.wfs.filters import FES, parse_xml
from mimtest.sandbox.wfs.types import NAMESPACE, PREFIX, FeatureType

VERSIONS: Final = ("2.0.2", "2.0.0")
_WFS: Final = "http://www.opengis.net/wfs/2.0"
_QUERY_PREFIX: Final = "schema-element("


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked; `address` is where, without parameters."""

    params: Mapping[str, str]
    address: str

    @property
    def operation(self) -> str:
        """The operation's name. Raises MissingParameterError."""
        return self.need("REQUEST")

    def need(self, name: str) -> str:
        """A parameter that has to be there. Raises MissingParameterError."""
        if not self.params.get(name):
            raise MissingParameterError(name)
        return self.params[name]

    def names(self, *spellings: str) -> list[str]:
        """The names a parameter lists, under any of its spellings."""
        given = next((self.params[s] for s in spellings if self.params.get(s)), "")
        return [n for n in given.replace("(", "").replace(")", "").split(",") if n]

    def count(self, name: str) -> int | None:
        """A whole number from zero; None without. Raises BadParameterError."""
        text = self.params.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit()):
            raise BadParameterError(name, f"'{text}' is no whole number from 0")
        return int(text)


def read_ask(request: Request, address: str) -> Ask:
    """The question of a request. Raises RefusedError."""
    if request.method == "POST":
        return Ask(_from_xml(parse_xml(request.body, "request")), address)
    return Ask({name.upper(): value for name, value in request.param_pairs}, address)


def _from_xml(root: Element) -> dict[str, str]:
    space, _, operation = root.tag[1:].partition("}")
    if space != _WFS:
        raise RefusedError("OperationParsingFailed", f"{root.tag} is no request", "request")
    params = {name.upper(): value for name, value in root.attrib.items() if "}" not in name}
    params["REQUEST"] = operation
    params.setdefault("SERVICE", "WFS")
    for query in root.findall(f"{{{_WFS}}}Query"):
        params |= {name.upper(): value for name, value in query.attrib.items()}
        params["TYPENAMES"] = params.get("TYPENAMES", "").replace(" ", ",")
        for found in query.findall(f"{FES}Filter"):
            params["FILTER"] = tostring(found, encoding="unicode")
    for query in root.findall(f"{{{_WFS}}}StoredQuery"):
        params["STOREDQUERY_ID"] = query.get("id", "")
        for given in query.findall(f"{{{_WFS}}}Parameter"):
            params[given.get("name", "").upper()] = (given.text or "").strip()
    named = [(e.text or "").strip() for e in root.findall(f"{{{_WFS}}}TypeName")]
    if named:
        params["TYPENAMES"] = ",".join(named)
    return params


def find_type(name: str, ask: Ask, types: Mapping[str, FeatureType], parameter: str) -> FeatureType:
    """The feature type of a name with or without prefix. Raises BadParameterError."""
    plain = name.removeprefix(_QUERY_PREFIX)
    prefix, _, rest = plain.rpartition(":")
    spaces = {PREFIX: NAMESPACE, "": NAMESPACE, **_spaces(ask.params.get("NAMESPACES", ""))}
    if spaces.get(prefix) != NAMESPACE or rest not in types:
        raise BadParameterError(parameter, f"there is no feature type '{name}'")
    return types[rest]


def _spaces(text: str) -> dict[str, str]:
    """The prefixes of `xmlns(prefix,uri)xmlns(…)`."""
    declared = [p.strip(",").rstrip(")") for p in text.split("xmlns(") if p]
    return {p.strip(): u.strip() for p, _, u in (d.partition(",") for d in declared)}
