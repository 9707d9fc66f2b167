"""Reading policies in ODRL."""

from mimtest.models.graph import graph_of_json_ld
from mimtest.vocabulary import odrl
from mimtest.vocabulary.odrl_constraints import (
    constraints,
    lacks_in_constraint,
    strange_operators,
    strange_terms,
)
from mimtest.vocabulary.odrl_fitting import contradictions

BASE = "https://city.example/"
TARGET = {"target": f"{BASE}data"}


def graph_of(*written):
    document = {"@context": odrl.context(), "@graph": list(written)}
    return graph_of_json_ld(document, BASE, refuse)


def refuse(url):
    raise AssertionError(url)


def policy(**said):
    return {"@type": "Offer", "uid": f"{BASE}p", **said}


def only(graph):
    (found,) = odrl.policies(graph)
    return found


def test_rules_and_their_duties():
    graph = graph_of(
        policy(permission=[{"action": "use", **TARGET, "duty": [{"action": "attribute"}]}])
    )
    held = list(odrl.rules(graph, only(graph)))
    assert [r.kind for r in held] == ["permission", "duty"]
    assert [r.actions for r in held] == [[f"{odrl.NAMESPACE}use"], [f"{odrl.NAMESPACE}attribute"]]
    assert [odrl.wants_target(r) for r in held] == [True, False]
    assert not strange_terms(graph, only(graph))


def test_what_stands_at_the_policy_holds_for_its_rules():
    graph = graph_of(policy(action="use", **TARGET, permission=[{"constraint": []}, {"duty": []}]))
    assert all(r.actions and r.has("target") for r in odrl.rules(graph, only(graph)))


def test_refined_actions_are_read_by_their_value():
    action = {"rdf:value": {"@id": "odrl:print"}, "refinement": [{"leftOperand": "count"}]}
    graph = graph_of(policy(permission=[{"action": action, **TARGET}]))
    (rule,) = odrl.rules(graph, only(graph))
    assert rule.actions == [f"{odrl.NAMESPACE}print"]
    assert rule.is_conditional
    (node,) = constraints(graph, only(graph))
    assert lacks_in_constraint(graph, node) == "operator"


def test_constraints_in_lists_are_found():
    part = {"leftOperand": "purpose", "operator": "is", "rightOperand": "x"}
    for whole in ([part, part], {"@list": [part, part]}):
        graph = graph_of(policy(permission=[{"action": "use", "constraint": [{"xone": whole}]}]))
        found = constraints(graph, only(graph))
        assert len(found) == 3
        assert all(lacks_in_constraint(graph, n) is None for n in found)
        assert strange_operators(graph, only(graph)) == [f"{BASE}is"]


def test_words_of_others_are_strange():
    rule = {"action": f"{BASE}fly", "constraint": [{"leftOperand": f"{BASE}height"}]}
    graph = graph_of(policy(permission=[rule]))
    assert strange_terms(graph, only(graph)) == [f"{BASE}fly", f"{BASE}height"]
    assert not odrl.is_profiled(graph, only(graph))
    told = graph_of(policy(profile=f"{BASE}words", permission=[rule]))
    assert odrl.is_profiled(told, only(told))


def test_contradictions_by_name_alone():
    rulebook = graph_of(
        policy(prohibition=[{"action": "sell"}], obligation=[{"action": "attribute"}])
    )
    fitting = graph_of(policy(permission=[{"action": "use", "duty": [{"action": "attribute"}]}]))
    wrong = graph_of(policy(permission=[{"action": ["use", "sell"]}]))
    assert not contradictions(rulebook, fitting, odrl.policies(fitting))
    assert len(contradictions(rulebook, wrong, odrl.policies(wrong))) == 2


def test_conditional_prohibitions_are_not_weighed():
    rule = {"action": "sell", "constraint": [{"leftOperand": "purpose"}]}
    rulebook = graph_of(policy(prohibition=[rule]))
    selling = graph_of(policy(permission=[{"action": "sell"}]))
    assert not contradictions(rulebook, selling, odrl.policies(selling))
