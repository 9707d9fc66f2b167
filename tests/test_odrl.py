"""Reading policies in ODRL."""

from mimtest.models.graph import graph_of_json_ld
from mimtest.vocabulary import odrl, odrl_words
from mimtest.vocabulary.odrl_constraints import (
    constraints,
    strange_operators,
    strange_terms,
    wrong_in_constraint,
)
from mimtest.vocabulary.odrl_fitting import misfits, permissions, rulings

BASE = "https://city.example/"
TARGET = {"target": f"{BASE}data"}


def graph_of(*written):
    document = {"@context": odrl_words.context(), "@graph": list(written)}
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
    assert [r.actions for r in held] == [
        [f"{odrl_words.NAMESPACE}use"],
        [f"{odrl_words.NAMESPACE}attribute"],
    ]
    assert [r.wants_target for r in held] == [True, False]
    assert not strange_terms(graph, only(graph))


def test_what_stands_at_the_policy_holds_for_its_rules():
    graph = graph_of(policy(action="use", **TARGET, permission=[{"constraint": []}, {"duty": []}]))
    assert all(r.actions and r.targets for r in odrl.rules(graph, only(graph)))


def test_refined_actions_are_read_by_their_value():
    action = {"rdf:value": {"@id": "odrl:print"}, "refinement": [{"leftOperand": "count"}]}
    graph = graph_of(policy(permission=[{"action": action, **TARGET}]))
    (rule,) = odrl.rules(graph, only(graph))
    assert rule.actions == [f"{odrl_words.NAMESPACE}print"]
    assert rule.is_conditional
    (node,) = constraints(graph, only(graph))
    assert wrong_in_constraint(graph, node, profiled=False) == "no operator"


def test_constraints_in_lists_are_found():
    part = {"leftOperand": "purpose", "operator": "is", "rightOperand": "x"}
    for whole in ([part, part], {"@list": [part, part]}):
        graph = graph_of(policy(permission=[{"action": "use", "constraint": [{"xone": whole}]}]))
        found = constraints(graph, only(graph))
        assert len(found) == 3
        assert all(wrong_in_constraint(graph, n, profiled=False) is None for n in found)
        assert strange_operators(graph, only(graph)) == [f"{BASE}is"]


def test_words_of_others_are_strange():
    rule = {"action": f"{BASE}fly", "constraint": [{"leftOperand": f"{BASE}height"}]}
    graph = graph_of(policy(permission=[rule]))
    assert strange_terms(graph, only(graph)) == [f"{BASE}fly", f"{BASE}height"]
    assert not odrl.is_profiled(graph, only(graph))
    told = graph_of(policy(profile=f"{BASE}words", permission=[rule]))
    assert odrl.is_profiled(told, only(told))


def told(rulebook, graph):
    found = misfits(rulings(rulebook), permissions(graph, odrl.policies(graph)))
    return [m.sure for m in found]


def test_misfits_by_name_alone():
    rulebook = graph_of(
        policy(prohibition=[{"action": "sell"}], obligation=[{"action": "attribute"}])
    )
    fitting = graph_of(policy(permission=[{"action": "use", "duty": [{"action": "attribute"}]}]))
    wrong = graph_of(policy(permission=[{"action": ["use", "sell"]}]))
    assert not told(rulebook, fitting)
    assert told(rulebook, wrong) == [True, True]


def test_a_duty_is_owed_for_each_permission():
    rulebook = graph_of(policy(obligation=[{"action": "attribute"}]))
    duty = [{"action": "attribute"}]
    late = [{"action": "inform", "consequence": duty}]
    for other in ({}, {"duty": late}):
        half = policy(permission=[{"action": "use", "duty": duty}, {"action": "read", **other}])
        assert told(rulebook, graph_of(half)) == [True]
    whole = policy(obligation=duty, permission=[{"action": "use"}])
    assert not told(rulebook, graph_of(whole))


def test_rules_about_other_data_or_for_somebody_are_for_people():
    selling = graph_of(policy(target=f"{BASE}data/air", permission=[{"action": "sell"}]))
    part = {"uid": f"{BASE}data/air", "partOf": f"{BASE}data"}
    known = graph_of(policy(target=f"{BASE}data/air", permission=[{"action": "sell"}]), part)
    forbidden = graph_of(policy(target=f"{BASE}data", prohibition=[{"action": "sell"}]))
    somebody = graph_of(policy(assignee=f"{BASE}m", prohibition=[{"action": "sell"}]))
    assert told(forbidden, selling) == [False]
    assert told(forbidden, known) == [True]
    assert told(somebody, selling) == [False]


def test_conditional_prohibitions_are_not_weighed():
    rule = {"action": "sell", "constraint": [{"leftOperand": "purpose"}]}
    assert not rulings(graph_of(policy(prohibition=[rule])))


def test_what_is_inherited_counts():
    parent = {
        "uid": f"{BASE}parent",
        "assigner": f"{BASE}city",
        "obligation": [{"action": "inform"}],
    }
    child = policy(inheritFrom=f"{BASE}parent", permission=[{"action": "use", **TARGET}])
    graph = graph_of(child, parent)
    found = odrl.policies(graph, "Offer")[0]
    assert [r.kind for r in odrl.rules(graph, found)] == ["permission", "obligation"]
    assert odrl.names_party(graph, found, "assigner")
    assert not odrl.inherits_from_elsewhere(graph, found)
    assert odrl.inherits_from_elsewhere(graph_of(child), odrl.policies(graph_of(child))[0])


def test_inheriting_from_oneself_ends():
    around = [policy(inheritFrom=f"{BASE}q"), {"uid": f"{BASE}q", "inheritFrom": f"{BASE}p"}]
    graph = graph_of(*around)
    assert odrl.inherits_itself(graph, odrl.policies(graph)[0])
    assert not list(odrl.rules(graph, odrl.policies(graph)[0]))


def test_constraints_of_other_policies_are_not_ones_own():
    strange = {"leftOperand": "count", "operator": f"{BASE}is", "rightOperand": 3}
    other = {
        "uid": f"{BASE}q",
        "profile": f"{BASE}words",
        "permission": [{"constraint": [strange]}],
    }
    data = {"uid": f"{BASE}data", "hasPolicy": [f"{BASE}p", f"{BASE}q"]}
    graph = graph_of(policy(permission=[{"action": "use", **TARGET}]), other, data)
    mine = odrl.policies(graph, "Offer")[0]
    assert not constraints(graph, mine)
    assert not strange_operators(graph, mine)


def test_both_right_operands_are_one_too_many():
    both = {
        "leftOperand": "count", "operator": "eq", "rightOperand": 3, "rightOperandReference": f"{BASE}r",
    }  # fmt: skip
    graph = graph_of(policy(permission=[{"action": "use", "constraint": [both]}]))
    (node,) = constraints(graph, only(graph))
    assert "and" in wrong_in_constraint(graph, node, profiled=True)


def test_a_profile_joins_constraints_in_its_own_way():
    joined = {f"{BASE}atLeastTwo": [{"leftOperand": "count"}]}
    graph = graph_of(policy(permission=[{"action": "use", "constraint": [joined]}]))
    (node,) = constraints(graph, only(graph))
    assert wrong_in_constraint(graph, node, profiled=True) is None
    assert wrong_in_constraint(graph, node, profiled=False) == "no leftOperand"


def test_the_core_is_no_profile_of_other_words():
    graph = graph_of(policy(profile=f"{odrl_words.NAMESPACE}core", permission=[{"action": "use"}]))
    assert not odrl.is_profiled(graph, only(graph))


def test_words_as_the_published_context_misprints_them():
    part = {"leftOperand": "odrl:industry:", "operator": "odrl:neg", "rightOperand": "x"}
    graph = graph_of(policy(permission=[{"action": "use", "constraint": [part]}]))
    assert not strange_operators(graph, only(graph))
    assert not strange_terms(graph, only(graph))


def test_ways_out_of_conflicts_are_words_too():
    graph = graph_of(policy(conflict="perm", permission=[{"action": "use"}]))
    assert not strange_terms(graph, only(graph))
    graph = graph_of(policy(conflict="newest", permission=[{"action": "use"}]))
    assert strange_terms(graph, only(graph)) == [f"{BASE}newest"]


def test_words_of_creative_commons_are_in_the_common_vocabulary():
    graph = graph_of(policy(permission=[{"action": "cc:Distribution"}]))
    assert not strange_terms(graph, only(graph))


def test_addresses_in_the_dataspace_protocol_of_2024():
    load = odrl_words.loader(None)
    rule = {
        "odrl:action": "odrl:use",
        "odrl:constraint": {
            "odrl:leftOperand": "odrl:dateTime", "odrl:operator": "odrl:lteq", "odrl:rightOperand": "2027",
        },
    }  # fmt: skip
    offer = {"@id": "urn:o", "@type": "odrl:Offer", "odrl:permission": [rule]}
    document = {
        "@context": "https://w3id.org/dspace/2024/1/context.json",
        "@id": "urn:d",
        "@type": "dcat:Dataset",
        "odrl:hasPolicy": [offer],
    }
    graph = graph_of_json_ld(document, BASE, load)
    mine = only(graph)
    assert not strange_terms(graph, mine)
    assert not strange_operators(graph, mine)
    assert all(r.targets for r in odrl.rules(graph, mine))


def test_a_word_that_is_a_text_is_told():
    document = {
        "@context": {"odrl": odrl_words.NAMESPACE},
        "@id": f"{BASE}p",
        "odrl:permission": {"odrl:action": "odrl:use"},
    }
    graph = graph_of_json_ld(document, BASE, refuse)
    assert strange_terms(graph, only(graph)) == ["odrl:use (no IRI)"]
