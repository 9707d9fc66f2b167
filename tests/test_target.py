"""The target file: read whole, refused in one line that names the key."""

from pathlib import Path

import pytest

from mimtest.errors import UsageError
from mimtest.target import Level, Secret, load_target, origin_of, parse_target

GOOD = """
[product]
supplier = "Stadtwerk Digital GmbH"
name = "CityHub"
version = "4.2.1"

[scope]
authorised_by = "City of Exampleton"
level = "writes"
hosts = ["https://idp.example:8443"]

[interfaces.context]
kind = "ngsi-ld"
url = "https://broker.example/ngsi-ld/v1/"
version = "1.8.1"
auth = { kind = "bearer", token_env = "BROKER_TOKEN" }
headers = { NGSILD-Tenant = "city", X-Api-Key = { env = "API_KEY" } }
types = ["Streetlight"]

[claims]
mims = ["MIM0", "MIM1"]
options = ["temporal"]

[claims.models.Streetlight]
schema = "schemas/streetlight.json"

[[declarations]]
about = ["9.0/MIM6/R1.1"]
answer = "meets"
evidence = [{ locator = "tender annex 3, p. 12" }]
"""


def target_of(tmp_path: Path, text: str):
    path = tmp_path / "mimtest.toml"
    path.write_text(text, encoding="utf-8")
    return load_target(path)


def test_a_whole_file_is_read(tmp_path):
    target = target_of(tmp_path, GOOD)
    interface = target.interfaces[0]
    assert (interface.name, interface.kind, interface.version) == ("context", "ngsi-ld", "1.8.1")
    assert interface.url == "https://broker.example/ngsi-ld/v1"
    assert interface.auth.token == Secret("BROKER_TOKEN")
    assert interface.headers == {"NGSILD-Tenant": "city", "X-Api-Key": Secret("API_KEY")}
    assert target.scope.level is Level.WRITES
    assert target.origins == {"https://broker.example:443", "https://idp.example:8443"}
    assert target.claims.models[0].schema == "schemas/streetlight.json"
    assert target.declarations[0].evidence == ({"locator": "tender annex 3, p. 12"},)
    assert target.folder == tmp_path


def test_an_interface_with_credentials_claims_restricted_access(tmp_path):
    target = target_of(tmp_path, GOOD)
    assert target.claims_token("option:restricted-access")
    assert target.claims_token("option:temporal")
    assert not target.claims_token("option:subscriptions")
    assert not target.claims_token("mechanism:9.0/MIM0/M1")


def test_secrets_come_from_the_environment(tmp_path):
    target = target_of(tmp_path, GOOD)
    known = {"BROKER_TOKEN": "t0ken-value", "API_KEY": "key-value"}
    assert target.secrets(known) == known
    with pytest.raises(UsageError, match=r"interfaces\.context\.auth: .* BROKER_TOKEN is not set"):
        target.secrets({"API_KEY": "key-value"})
    with pytest.raises(UsageError, match=r"interfaces\.context\.headers\.X-Api-Key: .*API_KEY"):
        target.secrets({"BROKER_TOKEN": "t0ken-value", "API_KEY": ""})


def test_a_run_may_not_do_more_than_the_file_allows(tmp_path):
    target = target_of(tmp_path, GOOD)
    assert target.with_level(Level.PASSIVE) is target
    with pytest.raises(UsageError, match=r"scope\.level allows 'writes' at most, not 'burst'"):
        target.with_level(Level.BURST)


WRONG = {
    "unknown key": ("supplier =", "suplier =", r"product\.suplier: unknown key\. Did you mean 'supplier'"),
    "unknown table": ("[claims]", "[claim]", r"claim: unknown key\. Did you mean 'claims'"),
    "missing": ('version = "4.2.1"\n', "", r"product\.version: is missing"),
    "wrong type": ('"CityHub"', "7", r"product\.name: must be text, is 7"),
    "wrong list": ('["Streetlight"]', '"Streetlight"', r"interfaces\.context\.types: must be a list"),
    "item type": ('["Streetlight"]', "[3]", r"interfaces\.context\.types\[0\]: must be text"),
    "level": ('"writes"', '"write"', r"scope\.level: 'write' is not known\. Did you mean 'writes'"),
    "kind": ('"ngsi-ld"', '"ngsild"', r"interfaces\.context\.kind: 'ngsild' is not known\. Did you mean 'ngsi-ld'"),
    "not an address": ("https://broker.example/ngsi-ld/v1/", "broker.example", r"interfaces\.context\.url: .*is not a web address"),
    "bad port": ("broker.example/ngsi-ld", "broker.example:99999/ngsi-ld", r"interfaces\.context\.url"),
    "password in address": ("https://broker", "https://u:p@broker", r"interfaces\.context\.url: holds a user name"),
    "query in address": ("/ngsi-ld/v1/", "/ngsi-ld/v1?x=1", r"interfaces\.context\.url: holds a query"),
    "secret in file": ('"BROKER_TOKEN"', '"eyJhbGciOi.x.y"', r"auth\.token_env: must be the name of an environment variable"),
    "auth without token": (', token_env = "BROKER_TOKEN"', "", r"interfaces\.context\.auth\.token_env: is missing"),
    "mim": ('"MIM1"', '"MIM11"', r"claims\.mims\[1\]: must be MIM0 to MIM10"),
    "answer": ('answer = "meets"', 'answer = "yes"', r"declarations\[0\]\.answer: 'yes' is not known"),
    "host with a path": (':8443"', ':8443/x"', r"scope\.hosts\[0\]: must be an origin"),
    "old version": ('"1.8.1"', '"1.0"', r"interfaces\.context\.version: 1\.0 is not covered\. The oldest is 1\.3\.1"),
    "no such version": ('"1.8.1"', '"1.8"', r"interfaces\.context\.version: there is no 1\.8\. There are: 1\.3\.1, .*1\.9\.1"),
    "option": ('"temporal"', '"temporall"', r"claims\.options\[0\]: 'temporall' is not known\. Did you mean 'temporal'"),
    "endless": ("types = [", "timeout = 1e10\ntypes = [", r"interfaces\.context\.timeout: must be more than 0, and at most 3600"),
    "version": ('"1.8.1"', '"v1.8"', r"interfaces\.context\.version: must be a version such as 1\.8\.1"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "message"), WRONG.values(), ids=list(WRONG))
def test_a_mistake_is_one_line_with_the_key(tmp_path, before, after, message):
    assert before in GOOD
    with pytest.raises(UsageError, match=message) as caught:
        target_of(tmp_path, GOOD.replace(before, after))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("mimtest.toml: ")


def test_what_is_no_toml_or_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        load_target(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="is not TOML"):
        target_of(tmp_path, "[product")
    for number in ("inf", "nan", "1e999", "1" * 5000):
        with pytest.raises(UsageError, match="a number that is infinite, none or far too long"):
            target_of(tmp_path, f"[interfaces.context]\ntimeout = {number}")
    with pytest.raises(UsageError, match="is nested too deeply"):
        target_of(tmp_path, f"a = {'[' * 5000}{']' * 5000}")
    (tmp_path / "latin.toml").write_bytes(b'a = "\xe4"')
    with pytest.raises(UsageError, match="is not UTF-8"):
        load_target(tmp_path / "latin.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        load_target(tmp_path)


def test_a_file_without_interfaces_is_refused():
    product = {"supplier": "a", "name": "b", "version": "1"}
    with pytest.raises(UsageError, match="interfaces: must not be empty"):
        parse_target({"product": product, "interfaces": {}})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://A.example/x", "https://a.example:443"),
        ("http://a.example", "http://a.example:80"),
        ("http://127.0.0.1:8080/y", "http://127.0.0.1:8080"),
    ],
)
def test_an_origin_names_its_port(url, origin):
    assert origin_of(url) == origin


def test_levels_include_the_ones_before():
    assert Level.WRITES.allows(Level.SAFE)
    assert not Level.SAFE.allows(Level.WRITES)
    assert Level.PASSIVE.allows(Level.PASSIVE)
