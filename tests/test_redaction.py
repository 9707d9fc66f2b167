"""No secret leaves the process, however it is written, and what is not secret stays readable."""

import base64
import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mimtest.errors import UsageError
from mimtest.network.redaction import Redactor
from mimtest.target import parse_target

OPEN, CLOSE = "\u2039", "\u203a"
MASKED = f"{OPEN}masked{CLOSE}"
TOKEN = f"{OPEN}secret:TOKEN{CLOSE}"
PLAIN = Redactor()
KNOWN = Redactor({"TOKEN": "tok-4711-geheim"})


def b64url(data):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def jwt(header, payload, signature=b"signature-bytes"):
    return f"{b64url(header)}.{b64url(payload)}.{b64url(signature)}"


ENCODINGS = {
    "raw": str,
    "url": lambda s: quote(s, safe=""),
    "url, lower case": lambda s: "".join(f"%{b:02x}" for b in s.encode()),
    "url, twice": lambda s: quote(quote(s, safe=""), safe=""),
    "form": quote_plus,
    "json": lambda s: json.dumps(s)[1:-1],
    "json, twice": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    "json, as it is": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "json, slashes": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "html": html.escape,
    "html, numbers": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "html, hex": lambda s: "".join(f"&#x{ord(c):X};" for c in s),
    "hex": lambda s: s.encode().hex(),
    "HEX": lambda s: s.encode().hex().upper(),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64, 1 before": lambda s: base64.b64encode(b"x" + s.encode() + b"yz").decode(),
    "base64, 2 before": lambda s: base64.b64encode(b"xy" + s.encode() + b"z").decode(),
    "base64url": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "basic": lambda s: base64.b64encode(f"user:{s}".encode()).decode(),
    "base64 in a url": lambda s: quote(base64.b64encode(s.encode()).decode(), safe=""),
}
characters = st.characters(codec="utf-8", exclude_characters=f"{OPEN}{CLOSE}\x00•")
secrets_ = st.one_of(
    st.text(st.sampled_from("abcXYZ0189-_.~+/=&%<>\"' \\ü€"), min_size=4, max_size=40),
    st.text(characters, min_size=4, max_size=12),
    st.text("ab", min_size=4, max_size=8),
)
around = st.text(st.one_of(characters, st.sampled_from('"=&:/%\\{}token ')), max_size=30)


@settings(max_examples=150, deadline=None)
@given(secret=secrets_, before=around, after=around)
def test_a_secret_is_found_in_every_encoding(secret, before, after):
    redactor = Redactor({"TOKEN": secret})
    for encode in ENCODINGS.values():
        encoded = encode(secret)
        masked = redactor.text(f"{before}{encoded}{after}")
        assert redactor.text(masked) == masked
        assert not redactor.holds_secret(masked)
        for other in ENCODINGS.values():
            assert other(secret) not in masked


@settings(max_examples=60, deadline=None)
@given(
    first=secrets_,
    second=secrets_,
    parts=st.lists(st.one_of(around, st.integers(0, 1)), max_size=8),
    data=st.data(),
)
def test_several_secrets_may_overlap_and_nothing_of_them_stays(first, second, parts, data):
    redactor = Redactor({"A": first, "B": second})
    values = (first, second)
    text = ""
    for part in parts:
        encode = data.draw(st.sampled_from(list(ENCODINGS.values())))
        text += encode(values[part]) if isinstance(part, int) else part
    masked = redactor.text(text)
    assert first not in masked
    assert second not in masked
    assert redactor.text(masked) == masked


@settings(max_examples=100, deadline=None)
@given(secret=secrets_, padding=st.integers(0, 30), keep=st.integers(1, 60))
def test_a_cut_never_leaves_the_head_of_a_secret(secret, padding, keep):
    assume("~" not in secret)
    redactor = Redactor({"TOKEN": secret})
    for name in ("raw", "url", "json", "html, numbers", "base64"):
        encoded = ENCODINGS[name](secret)
        assume(name != "base64" or "~" not in encoded)
        text = "~" * padding + encoded * 3 + "~" * 20
        masked = redactor.text(text, keep)
        rest = masked.lstrip("~").rstrip("~")
        assert rest == "" or (rest[0] == OPEN and rest[-1] == CLOSE)


def test_what_is_kept_never_reaches_into_what_was_not_looked_at():
    secret = "s3" * 700
    redactor = Redactor({"TOKEN": secret})
    masked = redactor.text(secret * 200, 8192)
    assert "s3" not in masked
    assert redactor.text("a" * 20_000, 8192) == "a" * 8192


@pytest.mark.parametrize("value", ["", "abc", "a\x00bcd", "ab\udcffcd", f"abcd{OPEN}"])
def test_a_secret_that_cannot_be_masked_is_refused(value):
    with pytest.raises(UsageError, match="TOKEN"):
        Redactor({"TOKEN": value})


def test_a_short_user_name_is_no_secret():
    def target(**auth):
        return parse_target(
            {
                "product": {"supplier": "a", "name": "b", "version": "1"},
                "scope": {"authorised_by": "c"},
                "interfaces": {"d": {"kind": "rest", "url": "https://e.example", "auth": auth}},
            }
        )

    basic = {"kind": "basic", "username_env": "U", "password_env": "P"}
    redactor = Redactor.of(target(**basic), {"U": "ada", "P": "password"})
    assert redactor.text("ada password") == f"ada {OPEN}secret:P{CLOSE}"
    assert Redactor.of(target(**basic), {"U": "adam", "P": "password"}).text("adam") != "adam"
    with pytest.raises(UsageError):
        Redactor.of(target(**basic), {"U": "ada", "P": "pw"})


@pytest.mark.parametrize("value", ["secret", "masked", "TOKEN", "ecre", "cret:TOK"])
def test_a_marker_never_shows_the_secret_it_stands_for(value):
    redactor = Redactor({"TOKEN": value, "OTHER": "other-value"})
    masked = redactor.text(f"a {value} b other-value, password=x1y2")
    assert value not in masked
    assert masked == f"a {OPEN}•••{CLOSE} b {OPEN}•••{CLOSE}, password={OPEN}•••{CLOSE}"


def test_a_target_cannot_smuggle_a_secret_through_a_marker():
    text = f"{OPEN}secret:tok-4711-geheim{CLOSE} {OPEN}JWT alg=tok-4711-geheim claims={CLOSE}"
    assert "geheim" not in KNOWN.text(text)


def test_text_without_secrets_stays_as_it_is():
    for text in (
        '{"id": "urn:ngsi-ld:Streetlight:1", "code": "NotFound", "type": "Property"}',
        "https://broker.example/ngsi-ld/v1/entities?type=A&limit=5#x",
        'Bearer realm="x", error="invalid_token", error_description="basic authentication"',
        "tokenizer=1&passwordless=2&token_type=Bearer",
        '{"token_type": "Bearer", "expires_in": 60, "secretary": "Ada"}',
        "write to ada@example.org :// or user@host",
        "\u202ebidi \x07 stays, rendering escapes it",
    ):
        assert KNOWN.text(text) == text


def test_unsafe_characters_are_replaced():
    assert PLAIN.text("a\x00b\ud800c") == "a\ufffdb\ufffdc"


def test_a_token_shows_its_algorithm_and_claim_names_only():
    token = jwt({"alg": "RS256", "kid": "key-1"}, {"aud": "a", "sub": "ada", "exp": 99})
    shown = f"{OPEN}JWT alg=RS256 claims=aud,exp,sub{CLOSE}"
    for text, expected in (
        (f"x {token} y", f"x {shown} y"),
        (f'{{"access_token": "{token}"}}', f'{{"access_token": "{shown}"}}'),
        (f"?token={token}&a=b", f"?token={shown}&a=b"),
        (token.rpartition(".")[0] + ".", shown),
        (token.rpartition(".")[0], shown),
        (jwt({"alg": "none"}, b"no json"), f"{OPEN}JWT alg=? claims={CLOSE}".replace("?", "none")),
        (jwt({"alg": 'a"<b>'}, {"a b": 1, "c": 2}), f"{OPEN}JWT alg=? claims=c{CLOSE}"),
    ):
        assert PLAIN.text(text) == expected
        assert PLAIN.text(expected) == expected


def test_a_token_that_carries_a_secret_shows_nothing():
    token = jwt({"alg": "tok-4711-geheim"}, {"tok-4711-geheim": 1})
    assert "4711" not in KNOWN.text(token)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"client_secret":"a\\"b","x":"y"}', f'{{"client_secret":"{MASKED}","x":"y"}}'),
        ('{"Password" : "unfinished', f'{{"Password" : "{MASKED}'),
        ('{"apiKey": 12345, "a": 1}', f'{{"apiKey": {MASKED}, "a": 1}}'),
        ('"{\\"refresh_token\\": \\"abc\\"}"', f'"{{\\"refresh_token\\": \\"{MASKED}\\"}}"'),
        ('{"secret": {"a": 1}}', '{"secret": {"a": 1}}'),
        ('{"password": ""}', '{"password": ""}'),
        ('[{"key": "X-Auth-Token", "value": "abc"}]', f'[{{"key": "X-Auth-Token", "value": "{MASKED}"}}]'),
        ('{"value":"a\\"b","key":"Authorization"}', f'{{"value":"{MASKED}","key":"Authorization"}}'),
        ('{"key": "Prefer", "value": "body=json"}', '{"key": "Prefer", "value": "body=json"}'),
        ("grant_type=x&client_secret=abc&a=b", f"grant_type=x&client_secret={MASKED}&a=b"),
        ("code=abc&state=x", f"code={MASKED}&state=x"),
        ("https://a/cb?code=abc#id_token=x", f"https://a/cb?code={MASKED}#id_token={MASKED}"),
        ("https://ada:pw@host/x", f"https://{MASKED}@host/x"),
        ("postgres://db:5432/x", "postgres://db:5432/x"),
        ("<wsse:Password Type='t'>pw</wsse:Password>", f"<wsse:Password Type='t'>{MASKED}</wsse:Password>"),
        ("Authorization: Bearer abc.def\r\nHost: x", f"Authorization: {MASKED}\r\nHost: x"),
        ('{"headers": {"authorization": "Basic abc"}}', f'{{"headers": {{"authorization": "{MASKED}"}}}}'),
        ("-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n.", f"{MASKED}\n."),
        ("-----BEGIN PRIVATE KEY-----\nMHc", MASKED),
        ("-----BEGIN PUBLIC KEY-----\nMHc", "-----BEGIN PUBLIC KEY-----\nMHc"),
    ],
)  # fmt: skip
def test_values_with_the_name_of_a_secret_are_masked(text, expected):
    assert PLAIN.text(text) == expected
    assert PLAIN.text(expected) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Authorization", "Bearer tok-4711-geheim", f"Bearer {TOKEN}"),
        ("authorization", "Bearer other", f"Bearer {MASKED}"),
        ("authorization", f"DPoP {jwt({'alg': 'none'}, {'sub': 'x'})}", f"DPoP {OPEN}JWT alg=none claims=sub{CLOSE}"),
        ("Authorization", "tok-4711-geheim", TOKEN),
        ("Authorization", "Strange thing", MASKED),
        ("Authorization", "Basic " + base64.b64encode(b"ada:tok-4711-geheim").decode(), f"Basic {TOKEN}"),
        ("X-Api-Key", "tok-4711-geheim", TOKEN),
        ("X-Own", "value", MASKED),
        ("Set-Cookie", "sid=abc=d; Path=/; HttpOnly; SameSite=Lax; Odd=x", f"sid={MASKED}; Path=/; HttpOnly; SameSite=Lax; {MASKED}"),
        ("Cookie", "a=b; c=d", f"a={MASKED}; c={MASKED}"),
        ("Location", "https://a/?access_token=x", f"https://a/?access_token={MASKED}"),
        ("WWW-Authenticate", 'Bearer realm="a", error="invalid_token"', 'Bearer realm="a", error="invalid_token"'),
        ("NGSILD-Tenant", "city", "city"),
        ("Content-Type", "application/json", "application/json"),
    ],
)  # fmt: skip
def test_header_fields_keep_their_names_and_harmless_values(name, value, expected):
    assert KNOWN.headers([(name, value)]) == ((name, expected),)


@pytest.mark.parametrize(
    "hostile",
    [
        "eyJ" * 3000,
        '"password":"' + "\\" * 8001,
        "://" * 4000,
        "<token " * 2000,
        "-----BEGIN PRIVATE KEY-----" * 400,
        "a" * 12_000,
        "%25" * 4000,
        "&amp;" * 2400,
        "\\" * 12_000,
        "token=" * 2000,
        "authorization:" * 900,
        '"key":"' + "token" * 2000,
        '"key":"token","value":' * 500,
        '"value":"a","key":"' * 600,
        "tok-4711-gehei" * 900,
    ],
)
def test_hostile_text_takes_no_time(hostile):
    started = time.monotonic()
    KNOWN.text(hostile, 8192)
    assert time.monotonic() - started < 2


SIMPLE = "AZaz09._~-Geheim-4711"


@pytest.mark.parametrize("before", ["", "\\u00fc%20&amp; "])
def test_a_secret_of_plain_characters_is_found_however_one_of_them_is_written(before):
    redactor = Redactor({"TOKEN": SIMPLE})
    for at, character in enumerate(SIMPLE):
        code = f"{ord(character):02x}"
        for written in (
            *(f"%{code}", f"%{code.upper()}", f"%25{code}", f"%2525{code}"),
            *(f"\\u00{code}", f"\\\\u00{code.upper()}"),
            *(f"&#{ord(character)};", f"&#x{code};", f"&amp;#{ord(character)};"),
        ):
            text = f"{before}{SIMPLE[:at]}{written}{SIMPLE[at + 1 :]}"
            assert redactor.text(text) == f"{before}{TOKEN}", text
    for written in (SIMPLE.encode().hex(), SIMPLE.encode().hex().upper()):
        assert redactor.text(before + written) == before + TOKEN
    for space in ("", "x", "xy"):
        coded = base64.b64encode(f"{space}{SIMPLE}>>??".encode()).decode()
        for run in (coded, coded.replace("+", "-").replace("/", "_")):
            assert redactor.text(f"{before}{run}") == before + TOKEN
