"""What `mimtest run --plan` prints: everything a run may do, before anything is sent."""

from collections.abc import Iterator
from typing import Final

from mimtest.network.pacing import DEFAULT_PACE, PASSIVE_BUDGET, PASSIVE_PACE, budget_of
from mimtest.network.permission import pace_of
from mimtest.session.evidence import is_asked
from mimtest.session.surveying import Survey, Work
from mimtest.target import Identity, Interface, Level

_METHODS: Final = {
    Level.PASSIVE: "GET, HEAD, OPTIONS",
    Level.SAFE: "those, and others that change nothing: questions by POST, bodies that cannot be taken",
    Level.WRITES: "those, and POST, PUT, PATCH, DELETE of what the run makes itself",
    Level.BURST: "those, many at once",
}
#: Connections with a host and port that show how it speaks TLS.
_HANDSHAKES: Final = 8
_NOTES: Final = {
    "identities": "identities",
    "neighbours": "asks the other interfaces, too",
    "listens": "listens for the product",
}


def lines(survey: Survey) -> Iterator[str]:
    """The plan, line by line."""
    run, target = survey.run, survey.run.target
    yield f"Plan of a run against {target.product.name} {target.product.version}. Nothing was sent."
    yield ""
    yield f"Level: {run.level}. Allowed by: {target.scope.authorised_by or 'nobody named'}."
    yield "Addresses that may be asked, and no others:"
    yield from (f"  {origin}" for origin in sorted(target.origins))
    yield "Methods, by the level of a check:"
    yield from (f"  {level}: {text}" for level, text in _METHODS.items() if run.level.allows(level))
    yield ""
    yield "Before the checks:"
    yield "  each interface is asked whether it is there: a few times GET"
    yield from _documents(survey)
    yield from _minting(survey)
    for name, work in survey.work.items():
        interface = target.interface(name)
        if interface:
            yield from _interface(survey, interface, [*work])
    yield ""
    yield from _sums(survey)


def _documents(survey: Survey) -> Iterator[str]:
    """Addresses of documents that declarations name."""
    target = survey.run.target
    for declaration in target.declarations:
        for document in declaration.evidence:
            locator = document["locator"]
            if is_asked(locator, target):
                yield f"  evidence: GET {locator}, and an address beside it that is none"


def _minting(survey: Survey) -> Iterator[str]:
    """Which clients ask for tokens."""
    for identity in survey.run.target.identities:
        if identity.client_id and survey.run.level.allows(Level.SAFE):
            secret = identity.client_secret
            held = f" with the secret of {secret.variable}" if secret else ""
            yield (
                f"  tokens: the client '{identity.client_id}' asks at '{identity.issuer}'{held},"
                " when a check needs one"
            )


def _interface(survey: Survey, interface: Interface, work: list[Work]) -> Iterator[str]:
    run = survey.run
    yield ""
    yield f"{interface.name} ({interface.kind}) {interface.url}"
    yield f"  credentials: {_credentials(interface)}"
    pace = pace_of(interface, run.level, default=DEFAULT_PACE, passive=PASSIVE_PACE)
    yield f"  pace: {f'{pace:g} requests a second at most' if pace else 'as fast as it answers'}"
    if run.level is Level.PASSIVE:
        yield f"  requests: {PASSIVE_BUDGET} at most, in all"
    who = [i for i in run.target.identities if run.target.is_used_at(i, interface)]
    if who:
        yield f"  identities: {'; '.join(map(_identity, who))}"
    if any("handshakes" in w.uses for w in work):
        yield f"  TLS handshakes: {_HANDSHAKES} at most with each host and port"
    yield f"  checks: {len(work)}"
    wide = max(len(w.check.id) for w in work)
    for item in work:
        yield f"    {item.check.id.ljust(wide)}  {str(item.check.level).ljust(7)}  {_item(item)}"


def _item(work: Work) -> str:
    most = budget_of(work.check.id)
    parts = [
        f"{most} requests at most" if most else "requests: as the data need",
        f"cases: {work.cases}" if work.cases > 1 else "",
        *(text for use, text in _NOTES.items() if use in work.uses),
        "TLS handshakes" if "handshakes" in work.uses else "",
    ]
    return "; ".join(filter(None, parts))


def _credentials(interface: Interface) -> str:
    auth = interface.auth
    named = [s.variable for s in auth.secrets] if auth else []
    return f"{auth.kind} from {', '.join(named)}" if auth else "none"


def _identity(identity: Identity) -> str:
    origin = identity.token.variable if identity.token else f"client of '{identity.issuer}'"
    return f"{identity.name} ({identity.rights}, {origin})"


def _sums(survey: Survey) -> Iterator[str]:
    work = [w for items in survey.work.values() for w in items]
    fixed = [budget_of(w.check.id) for w in work]
    known = sum(b for b in fixed if b)
    yield f"Checks on interfaces: {len(work)}. Cases: {sum(w.cases for w in work)}."
    if known:
        yield f"Requests of the {sum(1 for b in fixed if b)} checks with a bound: {known} at most."
    if not all(fixed):
        yield f"Checks without a bound: {sum(1 for b in fixed if not b)}."
    for code, number in sorted(survey.left_out.items()):
        yield f"Not run ({code}): {number}."
    if survey.run.level.allows(Level.WRITES):
        yield "After the checks what they made is removed: DELETE, and GET to see that it is gone."
