"""Ways to break policies and agreements in ODRL, and permitted ways to write them."""

from typing import Any, Final

from mimtest.sandbox.faults.contracts.terms_messages import at, reworked
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.manners import problem

_POLICIES: Final = "/terms/policies"


def _offer(document: Any) -> dict[str, Any]:
    offer: dict[str, Any] = document["@graph"][0]
    return offer


def _constraint(document: Any) -> dict[str, Any]:
    found: dict[str, Any] = _offer(document)["permission"][0]["constraint"][0]
    return found


@reworked(_POLICIES, "ctr-lic-no-uid", "CTR-LIC-06")
def has_no_identifier(document: Any) -> None:
    """A policy has no identifier."""
    del _offer(document)["uid"]


@reworked(_POLICIES, "ctr-lic-no-rule", "CTR-LIC-06")
def has_no_rules(document: Any) -> None:
    """The rules of a policy are under a name that ODRL does not have."""
    offer = _offer(document)
    offer["permissions"] = offer.pop("permission")
    del offer["prohibition"]


@reworked(_POLICIES, "ctr-lic-no-action", "CTR-LIC-06")
def has_no_action(document: Any) -> None:
    """A prohibition has no action."""
    del _offer(document)["prohibition"][0]["action"]


@reworked(_POLICIES, "ctr-lic-no-target", "CTR-LIC-06")
def is_about_nothing(document: Any) -> None:
    """A permission does not say what it is about."""
    del _offer(document)["permission"][0]["target"]


@reworked(_POLICIES, "ctr-lic-no-right-operand", "CTR-LIC-07")
def has_no_right_operand(document: Any) -> None:
    """A constraint has nothing to compare with."""
    del _constraint(document)["rightOperand"]


@reworked(_POLICIES, "ctr-lic-part-incomplete", "CTR-LIC-07")
def has_half_a_part(document: Any) -> None:
    """One of the constraints that are put together to one has no operator."""
    whole = document["@graph"][1]["permission"][0]["constraint"][0]
    del whole["and"]["@list"][1]["operator"]


@reworked(_POLICIES, "ctr-lic-strange-operator", "CTR-LIC-07")
def makes_up_an_operator(document: Any) -> None:
    """A constraint has an operator that is written as in a programming language."""
    _constraint(document)["operator"] = "lessThan"


@reworked(_POLICIES, "ctr-lic-no-profile", "CTR-LIC-08")
def names_no_profile(document: Any) -> None:
    """A policy uses an action of its own and names no profile."""
    del document["@graph"][1]["profile"]


@reworked(_POLICIES, "ctr-lic-inherits-itself", "CTR-LIC-06")
def inherits_from_itself(document: Any) -> None:
    """Two policies inherit from each other."""
    one, other = document["@graph"][:2]
    one["inheritFrom"], other["inheritFrom"] = other["uid"], one["uid"]


@reworked(_POLICIES, "ctr-lic-both-right-operands", "CTR-LIC-07")
def has_both_right_operands(document: Any) -> None:
    """A constraint compares with a value and with what stands at an address."""
    _constraint(document)["rightOperandReference"] = "https://mimtest.example/end"


@reworked(_POLICIES, "ctr-lic-strange-conflict", "CTR-LIC-08")
def makes_up_a_way_out(document: Any) -> None:
    """Conflicts are settled in a way that ODRL does not have."""
    _offer(document)["conflict"] = "newest"


@reworked(_POLICIES, "ctr-lic-no-assigner", "CTR-LIC-12")
def does_not_say_who_offers(document: Any) -> None:
    """An offer does not say who offers."""
    del _offer(document)["assigner"]


@reworked("/terms/agreements", "ctr-lic-no-assignee", "CTR-LIC-09")
def names_one_side(document: Any) -> None:
    """An agreement does not say whom it is with."""
    del document["assignee"]


@reworked("/terms/agreements", "ctr-lic-no-agreement", "CTR-LIC-09")
def calls_it_an_offer(document: Any) -> None:
    """What was agreed is called an offer."""
    document["@type"] = "Offer"


@reworked("/terms/agreements", "ctr-lic-agreed-on-nothing", "CTR-LIC-09")
def agrees_on_nothing(document: Any) -> None:
    """An agreement does not say what it is about."""
    del document["target"]


@reworked("/terms/agreements", "ctr-lic-agreed-payment")
def agrees_on_payment(document: Any) -> None:
    """An agreement obliges to pay, and its obligation is about no data."""
    del document["target"], document["permission"]
    document["obligation"] = [{"action": "compensate"}]


@reworked(_POLICIES, "ctr-lic-one-without-duty", "CTR-LIC-10")
def leaves_one_duty_out(document: Any) -> None:
    """An offer has the duty that is demanded for one of its permissions alone."""
    data = _offer(document)["permission"][0]["target"]
    _offer(document)["permission"].append({"target": data, "action": "archive"})


@reworked(_POLICIES, "ctr-lic-permits-the-forbidden", "CTR-LIC-10")
def permits_what_is_forbidden(document: Any) -> None:
    """An offer permits to sell, which the rulebook forbids."""
    offer = _offer(document)
    offer["permission"].append(offer.pop("prohibition")[0])


@reworked(_POLICIES, "ctr-lic-no-duty", "CTR-LIC-10")
def leaves_the_duty_out(document: Any) -> None:
    """An offer does not demand that the source be named."""
    del _offer(document)["permission"][0]["duty"]


@at("/terms/templates", "ctr-lic-no-templates", "CTR-LIC-11")
def links_no_templates(_: Request, response: Response) -> Response:
    """The page of templates leads to none."""
    return response.with_body(response.body.replace(b"<a ", b"<i ").replace(b"</a>", b"</i>"))


@at("/terms/templates/agreement", "ctr-lic-template-gone", "CTR-LIC-11")
def lost_a_template(_: Request, __: Response) -> Response:
    """A template that is linked is not there."""
    return problem(404, "there is nothing here")


@reworked(_POLICIES, "ctr-lic-compact")
def writes_compactly(document: Any) -> None:
    """Action, target and duty of all rules stand at the policy, with two actions in one rule."""
    offer = _offer(document)
    rule = offer["permission"][0]
    offer["target"] = rule.pop("target")
    rule["action"] = ["use", "index"]
    rule["constraint"] = rule["constraint"][0]
    del offer["prohibition"]
    offer["obligation"] = rule.pop("duty")


@reworked(_POLICIES, "ctr-lic-refined")
def refines_an_action(document: Any) -> None:
    """An action is refined: the same action, up to a count."""
    _offer(document)["permission"][0]["action"] = {
        "rdf:value": {"@id": "odrl:reproduce"},
        "refinement": [{"leftOperand": "count", "operator": "lteq", "rightOperand": 3}],
    }


@reworked(_POLICIES, "ctr-lic-led-to")
def is_led_to(document: Any) -> None:
    """A policy does not say what it is about: the asset leads to it."""
    offer = _offer(document)
    asset = offer["permission"][0].pop("target")
    offer["prohibition"][0].pop("target")
    document["@graph"][2]["hasPolicy"] = offer["uid"]
    assert document["@graph"][2]["uid"] == asset


@reworked(_POLICIES, "ctr-lic-inherited")
def inherits_rules(document: Any) -> None:
    """An offer has its duty, its assigner and its way out of conflicts from a policy that it inherits from."""
    offer = _offer(document)
    offer["inheritFrom"] = f"{offer['uid']}-base"
    base = {"@type": "Set", "uid": offer["inheritFrom"], "conflict": "perm"}
    base["assigner"] = offer.pop("assigner")
    base["obligation"] = [{"action": "attribute"}]
    del offer["permission"][0]["duty"]
    document["@graph"].append(base)


@reworked(_POLICIES, "ctr-lic-joined-by-profile")
def joins_by_profile(document: Any) -> None:
    """Constraints are put together in a way that a profile brings, and conflicts settled in one of its own."""
    offer = document["@graph"][1]
    offer["conflict"] = "mim:newest"
    offer["permission"][0]["constraint"] = [{"mim:mostOf": [{"@id": f"{offer['uid']}-c1"}]}]


@reworked(_POLICIES, "ctr-lic-in-dataspace")
def stands_in_a_dataspace(document: Any) -> None:
    """The offer is that of a dataset in a catalogue of the Dataspace Protocol: without target, without assigner."""
    offer = _offer(document)
    offer["@id"] = offer.pop("uid")
    offer["permission"][0]["duty"] = [{"action": "odrl:attribute"}]
    offer["permission"][0]["constraint"][0]["leftOperand"] = "odrl:dateTime"
    asset = offer["permission"][0].pop("target")
    del offer["assigner"], offer["prohibition"]
    document.clear()
    document["@context"] = ["https://w3id.org/dspace/2025/1/context.jsonld"]
    document |= {"@id": "urn:uuid:c1", "@type": "Catalog", "participantId": "urn:city"}
    whole = {"@id": asset.rpartition("/")[0]}
    dataset = {"@id": asset, "@type": "Dataset", "odrl:partOf": whole, "hasPolicy": [offer]}
    document["dataset"] = [dataset]


_TURTLE: Final = """\
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
<#offer> a odrl:Set ; odrl:permission [
  odrl:target <data/air-quality> ; odrl:action odrl:use ; odrl:duty [ odrl:action odrl:attribute ] ;
  odrl:constraint [ odrl:or ( [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:eq ; odrl:rightOperand "planning" ] ) ] ] .
"""


@at(_POLICIES, "ctr-lic-turtle")
def speaks_turtle(_: Request, response: Response) -> Response:
    """The policies are given as Turtle."""
    return response.with_header("Content-Type", "text/turtle").with_body(_TURTLE.encode())
