"""Policies in ODRL 2.2: read as statements, so that spelling in JSON-LD does not matter."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mimtest.errors import Contradiction, Inconclusive
from mimtest.models.graph import RDF_TYPE, SYNTAXES, Graph, Term, graph_of_json_ld, graph_of_rdf
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.odrl_words import NAMESPACE, RDF, loader, terms

#: What a policy in RDF is asked for with.
FOR_PROGRAMS: Final = (
    "application/ld+json, text/turtle;q=0.9, application/rdf+xml;q=0.8, application/json;q=0.7"
)
_VALUE: Final = f"{RDF}value"
_RULES: Final = ("permission", "prohibition", "obligation")
_DUTIES: Final = ("duty", "consequence", "remedy")
_LINKED: Final = "http://www.w3.org/ns/json-ld#context"
_LICENCE: Final = "http://purl.org/dc/terms/license"
_CORE: Final = f"{NAMESPACE}core"
_DEEPEST: Final = 12


def graph_of_policies(answer: Answer, client: Client) -> Graph:
    """The statements of a document with policies. Raises Contradiction for what is no RDF, Inconclusive for an empty one."""
    if answer.media_type in SYNTAXES:
        return graph_of_rdf(answer.body, answer.media_type, answer.url)
    document = answer.json()
    if document in ([], {}) or (isinstance(document, dict) and document.get("@graph") == []):
        raise Inconclusive("no_data", f"{answer.url} has nothing in it")
    linked = [k["href"] for k in answer.links if k.get("rel") == _LINKED]
    if linked and answer.media_type != "application/ld+json":  # JSON-LD 1.1, 6.1
        document = {"@context": linked[0], "@graph": document}
    return graph_of_json_ld(document, answer.url, loader(client))


@dataclass(frozen=True)
class Rule:
    """A permission, prohibition, obligation or duty of a policy.

    Properties at the policy, and at those it inherits from, hold for all of its rules (2.7.1, 2.9).
    """

    graph: Graph
    policy: Term
    node: Term
    kind: str

    @property
    def actions(self) -> list[str]:
        """What it is about: addresses of actions, those of refined ones, too."""
        return [v.value for t in self.all("action") for v in self.graph.of(t, _VALUE) or [t]]

    def all(self, name: str) -> list[Term]:
        """What the rule has under a name of ODRL, else its policy, else those that this inherits from."""
        places = (self.node, *family(self.graph, self.policy))
        return next((found for p in places if (found := of(self.graph, p, name))), [])

    @property
    def targets(self) -> list[Term]:
        """What the rule is about; what leads to its policy, too (2.2.3), as its licence does."""
        return [*self.all("target"), *self.graph.to(self.policy, f"{NAMESPACE}hasPolicy", _LICENCE)]

    @property
    def duties(self) -> list["Rule"]:
        """What has to be done for a permission."""
        found = of(self.graph, self.node, "duty")
        return [Rule(self.graph, self.policy, node, "duty") for node in found]

    @property
    def wants_target(self) -> bool:
        """Whether it has to say what it is about (2.6.1, 2.6.2)."""
        return self.kind in ("permission", "prohibition")

    @property
    def is_conditional(self) -> bool:
        """Whether it holds under some conditions alone, or for some actions of a kind."""
        refined = [a for a in self.all("action") if of(self.graph, a, "refinement")]
        return bool(of(self.graph, self.node, "constraint") or refined)


def of(graph: Graph, thing: Term, *names: str) -> list[Term]:
    """What a thing has under names of ODRL."""
    return graph.of(thing, *(f"{NAMESPACE}{n}" for n in names))


def policies(graph: Graph, *classes: str) -> list[Term]:
    """The policies: things of one of these classes of ODRL, else of any, or that have rules."""
    found = graph.a(*(f"{NAMESPACE}{c}" for c in classes or terms()["policies"]))
    if classes:
        return found
    ruling = (t for t in graph.things if of(graph, t, *_RULES))
    return list(dict.fromkeys([*found, *ruling]))


def family(graph: Graph, policy: Term) -> list[Term]:
    """A policy and those it inherits from, as far as the document has them."""
    found = [policy]
    for member in found:
        found += [p for p in of(graph, member, "inheritFrom") if p not in found]
    return found


def inherits_itself(graph: Graph, policy: Term) -> bool:
    """Whether a policy inherits from itself, by way of others, too."""
    return any(policy in of(graph, m, "inheritFrom") for m in family(graph, policy))


def inherits_from_elsewhere(graph: Graph, policy: Term) -> bool:
    """Whether a policy inherits from one that the document does not have."""
    return any(not graph.of(m) for m in family(graph, policy))


def rules(graph: Graph, policy: Term) -> Iterator[Rule]:
    """The rules of a policy, with the duties of its permissions and what follows when they are not kept."""
    for member in family(graph, policy):
        for kind in _RULES:
            for node in of(graph, member, kind):
                yield from _with_duties(Rule(graph, policy, node, kind), _DEEPEST)


def _with_duties(rule: Rule, depth: int) -> Iterator[Rule]:
    yield rule
    for kind in _DUTIES if depth else ():
        for node in of(rule.graph, rule.node, kind):
            yield from _with_duties(Rule(rule.graph, rule.policy, node, kind), depth - 1)


def assert_in_policy(graph: Graph, policy: Term, holds: object, told: str, **said: str) -> None:
    """Something holds of a policy. Raises Contradiction; Inconclusive where it inherits from one that is not at hand."""
    __tracebackhide__ = True
    if not holds and inherits_from_elsewhere(graph, policy):
        raise Inconclusive(
            "needs_review", f"{told}, unless a policy elsewhere that it inherits from"
        )
    assert_that(holds, told, **said)


def names_party(graph: Graph, policy: Term, role: str) -> bool:
    """Whether a policy names an `assigner` or `assignee` for each of its rules (2.1.2, 2.1.3, 2.3.3)."""
    own = [r for r in rules(graph, policy) if r.kind in _RULES]
    shared = any(of(graph, m, role) for m in family(graph, policy))
    led_to = graph.to(policy, f"{NAMESPACE}{role}Of")
    return bool(shared or led_to) or (bool(own) and all(r.all(role) for r in own))


def is_profiled(graph: Graph, policy: Term) -> bool:
    """Whether a policy names the profile whose words it uses: another than that of ODRL's core."""
    named = [t for m in family(graph, policy) for t in of(graph, m, "profile")]
    return any(":" in t.value and t.value != _CORE for t in named)


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
