"""What the address of a licence says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.vocabulary.licences import (
    EU,
    SPDX,
    eu_codes,
    licence_at,
    licence_meant,
    open_definition,
    spdx_ids,
)

CC = "creativecommons.org/licenses/by/4.0"


@pytest.mark.parametrize(
    "iri",
    [
        f"https://{CC}/",
        f"http://{CC}",
        f"https://{CC}/deed.de",
        f"https://www.{CC}/legalcode",
        "https://creativecommons.org/licenses/by/3.0/nl/",
        "http://creativecommons.org/publicdomain/zero/1.0/",
        f"{EU}CC_BY_4_0",
        f"{SPDX}CC-BY-4.0.html",
        f"{SPDX}cc-by-4.0",
        "https://www.govdata.de/dl-de/by-2-0",
        "https://www.govdata.de/dl-de/zero-2-0",
        f"https://{CC}/deed.pt_BR",
        "https://creativecommons.org/publicdomain/zero/1.0/deed.es",
        "https://creativecommons.org/licenses/by-nc-nd/3.0/it/legalcode.it",
        "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
        "https://github.com/etalab/licence-ouverte/blob/master/LO.md",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "https://www.dati.gov.it/iodl/2.0/",
        "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40",
        "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0",
        "https://data.gov.cz/podm%C3%ADnky-u%C5%BEit%C3%AD/voln%C3%BD-p%C5%99%C3%ADstup/",
        "http://data.europa.eu/eli/dec/2011/833/oj",
        "http://dcat-ap.de/def/licenses/cc-by/4.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
        "https://opensource.org/licenses/MIT",
        "https://www.apache.org/licenses/LICENSE-2.0",
    ],
)
def test_known_whatever_the_form(iri):
    assert licence_at(iri).state == "known"


@pytest.mark.parametrize(
    ("iri", "state", "meant"),
    [
        (f"{EU}CC-BY-4.0", "misspelt", f"{EU}CC_BY_4_0"),
        (f"{SPDX}CC_BY_4_0", "misspelt", f"{SPDX}CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-xx/4.0/", "misspelt", None),
        ("https://creativecommons.org/licences/by/4.0/", "misspelt", None),
        ("https://creativecommons.org/licenses/by/9.9/", "misspelt", None),
        ("https://creativecommons.org/licenses/by/", "own", None),
        ("https://opensource.org/licensed-nonsense", "own", None),
        ("https://opendatacommons.org/licenses/byebye", "own", None),
        ("https://www.govdata.de/dl-de/by-7-0", "own", None),
        ("http://dcat-ap.de/def/licenses/other-closed", "own", None),
        ("http://www.opendefinition.org/licenses/cc-by", "stands for", f"https://{CC}/"),
        ("http://www.opendefinition.org/licenses/notspecified", "none", None),
        (f"{EU}NEW_LICENCE_9_0", "own", None),
        ("https://city.example/terms", "own", None),
        ("https://creativecommons.org.example/licenses/by/4.0/", "own", None),
    ],
)
def test_others_are_told_apart(iri, state, meant):
    found = licence_at(iri)
    assert (found.state, found.meant) == (state, meant)


def test_what_the_open_definition_stands_for_is_known():
    for meant in open_definition().values():
        assert meant == "-" or licence_at(meant).state == "known", meant


@given(st.sampled_from(sorted(eu_codes().values())), st.sampled_from(["http", "https"]))
def test_every_code_of_the_table_is_known(code, scheme):
    assert licence_at(EU.replace("http:", f"{scheme}:") + code).state == "known"


@given(st.sampled_from(sorted(spdx_ids().values())))
def test_every_identifier_of_spdx_is_known(name):
    assert licence_at(f"{SPDX}{name}").state == "known"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("CC-BY-4.0", f"{SPDX}CC-BY-4.0"),
        ("cc by 4.0", f"{SPDX}CC-BY-4.0"),
        ("CC0", f"{EU}CC0"),
        (f"https://{CC}/", f"https://{CC}/"),
        ("Free for all", None),
    ],
)
def test_the_licence_that_a_text_names(text, meant):
    assert licence_meant(text) == meant


@given(st.text())
def test_any_text_is_read(text):
    assert licence_at(text).iri == text
