"""What a target file does not bring along is not tested, and nothing is met for that."""

import re

import pytest

from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import city

#: Who asks at the office with less than all rights, and tokens that nobody may take.
OTHERS = (
    *("reader", "visitor", "anna", "ben", "seasonal", "hasty", "gardener"),
    *("yesterday", "elsewhere", "tomorrow", "returned", "badge"),
)
ASKED = ("SEC-TOK-0*", "SEC-TOK-1*", "SEC-AZ-01")
#: What takes whoever ended, and whoever is for others: with nobody to try, it is not seen.
CARELESS = ("sec-tok-expired", "sec-tok-any-audience")


def without(text, *names):
    for name in names:
        text = re.sub(rf"\n\[identities\.{name}\]\n(?:.+\n)*", "\n", text)
    return text


def told(folder, change, *faults, checks=ASKED):
    with city(*faults) as base:
        target = folder / "mimtest.toml"
        target.write_text(change(target_text(base)), encoding="utf-8")
        report = launch(
            Order(target=target, output=folder, suites=("security",), checks=checks, pages=False)
        )
    return {c["id"]: c["outcome"] for c in report["checks"] if c["interface"] == "office"}


def test_what_nobody_tries_is_open(tmp_path):
    found = told(tmp_path, lambda t: without(t, *OTHERS), *CARELESS)
    open_ends = {c for c, outcome in found.items() if outcome == "inconclusive"}
    assert open_ends == {"SEC-TOK-05", "SEC-TOK-06", "SEC-AZ-01"}


@pytest.mark.parametrize(
    ("was", "becomes", "check"),
    [
        ("yesterday", "elsewhere", "SEC-TOK-05"),
        ("elsewhere", "yesterday", "SEC-TOK-06"),
        ("badge", "yesterday", "SEC-TOK-15"),
        ("returned", "yesterday", "SEC-TOK-23"),
        ("tomorrow", "yesterday", "SEC-TOK-22"),
        ("visitor", "yesterday", "SEC-AZ-01"),
    ],
)
def test_a_token_that_is_no_good_for_another_reason_tells_nothing(was, becomes, check, tmp_path):
    def change(text):
        rights = re.search(rf'\[identities\.{was}\]\nrights = "([\w-]+)"', text)[1]
        return re.sub(
            rf'(\[identities\.{becomes}\]\nrights = )"[\w-]+"',
            rf'\1"{rights}"',
            without(text, was),
        )

    assert told(tmp_path, change, checks=(check,))[check] == "inconclusive"


def test_a_wrong_address_is_no_refusal(tmp_path):
    def change(text):
        return text.replace('protected = "/collections/permits', 'protected = "/no-such-permits')

    found = told(tmp_path, change)
    assert "passed" not in found.values()
    assert "failed" not in found.values()
    assert found["SEC-TOK-00"] == "inconclusive"


def test_a_key_is_looked_at_as_a_token_is(tmp_path):
    def change(text):
        guarded = 'auth = { kind = "bearer", token_env = "MIMTEST_DEMO_OFFICE_TOKEN" }'
        key = (
            'auth = { kind = "header", header = "X-Key", token_env = "MIMTEST_DEMO_OFFICE_TOKEN" }'
        )
        return without(text.replace(guarded, key), *OTHERS, "clerk")

    found = told(tmp_path, change, "sec-office-key")
    assert {c for c, o in found.items() if o == "passed"} == {
        *("SEC-TOK-00", "SEC-TOK-01", "SEC-TOK-04", "SEC-TOK-17", "SEC-TOK-19")
    }


@pytest.mark.parametrize(("said", "outcome"), [(True, "failed"), (False, "inconclusive")])
def test_what_is_open_is_wrong_where_it_is_said_to_be_restricted(said, outcome, tmp_path):
    def change(text):
        place = '/office"\nauth', '/office/collections/permits/items"\nauth'
        door = 'protected = "/collections/permits/items"\n'
        unsaid = re.sub(r"\nowns = .*", "", text.replace(*place).replace(door, ""))
        return without(text if said else unsaid, *OTHERS)

    found = told(tmp_path, change, "sec-tok-open", checks=("SEC-TOK-01",))
    assert found["SEC-TOK-01"] == outcome
