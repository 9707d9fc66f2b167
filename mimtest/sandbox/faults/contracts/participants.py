"""Ways in which participants mislead about who they are, and permitted other ways (DID, Gaia-X)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.credentials.keys import issuer_keys, verifier_keys
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.faults.trust.changing import changed
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.participants.service import self_description

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Record = dict[str, Any]
_DID: Final = "/did/did.json"
_DESCRIBED: Final = "/participant"


@fault("ctr-par-variant-as-text")
def calls_the_document_text(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The DID document is called plain text."""
    response = proceed(request)
    return response.with_header("Content-Type", "text/plain") if request.path == _DID else response


@fault("ctr-par-other-did", kills=("CTR-PAR-01",), beside=("CTR-PAR-04",))
def names_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document is that of another identifier."""
    other = {"id": "did:web:other.mimtest.invalid"}
    return changed(request, proceed, _DID, lambda content: content.update(other))


@fault("ctr-par-no-key", kills=("CTR-PAR-11",), beside=("CTR-PAR-04",))
def names_no_key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document names no key."""
    none: Record = {"verificationMethod": [], "assertionMethod": []}
    return changed(request, proceed, _DID, lambda content: content.update(none))


@fault("ctr-par-private-key", kills=("CTR-PAR-02",))
def tells_a_private_key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document tells what is private of a key."""

    def change(content: Record) -> None:
        content["verificationMethod"][0]["publicKeyJwk"]["d"] = "not-that-of-anything"

    return changed(request, proceed, _DID, change)


@fault("ctr-par-private-key-beside", kills=("CTR-PAR-02",))
def tells_a_private_key_beside(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document tells a private key beside the public one."""

    def change(content: Record) -> None:
        content["verificationMethod"][0]["privateKeyJwk"] = {"kty": "EC", "d": "not-of-anything"}

    return changed(request, proceed, _DID, change)


@fault("ctr-par-variant-embedded-key")
def embeds_the_key(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The key of the document stands in the relation that it is for, and nowhere else."""

    def change(content: Record) -> None:
        content["assertionMethod"] = content.pop("verificationMethod")

    return changed(request, proceed, _DID, change)


def _more_services(
    request: Request, proceed: Proceed, make: Callable[[Record], Record]
) -> Response:
    """The DID document with another service, made from its first one."""

    def change(content: Record) -> None:
        content["service"].append(make(dict(content["service"][0])))

    return changed(request, proceed, _DID, change)


@fault("ctr-par-service-twice", kills=("CTR-PAR-03",))
def names_a_service_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Two services of the document have one name."""
    return _more_services(request, proceed, lambda service: service)


@fault("ctr-par-service-untyped", kills=("CTR-PAR-03",))
def names_a_service_without_type(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A service of the document has no type."""

    def make(service: Record) -> Record:
        return {"id": "#untyped", "serviceEndpoint": service["serviceEndpoint"]}

    return _more_services(request, proceed, make)


@fault("ctr-par-service-by-ftp", kills=("CTR-PAR-03",))
def offers_a_service_by_ftp(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A service of the document is at an address that is not one of HTTP."""
    place = "ftp://old.mimtest.invalid/data"
    return _more_services(request, proceed, lambda s: {**s, "id": "#old", "serviceEndpoint": place})


def _described(
    request: Request, proceed: Proceed, change: Callable[[Record], object], *, keys: Any = None
) -> Response:
    """The self-description with other claims, or with the signature of other keys."""
    response = proceed(request)
    if request.path != _DESCRIBED or response.status != 200:  # noqa: PLR2004
        return response
    claims = self_description(request)
    change(claims)
    return response.with_body((keys or issuer_keys()).sign(claims).encode())


@fault("ctr-par-signed-by-another", kills=("CTR-PAR-04",))
def is_signed_by_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Somebody else's key signed the self-description."""
    return _described(request, proceed, lambda _: None, keys=verifier_keys())


@fault("ctr-par-described-by-another", kills=("CTR-PAR-04",))
def is_described_by_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The self-description names another issuer."""
    other = {"issuer": "did:web:other.mimtest.invalid"}
    return _described(request, proceed, lambda claims: claims.update(other))


@fault("ctr-par-outdated", kills=("CTR-PAR-04",))
def is_described_as_it_was(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The self-description held last year."""
    old = {"validUntil": "2025-01-01T00:00:00Z"}
    return _described(request, proceed, lambda claims: claims.update(old))


@fault("ctr-par-unregistered", kills=("CTR-PAR-07",))
def tells_no_registration(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The self-description has no registration number."""
    return _described(
        request, proceed, lambda c: c["credentialSubject"].pop("gx:registrationNumber")
    )


@fault("ctr-par-nowhere", kills=("CTR-PAR-07",))
def tells_no_country(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The self-description does not say in which country the participant is."""

    def change(claims: Record) -> None:
        for name in ("gx:legalAddress", "gx:headquartersAddress"):
            claims["credentialSubject"].pop(name)

    return _described(request, proceed, change)


@fault("ctr-par-variant-old-names")
def uses_older_names(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The self-description has the names of an older release, and nests the credential in a JWT's claim."""

    def change(claims: Record) -> None:
        subject = claims["credentialSubject"]
        subject["gx:legalRegistrationNumber"] = subject.pop("gx:registrationNumber")
        subject["gx:legalAddress"] = {"gx:countrySubdivisionCode": "DE-NW"}
        claims["vc"] = {"credentialSubject": claims.pop("credentialSubject")}
        claims["iss"] = claims["issuer"]

    return _described(request, proceed, change)


@fault("ctr-par-name-of-another", kills=("CTR-PAR-07",))
def tells_the_name_of_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The self-description names the parent of the participant, and not the participant."""

    def change(claims: Record) -> None:
        subject = claims["credentialSubject"]
        subject["gx:parentOrganization"] = {"gx:legalName": subject.pop("gx:legalName")}

    return _described(request, proceed, change)


@fault("ctr-par-variant-expanded-names")
def writes_names_in_full(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The members of the self-description are named by IRIs."""
    vocabulary = "https://w3id.org/gaia-x/development#"

    def change(claims: Record) -> None:
        subject = claims["credentialSubject"]
        claims["credentialSubject"] = {k.replace("gx:", vocabulary): v for k, v in subject.items()}

    return _described(request, proceed, change)


def _presented(request: Request, proceed: Proceed, keys: Any) -> Response:
    """The self-description in a presentation, signed by some keys."""
    response = proceed(request)
    if request.path != _DESCRIBED or response.status != 200:  # noqa: PLR2004
        return response
    inner = keys.sign(self_description(request), {"typ": "vc+jwt"})
    envelope = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{inner}"}
    claims = {"type": "VerifiablePresentation", "verifiableCredential": [envelope]}
    return response.with_body(issuer_keys().sign(claims, {"typ": "vp+jwt"}).encode())


@fault("ctr-par-variant-presentation")
def presents_itself(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The self-description is a presentation with the credential."""
    return _presented(request, proceed, issuer_keys())


@fault("ctr-par-presents-another", kills=("CTR-PAR-04",))
def presents_what_another_signed(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Somebody else's key signed the credential in the participant's presentation."""
    return _presented(request, proceed, verifier_keys())


@fault("ctr-par-variant-no-service")
def names_no_service(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The document names no service but those of data spaces."""

    def change(content: Record) -> None:
        content["service"] = [s for s in content["service"] if s["type"] != "CredentialService"]

    return changed(request, proceed, _DID, change)
