"""Terms that are agreed, that fit the rulebook, and that are made from templates (MIM3 C2, C6)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable
from mimtest.target import origin_of
from mimtest.vocabulary.expect import assert_status, assert_that, excerpt
from mimtest.vocabulary.governance import PAGES, file_in, read_document, templates_in
from mimtest.vocabulary.odrl import (
    assert_in_policy,
    graph_of_policies,
    names_party,
    policies,
    require_some,
    rules,
)
from mimtest.vocabulary.odrl_fitting import misfits, permissions, rulings

pytestmark = pytest.mark.interface("rulebook", "dcat")
_MOST = 10


@pytest.mark.check(
    "CTR-LIC-09", clause="ODRL Information Model 2.2 2.1.3, 2.6.1, 2.6.2", level="passive"
)
def test_agreements_name_both_sides(terms_at, client):
    """Each agreement says who grants, who is granted, and what."""
    answer = assert_status(terms_at("agreements"), 200, what="the agreements")
    graph = graph_of_policies(answer, client)
    found = require_some(policies(graph, "Agreement"), "Agreement")
    for number, policy in enumerate(found, 1):
        held = list(rules(graph, policy))
        what = f"agreement {number} of {len(found)}"
        expected = "a permission, prohibition or obligation"
        assert_in_policy(
            graph, policy, held, f"{what} has no rule", expected=expected, received="none"
        )
        whole = {role: names_party(graph, policy, role) for role in ("assigner", "assignee")}
        whole["target"] = all(r.targets for r in held if r.wants_target)
        for name, holds in whole.items():
            assert_in_policy(
                graph,
                policy,
                holds,
                f"{what} has no {name}",
                expected=f"odrl:{name} at the agreement, or at each of its rules",
                received="none",
            )


@pytest.mark.check(
    "CTR-LIC-10", clause="MIM3 C2", strength="should", level="passive", rests_on=("CTR-LIC-06",)
)
def test_offers_fit_the_rulebook(offered, terms_at, client, looked):
    """No offer permits an action that the rulebook forbids without condition, or leaves a duty out that it demands."""
    rulebook = graph_of_policies(assert_status(terms_at("rules"), 200, what="the rules"), client)
    offered.witness()
    said = rulings(rulebook)
    permitted = permissions(offered.graph, require_some(offered.policies, "Policy"))
    if not said or not permitted:
        detail = "the rulebook forbids and demands nothing without condition" if not said else ""
        raise NotApplicable("not_offered", detail or "no policy permits anything")
    found = misfits(said, permitted)
    wrong = [m.told for m in found if m.sure]
    assert_that(
        not wrong,
        wrong[0] if wrong else "",
        expected="what the rulebook says",
        received="; ".join(wrong[:5]),
    )
    if found:
        detail = f"if the rulebook speaks of the same data and of everybody: {found[0].told}"
        raise Inconclusive("needs_review", detail)
    looked(
        f"{len(permitted)} permissions, by actions of the same name alone; what they mean is for people to judge"
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
    own, others = templates_in(answer)
    if not own and (others or "<script" in answer.text()):
        detail = f"the page of templates links no document or known licence: {excerpt(answer)}"
        raise Inconclusive("needs_review", detail)
    assert_that(
        own,
        "the page of templates leads to none",
        expected="a link to each template",
        received=excerpt(answer),
    )
    near = [a for a in own if origin_of(a) in target.origins][:_MOST]
    for address in near:
        template = client.get(address)
        assert_that(
            template.status in (401, 403) or template.status < 400,
            f"a template is not there: {address}",
            expected="status 200",
            received=f"status {template.status}",
        )
    looked(f"{len(near)} of {len(own)} links; whether templates serve is for people to judge")
