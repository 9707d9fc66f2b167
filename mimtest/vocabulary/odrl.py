"""Policies in ODRL 2.2: read as statements, so that spelling in JSON-LD does not matter."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.graph import RDF_TYPE, SYNTAXES, Graph, Term, graph_of_json_ld, graph_of_rdf
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.resources import SCHEMAS

NAMESPACE: Final = "http://www.w3.org/ns/odrl/2/"
CONTEXTS: Final = ("http://www.w3.org/ns/odrl.jsonld", "https://www.w3.org/ns/odrl.jsonld")
#: What a policy in RDF is asked for with.
FOR_PROGRAMS: Final = (
    "application/ld+json, text/turtle;q=0.9, application/rdf+xml;q=0.8, application/json;q=0.7"
)
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PREFIXES: Final = {
    "odrl": NAMESPACE,
    "rdf": RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "http://schema.org/",
    "cc": "http://creativecommons.org/ns#",
}
_RULES: Final = ("permission", "prohibition", "obligation")
_DUTIES: Final = ("duty", "consequence", "remedy")
DEEPEST: Final = 12


@cache
def terms() -> Mapping[str, tuple[str, ...]]:
    """The names of ODRL 2.2 by what they are."""
    text = (SCHEMAS / "odrl" / "terms.toml").read_text(encoding="utf-8")
    return {kind: tuple(names) for kind, names in tomllib.loads(text).items()}


@cache
def context() -> Mapping[str, Any]:
    """A JSON-LD @context with the names of ODRL, in place of the published one, which nobody is asked for."""
    known = terms()
    words = (
        "core_actions",
        "actions",
        "old_actions",
        "operands",
        "operators",
        "logical",
        "policies",
        "classes",
    )
    plain = {n: f"odrl:{n}" for kind in (*words, "texts") for n in known[kind]}
    named = {n: {"@id": f"odrl:{n}", "@type": "@vocab"} for n in known["named"]}
    things = {n: {"@id": f"odrl:{n}", "@type": "@id"} for n in known["things"]}
    own = {"@version": 1.1, "uid": "@id", "id": "@id", "type": "@type"}
    lists = {
        n: {"@id": f"odrl:{n}", "@type": "@id", "@container": "@list"} for n in ("andSequence",)
    }
    return {**_PREFIXES, **own, **plain, **named, **things, **lists}


def graph_of_policies(answer: Answer, client: Client) -> Graph:
    """The statements of a document with policies. Raises Contradiction for what is no RDF."""
    if answer.media_type in SYNTAXES:
        return graph_of_rdf(answer.body, answer.media_type, answer.url)
    return graph_of_json_ld(answer.json(), answer.url, loader(client))


def loader(client: Client) -> Callable[[str], Any]:
    """Gives the @contexts that a document names: ODRL's as it is known here, others where they may be asked for."""

    def load(url: str) -> Any:
        if url.partition("#")[0] in CONTEXTS:
            return {"@context": dict(context())}
        answer = client.get(url, headers={"Accept": "application/ld+json"}, auth=False)
        if not answer.ok:
            raise Inconclusive("unresolved_reference", f"{url} is answered {answer.status}")
        return answer.json()

    return load


@dataclass(frozen=True)
class Rule:
    """A permission, prohibition or duty of a policy. Properties at the policy hold for all of its rules."""

    graph: Graph
    policy: Term
    node: Term
    kind: str

    @property
    def actions(self) -> list[str]:
        """What it is about: addresses of actions, those of refined ones, too."""
        own = _values(self.graph, self.node, "action")
        return own or _values(self.graph, self.policy, "action")

    def has(self, name: str) -> bool:
        """Whether the rule or its policy has something under a name of ODRL."""
        return bool(of(self.graph, self.node, name) or of(self.graph, self.policy, name))

    @property
    def is_conditional(self) -> bool:
        """Whether it holds under some conditions alone, or for some actions of a kind."""
        actions = of(self.graph, self.node, "action")
        refined = [a for a in actions if of(self.graph, a, "refinement")]
        return bool(of(self.graph, self.node, "constraint") or refined)


def of(graph: Graph, thing: Term, *names: str) -> list[Term]:
    """What a thing has under names of ODRL."""
    return graph.of(thing, *(f"{NAMESPACE}{n}" for n in names))


def _values(graph: Graph, thing: Term, name: str) -> list[str]:
    found = of(graph, thing, name)
    return [v.value for t in found for v in (graph.of(t, f"{RDF}value") or [t])]


def policies(graph: Graph, *classes: str) -> list[Term]:
    """The policies: things of one of these classes of ODRL, else of any, or that have rules."""
    found = graph.a(*(f"{NAMESPACE}{c}" for c in classes or terms()["policies"]))
    if classes:
        return found
    ruling = (t for t in graph.things if of(graph, t, *_RULES))
    return list(dict.fromkeys([*found, *ruling]))


def rules(graph: Graph, policy: Term) -> Iterator[Rule]:
    """The rules of a policy, with the duties of its permissions and what follows when they are not kept."""
    for kind in _RULES:
        for node in of(graph, policy, kind):
            yield from _with_duties(Rule(graph, policy, node, kind), DEEPEST)


def _with_duties(rule: Rule, depth: int) -> Iterator[Rule]:
    yield rule
    for node in of(rule.graph, rule.node, *_DUTIES) if depth else ():
        yield from _with_duties(Rule(rule.graph, rule.policy, node, "duty"), depth - 1)


def is_profiled(graph: Graph, policy: Term) -> bool:
    """Whether a policy names the profile whose words it uses."""
    return any(t.kind == "iri" for t in of(graph, policy, "profile"))


def kind_of(graph: Graph, policy: Term) -> str:
    """What kind of policy it is, by the name of its class."""
    classes = [t.value for t in graph.of(policy, RDF_TYPE) if t.value.startswith(NAMESPACE)]
    return classes[0].removeprefix(NAMESPACE) if classes else "policy"


def require_some(found: list[Term], what: str) -> list[Term]:
    """The policies found. Raises Contradiction where there is none."""
    if not found:
        msg = f"the document holds no {what} of ODRL"
        raise Contradiction(msg, expected=f"odrl:{what}", received="none")
    return found


def wants_target(rule: Rule) -> bool:
    """Whether a rule has to say what it is about: not a duty, nor one of a policy that an asset leads to."""
    led_to = rule.graph.to(rule.policy, f"{NAMESPACE}hasPolicy")
    return rule.kind in ("permission", "prohibition") and not led_to
