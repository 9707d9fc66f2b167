"""What a target file becomes, key by key, and each mistake in its words: quick, so that mutants can be run against it."""

import copy
from pathlib import Path

import pytest

from mimtest.errors import UsageError
from mimtest.target import (
    LOCAL,
    Auth,
    Claims,
    Declaration,
    Extension,
    Identity,
    Interface,
    Level,
    Model,
    Product,
    SameThing,
    Scope,
    Secret,
    Target,
    Tls,
    load_target,
    origin_of,
    parse_target,
    version_number,
)
from mimtest.target import (
    Tester as Somebody,
)
from mimtest.target_file import make_target
from mimtest.target_rules import require_address

FULL = "Write it in full, such as https://broker.example/ngsi-ld/v1."
PRODUCT = {"supplier": "A", "name": "B", "version": "1"}


def data(**interface):
    return {
        "product": {**PRODUCT},
        "interfaces": {"x": {"kind": "rest", "url": "https://a.example", **interface}},
    }


def read(content, **more):
    return parse_target(content, **more)


def only(**interface):
    (found,) = read(data(**interface)).interfaces
    return found


def refused(content, **more):
    with pytest.raises(UsageError) as caught:
        read(content, **more)
    return caught.value.message, caught.value.hint


# -- what is read


def test_the_least_there_can_be():
    assert read(data()) == Target(
        product=Product("A", "B", "1", None),
        scope=Scope("", Level.SAFE, (), None, None),
        interfaces=(Interface("x", "rest", "https://a.example"),),
        claims=Claims((), (), (), (), None, (), ()),
        tester=Somebody("unknown", None),
        declarations=(),
        folder=Path(),
        identities=(),
    )


def test_product_tester_and_scope():
    given = data() | {
        "product": {**PRODUCT, "configuration": "C"},
        "tester": {"party": "second", "name": "D"},
        "scope": {
            "authorised_by": "E",
            "level": "burst",
            "hosts": ["https://f.example"],
            "callback": "https://g.example:8443",
            "listen": "0.0.0.0:65535",
        },
    }
    found = read(given, folder=Path("here"))
    assert found.product == Product("A", "B", "1", "C")
    assert found.tester == Somebody("second", "D")
    assert found.scope == Scope(
        "E", Level.BURST, ("https://f.example",), "https://g.example:8443", "0.0.0.0:65535"
    )
    assert found.folder == Path("here")


PLAIN = {
    "version": "1.0",
    "context": "https://c.example/context",
    "description": "/openapi.json",
    "timeout": 3.5,
    "pace": 2.5,
    "settles": 4.5,
    "notifies": 6.5,
    "mqtt": "mqtt://m.example:1883",
    "snapshot": "snapshot.json",
    "audience": "aud",
    "protected": "/permits",
    "tenant_header": "X-Tenant",
    "ca": "ca.pem",
    "client_certificate": "client.pem",
    "variant": "fapi2",
}
LISTS = ("types", "collections", "tenants", "public", "languages")


def test_an_interface_in_full():
    lists = {
        "types": ["T"],
        "collections": ["C"],
        "tenants": ["t1", "t2"],
        "public": ["/health"],
        "languages": ["en"],
    }
    given = data(
        **PLAIN,
        **lists,
        issuer="idp",
        auth={"kind": "header", "header": "X-Key", "token_env": "TOKEN"},
        headers={"X-Plain": "value", "X-Secret": {"env": "HEADER"}},
        temporal="https://t.example/tX//",
        registry="https://r.example/",
        plain="http://p.example/X/",
        paths={"keys": "/keys", "notice": "https://n.example/?q=1", "terms": "file:///terms"},
    )
    given["interfaces"]["idp"] = {"kind": "oidc", "url": "https://idp.example"}
    found, issuer = read(given).interfaces
    assert found == Interface(
        name="x",
        kind="rest",
        url="https://a.example",
        **PLAIN,
        **{k: tuple(v) for k, v in lists.items()},
        issuer="idp",
        auth=Auth("header", Secret("TOKEN"), None, None, "X-Key"),
        headers={"X-Plain": "value", "X-Secret": Secret("HEADER")},
        temporal="https://t.example/tX",
        registry="https://r.example",
        plain="http://p.example/X",
        paths={"keys": "/keys", "notice": "https://n.example/?q=1", "terms": "file:///terms"},
    )
    assert issuer == Interface("idp", "oidc", "https://idp.example")


def test_how_one_asks():
    assert only(auth={"kind": "bearer", "token_env": "T"}).auth == Auth("bearer", token=Secret("T"))
    basic = only(auth={"kind": "basic", "username_env": "U", "password_env": "P"}).auth
    assert basic == Auth("basic", None, Secret("U"), Secret("P"), None)
    assert basic.secrets == (Secret("U"), Secret("P"))
    assert Auth("x", Secret("T"), Secret("U"), Secret("P")).secrets == (
        Secret("T"),
        Secret("U"),
        Secret("P"),
    )


@pytest.mark.parametrize(
    ("kind", "url", "found"),
    [
        ("rest", "https://a.example//", "https://a.example"),
        ("rest", "http://a.example:8080/api/", "http://a.example:8080/api"),
        ("rest", "https://a.example/X/", "https://a.example/X"),
        ("wfs", "https://a.example/ows?map=b/", "https://a.example/ows?map=b"),
        ("wms", "https://a.example/ows?map=b", "https://a.example/ows?map=b"),
        ("wmts", "https://a.example/ows?map=b", "https://a.example/ows?map=b"),
        ("file", "https://a.example/f?x=1/", "https://a.example/f?x=1/"),
        ("file", "https://a.example/f?x=1?y", "https://a.example/f?x=1?y"),
        ("file", "https://a.example/f", "https://a.example/f"),
        ("file", "data/a b%20?.json", LOCAL + "data/a%20b%2520%3F.json"),
        ("file", "file:///data/a%20b.json", LOCAL + "/data/a%20b.json"),
        ("file", "/srv/a.json", LOCAL + "/srv/a.json"),
    ],
)
def test_where_an_interface_is(kind, url, found):
    place = only(kind=kind, url=url)
    assert place.url == found
    assert place.is_local is found.startswith(LOCAL)


def test_a_file_may_have_a_format():
    assert only(kind="file", url="a.json", format="geojson").format == "geojson"


def test_claims_in_full():
    given = data() | {
        "claims": {
            "mims": ["MIM1"],
            "options": ["temporal"],
            "mechanisms": ["9.0/MIM1/M1"],
            "models": {
                "Lamp": {
                    "model": "Streetlighting/Streetlight",
                    "sample": "all",
                    "examples": ["e.json"],
                },
                "Pole": {
                    "schema": "s.json",
                    "sample": 7,
                    "units": "ucum",
                    "relationships": {"a": "B"},
                },
                "Bare": {},
            },
            "area": [1, 2, 3, 4],
            "identifiers": [
                {"one": "a", "other": "b"},
                {"one": "c", "other": "d", "mapping": "https://m.example"},
            ],
            "extensions": [{"context": "https://c.example", "base": "https://b.example"}],
        }
    }
    before = copy.deepcopy(given)
    assert read(given).claims == Claims(
        mims=("MIM1",),
        options=("temporal",),
        mechanisms=("9.0/MIM1/M1",),
        models=(
            Model("Lamp", name="Streetlighting/Streetlight", sample=None, examples=("e.json",)),
            Model("Pole", schema="s.json", sample=7, units="ucum", relationships={"a": "B"}),
            Model("Bare", sample=20),
        ),
        area=(1, 2, 3, 4),
        identifiers=(SameThing("a", "b"), SameThing("c", "d", "https://m.example")),
        extensions=(Extension("https://c.example", "https://b.example"),),
    )
    assert given == before


def test_declarations_in_full():
    evidence = [{"locator": "a.pdf", "valid_until": "2027-01-31"}, {"locator": "b.pdf"}]
    whole = {
        "about": ["R1"],
        "answer": "equivalent",
        "text": "t",
        "rationale": "r",
        "planned_for": "p",
    }
    given = data() | {
        "declarations": [{**whole, "evidence": evidence}, {"about": ["R2"], "answer": "meets"}]
    }
    assert read(given).declarations == (
        Declaration(("R1",), "equivalent", "t", "r", "p", tuple(evidence)),
        Declaration(("R2",), "meets"),
    )


def identities(**given):
    whole = data(auth={"kind": "bearer", "token_env": "T"})
    whole["interfaces"]["idp"] = {"kind": "oauth", "url": "https://idp.example"}
    return whole | {"identities": given}


def test_identities_in_full():
    given = identities(
        ada={
            "rights": "read",
            "token_env": "ADA",
            "interfaces": ["x"],
            "tenant": "t",
            "owns": ["ada-1"],
        },
        bob={
            "rights": "none",
            "client_id": "bob",
            "client_secret_env": "BOB",
            "issuer": "idp",
            "scope": "s",
            "audience": "a",
        },
    )
    ada, bob = read(given).identities
    assert ada == Identity(
        "ada", "read", Secret("ADA"), interfaces=("x",), tenant="t", owns=("ada-1",)
    )
    assert bob == Identity("bob", "none", None, "bob", Secret("BOB"), "idp", "s", "a")
    assert (ada.secrets, bob.secrets) == ((Secret("ADA"),), (Secret("BOB"),))


# -- what is refused


def test_a_whole_file_is_read_and_missed(tmp_path):
    path = tmp_path / "mimtest.toml"
    path.write_text(
        '[product]\nsupplier="A"\nname="B"\nversion="1"\n'
        '[interfaces.x]\nkind="rest"\nurl="https://a.example"\nca="ca.pem"\nclient_certificate="c.pem"',
        encoding="utf-8",
    )
    for name in ("ca.pem", "c.pem"):
        key = "ca" if name == "ca.pem" else "client_certificate"
        with pytest.raises(UsageError) as caught:
            load_target(path)
        assert (
            caught.value.message == f"mimtest.toml: interfaces.x.{key}: there is no file '{name}'."
        )
        assert caught.value.hint == "Put it beside the target file, or name its path."
        (tmp_path / name).write_text("", encoding="utf-8")
    found = load_target(path)
    assert found.folder == tmp_path
    assert found.tls(found.interfaces[0]) == Tls(tmp_path / "ca.pem", tmp_path / "c.pem")
    path.write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^mimtest\.toml: product: is missing\."):
        load_target(path)
    with pytest.raises(UsageError) as caught:
        load_target(tmp_path / "other.toml")
    assert caught.value.hint == "Write one with 'mimtest init URL'."


MISTAKES = [
    (data(format="geojson"), "target: interfaces.x.format: only an interface of kind 'file' has a format.", "Take it out."),
    (data(url="a.example"), "target: interfaces.x.url: 'a.example' is not a web address.", "Did you mean 'https://a.example'?"),
    (data(url="https://a.example?x=1"), "target: interfaces.x.url: holds a query or fragment.", "Leave the base address only."),
    (data(kind="wfs", url="a.example?x=1"), "target: interfaces.x.url: 'a.example' is not a web address.", "Did you mean 'https://a.example'?"),
    (data(kind="wfs", url="https://a.example#x"), "target: interfaces.x.url: holds a query or fragment.", "Leave the base address only."),
    (data(kind="file", url="ftp://a.example?x"), "target: interfaces.x.url: 'ftp://a.example' is not a web address.", FULL),
    (data(temporal="t"), "target: interfaces.x.temporal: 't' is not a web address.", FULL),
    (data(registry="r"), "target: interfaces.x.registry: 'r' is not a web address.", FULL),
    (data(plain="http://"), "target: interfaces.x.plain: 'http://' is not a web address.", FULL),
    (data(paths={"keys": "https://"}), "target: interfaces.x.paths.keys: 'https://' is not a web address.", FULL),
    (data(kind="ngsi-ld", version="1.2"), "target: interfaces.x.version: 1.2 is not covered.", "The oldest is 1.3.1."),
    (data(kind="dsp", version="2023-1"), "target: interfaces.x.version: there is no 2023-1.", "There are: 2024-1, 2025-1."),
    (data() | {"scope": {"callback": "https://a.example"}}, "target: scope.callback: it is not said where mimtest listens.", 'Add scope.listen, such as "0.0.0.0:8443".'),
    (data() | {"scope": {"callback": "https://a:x", "listen": "0.0.0.0:1"}}, "target: scope.callback: 'https://a:x' is not a web address (Port could not be cast to integer value as 'x').", FULL),
    (data() | {"scope": {"listen": "0.0.0.0:65536"}}, "target: scope.listen: there is no such port.", "Ports are 1 to 65535."),
    (data(issuer="idp"), "target: interfaces.x.issuer: 'idp' is no interface that issues tokens.", "Add one of kind oidc or oauth."),
    (data(issuer="x"), "target: interfaces.x.issuer: 'x' is no interface that issues tokens.", "Add one of kind oidc or oauth."),
    (identities(a={"rights": "full", "token_env": "T", "issuer": "y"}), "target: identities.a.issuer: 'y' is no interface that issues tokens.", "There are: idp."),
    (identities(a={"rights": "full", "token_env": "T", "interfaces": ["x", "y"]}), "target: identities.a.interfaces: there is no interface 'y'.", "There are: x, idp."),
    (data() | {"declarations": [{"about": ["R"], "answer": "meets"}, {"about": ["R"], "answer": "meets", "evidence": [{"locator": "a"}, {"locator": "a", "valid_until": "2027-02-29"}]}]}, "target: declarations[1].evidence[1].valid_until: there is no day 2027-02-29.", "Write it as 2027-01-31."),
    (data(kind="none"), None, None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "message", "hint"), MISTAKES)
def test_a_mistake_is_named_with_its_key(given, message, hint):
    found = refused(given)
    assert (
        found == (message, hint) if message else found[0].startswith("target: interfaces.x.kind: ")
    )
    named = refused(given, name="n.toml")[0]
    assert named == found[0].replace("target: ", "n.toml: ", 1)


def test_a_target_without_a_file_is_called_one():
    with pytest.raises(UsageError, match=r"^target: product: is missing"):
        make_target({})


def test_several_issuers_are_named():
    given = identities(a={"rights": "full", "token_env": "T", "issuer": "x"})
    given["interfaces"]["op"] = {"kind": "mydata-operator", "url": "https://op.example"}
    given["interfaces"]["op2"] = {"kind": "oidc", "url": "https://op.example"}
    assert refused(given)[1] == "There are: idp, op, op2."
    given["identities"]["a"]["issuer"] = "op2"
    assert read(given)


def test_versions_that_are_covered():
    for kind, version in (
        ("ngsi-ld", "1.3.1"),
        ("ngsi-ld", "1.9.1"),
        ("dsp", "2025-1"),
        ("rest", "0.1"),
    ):
        assert only(kind=kind, version=version).version == version
    assert (
        refused(data(kind="ngsi-ld", version="1.8"))[0]
        == "target: interfaces.x.version: there is no 1.8."
    )


def test_a_snapshot_is_of_one_interface():
    given = data(snapshot="a.json")
    given["interfaces"]["y"] = {
        "kind": "rest",
        "url": "https://a.example",
        "snapshot": "b/../a.json",
    }
    expected = ("target: interfaces.y.snapshot: is that of 'x', too.", "Name a file of its own.")
    assert refused(given) == expected
    assert refused(given, folder=Path("/nowhere")) == expected
    given["interfaces"]["y"]["snapshot"] = "/nowhere/a.json"
    assert read(given)
    assert refused(given, folder=Path("/nowhere")) == expected
    given["interfaces"]["y"]["snapshot"] = "b.json"
    assert read(given)


def test_a_port_is_one_there_is():
    assert read(data() | {"scope": {"listen": "[::1]:65535"}}).scope.listen == "[::1]:65535"
    scope = {"callback": "https://g.example", "listen": "0.0.0.0:1"}
    assert read(data() | {"scope": scope}).scope.callback == "https://g.example"


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("https://a.example:99999", "P: 'https://a.example:99999' is not a web address (Port out of range 0-65535).", FULL),
        ("https://[a", "P: 'https://[a' is not a web address (Invalid IPv6 URL).", FULL),
        ("a.example", "P: 'a.example' is not a web address.", "Did you mean 'https://a.example'?"),
        ("broker", "P: 'broker' is not a web address.", FULL),
        ("ftp://a.example", "P: 'ftp://a.example' is not a web address.", FULL),
        ("https://", "P: 'https://' is not a web address.", FULL),
        ("https:///a.b", "P: 'https:///a.b' is not a web address.", FULL),
        ("https://a.example/?q", "P: holds a query or fragment.", "Leave the base address only."),
        ("https://a.example/#f", "P: holds a query or fragment.", "Leave the base address only."),
        ("https://user@a.example", "P: holds a user name or password.", 'Take it out and use auth = { kind = "basic", … }.'),
        ("https://:geheim@a.example", "P: holds a user name or password.", 'Take it out and use auth = { kind = "basic", … }.'),
        ("https://user:ge/heim@a.example", "P: 'https://…@a.example' is not a web address.", FULL),
        ("https://user:geheim@a.example:99999", "P: 'https://…@a.example:99999' is not a web address.", FULL),
        ("ftp://user:ge@heim@a.example", "P: 'ftp://…@a.example' is not a web address.", FULL),
        ("user:geheim@a.example", "P: '…@a.example' is not a web address.", "Did you mean 'https://…@a.example'?"),
    ],
)  # fmt: skip
def test_an_address_is_plain_and_no_message_repeats_a_password(url, message, hint):
    with pytest.raises(UsageError) as caught:
        require_address(url, "P")
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize("url", ["http://a", "https://a.example:8443/b/", "https://[::1]/"])
def test_a_plain_address_is_one(url):
    require_address(url, "P")


# -- what it is made of


def test_each_level_allows_those_before():
    levels = (Level.PASSIVE, Level.SAFE, Level.WRITES, Level.BURST)
    for number, level in enumerate(levels):
        assert [level.allows(other) for other in levels] == [n <= number for n in range(4)]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://A.Example/x", "https://a.example:443"),
        ("http://a.example", "http://a.example:80"),
        ("http://a.example:8080/x?y", "http://a.example:8080"),
        ("mqtt://a.example", "mqtt://a.example:0"),
        ("file:///x", "file://:0"),
    ],
)
def test_an_origin_names_its_port(url, origin):
    assert origin_of(url) == origin
    assert Interface("x", "rest", url).origin == origin


def test_versions_compare_by_their_numbers():
    assert version_number("1.10.1") == (1, 10, 1) > version_number("1.9.1")
    assert version_number("2025-1") == (2025, 1)


def test_the_addresses_of_an_interface():
    paths = {
        "keys": "/keys",
        "notice": "https://n.example",
        "upstream": "https://u.example",
        "terms": "file:///t",
    }
    item = Interface("x", "rest", "https://a.example", temporal="https://t.example", registry="https://r.example", plain="http://p.example", paths=paths)  # fmt: skip
    assert item.addresses == (
        "https://a.example",
        "https://t.example",
        "https://r.example",
        "https://n.example",
    )
    assert Interface("x", "file", LOCAL + "a", paths=paths).addresses == ("https://n.example",)


def test_what_is_guarded():
    assert not Interface("x", "rest", "u").is_guarded
    for more in ({"auth": Auth("bearer")}, {"issuer": "idp"}, {"protected": "/p"}):
        assert Interface("x", "rest", "u", **more).is_guarded is True


# -- the whole


def target(*interfaces, hosts=(), level=Level.SAFE, claims=Claims(), people=(), folder=Path()):  # noqa: B008 - frozen
    scope = Scope("me", level, hosts)
    return Target(
        Product("A", "B", "1"), scope, interfaces, claims, folder=folder, identities=people
    )


def test_every_origin_a_run_may_talk_to():
    a = Interface(
        "a",
        "rest",
        "https://a.example",
        plain="http://p.example",
        paths={"upstream": "https://u.example"},
    )
    b = Interface("b", "rest", "https://b.example", registry="https://r.example:1")
    assert target(a, b, hosts=("https://h.example",)).origins == {
        "https://a.example:443",
        "http://p.example:80",
        "https://u.example:443",
        "https://b.example:443",
        "https://r.example:1",
        "https://h.example:443",
    }


def test_an_interface_by_its_name():
    a, b = Interface("a", "rest", "u"), Interface("b", "rest", "u")
    whole = target(a, b)
    assert [whole.interface(n) for n in ("a", "b", "c", None)] == [a, b, None, None]


def test_where_an_identity_asks():
    plain, guarded = Interface("a", "rest", "u"), Interface("b", "rest", "u", auth=Auth("bearer"))
    issued = Interface("c", "rest", "u", issuer="idp")
    whole = target(plain, guarded, issued)

    def used(**more):
        person = Identity("ada", **more)
        return [i.name for i in whole.interfaces if whole.is_used_at(person, i)]

    assert used() == ["b", "c"]
    assert used(issuer="idp") == ["c"]
    assert used(issuer="other") == []
    assert used(issuer="idp", interfaces=("a",)) == ["a"]


def test_the_files_of_tls():
    a = Interface("a", "rest", "u", ca="ca.pem")
    b = Interface("b", "rest", "u", client_certificate="c.pem")
    whole = target(a, b, folder=Path("f"))
    assert (whole.tls(a), whole.tls(b)) == (Tls(Path("f/ca.pem"), None), Tls(None, Path("f/c.pem")))


def test_what_is_claimed_and_what_follows():
    claims = Claims(options=("temporal",), mechanisms=("M1", "M2"))
    whole = target(Interface("a", "rest", "u"), claims=claims)
    assert whole.options == {"temporal"}
    guarded = target(
        Interface("a", "rest", "u"), Interface("b", "rest", "u", protected="/p"), claims=claims
    )
    assert guarded.options == {"temporal", "restricted-access"}
    tokens = (
        "option:temporal",
        "option:restricted-access",
        "mechanism:M1",
        "mechanism:temporal",
        "option:M1",
        "option",
    )
    assert [guarded.claims_token(t) for t in tokens] == [True, True, True, False, False, False]
    assert target(claims=Claims(mechanisms=("a:b",))).claims_token("mechanism:a:b")


def test_interfaces_by_kind():
    a = Interface("a", "rest", "https://a.example/1")
    tls = Interface("t", "tls", "https://a.example/2")
    b = Interface("b", "wfs", "http://b.example")
    c = Interface("c", "rest", "https://c.example")
    d = Interface("d", "rest", "https://c.example/2")
    f = Interface("f", "file", LOCAL + "x")
    whole = target(a, tls, b, c, d, f)
    assert whole.encrypted == (tls, c)
    assert whole.of_kind(("rest",)) == (a, c, d)
    assert whole.of_kind(("*",)) == (a, tls, b, c, d)
    assert whole.of_kind(("https",)) == (tls, c)
    assert whole.of_kind(("https", "wfs")) == (tls, b, c)
    assert whole.of_kind(("file", "wfs")) == (b, f)
    assert whole.of_kind(("*", "file")) == whole.interfaces
    assert whole.of_kind(()) == ()


def test_the_level_of_a_run():
    whole = target(level=Level.WRITES)
    assert whole.with_level(Level.WRITES) is whole
    with pytest.raises(UsageError) as caught:
        whole.with_level(Level.BURST)
    assert caught.value.message == "scope.level allows 'writes' at most, not 'burst'."
    assert (
        caught.value.hint == "Have the owner raise it in the target file, or ask for a lower level."
    )


# -- its secrets

HEADED = Interface("h", "rest", "https://h.example", headers={"X-A": "plain", "X-B": Secret("HEADER")}, auth=Auth("basic", None, Secret("USER"), Secret("PASS")), temporal="https://t.example", plain="http://h.example")  # fmt: skip


def test_secrets_come_from_the_environment(monkeypatch):
    ada = Identity("ada", token=Secret("ADA"))
    whole = target(HEADED, Interface("n", "rest", "u"), people=(ada,))
    known = {"USER": "1", "PASS": "2", "HEADER": "3", "ADA": "4"}
    assert whole.secrets(known | {"OTHER": "5"}) == known
    places = {"USER": "interfaces.h.auth", "PASS": "interfaces.h.auth", "HEADER": "interfaces.h.headers.X-B", "ADA": "identities.ada"}  # fmt: skip
    for name, place in places.items():
        for value in ({}, {name: ""}):
            with pytest.raises(UsageError) as caught:
                whole.secrets({k: v for k, v in known.items() if k != name} | value)
            assert caught.value.message == f"{place}: the environment variable {name} is not set."
            assert caught.value.hint == "Set it to the secret and run again."
    with pytest.raises(UsageError):
        whole.secrets({})
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    assert whole.secrets() == known


def test_to_which_origins_a_secret_belongs():
    api = Interface("api", "rest", "https://api.example", issuer="idp")
    idp = Interface("idp", "oidc", "https://idp.example", auth=Auth("bearer", Secret("SHARED")))
    other = Interface("other", "oidc", "https://other.example")
    ada = Identity("ada", token=Secret("ADA"), interfaces=("api",))
    bob = Identity("bob", client_id="b", client_secret=Secret("BOB"), issuer="idp")
    eve = Identity("eve", token=Secret("SHARED"), interfaces=("other",))
    far = Identity("far", token=Secret("FAR"), interfaces=("other",), issuer="idp")
    whole = target(
        HEADED, api, idp, other, hosts=("https://token.example",), people=(ada, bob, eve, far)
    )
    own = {"https://h.example:443", "https://t.example:443"}
    api_, idp_, other_ = ({f"https://{n}.example:443"} for n in ("api", "idp", "other"))
    assert whole.secret_homes() == {
        "HEADER": own,
        "USER": own,
        "PASS": own,
        "SHARED": idp_ | other_,
        "ADA": api_ | idp_,
        "BOB": api_ | idp_ | {"https://token.example:443"},
        "FAR": other_ | idp_,
    }
    assert whole.homes(Identity("nobody", interfaces=("none",))) == frozenset()
