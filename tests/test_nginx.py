"""The checks of TLS against a real nginx: as it is to be, as it comes, and as it is not to be."""

import pytest

from mimtest.sandbox.stand.certificates import Wanted, chain_pem
from tests.nginx_server import PROGRAM, nginx
from tests.real_servers import checks_of, having

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed (nginx-light)")

_HSTS = "add_header Strict-Transport-Security 'max-age=63072000' always;"
_SOUND = f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20; {_HSTS}"
_SENT_ON = "return 301 https://$host$request_uri;"
_OPEN = "location = /town { return 200 '{\"clockTowers\": 1}'; }"
#: Whatever OpenSSL still has. TLS 1.1 needs a level without demands.
_ANYTHING = "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0;"
_OF_A_FILE = {"SEC-TLS-12", "SEC-TLS-14", "SEC-TLS-15", "SEC-HTTP-07", "SEC-HTTP-08", "SEC-HTTP-16"}


def test_a_sound_one_has_nothing_to_be_told(tmp_path):
    with nginx(tmp_path, tls=_SOUND, without=_SENT_ON) as target:
        rows = checks_of(tmp_path, target, "security")
    assert having(rows, "not_applicable") == _OF_A_FILE
    assert set(rows) - having(rows, "passed") == _OF_A_FILE
    assert len(having(rows, "passed")) > 15


def test_one_that_agrees_to_anything(tmp_path):
    rsa = Wanted(key="RSA 2048")
    with nginx(tmp_path, tls=_ANYTHING, without=_OPEN, wanted=rsa) as target:
        rows = checks_of(tmp_path, target, "security")
    assert having(rows, "failed") == {
        *("SEC-TLS-06", "SEC-TLS-07", "SEC-TLS-09", "SEC-TLS-10"),
        *("SEC-HTTP-02", "SEC-HTTP-03"),
    }
    assert not having(rows, "inconclusive") | having(rows, "error")


def test_the_certificate_is_judged_though_nothing_else_can_be(tmp_path):
    old = Wanted(left=-2, names=("town.example",), whole_chain=False)
    with nginx(tmp_path, tls=_SOUND, without=_SENT_ON, wanted=old) as target:
        rows = checks_of(tmp_path, target, "security")
    wrong = {"SEC-TLS-01", "SEC-TLS-02", "SEC-TLS-03", "SEC-TLS-05"}
    assert having(rows, "failed") == wrong
    assert having(rows, "inconclusive", "tls") >= {"SEC-HTTP-01", "SEC-HTTP-03"}


def test_a_location_with_a_field_of_its_own_forgets_the_others(tmp_path):
    with nginx(tmp_path, tls=_SOUND, data="add_header X-Own 1;", without=_SENT_ON) as target:
        rows = checks_of(tmp_path, target, "security")
    assert having(rows, "failed") == {"SEC-HTTP-03"}


def test_a_plain_site_with_a_404(tmp_path):
    with nginx(tmp_path, tls=_SOUND, without="location / { return 404; }") as target:
        rows = checks_of(tmp_path, target, "security")
    assert having(rows, "failed") == set()


def test_clients_are_known_by_certificates(tmp_path):
    own = chain_pem(Wanted(names=("mimtest",), of_client=True))
    (tmp_path / "own.pem").write_bytes(own)
    verify = f"ssl_client_certificate {tmp_path}/authority.pem; ssl_verify_depth 2;"
    for strict, outcome in (("on", "passed"), ("optional", "failed")):
        lines = f"{_SOUND} {verify} ssl_verify_client {strict};"
        with nginx(tmp_path, tls=lines, without=_SENT_ON) as target:
            text = target.replace('ca = "', 'client_certificate = "own.pem"\nca = "')
            rows = checks_of(tmp_path, text, "security")
        assert rows["SEC-TLS-15"]["outcome"] == outcome
        assert having(rows, "failed") == ({"SEC-TLS-15"} if outcome == "failed" else set())


@pytest.mark.parametrize("wanted", [Wanted(key="RSA 2048"), Wanted(lasts=6, left=2)])
def test_certificates_of_other_kinds(tmp_path, wanted):
    with nginx(tmp_path, tls=_SOUND, without=_SENT_ON, wanted=wanted) as target:
        rows = checks_of(tmp_path, target, "security")
    assert having(rows, "failed") | having(rows, "inconclusive") == set()
