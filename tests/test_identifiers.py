"""Signs that an identifier will not last, and what is none."""

import pytest

from mimtest.vocabulary.identifiers import fleeting_signs, row_numbers


@pytest.mark.parametrize(
    "name",
    [
        "http://orion:1026/ngsi-ld/v1/entities/lamp",
        "http://broker.city.internal/id/lamp",
        "https://data.city.example:8443/id/lamp",
        "http://192.0.2.7/id/lamp",
        "http://[2001:db8::7]/id/lamp",
        "urn:ngsi-ld:Device:192.168.1.7",
        "urn:ngsi-ld:Device:broker.city.example:8080",
        "urn:ngsi-ld:Device:localhost:lamp",
        "https://data.city.example/id/lamp;jsessionid=0A1B",
        "https://data.city.example/id/lamp?token=abc",
        "urn:ngsi-ld:Device:rowid:17",
    ],
)
def test_a_server_a_session_or_a_table_shows(name):
    assert fleeting_signs(name)


@pytest.mark.parametrize(
    "name",
    [
        "urn:ngsi-ld:Streetlight:exampleton:bahnhofstrasse-kiosk",
        "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
        "urn:oid:1.3.6.1.4.1.2011",
        "urn:ngsi-ld:Software:city-app:1.2.3.4",
        "urn:ngsi-ld:Building:hauptstrasse:12",
        "urn:ngsi-ld:Report:2024",
        "urn:ngsi-ld:Report:2024-05-01T10:30:00Z",
        "urn:mac:00:11:22:33:44:55",
        "urn:ngsi-ld:Shop:bakery.example:12",
        "https://data.city.example/id/tree/2019",
        "https://w3id.org/city/lamp#4711",
        "urn:ngsi-ld:Seat:theatre:row:17",
        "urn:ngsi-ld:Place:st.Local:5",
    ],
)
def test_what_can_last_does_not(name):
    assert not fleeting_signs(name)


@pytest.mark.parametrize("start", ["urn:ngsi-ld:Tree:", "https://city.example/trees/"])
def test_a_count_without_gaps_is_row_numbers(start):
    ids = [f"{start}{n}" for n in range(1, 8)]
    assert sorted(row_numbers(ids, "https://city.example/ns#Tree")) == ids


@pytest.mark.parametrize(
    "ids",
    [
        [f"urn:ngsi-ld:Tree:{n}" for n in range(2018, 2026)],
        [f"urn:ngsi-ld:Tree:lindenallee:{n}" for n in range(1, 9)],
        [f"urn:ngsi-ld:Tree:{n}" for n in (4711, 4800, 5093, 6001, 7000)],
        [f"urn:ngsi-ld:Tree:{n:05}" for n in range(1, 9)],
        [f"urn:ngsi-ld:Tree:{n}" for n in (1, 2, 3)],
    ],
)
def test_years_houses_inventories_and_few_are_no_row_numbers(ids):
    assert not row_numbers(ids, "Tree")
