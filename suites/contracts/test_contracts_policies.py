"""Terms that programs understand: policies and agreements in ODRL 2.2, and whether they fit the rulebook (MIM3 C2, C6)."""

import pytest

from mimtest.errors import NotApplicable
from mimtest.target import origin_of
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.governance import (
    PAGES,
    file_in,
    page_in,
    read_document,
)
from mimtest.vocabulary.odrl import (
    FOR_PROGRAMS,
    NAMESPACE,
    graph_of_policies,
    is_profiled,
    kind_of,
    of,
    policies,
    require_some,
    rules,
    wants_target,
)
from mimtest.vocabulary.odrl_constraints import (
    constraints,
    lacks_in_constraint,
    names_at,
    strange_operators,
    strange_terms,
)
from mimtest.vocabulary.odrl_fitting import contradictions

pytestmark = pytest.mark.interface("rulebook", "dcat")


@pytest.fixture(scope="session")
def read(client, interface, identities):
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


@pytest.fixture
def offered(read, client, interface, request):
    """The policies that are offered: the answer they came in, its statements, and those of it that are policies.

    Where a catalogue names no document of them, they are those in it that have rules.
    """
    if interface.kind == "dcat" and "policy" not in interface.paths:
        return _in_catalogue(request.getfixturevalue("catalogue"), client)
    answer = assert_status(read("policy"), 200, what="the policies")
    graph = graph_of_policies(answer, client)
    return answer, graph, policies(graph)


def _in_catalogue(catalogue, client):
    for page in catalogue.pages:
        if NAMESPACE.encode() in page.answer.body:
            graph = graph_of_policies(page.answer, client)
            found = [p for p in policies(graph) if any(rules(graph, p))]
            if found:
                return page.answer, graph, found
    raise NotApplicable(
        "not_offered", "the catalogue has no policy, and the target file names none"
    )


@pytest.mark.check(
    "CTR-LIC-06", clause="ODRL Information Model 2.2 2.1, 2.2, 2.6, 2.7", level="passive"
)
def test_policies_have_rules(offered, looked):
    """Each policy has an identifier and a rule at least, and each rule an action and what it is about."""
    answer, graph, found = offered
    require_some(found, "Policy")
    for policy in found:
        what = f"the {kind_of(graph, policy)} {policy}"
        assert_that(
            answer.ok and policy.kind == "iri",
            f"a policy ({kind_of(graph, policy)}) has no identifier",
            expected="uid, an IRI",
            received="none",
        )
        held = list(rules(graph, policy))
        assert_that(
            held,
            f"{what} has no rule",
            expected="a permission, prohibition or obligation",
            received="none",
        )
        for rule in held:
            assert_that(
                rule.actions,
                f"a {rule.kind} of {what} has no action",
                expected="odrl:action",
                received="none",
            )
            assert_that(
                rule.has("target") or not wants_target(rule),
                f"a {rule.kind} of {what} is about nothing",
                expected="odrl:target at the rule or the policy, or odrl:hasPolicy that leads to it",
                received="none",
            )
    looked(f"{len(found)} policies")


@pytest.mark.check(
    "CTR-LIC-07",
    clause="ODRL Information Model 2.2 2.5",
    level="passive",
    rests_on=("CTR-LIC-06",),
)
def test_constraints_are_whole(offered):
    """Each constraint has both operands and an operator, which is one of ODRL's unless a profile brings others."""
    answer, graph, found = offered
    require_some(found, "Policy")
    some = False
    for policy in found:
        what = f"the {kind_of(graph, policy)} {policy}"
        for node in constraints(graph, policy):
            some = True
            lacking = lacks_in_constraint(graph, node)
            assert_that(
                answer.ok and lacking is None,
                f"a constraint of {what} has no {lacking}",
                expected="leftOperand, operator, and rightOperand or rightOperandReference",
                received=names_at(graph, node) or "nothing",
            )
        strange = strange_operators(graph, policy)
        assert_that(
            not strange or is_profiled(graph, policy),
            f"{what} has operators that ODRL does not have, and names no profile",
            expected="an operator of ODRL 2.2",
            received=", ".join(strange),
        )
    if not some:
        raise NotApplicable("not_offered", "no policy has a constraint")


@pytest.mark.check(
    "CTR-LIC-08",
    clause="ODRL Information Model 2.2 3",
    strength="should",
    level="passive",
    rests_on=("CTR-LIC-06",),
)
def test_strange_words_have_a_profile(offered):
    """A policy with actions or operands that ODRL does not have names the profile they are from."""
    answer, graph, found = offered
    require_some(found, "Policy")
    for policy in found:
        strange = strange_terms(graph, policy)
        assert_that(
            answer.ok and (not strange or is_profiled(graph, policy)),
            f"the {kind_of(graph, policy)} {policy} uses words that ODRL does not have",
            expected="odrl:profile with the IRI of the profile they are from",
            received=", ".join(strange),
        )


@pytest.mark.check("CTR-LIC-09", clause="ODRL Information Model 2.2 2.1.3", level="passive")
def test_agreements_name_both_sides(read, client):
    """Each agreement says who grants, who is granted, and what."""
    answer = assert_status(read("agreements"), 200, what="the agreements")
    graph = graph_of_policies(answer, client)
    found = require_some(policies(graph, "Agreement"), "Agreement")
    for number, policy in enumerate(found, 1):
        held = list(rules(graph, policy))
        assert_that(
            held,
            f"agreement {number} has no rule",
            expected="a permission, prohibition or obligation",
            received="none",
        )
        for name in ("assigner", "assignee", "target"):
            whole = of(graph, policy, name) or all(
                of(graph, r.node, name) for r in held if r.kind != "duty"
            )
            assert_that(
                whole,
                f"agreement {number} of {len(found)} has no {name}",
                expected=f"odrl:{name} at the agreement, or at each of its rules",
                received="none",
            )


@pytest.mark.check(
    "CTR-LIC-10", clause="MIM3 C2", strength="should", level="passive", rests_on=("CTR-LIC-06",)
)
def test_offers_fit_the_rulebook(offered, read, client, looked):
    """No offer permits an action that the rulebook forbids without condition, or leaves a duty out that it demands."""
    answer, graph, found = offered
    rulebook = graph_of_policies(assert_status(read("rules"), 200, what="the rules"), client)
    require_some(found, "Policy")
    wrong = contradictions(rulebook, graph, found)
    assert_that(
        answer.ok and not wrong,
        wrong[0] if wrong else "",
        expected="what the rulebook says",
        received="; ".join(wrong[:5]),
    )
    looked(
        f"{len(found)} policies, by actions of the same name alone; what they mean is for people to judge"
    )


@pytest.mark.check("CTR-LIC-11", clause="MIM3 C2", strength="may", level="passive")
def test_templates_can_be_had(client, interface, target, looked):
    """Templates for terms are named, and those that are linked at the target's own addresses are there."""
    place = interface.paths.get("templates")
    if place is None:
        raise NotApplicable("not_offered", "the target file names no paths.templates")
    answer = read_document(client, place, "the page of templates")
    if answer.media_type not in PAGES or file_in(answer):
        assert_that(
            answer.body.strip(), "the template is empty", expected="a text", received="nothing"
        )
        looked("one document; whether it serves is for people to judge")
        return
    page = page_in(answer)
    own = {a.partition("#")[0] for a in page.anchors if a.startswith("http") and a != answer.url}
    assert_that(
        own,
        "the page of templates leads to none",
        expected="a link to each template",
        received=excerpt(answer),
    )
    near = sorted(a for a in own if origin_of(a) in target.origins)[:10]
    for address in near:
        template = client.get(address)
        assert_that(
            template.status < 400,
            f"a template is not there: {address}",
            expected="status 200",
            received=f"status {template.status}",
        )
    looked(f"{len(near)} of {len(own)} links; whether templates serve is for people to judge")
