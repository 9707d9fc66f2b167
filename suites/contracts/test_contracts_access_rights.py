"""Access rights in the catalogue that match what strangers get (MIM3 C2, C5)."""

import pytest

from mimtest.errors import Inconclusive, NotApplicable, Unanswered
from mimtest.network.failures import OutOfScope
from mimtest.vocabulary.dcat import WEB, bare, examples
from mimtest.vocabulary.expect import assert_that
from mimtest.vocabulary.governance import PAGES, leads_to_log_in

pytestmark = pytest.mark.interface("dcat")

_SAID = """
SELECT DISTINCT ?right ?address ?file {
  { ?dataset dct:accessRights ?right ; dcat:distribution/dcat:downloadURL ?address . BIND (true AS ?file) }
  UNION { ?way dct:accessRights ?right ; dcat:downloadURL ?address . BIND (true AS ?file) }
  UNION { ?service a dcat:DataService ; dct:accessRights ?right ; dcat:endpointURL ?address . BIND (false AS ?file) }
} ORDER BY ?address"""
_RIGHTS = "publications.europa.eu/resource/authority/access-right/"
_NAMES = {"public": ("PUBLIC",), "restricted": ("RESTRICTED", "NON_PUBLIC")}
_MOST = 25
_HOPS = 3
_REFUSED = (401, 403)


@pytest.mark.check(
    "CTR-LIC-05",
    clause="DCAT-AP 3.0 Dataset and Data Service, access rights; DCAT 3 6.4.1",
    strength="should",
    level="passive",
)
@pytest.mark.parametrize("right", ["public", "restricted"])
def test_access_rights_are_true(catalogue, target, right, looked):
    """Strangers get what the catalogue calls public, and do not get what it calls restricted or not public."""
    said = _said(catalogue, _NAMES[right])
    near = catalogue.in_scope(said)[:_MOST]
    if not near:
        detail = f"the catalogue calls nothing {right} that may be asked here"
        raise NotApplicable("not_offered", detail)
    wrong, shown = [], 0
    for address in near:
        place = address if said[address] else _guarded(target, address)
        lets_in = _lets_in(catalogue.client, place or address)
        if lets_in and right != "public" and place is None:
            continue  # the root of an API is not its data
        shown += lets_in is not None
        if lets_in is not None and lets_in != (right == "public"):
            wrong.append(place or address)
    assert_that(
        not wrong,
        "strangers are refused what the catalogue calls public"
        if right == "public"
        else "strangers get what the catalogue does not call public",
        expected="access as in dct:accessRights",
        received=examples(wrong),
    )
    if not shown:
        detail = f"none of {len(near)} addresses shows whether strangers are let in"
        raise Inconclusive("needs_review", detail)
    looked(f"{shown} of {len(said)} addresses of downloads and services")


def _said(catalogue, names):
    """The addresses that have one of the rights and no other, and whether what is there is a file."""
    rights, files = {}, {}
    for right, address, file in catalogue.rows(_SAID):
        name = bare(right).partition("://")[2].rstrip("/").removeprefix(_RIGHTS)
        rights.setdefault(bare(address), set()).add(name)
        files.setdefault(bare(address), set()).add(file == "true")
    return {a: files[a] == {True} for a in rights if rights[a] <= set(names) and a.startswith(WEB)}


def _guarded(target, address):
    """Where an API has restricted data, if the target file names that; None where it does not."""
    for interface in target.interfaces:
        if interface.protected and interface.url.rstrip("/") == address.rstrip("/"):
            return f"{interface.url.rstrip('/')}{interface.protected}"
    return None


def _lets_in(client, address):
    """Whether a stranger gets data; None where the answer does not tell."""
    try:
        for _ in range(_HOPS):
            answer = client.get(address, headers={"Range": "bytes=0-1023"}, auth=False)
            there = answer.location if 300 <= answer.status < 400 else None
            if there is None:
                break
            if leads_to_log_in(there):
                return False
            address = there
    except (Unanswered, OutOfScope):
        return None
    if answer.status in _REFUSED:
        return False
    is_page = answer.media_type in PAGES  # may be one to log in or to agree to terms
    return True if answer.ok and answer.body and not is_page else None
