"""What the checks of the contracts suite start from."""

from dataclasses import dataclass

import pytest

from mimtest.errors import NotApplicable
from mimtest.models.graph import Graph, Term, graph_of_terms
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.target import Target
from mimtest.vocabulary.dcat import Catalogue, read_catalogue
from mimtest.vocabulary.expect import assert_status
from mimtest.vocabulary.odrl import FOR_PROGRAMS, graph_of_policies, policies, rules

#: What a catalogue says in words of ODRL, and what holds it together.
_POLICIES = """
SELECT ?s ?p ?o {
  ?s ?p ?o FILTER (STRSTARTS(STR(?p), STR(odrl:)) || ?p IN (rdf:type, rdf:first, rdf:rest, rdf:value, dct:license))
}"""


@pytest.fixture(scope="session")
def catalogue(client: Client, target: Target) -> Catalogue:
    """The catalogue of data (interfaces of kind dcat), every page of it, to be asked in SPARQL."""
    return read_catalogue(client, target.origins)


@pytest.fixture(scope="session")
def terms_at(client, interface, identities):
    """Read a document with policies that the target file names; one for members as a member."""

    def document(part):
        place = interface.paths.get(part)
        if place is None:
            raise NotApplicable("not_offered", f"the target file names no paths.{part}")
        fields = {"Accept": FOR_PROGRAMS}
        answer = client.get(place, headers=fields)
        member = identities.of(interface, "read", "full")
        if answer.received.status in (401, 403) and member:
            answer = client.get(place, headers={**member.fields, **fields}, auth=False)
        return answer

    return document


@dataclass(frozen=True)
class Offered:
    """Policies that are offered: the answers they came in, their statements, and which of these are policies."""

    answers: tuple[Answer, ...]
    graph: Graph
    policies: list[Term]

    def witness(self) -> None:
        """What was read becomes evidence of whoever asks."""
        assert all(a.ok for a in self.answers)


@pytest.fixture
def offered(terms_at, client, interface, request):
    """The policies that are offered; where a catalogue names no document of them, those in it that have rules."""
    if interface.kind == "dcat" and "policy" not in interface.paths:
        return _in_catalogue(request.getfixturevalue("catalogue"))
    answer = assert_status(terms_at("policy"), 200, what="the policies")
    graph = graph_of_policies(answer, client)
    return Offered((answer,), graph, policies(graph))


def _in_catalogue(catalogue):
    graph = graph_of_terms(catalogue.statements.terms(_POLICIES))
    found = [p for p in policies(graph) if any(rules(graph, p))]
    if not found:
        detail = "the catalogue has no policy, and the target file names none"
        raise NotApplicable("not_offered", detail)
    return Offered(tuple(p.answer for p in catalogue.pages), graph, found)
