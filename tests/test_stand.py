"""The host that speaks TLS, and what is found out by shaking hands."""

import socket
import ssl
from dataclasses import replace
from threading import Thread

import pytest

from mimtest.errors import Inconclusive, Unanswered, UsageError
from mimtest.network.client import TlsFailed
from mimtest.network.handshake import Attempt, Greeter, Handshakes
from mimtest.network.opening import open_client
from mimtest.network.recording import Recorder
from mimtest.network.redaction import Redactor
from mimtest.network.trust import trusting
from mimtest.rendering.curl import curl, is_exact
from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.stand import Stand, serve_stand
from mimtest.sandbox.stand.certificates import Wanted, chain_pem
from mimtest.sandbox.targetfile import write_target
from mimtest.target import Level, Tls, load_target, parse_target
from mimtest.vocabulary.tls import (
    further_hosts,
    incomplete,
    mandatory,
    place_of,
    taken,
    unencrypted,
)
from tests.conftest import city, failed, mimtest
from tests.servers import closed_port

_OPEN = {"old", "ssl3", "broken", "static", "newest", "verified"}


def greet(url, ca=None, seconds=5.0, recorder=None):
    host, port = place_of(url)
    return Greeter(
        recorder or Recorder(Redactor()), host, port, tls=Tls(ca), seconds=seconds
    ).greet()


def test_few_connections_and_all_of_them_recorded():
    recorder, before = Recorder(Redactor()), []
    with serve_stand(Stand()) as place:
        host, port = place_of(place.url)
        greeter = Greeter(
            recorder, host, port, tls=Tls(place.authority), before=lambda: before.append(1)
        )
        found = greeter.greet()
    assert set(found.attempts) == _OPEN
    assert (found.verified, len(found.chain)) == (0, 2)
    assert len(before) == len(_OPEN) == recorder.sent <= 8
    assert [x.error.kind for x in recorder.exchanges] == ["tls"] * 4 + ["handshake"] * 2
    assert {x.request.method for x in recorder.exchanges} == {"TLS"}
    told = recorder.exchanges[0].as_dict()
    assert told["request"]["body"] == "TLS 1.1 at most"
    assert curl(told) == f"openssl s_client -connect {host}:{port}"
    assert not is_exact(told)


def test_eight_connections_at_most():
    stand = replace(Stand(), newest=ssl.TLSVersion.TLSv1_2)
    strange = replace(stand, certificate=Wanted(signed_by="stranger"))
    with serve_stand(strange) as place:
        found = greet(place.url, place.authority)
    assert set(found.attempts) == {*_OPEN, "any", "authenticating"}
    assert len(found.attempts) == 8


@pytest.mark.parametrize("fault", ["tls-null", "tls-1-0", "tls-side-expired"])
def test_a_fault_sets_up_the_stand(fault):
    setup = find_fault(fault).stand
    assert setup is not None
    with serve_stand(setup(Stand())) as place:
        for url in (place.url, place.side):
            wrong = list(mandatory(greet(url, place.authority)))
            assert len(wrong) == ((url == place.side) == ("side" in fault))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_old_library_is_told_by_its_choice(tmp_path):
    path = tmp_path / "server.pem"
    path.write_bytes(chain_pem(Wanted(key="RSA 2048")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(path)

    def serve(link):
        with context.wrap_socket(link, server_side=True) as tls:
            tls.recv(1)

    with answering(serve) as url:
        found = greet(url)
    assert found.attempts["old"].version == "TLS 1.1"
    assert found.attempts["newest"].result == "refused"
    assert taken(found, "old", "old")


def test_nobody_listens():
    with pytest.raises(Inconclusive) as caught:
        greet(f"https://127.0.0.1:{closed_port()}")
    assert caught.value.code == "unreachable"


def test_a_port_without_tls_shows_nothing():
    with answering(lambda link: link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        found = greet(url)
    assert {a.result for a in found.attempts.values()} <= {"foreign", "refused"}
    for judge in (lambda: taken(found, "old", "old"), lambda: list(mandatory(found))):
        with pytest.raises(Inconclusive):
            judge()


def test_silence_is_no_refusal():
    with answering(lambda link: (link.recv(100000), link.settimeout(3), link.recv(1))) as url:
        found = greet(url, seconds=0.2)
    assert {a.result for a in found.attempts.values()} == {"silent"}
    with pytest.raises(Inconclusive) as caught:
        taken(found, "old", "old")
    assert caught.value.code == "timeout"


def test_a_host_that_gives_up_after_the_bad_offers_is_not_called_careful():
    with answering(lambda link: link.recv(100000)) as url:
        found = greet(url)
    assert {a.result for a in found.attempts.values()} == {"refused"}
    with pytest.raises(Inconclusive) as caught:
        taken(found, "broken", "broken")
    assert caught.value.code == "control_failed"


def test_what_is_missing_from_a_chain_is_told_only_where_it_is_known():
    with serve_stand(replace(Stand(), certificate=Wanted(whole_chain=False))) as place:
        found = greet(place.url, place.authority)
        assert incomplete(found, own_authority=True)
    with serve_stand(replace(Stand(), certificate=Wanted(signed_by="stranger"))) as place:
        assert incomplete(greet(place.url, place.authority), own_authority=True) is None


def test_an_authority_that_is_none(tmp_path):
    for text in ("", "nothing"):
        (tmp_path / "ca.pem").write_text(text, encoding="utf-8")
        with pytest.raises(UsageError, match=r"no certificates|no such file"):
            trusting(Tls(tmp_path / "ca.pem"))
    with pytest.raises(UsageError, match="no such file"):
        trusting(Tls(tmp_path / "other.pem"))


def test_a_client_shows_its_certificate(tmp_path):
    with city() as base:
        write_target(tmp_path / "mimtest.toml", base)
        target = load_target(tmp_path / "mimtest.toml")
        vault = target.interface("vault")
        assert target.tls(vault) == Tls(tmp_path / "stand-ca.pem", tmp_path / "stand-client.pem")
        asked = {"origins": target.origins, "secrets": {}, "level": Level.SAFE, "run_id": "r"}
        recorder = Recorder(Redactor())
        with open_client(vault, recorder=recorder, tls=target.tls(vault), **asked) as client:
            assert client.get().json()["clockTowers"] == 1
        with (
            open_client(vault, recorder=recorder, tls=Tls(target.tls(vault).ca), **asked) as client,
            pytest.raises(Unanswered),
        ):
            client.get()
        with open_client(vault, recorder=recorder, **asked) as client, pytest.raises(TlsFailed):
            client.get()


def test_a_client_certificate_without_its_key(tmp_path):
    path = tmp_path / "own.pem"
    path.write_bytes(chain_pem(Wanted()).partition(b"-----END PRIVATE KEY-----\n")[2])
    with pytest.raises(UsageError, match="no certificate with its key"):
        trusting(Tls(own=path))


def target_with(*interfaces, hosts=()):
    names = {f"i{n}": {"kind": kind, "url": url} for n, (kind, url) in enumerate(interfaces)}
    return parse_target(
        {
            "product": {"supplier": "a", "name": "b", "version": "1"},
            "scope": {"authorised_by": "c", "hosts": list(hosts)},
            "interfaces": names,
            "claims": {"mims": ["MIM6"]},
        }
    )


def test_a_host_is_asked_once_and_of_kind_tls_first():
    target = target_with(
        ("rest", "https://town.example/a"),
        ("tls", "https://town.example"),
        ("wfs", "https://town.example:443/b"),
        ("rest", "https://town.example:8443"),
        ("rest", "http://plain.example"),
        hosts=("https://keys.example", "https://town.example:8443", "http://c.example"),
    )
    assert [i.name for i in target.encrypted] == ["i1", "i3"]
    assert [i.name for i in target.of_kind(("https",))] == ["i1", "i3"]
    assert [i.name for i in target.of_kind(("https", "wfs"))] == ["i1", "i2", "i3"]
    assert further_hosts(target, target.interfaces[1]) == {
        ("keys.example", 443): "https://keys.example"
    }
    assert further_hosts(target, target.interfaces[3]) == {}
    assert unencrypted(target) == ["http://plain.example"]
    assert (
        unencrypted(target_with(("rest", "http://127.0.0.1:8080"), ("rest", "http://[::1]"))) == []
    )


@pytest.mark.parametrize(("newest", "code"), [("agreed", None), ("silent", "timeout")])
def test_silence_refuses_where_others_are_answered(newest, code):
    found = Handshakes("town.example", 443)
    found.attempts |= {"old": Attempt("TLS 1.1", "silent", "no answer")}
    found.attempts |= {"newest": Attempt("TLS 1.3", newest, "")}
    if code is None:
        assert taken(found, "old", "it agrees") is None
        return
    with pytest.raises(Inconclusive) as open_end:
        taken(found, "old", "it agrees")
    assert open_end.value.code == code


@pytest.mark.parametrize(("faults", "outcome"), [((), "passed"), (("tls-long-lived",), "failed")])
def test_how_long_certificates_of_public_authorities_last(tmp_path, faults, outcome):
    with city(*faults) as base:
        trusted = {"SSL_CERT_FILE": str(base.stand.authority)}
        text = (
            '[product]\nsupplier = "a"\nname = "b"\nversion = "1"\n[scope]\nauthorised_by = "c"\n'
            f'[interfaces.door]\nkind = "tls"\nurl = "{base.stand.url}"\n[claims]\nmims = ["MIM6"]\n'
        )
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        run = ("run", "mimtest.toml", "--check", "SEC-TLS-12", "--check", "SEC-TLS-01")
        ended = mimtest(*run, cwd=tmp_path, env=trusted)
    found = {c["id"]: c["outcome"] for c in ended.report["checks"]}
    assert (found["SEC-TLS-01"], found["SEC-TLS-12"]) == ("passed", outcome)


def test_a_certificate_that_keeps_everything_else_from_running_is_judged(tmp_path):
    with city("tls-expired") as base:
        text = (
            '[product]\nsupplier = "a"\nname = "b"\nversion = "1"\n[scope]\nauthorised_by = "c"\n'
            f'[interfaces.api]\nkind = "rest"\nurl = "{base.stand.url}/town"\n'
            f'ca = "{base.stand.authority}"\n[claims]\nmims = ["MIM6"]\n'
        )
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        ended = mimtest("run", "mimtest.toml", "--suite", "security", cwd=tmp_path)
    assert [r["ready"] for r in ended.report["readiness"]] == [False]
    assert failed(ended.report) == {"SEC-TLS-03"}


class answering:  # noqa: N801 - reads as a sentence
    """A socket whose every connection is handed to a function."""

    def __init__(self, behave):
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))

    def __enter__(self):
        Thread(target=self._serve, daemon=True).start()
        return f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *details):
        self._socket.close()

    def _serve(self):
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            with link:
                try:
                    self._behave(link)
                except OSError:
                    continue
