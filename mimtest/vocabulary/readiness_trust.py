"""Are the services that trust is built on there? One look at what each says of itself, where a standard says where."""

from collections.abc import Callable, Mapping
from typing import Final

from mimtest.errors import Contradiction, Unanswered
from mimtest.network.answer import Answer
from mimtest.network.client import Client
from mimtest.vocabulary import credential_issuer, dsp, mydata, oauth_tokens, openid

_OK: Final = 200
_NOT_THERE: Final = (404, 410)
#: What the header fields of a Solid server lead to or tell.
_SOLID_WORDS: Final = (
    "http://www.w3.org/ns/pim/space#",
    "http://www.w3.org/ns/solid/",
    "http://www.w3.org/ns/ldp#",
    'rel="acl"',
)
_SOLID_FIELDS: Final = ("wac-allow", "accept-patch", "ms-author-via", "updates-via")
#: Raises NotReady for an answer that is no good one.
Require = Callable[[Answer], object]


def probe_documents(client: Client, require: Require) -> None:
    """What an interface says of itself is at one of the places that its kind prescribes.

    What it holds is for checks to judge: a JSON object will do.
    """
    answers: list[Answer] = []
    for address in documents_of(client.interface.kind, client.interface.url):
        try:
            answers.append(client.get(address, headers={"Accept": "application/json"}))
        except Unanswered:
            if not answers:
                raise
            continue
        if is_object(answers[-1]):
            return
    told = next((a for a in answers if a.status not in _NOT_THERE), answers[0])
    require(told)


def documents_of(kind: str, url: str) -> tuple[str, ...]:
    """Where an interface of a kind says what it is, the place its standard prescribes first."""
    places: Mapping[str, tuple[str, ...]] = {
        "oidc": (f"{url}{openid.WELL_KNOWN}",),
        "oauth": oauth_tokens.metadata_addresses(url, openid=False),
        "mydata-operator": (f"{url}{mydata.OPERATOR_PATH}",),
        "mydata-connector": (f"{url}{mydata.CONNECTOR_PATH}",),
        "mydata-registry": (f"{url}{mydata.GROUPS_PATH}",),
        "vc-issuer": credential_issuer.metadata_addresses(url),
        "issuers-registry": (f"{url}/issuers",),
        "did": (url,),
        "ishare": (f"{url}/capabilities",),
        "dsp": dsp.version_addresses(url),
    }
    return places[kind]


def is_object(answer: Answer) -> bool:
    """Whether an answer is a good one whose body is a JSON object."""
    try:
        return answer.status == _OK and isinstance(answer.json(), dict)
    except Contradiction:
        return False


def probe_pod(client: Client, require: Require) -> None:
    """A container whose header fields are those of a Solid server. Raises Contradiction for what is none."""
    answer = client.get("/", headers={"Accept": "text/turtle"})
    if not is_pod(answer):
        require(answer)
        raise Contradiction("no header field is one of Solid")


def probe_page(client: Client, require: Require) -> None:
    """A document for people is there; where it leads elsewhere, checks follow."""
    answer = client.get(headers={"Accept": "text/html, */*;q=0.5"})
    if answer.status != _OK and not answer.location:
        require(answer)


def is_pod(answer: Answer) -> bool:
    """Whether the header fields are those of a Solid server."""
    links = ", ".join(answer.headers.get_list("link"))
    named = any(word in links for word in _SOLID_WORDS)
    return answer.status < 300 and (named or any(f in answer.headers for f in _SOLID_FIELDS))  # noqa: PLR2004
