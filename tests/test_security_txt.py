"""The file that says whom to tell of a weakness, and what is left behind."""

from datetime import UTC, datetime

import pytest

from mimtest.vocabulary.exposed import EXPOSED, gives_away
from mimtest.vocabulary.security_txt import fields_of, looks_like_one, problems

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_SOUND = "# us\nContact: mailto:a@town.example\nExpires: 2027-01-01T00:00:00z\n"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (_SOUND, 0),
        (_SOUND.replace("\n", "\r\n"), 0),
        (_SOUND + "Contact: https://town.example/report\nContact: tel:+49-1\n", 0),
        (_SOUND.lower(), 0),
        ("Expires: 2027-01-01T00:00:00Z\n", 1),
        ("Contact: mailto:a@town.example\n", 1),
        (_SOUND + "Expires: 2027-01-02T00:00:00Z\n", 1),
        (_SOUND.replace("2027", "2025"), 1),
        (_SOUND.replace("2027", "2029"), 1),
        (_SOUND.replace("T00:00:00z", ""), 1),
        (_SOUND.replace("2027-01-01T00:00:00z", "soon"), 1),
        (_SOUND.replace("mailto:", ""), 1),
        (_SOUND.replace("mailto:a@", "http://"), 1),
        ("", 2),
    ],
)
def test_problems_are_told(text, count):
    assert len(list(problems(text, _NOW))) == count


def test_a_signature_is_no_field():
    head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
    tail = "-----BEGIN PGP SIGNATURE-----\nContact: nobody\n-----END PGP SIGNATURE-----\n"
    assert list(problems(head + _SOUND + tail, _NOW)) == []
    assert ("contact", "nobody") not in fields_of(head + _SOUND + tail)


def test_a_web_page_is_none():
    assert looks_like_one(_SOUND)
    assert not looks_like_one("<html><p>Contact: us</p></html>")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/.git/HEAD", b"ref: refs/heads/main\n"),
        ("/.git/HEAD", b"0123456789abcdef0123456789abcdef01234567\n"),
        ("/.git/config", b"[core]\n\tbare = false\n"),
        ("/.env", b"\n# settings\nexport DB_HOST=db\n"),
        ("/.htpasswd", b"town:$apr1$x$y\n"),
        ("/.DS_Store", b"\x00\x00\x00\x01Bud1\x00"),
        ("/WEB-INF/web.xml", b"<?xml version='1.0'?><web-app version='3'>"),
        ("/actuator/env", b'{"activeProfiles":[],"propertySources":[]}'),
        ("/metrics", b"# HELP up x\n# TYPE up gauge\n"),
        ("/server-status", b"<h1>Apache Server Status for town</h1>"),
        ("/debug/pprof/", b"<p>Types of profiles available:"),
        ("/phpinfo.php", b"<title>PHP 8.3 - phpinfo()</title>"),
    ],
)
def test_what_is_left_behind_gives_itself_away(path, body):
    assert gives_away(path, body)
    for page in (b"", b"<!doctype html><title>Town</title>KEY=1", b'{"title": "not found"}'):
        assert not gives_away(path, page)


def test_no_more_than_a_dozen_is_asked_for():
    assert len(EXPOSED) <= 12
