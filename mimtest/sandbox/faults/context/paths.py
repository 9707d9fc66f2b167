"""Ways to break how a query joins conditions and reaches into entities, values and languages."""

import json
import re
from typing import TYPE_CHECKING, Any

from mimtest.sandbox.faults.context.conditions import judged
from mimtest.sandbox.faults.context.messages import altered, changed, queries, without_params
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


def _with_q(request: Request, pattern: str, new: str) -> Request:
    return altered(request, "q", lambda q: re.sub(pattern, new, q))


@fault("ctx-any-name-is-there", kills=("CTX-QRY-14",))
def _any_name(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that is an unused name finds every entity."""
    named = queries(request) and request.params.get("q", "").startswith("absent")
    return proceed(without_params(request, "q") if named else request)


@fault("ctx-part-is-there-with-the-whole", kills=("CTX-QRY-14",))
def _with_the_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query for a sub-attribute finds whatever has the attribute."""
    return proceed(_with_q(request, r"^(\w+)\.(?!observedAt)\w+$", r"\1"))


@fault(
    "ctx-name-alone-left-out",
    kills=("CTX-QRY-14",),
    beside=("CTX-QRY-48", "CTX-QRY-44", "CTX-QRY-59"),
)
def _name_left_out(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query that is a name is left out."""
    named = queries(request) and re.fullmatch(r"temp\w+", request.params.get("q", ""))
    return proceed(without_params(request, "q") if named else request)


@fault("ctx-and-is-or", kills=("CTX-QRY-27",))
def _and_is_or(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of conditions joined by "and", one is enough."""
    return proceed(altered(request, "q", lambda q: q if '"' in q else q.replace(";", "|")))


@fault("ctx-conditions-from-left-to-right", kills=("CTX-QRY-27",))
def _left_to_right(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Conditions are joined from left to right, "and" not before "or"."""
    return proceed(_with_q(request, r"^([^|;()]+\|[^|;()]+);", r"(\1);"))


@fault("ctx-brackets-ignored", kills=("CTX-QRY-27",), beside=("CTX-QRY-35", "CTX-ACC-11"))
def _brackets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Brackets around conditions are ignored."""
    return proceed(altered(request, "q", lambda q: q if '"' in q else re.sub("[()]", "", q)))


@fault("ctx-inner-brackets-ignored", kills=("CTX-QRY-27",))
def _inner_brackets(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Brackets inside of brackets are ignored."""
    return proceed(_with_q(request, r"^\(\(([^()]*)\)", r"(\1"))


@fault("ctx-trailing-path-ignored", kills=("CTX-QRY-28",), beside=("CTX-QRY-29",))
def _path_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Whether a member is inside an object is not looked at."""
    return proceed(_with_q(request, r"^(addr\w+)\[[^]]*\]$", r"\1"))


@fault("ctx-missing-member-is-unequal", kills=("CTX-QRY-28",))
def _missing_member(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A member that is missing inside an object is unequal to any value."""
    found = re.fullmatch(r'(addr\w+)\[(\w+)\]!="([^"]*)"', request.params.get("q", ""))
    if not queries(request) or not found:
        return proceed(request)
    name, member, value = found.groups()

    def unequal(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [e for e in entities if name in e and e[name]["value"].get(member) != value]

    return changed(proceed(without_params(request, "q")), unequal)


@fault("ctx-deeper-member-not-found", kills=("CTX-QRY-28",))
def _deeper(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A path inside an object leads no further than to its members."""
    return proceed(_with_q(request, r"\[(\w+)\.\w+\]", r"[\1]"))


@fault("ctx-part-is-the-whole", kills=("CTX-QRY-29",))
def _part_is_whole(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A condition on a sub-attribute is applied to the attribute."""
    return proceed(_with_q(request, r"^(\w+)\.(?!observedAt)\w+(?=[=\[])", r"\1"))


@fault("ctx-stamps-not-compared", kills=("CTX-QRY-30",), beside=("CTX-ENT-*", "CTX-REP-*"))
def _stamps(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query by when entities were created finds nothing."""
    by_stamp = queries(request) and re.match(r"(created|modified)At>", request.params.get("q", ""))
    found = by_stamp and "type" in request.params
    return json_response([], 200) if found else proceed(request)


@fault("ctx-stamps-alone-give-all", kills=("CTX-QRY-30",))
def _stamps_alone(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A query by nothing but when entities were created gives some, whenever they were."""
    alone = queries(request) and re.match(r"(created|modified)At", request.params.get("q", ""))
    wide = alone and "type" not in request.params
    return proceed(request.with_query("type=*") if wide else request)


@fault("ctx-default-instance-only", kills=("CTX-QRY-31",))
def _default_only(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A condition looks at no other instance of an attribute than the default one."""

    def meets(name: str, _: str, value: str, entity: dict[str, Any]) -> bool:
        held = entity.get(name)
        instances = held if isinstance(held, list) else [held]
        return any(i and "datasetId" not in i and str(i["value"]) == value for i in instances)

    return judged(
        request,
        proceed,
        lambda name, sign, _: name.startswith("level") and sign == "==",
        meets,
    )


@fault("ctx-default-instance-hidden", kills=("CTX-QRY-31",))
def _default_hidden(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Of several instances of an attribute, a condition does not look at the default one."""
    return judged(
        request,
        proceed,
        lambda name, sign, _: name.startswith("level") and sign == "==",
        lambda name, _, value, e: (
            isinstance(e.get(name), list)
            and any("datasetId" in i and str(i["value"]) == value for i in e[name])
        ),
    )


@fault("ctx-language-of-a-filter-ignored", kills=("CTX-QRY-32",))
def _language_ignored(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A condition on the text in one language is applied to all languages."""
    return proceed(_with_q(request, r"^(name\w+)\[\w+\]", r"\1[*]"))


@fault("ctx-unequal-in-some-language", kills=("CTX-QRY-32",))
def _some_language(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An attribute whose text in any language is another is unequal, though one is the same."""
    found = re.fullmatch(r"(name\w+)\[\*\]!=(.+)", request.params.get("q", ""))
    if not queries(request) or not found:
        return proceed(request)
    name, value = found[1], json.loads(found[2])

    def unequal(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
        texts = [(e, e[name]["languageMap"].values()) for e in entities if name in e]
        return [e for e, held in texts if any(t != value for t in held)]

    return changed(proceed(without_params(request, "q")), unequal)


@fault("ctx-words-not-expanded", kills=("CTX-QRY-33",))
def _not_expanded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The words of a query are not expanded, though it says so."""
    return proceed(without_params(request, "expandValues") if queries(request) else request)


@fault("ctx-word-iris-not-found", kills=("CTX-QRY-33",))
def _iris_not_found(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A word of a vocabulary is not found by its IRI."""
    return proceed(_with_q(request, r'==("?)https?:', r"==\1x:"))


@fault("ctx-raw-json-expanded", kills=("CTX-QRY-34",))
def _raw_expanded(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Names inside raw JSON are expanded before they are looked for, though a query says not to."""
    if not queries(request) or "jsonKeys" not in request.params:
        return proceed(request)
    return proceed(_with_q(request, r"\[(\w+)\]", r"[hasValue]"))
