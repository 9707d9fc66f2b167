"""Ways in which the catalogue of a market place misleads (TMF620, TMF630)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response, json_response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform

Record = dict[str, Any]
_OFFERINGS: Final = "/productOffering"


def is_list(request: Request, name: str = _OFFERINGS) -> bool:
    """Whether a request reads a list of the market place."""
    reads = request.method == "GET" and request.path.startswith("/tmf-api/")
    return reads and request.path.endswith(name)


def _is_one(request: Request, name: str = _OFFERINGS) -> bool:
    reads = request.method == "GET" and request.path.startswith("/tmf-api/")
    return reads and request.path.rpartition("/")[0].endswith(name)


def each(
    request: Request, proceed: Proceed, change: Callable[[Record], object], name: str = _OFFERINGS
) -> Response:
    """The answer with every record changed, in lists and alone."""
    response = proceed(request)
    if response.status not in (200, 206) or not response.body:
        return response
    if not (is_list(request, name) or _is_one(request, name)):
        return response
    content = response.json()
    for record in content if isinstance(content, list) else [content]:
        change(record)
    return response.with_json(content)


@fault("ctr-tmf-list-in-object", kills=("CTR-TMF-01",))
def wraps_the_list(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The list of offerings of version 4 is a member of an object."""
    response = proceed(request)
    if not is_list(request) or response.status not in (200, 206) or "limit=5" not in request.query:
        return response
    return response.with_json({"items": response.json()})


@fault("ctr-tmf-limit-ignored", kills=("CTR-TMF-05",))
def gives_more_than_asked_for(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A limit of one is not kept."""
    if is_list(request) and "limit=1" in request.query.split("&") and "offset" in request.query:
        return proceed(request.with_query(request.query.replace("limit=1", "limit=3")))
    return proceed(request)


@fault("ctr-tmf-no-href", kills=("CTR-TMF-02",))
def says_not_where(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Offerings have no address."""
    return each(request, proceed, lambda record: record.pop("href", None))


@fault("ctr-tmf-one-id", kills=("CTR-TMF-02",), beside=("CTR-TMF-05",))
def calls_all_alike(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every offering has the same identifier."""
    return each(request, proceed, lambda record: record.update(id="air-quality"))


@fault("ctr-tmf-no-state", kills=("CTR-TMF-20",))
def tells_no_state(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Offerings do not say in what state of their life they are."""
    return each(request, proceed, lambda record: record.pop("lifecycleStatus", None))


@fault("ctr-tmf-another-one", kills=("CTR-TMF-03",), beside=("CTR-TMF-19",))
def gives_another(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """At the identifier of an offering is another one."""
    response = proceed(request)
    if not _is_one(request) or response.status != 200:  # noqa: PLR2004
        return response
    return response.with_json({**response.json(), "id": "another", "name": "Another"})


@fault("ctr-tmf-href-lost", kills=("CTR-TMF-19",))
def leads_nowhere(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The addresses of offerings lead to nothing."""
    lost = f"{request.base}/tmf-api/nothing"
    return each(request, proceed, lambda record: record.update(href=lost))


@fault("ctr-tmf-fields-ignored", kills=("CTR-TMF-04",))
def gives_all_members(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A choice of members is not heeded."""
    if not is_list(request):
        return proceed(request)
    return proceed(request.with_query(request.query.replace("fields=", "other=").replace("other=name", "")))  # fmt: skip


@fault("ctr-tmf-same-page", kills=("CTR-TMF-05",))
def repeats_the_first_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Every page is the first one."""
    if not is_list(request):
        return proceed(request)
    return proceed(request.with_query(request.query.replace("offset=1", "offset=0")))


@fault("ctr-tmf-no-total", kills=("CTR-TMF-05",))
def tells_no_total(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages do not say how much there is."""
    response = proceed(request)
    return response.without_header("X-Total-Count") if is_list(request) else response


def _counted(request: Request, proceed: Proceed, name: str, more: int) -> Response:
    """A page that says a number otherwise."""
    response = proceed(request)
    told = response.header(name)
    return response.with_header(name, str(int(told) + more)) if is_list(request) and told else response  # fmt: skip


@fault("ctr-tmf-total-wrong", kills=("CTR-TMF-05",))
def miscounts_all(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages say that there is more than there is."""
    return _counted(request, proceed, "X-Total-Count", 2)


@fault("ctr-tmf-result-count-wrong", kills=("CTR-TMF-05",))
def miscounts_a_page(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Pages say that they have more than they have."""
    return _counted(request, proceed, "X-Result-Count", 2)


@fault("ctr-tmf-filter-ignored", kills=("CTR-TMF-06",))
def finds_everything(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """A filter by name gives all offerings."""
    if is_list(request) and "name=" in request.query and "fields" not in request.query:
        return proceed(request.with_query(""))
    return proceed(request)


@fault("ctr-tmf-no-reason", kills=("CTR-TMF-07", "CTR-TMF-10", "CTR-TMF-13"))
def gives_no_reason(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Errors have no reason."""
    response = proceed(request)
    if not request.path.startswith("/tmf-api/") or response.status not in (400, 404):
        return response
    content = response.json()
    content.pop("reason", None)
    return response.with_json(content)


@fault("ctr-tmf-nothing-is-there", kills=("CTR-TMF-07",))
def gives_what_is_not_there(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """An offering that is not there is answered with an empty one."""
    response = proceed(request)
    return json_response({}) if _is_one(request) and response.status == 404 else response  # noqa: PLR2004


@fault("ctr-tmf-no-terms", kills=("CTR-TMF-08",))
def names_no_terms(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Offerings do not say on what terms."""
    return each(request, proceed, lambda record: record.pop("productOfferingTerm", None))


@fault("ctr-tmf-picture-for-terms", kills=("CTR-TMF-08",))
def attaches_a_picture(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Offerings have a picture attached, and no terms."""

    def change(record: Record) -> None:
        picture = {"name": "Sensor", "mimeType": "image/png", "url": "https://x.example/a.png"}
        if record.pop("productOfferingTerm", None):
            record["attachment"] = [picture]

    return each(request, proceed, change)


@fault("ctr-tmf-href-urn", kills=("CTR-TMF-19",))
def writes_names_for_addresses(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The address of an offering is its identifier."""
    return each(
        request, proceed, lambda record: record.update(href=f"urn:ngsi-ld:offering:{record['id']}")
    )


@fault("ctr-tmf-schema-in-words", kills=("CTR-TMF-16",))
def names_a_schema_in_words(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """The schema of an offering is named in words."""
    words = {"@schemaLocation": "see the manual"}
    return each(request, proceed, lambda record: record.update(words))
