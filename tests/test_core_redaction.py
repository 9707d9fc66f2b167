"""What is masked and what stays, character by character: quick, so that mutants can be run against it."""

import base64
import html
import html.entities
import json
import re
from itertools import accumulate, pairwise
from urllib.parse import quote, quote_plus

import pytest

from mimtest.errors import UsageError
from mimtest.network import secret_forms
from mimtest.network.fragments import Known
from mimtest.network.redaction import Redactor
from mimtest.network.secret_forms import Forms, Sieve, base64_needles, run_around
from mimtest.network.secret_values import (
    SHORTEST,
    core_of,
    forms_of,
    is_token,
    issued_in,
    label,
    markers_for,
    require_maskable,
)
from mimtest.network.sensitive import (
    CLOSE,
    MASKED,
    OPEN,
    Span,
    describe_token,
    replaced,
    sensitive_spans,
)
from mimtest.target import parse_target

DOTS = f"{OPEN}•••{CLOSE}"
PLAIN = Redactor()


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    """Each test sees the code as it is now."""
    forms_of.cache_clear()
    secret_forms._views.cache_clear()


def secret(name):
    return f"{OPEN}secret:{name}{CLOSE}"


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def b64url(data):
    return b64(data).translate(str.maketrans("+/", "-_", "="))


def jwt(header, payload, signature="signature-bytes"):
    parts = (p if isinstance(p, str) else json.dumps(p) for p in (header, payload, signature))
    return ".".join(map(b64url, parts))


def every(written, of):
    """A whole text with each character written in one way."""
    return "".join(map(written, of))


# -- one secret, in every way to write it

#: Ways to write one character, whatever it is.
WRITTEN = {
    "%xx": lambda c: "".join(f"%{b:02x}" for b in c.encode()),
    "%XX": lambda c: "".join(f"%{b:02X}" for b in c.encode()),
    "%25xx": lambda c: "".join(f"%25{b:02X}" for b in c.encode()),
    "%2525xx": lambda c: "".join(f"%2525{b:02x}" for b in c.encode()),
    "%xx, Latin-1": lambda c: "".join(f"%{b:02x}" for b in (c.encode("latin-1", "ignore") or c.encode())),
    "\\uxxxx": lambda c: "".join(f"\\u{u}" for u in units(c)),
    "\\uXXXX": lambda c: "".join(f"\\u{u.upper()}" for u in units(c)),
    "\\\\\\\\uxxxx": lambda c: "".join(f"\\\\\\\\u{u}" for u in units(c)),
    "\\xxx": lambda c: "".join(f"\\x{b:02x}" for b in c.encode()),
    "\\xXX": lambda c: "".join(f"\\x{b:02X}" for b in c.encode()),
    "\\xxx, Latin-1": lambda c: "".join(f"\\x{b:02x}" for b in (c.encode("latin-1", "ignore") or c.encode())),
    "\\\\\\\\xxx": lambda c: "".join(f"\\\\\\\\x{b:02x}" for b in c.encode()),
    "&#d;": lambda c: f"&#{ord(c)};",
    "&#00d;": lambda c: f"&#00{ord(c)};",
    "&#xh;": lambda c: f"&#x{ord(c):x};",
    "&#XH;": lambda c: f"&#X00{ord(c):X};",
    "&amp;#d;": lambda c: f"&amp;#{ord(c)};",
    "&amp;amp;#xh;": lambda c: f"&amp;amp;#x{ord(c):x};",
    "UTF-8 as Latin-1": lambda c: c.encode().decode("latin-1"),
    "UTF-8 as Latin-1 in JSON": lambda c: json.dumps(c.encode().decode("latin-1"))[1:-1],
    "UTF-8 as Windows-1252": lambda c: c.encode().decode("cp1252", "replace"),
    "UTF-8 as ASCII": lambda c: c.encode().decode("ascii", "replace"),
    "UTF-8 as ASCII in JSON": lambda c: json.dumps(c.encode().decode("ascii", "replace"))[1:-1],
    "Latin-1 as UTF-8": lambda c: c.encode("latin-1", "replace").decode("utf-8", "replace"),
    "ASCII at most": lambda c: c.encode("ascii", "replace").decode(),
    "? for each byte": lambda c: c if c.isascii() else "?" * len(c.encode()),
}  # fmt: skip


def units(character):
    raw = character.encode("utf-16-be").hex()
    return [raw[i : i + 4] for i in range(0, len(raw), 4)]


def covered(forms, text):
    """From where to where the secret is in a text, however many places that are."""
    starts, ends = zip(*forms.spans(text), strict=True)
    return min(starts), max(ends)


ODD = "a/'\"+ \\\n&<>=%?#:@[!;|üÁ€\U0001f511_.-~Z9"


@pytest.mark.parametrize("way", WRITTEN)
def test_any_character_of_a_secret_may_be_written_in_any_way(way):
    for value in (ODD, "k.e_y~4-7Az"):
        (forms,) = forms_of(value)
        whole = every(WRITTEN[way], value)
        assert covered(forms, f"x{whole}y") == (1, 1 + len(whole))
        assert len(whole) <= forms.longest
        for at, character in enumerate(value):
            written = WRITTEN[way](character)
            text = f"{value[:at]}{written}{value[at + 1 :]}"
            assert covered(forms, text) == (0, len(text)), text


def test_names_of_characters_are_known_in_all_their_spellings():
    names = [(n, c) for n, c in html.entities.html5.items() if n.endswith(";")]
    value = "".join(sorted({c for _, c in names if len(c) == 1 and c.isascii()})) + "üµ…"
    (forms,) = forms_of(value)
    for name, character in names:
        before, found, after = value.partition(character)
        for written in (f"&{name}", f"&amp;amp;{name}") if found else ():
            text = f"{before}{written}{after}"
            assert [*forms.spans(text)] == [(0, len(text))], name
            assert len(written) <= 26 * len(character.encode())
    assert [*Forms("a.b_c").spans("a&period;b&lowbar;c a&amp;period;b&UnderBar;c")] == [
        (0, 19),
        (20, 45),
    ]


def test_a_blank_may_be_a_plus_and_a_slash_escaped():
    forms = Forms("a b/c'd")
    for text in ("a+b/c'd", "a%20b\\/c\\'d", "a b\\\\\\\\/c\\\\'d"):
        assert [*forms.spans(text)] == [(0, len(text))]
    assert not [*Forms("a+b/cd").spans("a b/cd")]
    assert not [*Forms("a Xcd").spans("a \\Xcd a +cd a &cd a &amp;cd")]
    assert [*Forms('a"b\nc').spans(r"a\"b\nc a\\\"b\\\nc")] == [(0, 7), (8, 19)]


def test_hex_is_known_in_either_case_and_in_both():
    (forms,) = forms_of("jk-ü/Oo")
    for text in ("6a6b2dc3bc2f4f6f", "6A6B2DC3BC2F4F6F", "6a6B2dC3bC2f4F6f"):
        assert [*forms.spans(f"x{text}y")] == [(1, 17)]
    assert not [*forms.spans("6a6b2dc3bc2f4f6")]


def test_a_character_that_was_lost_is_one_sign_for_each_byte_at_most():
    for lost in ("?", "\ufffd", "\\ufffd"):
        for character in "ü€\U0001f511":
            forms, most = Forms(f"ab-{character}"), len(character.encode())
            for number in range(1, 6):
                text = "ab-" + lost * number
                assert covered(forms, text) == (0, 3 + len(lost) * min(number, most))
    assert not [*Forms("ab-c").spans("ab-?")]


def test_overlapping_places_are_all_told():
    assert [*Forms("abab").spans("ababab")] == [(0, 4), (2, 6)]
    assert [*Forms("aaaa").spans("aaaaa")] == [(0, 4), (1, 5)]
    assert [*Forms("a.a.a").spans("a.a.a.a")] == [(0, 5), (2, 7)]


# -- base64


@pytest.mark.parametrize("raw", [b"abcd", b"abcde", b"abcdef", bytes(range(250, 256)) + b">>>???"])
def test_a_needle_is_in_the_base64_of_whatever_is_around(raw):
    first, second, third = base64_needles(raw)
    for before, needle in ((b"", first), (b"x", second), (b"xy", third), (b"xyz", first)):
        for after in (b"", b"\x00", b"\xff\xff", b"zzz"):
            assert needle in b64(before + raw + after)
        bits = 8 * len(raw)
        assert len(needle) >= (bits - 10) // 6


def test_needles_are_all_that_is_sure():
    assert base64_needles(b"abcd") == ["YWJjZ", "FiY2", "hYmNk"]
    assert base64_needles(b"abcde") == ["YWJjZG", "FiY2Rl", "hYmNkZ"]
    assert base64_needles(b"abcdef") == ["YWJjZGVm", "FiY2RlZ", "hYmNkZW"]


@pytest.mark.parametrize(
    ("text", "start", "end", "whole"),
    [
        ("abcdef", 2, 4, (0, 6)),
        (" ab+/-_%9cd== x", 3, 4, (1, 13)),
        ("=abcd=", 1, 5, (1, 6)),
        ("a.bcd.e", 3, 4, (2, 5)),
        ("bcd", 0, 3, (0, 3)),
        (".b.", 1, 2, (1, 2)),
        ("AZ,bc,az", 3, 5, (3, 5)),
    ],
)
def test_the_run_around_a_needle(text, start, end, whole):
    assert run_around(text, start, end) == whole


CODED = {
    "": str,
    "of a form": quote_plus,
    "of an address": lambda s: quote(s, safe=""),
    "of JSON": lambda s: json.dumps(s)[1:-1],
}


@pytest.mark.parametrize("value", ["a/b c+d=ü?~>", "~~~~~~~~", "plain4711", "ÿþýüûú"])
@pytest.mark.parametrize("inner", CODED)
def test_base64_is_known_at_each_place_and_however_it_is_written(value, inner):
    (forms,) = forms_of(value)
    for before in ("", "u", "u:", "id:"):
        run = b64(before + CODED[inner](value) + ">?>?")
        ways = {
            run,
            run.replace("+", "-").replace("/", "_"),
            quote(run, safe=""),
            quote(quote(run, safe=""), safe=""),
            "".join(c if c.isalnum() else f"%{ord(c):02x}" for c in run),
            run.replace("+", "\\u002b"),
            run.replace("+", "&plus;"),
            run.replace("+", "&#43;"),
        }
        for way in ways:
            found = [*forms.spans(f" {way} ")]
            assert found, way
            if way[-1] != "=":
                assert found[0][0] == 1 or not way.isascii() or set(way) & set("\\&")
    assert [*forms.spans(f"({b64(value.encode('latin-1', 'replace'))})")]


def test_what_is_no_form_of_a_secret_is_none():
    for value in ("plain4711", "a/b c+d=ü?~>"):
        (forms,) = forms_of(value)
        for text in (
            "",
            value[:-1],
            value[1:],
            value.upper() * (value.upper() != value),
            "%41&#65;\\u0041 plain 4711",
            *(b64(before + value[:-1]) for before in ("", "x", "xy")),
        ):
            assert not [*forms.spans(text)], text


# -- the quick look


@pytest.mark.parametrize(
    ("value", "simple"),
    [("AZaz09._-", True), ("abc", True), ("a bc", False), ("a/bc", False), ("üabc", False), ("a~bc", False), ("abc\n", False)],
)  # fmt: skip
def test_simple_is_what_nobody_has_to_escape(value, simple):
    assert Forms(value).simple is simple


def test_a_sieve_holds_back_what_may_hold_a_secret():
    sieve = Sieve(map(Forms, ("plain4711", "other.word", "plain4711")))
    for text in (
        "a plain4711",
        "other.word",
        b64("plain4711"),
        b64("x" + "other.word"),
        b64("xy" + "other.word"),
        "706C61696e34373131 ",
        "%2e",
        "%252E",
        "\\u002d",
        "\\x5F",
        "&#1;",
        "&amp;#",
        "&period;",
        "&amp;amp;lowbar;",
        "&UnderBar;",
    ):
        assert sieve.holds_back(text), text
    for text in (
        "",
        "plain471",
        "lain4711",
        "PLAIN4711",
        "%2F",
        "\\u002f",
        "\\u0100",
        "&amp;",
        "& #",
        "x4711",
        b64("plain"),
    ):
        assert not sieve.holds_back(text), text
    assert not Sieve(()).holds_back("plain4711")
    assert Sieve(()).holds_back("%41")


def test_a_simple_secret_is_found_in_all_that_holds_it():
    forms = Forms("plain4711")
    for text in (
        "plain4711",
        b64("a plain4711"),
        b"plain4711".hex(),
        b"plain4711".hex().upper(),
        "pl%61in4711",
        "plain&#x34;711",
        "plain\\x34711",
        "plain\\\\u00347\\u00311",
    ):
        assert [*forms.spans(f"({text})")] == [(1, 1 + len(text))], text


# -- what can be a secret


@pytest.mark.parametrize("value", ["", "abc", "a b", "\u20ac" * 3])
def test_what_is_too_short_is_refused(value):
    with pytest.raises(UsageError) as caught:
        require_maskable("KEY", value)
    assert (
        caught.value.args[0] == "KEY: a secret of fewer than 4 characters cannot be masked safely."
    )
    assert caught.value.hint == "Use a longer one for the test."
    require_maskable("KEY", "abcd")
    assert SHORTEST == 4


@pytest.mark.parametrize("character", ["\x00", chr(0xD800), chr(0xDFFF), OPEN, CLOSE])
def test_what_cannot_be_told_from_a_marker_is_refused(character):
    for value in (f"abcd{character}", f"{character}abcd"):
        with pytest.raises(UsageError) as caught:
            require_maskable("KEY", value)
        assert (
            caught.value.args[0] == "KEY: the secret holds characters that cannot be masked safely."
        )
        assert caught.value.hint == "Use one of printable characters."


HEAD, PAYLOAD, SIGNATURE = b64url('{"alg":"RS256"}'), b64url('{"sub":"somebody"}'), "s" * 16


def test_a_token_is_secret_in_its_parts():
    token = f"{HEAD}.{PAYLOAD}.{SIGNATURE}"
    whole, payload, signature = forms_of(token)
    assert [f.literals[0] for f in (whole, payload, signature)] == [token, PAYLOAD, SIGNATURE]
    assert [f.literals[0] for f in forms_of(f"{HEAD}.{PAYLOAD}.{'s' * 15}")][1:] == [PAYLOAD]
    assert len(forms_of("no.token.with-a-long-part-behind-it")) == 1
    assert core_of(token) == f"{PAYLOAD}.{SIGNATURE}"
    assert core_of("eyJhbGciOiJ") == "eyJhbGciOiJ"
    assert core_of("eyJhbGciOiJ.") == "eyJhbGciOiJ."
    assert core_of("a.b.c") == "a.b.c"


@pytest.mark.parametrize(
    ("text", "found"),
    [("eyJa.b.c", True), ("eyJa.b.c.d.e", True), ("eyJa..", True), ("eyJa.b", False), ("eyJa.b.c.d.e.f", False), ("eyJ.b.c", False), ("xeyJa.b.c", False), ("eyJa.b.c d", False)],
)  # fmt: skip
def test_the_shape_of_a_token(text, found):
    assert is_token(text) is found


@pytest.mark.parametrize(
    ("name", "shown"), [("A.b-c_1", "A.b-c_1"), ("a b/c", "a_b_c"), ("n" * 65, "n" * 64)]
)
def test_a_name_as_markers_show_it(name, shown):
    assert label(name) == shown


def test_markers_name_secrets_unless_that_would_show_one():
    assert markers_for({}) == {MASKED: MASKED}
    assert markers_for({"A": "value-1", "B c": "value-2"}) == {
        "A": secret("A"),
        "B c": secret("B_c"),
        MASKED: MASKED,
    }
    for shown in ("secr", "mask", "et:A", "asked"):
        assert markers_for({"A": shown, "B": "value-2"}) == {"A": DOTS, "B": DOTS, MASKED: DOTS}


def issued(content):
    return [*issued_in(content if isinstance(content, bytes) else json.dumps(content).encode())]


def test_what_an_answer_hands_out():
    names = ["access_token", "refresh_token", "id_token", "client_secret", "registration_access_token", "pre-authorized_code", "credential"]  # fmt: skip
    body = {name: f"value-of-{name}" for name in reversed(names)}
    assert issued(body | {"token_type": "Bearer-and-longer"}) == [
        (n, f"value-of-{n}") for n in names
    ]
    assert issued({"access_token": "x" * 12, "id_token": "x" * 11}) == [("access_token", "x" * 12)]
    long = {"access_token": "x" * 8193, "id_token": "x" * 8192}
    assert issued(long) == [("id_token", "x" * 8192)]
    for value in (
        1,
        None,
        ["x" * 20],
        "\x00" + "x" * 20,
        OPEN + "x" * 20,
        CLOSE + "x" * 20,
        "x" * 20 + "\ud800",
    ):
        assert not issued({"access_token": value}), value
    for whole in (
        b"",
        b'"access_token"',
        b'["access_token"]',
        b'{"access_token": "value-of-it-1',
        b"[" * 100_000 + b"access_token",
        b'\xff{"access_token": "value-of-it-1"}',
    ):
        assert not issued(whole)
    assert issued({"access_token": "short", "id_token": "value-of-it-1"}) == [
        ("id_token", "value-of-it-1")
    ]


# -- shapes and names


def spans(text):
    return [(s.start, s.end, s.marker, s.rank) for s in sensitive_spans(text)]


def test_where_a_token_is_and_what_it_shows():
    token = jwt({"alg": "RS256", "kid": "k"}, {"sub": "a", "aud": "b", "exp": 1})
    shown = f"{OPEN}JWT alg=RS256 claims=aud,exp,sub{CLOSE}"
    assert describe_token(token) == shown
    assert spans(f"a {token} b {token}") == [
        (2, 2 + len(token), shown, 1),
        (5 + len(token), 5 + 2 * len(token), shown, 1),
    ]
    cut = token.rpartition(".")[0]
    assert spans(cut) == [(0, len(cut), shown, 1)]
    assert spans(cut + ".") == [(0, len(cut) + 1, shown, 1)]
    for text in (f"x{cut[:40]}.", "eyJabcd", "eyJ.abcd.efgh", "eyJab.d", "eyJabc.d"):
        assert spans(text) == []
    assert spans("eyJabcd.")[0][:2] == (0, 8)


@pytest.mark.parametrize(
    ("head", "payload", "shown"),
    [
        ({"alg": 1}, {}, "alg=? claims="),
        ({"alg": "a b"}, {"a b": 1, "c": 1}, "alg=? claims=c"),
        ({"alg": "a" * 40}, {"n" * 40: 1, "n" * 41: 1}, f"alg={'a' * 40} claims={'n' * 40}"),
        ({"alg": "a" * 41}, {}, "alg=? claims="),
        ({}, "no json", "alg=? claims="),
        ({}, "[1]", "alg=? claims="),
        ("[" * 100_000, {"a": 1}, "alg=? claims=a"),
        ({"alg": "none"}, {f"c{i:02}": i for i in range(30)}, "alg=none claims=" + ",".join(f"c{i:02}" for i in range(20))),
        ({"alg": "x", "a": 1}, {"b": 1}, "alg=x claims=b"),
    ],
)  # fmt: skip
def test_a_token_shows_its_algorithm_and_the_names_of_its_claims(head, payload, shown):
    assert describe_token(jwt(head, payload)) == f"{OPEN}JWT {shown}{CLOSE}"
    assert PLAIN.text(f"{OPEN}JWT {shown}{CLOSE}") == f"{OPEN}JWT {shown}{CLOSE}"


@pytest.mark.parametrize("padding", range(4))
def test_parts_of_a_token_are_read_whatever_their_length(padding):
    token = jwt({"alg": "x" * (padding + 1)}, {"n" * (padding + 1): "ÿ" * padding})
    assert (
        describe_token(token)
        == f"{OPEN}JWT alg={'x' * (padding + 1)} claims={'n' * (padding + 1)}{CLOSE}"
    )
    assert describe_token("eyJ.\u20ac") == f"{OPEN}JWT alg=? claims={CLOSE}"


#: Between the marks what has the name of a secret.
NAMED = (
    '{"password": "«1»", "a": "b"}',
    '{"PassWord" : "«a\\"b»"}',
    '{"x-auth-token":"«a»"}',
    '{"pre-authorized_code":"«a»"}',
    "?X-Amz-Security-Token=«a»&b=c",
    '[{"key": "X-Auth-Token", "value": "«a»"}]',
    '{"value":"«a\\"b»", "key":"Authorization"}',
    '"{\\"refresh_token\\": \\"«abc»\\"}"',
    '{"apiKey": «-12.5e+3», "a": 1}',
    "<wsse:Password Type='t'>«pw»</wsse:Password>",
    "a=b&client_secret=«abc»&c=d",
    "code=«abc»&state=x",
    "https://a/cb?code=«abc»#id_token=«x»",
    "https://«ada:pw»@host/x",
    "https://«ada:p@s»@host/x",
    '"https:\\/\\/«ada:pw»@host\\/x"',
    "Proxy-Authorization: «Bearer abc»\r\nHost: x",
    "Set-Cookie: «a=b; c»\nHost: x",
    "«-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----»\n.",
    "«-----BEGIN PRIVATE KEY-----\nMHc»",
)


@pytest.mark.parametrize("text", NAMED)
def test_values_with_the_name_of_a_secret_and_nothing_else_are_masked(text):
    parts = re.split("[«»]", text)
    ends = [*accumulate(map(len, parts))]
    found = sorted(sensitive_spans("".join(parts)))
    assert found == [Span(*pair, MASKED, 2) for pair in pairwise(ends)][::2]
    masked = "".join(MASKED if n % 2 else part for n, part in enumerate(parts))
    assert PLAIN.text("".join(parts)) == masked
    assert PLAIN.text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "tokenizer=1&passwordless=2&token_type=Bearer",
        '{"token_type": "Bearer", "secretary": "Ada", "code": "NotFound"}',
        '{"secret": {"a": 1}}',
        '{"key": "Prefer", "value": "body=json"}',
        "postgres://db:5432/x, ada@example.org :// or user@host",
        "-----BEGIN PUBLIC KEY-----\nMHc",
        'Bearer realm="x", error="invalid_token"',
        "\u202ebidi \x07 stays",
    ],
)
def test_what_is_not_secret_stays(text):
    assert PLAIN.text(text) == text
    assert not [*sensitive_spans(text)]


# -- what stands in the place


def test_spans_are_replaced_and_overlapping_ones_as_one():
    text = "0123456789"
    a, b, c = Span(2, 4, "A", 1), Span(3, 6, "B", 0), Span(6, 7, "C", 2)
    assert replaced(text, 10, ()) == text
    assert replaced(text, 4, ()) == "0123"
    assert replaced(text, 10, [a]) == "01A456789"
    assert replaced(text, 10, [c, b, a]) == "01BC789"
    assert replaced(text, 10, [a, Span(3, 6, "B", 1)]) == "01A6789"
    assert replaced(text, 10, [Span(1, 8, "W", 2), a, c]) == "0A89"
    assert replaced(text, 10, [Span(1, 8, "W", 2), c]) == "0W89"
    assert replaced(text, 10, [Span(1, 8, "W", 2), Span(2, 3, "V", 1), Span(7, 9, "U", 1)]) == "0V9"
    assert replaced(text, 3, [a]) == "01A"
    assert replaced(text, 2, [a]) == "01"
    assert replaced(text, 7, [a, c, Span(8, 9, "D", 0)]) == "01A45C"


# -- the whole


def test_a_secret_counts_before_a_token_and_that_before_a_name():
    token = jwt({"alg": "ES256"}, {"sub": "ada"})
    shown = f"{OPEN}JWT alg=ES256 claims=sub{CLOSE}"
    assert (
        PLAIN.text(f'{{"access_token": "{token}", "b": 1}}')
        == f'{{"access_token": "{shown}", "b": 1}}'
    )
    known = Redactor({"TOKEN": token, "PART": "in-between"})
    assert (
        known.text(f'{{"access_token": "{token}"}}') == f'{{"access_token": "{secret("TOKEN")}"}}'
    )
    assert known.text("password=an-in-between-word") == f"password={secret('PART')}"
    assert (
        known.text(token.split(".")[1]) == secret("TOKEN")
        if len(token.split(".")[1]) >= 16
        else True
    )


def test_a_token_that_names_a_secret_shows_nothing_of_itself():
    known = Redactor({"A": "value-4711"})
    assert known.text(jwt('{"alg": "value\\u002d4711"}', {})) == MASKED
    assert known.text(jwt({"alg": "none"}, '{"value\\u002d4711": 1}')) == MASKED
    assert known.text(jwt({"alg": "none"}, {"value-4711": 1})) == secret("A")
    assert (
        known.text(f"{OPEN}JWT alg=value-4711 claims={CLOSE}")
        == f"{OPEN}JWT alg={secret('A')} claims={CLOSE}"
    )


def test_masking_goes_on_until_nothing_is_found():
    known = Redactor({"A": "aXb", "B": "X-in"} | {"A": "aXbXc"})
    text = "token=aXbXc password=x&code=y"
    once = known.text(text)
    assert once == f"token={secret('A')} password={MASKED}&code={MASKED}"
    assert known.text(once) == once


def test_what_masking_makes_visible_is_masked_too():
    known = Redactor({"A": "se/cret-1", "B": 'p"w-4711'})
    for text, expected in (
        ("https://ada:se/cret-1@host", f"https://{MASKED}@host"),
        ('Cookie: a=p"w-4711; b=c', f"Cookie: {MASKED}"),
        (f"password={MASKED}&token=abc", f"password={MASKED}&token={MASKED}"),
    ):
        assert known.text(text) == expected
        assert known.text(expected) == expected


def test_what_markers_show_is_hidden_where_it_is_a_secret():
    known = Redactor({"A": "masked", "B": "other-value"})
    assert known.text("masked other-value password=x") == f"{DOTS} {DOTS} password={DOTS}"
    assert known.header("x-own", "x") == DOTS
    assert Redactor({"A": "secr"}).text("password=x") == f"password={DOTS}"
    known.learn("C", "learnt-value")
    assert known.text("learnt-value") == DOTS


def test_unsafe_characters_are_replaced():
    assert PLAIN.text("a\x00b\ud800c\udfffd\ue000") == "a\ufffdb\ufffdc\ufffdd\ue000"


def test_a_secret_that_cannot_be_masked_is_named():
    with pytest.raises(UsageError, match="KEY: "):
        Redactor({"OTHER": "fine-value", "KEY": "abc"})
    with pytest.raises(UsageError, match="KEY: "):
        Redactor().learn("KEY", "abc")


def test_of_a_long_text_as_much_is_kept_as_is_asked():
    known = Redactor({"A": "value-4711"})
    assert known.slack == 4096
    assert known.text("abcdef", 3) == "abc"
    assert known.text("abcdef", 0) == ""
    assert known.text("abcdef", 9) == "abcdef"
    assert known.text("..value-4711..", 4) == f"..{secret('A')}"
    assert known.text("..value-4711..", 2) == ".."
    assert known.text("." * 5000 + "value-4711", 5001) == "." * 5000 + secret("A")
    assert known.text("x" * 9000 + "value-4711") == "x" * 9000 + secret("A")
    long = Redactor({"A": "v" * 500})
    assert long.slack == 26 * 500
    assert long.text("." + "&amp;amp;#x76;" * 500 + ".", 2) == f".{secret('A')}"
    assert Redactor({"A": "v" * 500, "B": "w" * 300}).slack == 26 * 500


def test_a_message_has_no_part_of_a_secret_either():
    known = Redactor({"A": "abcdefghijklmnop"})
    assert known.message("cut: abcdefghij") == f"cut: {secret('A')}"
    assert known.message("cut: abcdefgh") == "cut: abcdefgh"
    assert known.message("whole: abcdefghijklmnop") == f"whole: {secret('A')}"
    known.learn("B", "learnt-on-the-way")
    assert known.message("cut: learnt-on-the") == f"cut: {secret('B')}"
    assert known.text("cut: learnt-on-the") == "cut: learnt-on-the"


@pytest.mark.parametrize("length", range(4, 24))
def test_a_message_has_no_more_than_half_of_a_short_secret(length):
    value = "g3h/im&4711-Q'zyx.WVU+t"[:length]
    known = Redactor({"A": value})
    for cut in range(1, length):
        head = value[:cut]
        for written in (head, quote(head, safe=""), html.escape(head), head.encode().hex().upper()):
            text = f"it is '{written} …'"
            hidden = len(written) >= 10 or cut > length // 2
            assert known.message(text) == (f"it is '{secret('A')} …'" if hidden else text)
            assert known.text(text) == text


# -- what is learnt on the way

LONG = "long-" + "0123456789" * 4


def test_what_is_learnt_is_masked_from_then_on():
    known = Redactor({"A": "value-4711"})
    for value in ("learnt-value", LONG[:39], LONG[:40], LONG + "x"):
        text = f"a {value} b"
        assert known.text(text) == text or value.startswith("long-")
        known.learn("B c", value)
        assert known.learnt[value] == Known("B c", secret("B_c"), None)
        assert known.text(text) == f"a {secret('B_c')} b"
        assert known.header("x-own", value) == secret("B_c")
        assert known.holds_secret(text)
        assert known.text("a value-4711") == f"a {secret('A')}"
        assert known.header("x-own", "value-4711") == secret("A")
    assert [*known.learnt] == ["learnt-value", LONG[:39], LONG[:40], LONG + "x"]


def test_a_long_one_is_found_by_its_pieces_and_a_short_one_as_a_whole():
    known = Redactor()
    known.learn("S", LONG[:39])
    assert not known.holds_secret(LONG[:38])
    assert known.text(b64("xy" + LONG[:39])) == secret("S")
    assert known.text(LONG[:18]) == LONG[:18]
    other = "another-" + "9876543210" * 4
    known.learn("L", other[:40])
    assert known.text(other[4:22]) == secret("L")


def test_a_long_one_is_found_as_it_stands_in_most_texts():
    known = Redactor()
    value = 'ab/cd+ef&gh"' * 5
    known.learn("L", value)
    code = quote(value, safe="")
    for text in (
        *(value, quote(value), code, re.sub("%..", lambda c: c.group().lower(), code)),
        *(html.escape(value), json.dumps(value)[1:-1], value.replace("/", "\\/")),
        *(value.encode().hex(), value.encode().hex().upper()),
        *(b64(value), b64url(value), b64("x" + value), b64("xy" + value)),
    ):
        assert known.text(f"({text})") == f"({secret('L')})"


def test_a_token_that_was_learnt_shows_its_name_only():
    known = Redactor()
    token = jwt({"alg": "ES256"}, {"sub": "somebody", "exp": 1})
    known.learn("T", token)
    assert known.text(f'{{"access_token": "{token}"}}') == f'{{"access_token": "{secret("T")}"}}'


def test_the_window_grows_with_what_is_learnt():
    known = Redactor()
    known.learn("S", "s" * 39)
    assert known.slack == 4096
    known.learn("L", "l" * 2048)
    assert known.slack == 4096
    known.learn("L", "l" * 3000)
    assert known.slack == 6000
    known.learn("L", "m" * 2500)
    assert known.slack == 6000


def test_a_marker_that_would_show_what_was_learnt_hides_it():
    known = Redactor()
    known.learn("KEY", "secr")
    assert known.text("a secr") == f"a {MASKED}"
    known.learn("Stranger", "STRANGE")
    assert known.text("a STRANGE") == f"a {MASKED}"


def test_what_is_known_keeps_its_name_and_gets_a_home_once():
    known = Redactor({"A": "value-4711", "H": "homely-4711"}, {"H": frozenset({"https://a:443"})})
    known.learn("B", "value-4711")
    assert known.learnt == {}
    known.learn("B", "homely-4711", ["https://b:443"])
    assert known.learnt == {}
    known.learn("B", "value-4711", ["https://b:443"])
    homed = Known("A", secret("A"), frozenset({"https://b:443"}))
    assert known.learnt == {"value-4711": homed}
    assert [*known.held("a value-4711")] == [homed]
    known.learn("C", "value-4711", ["https://c:443"])
    known.learn("C", "value-4711")
    assert known.learnt == {"value-4711": homed}
    known.learn("S", "short-4711")
    known.learn("S", "short-4711", ["https://s:443"])
    assert [*known.held("short-4711")] == [Known("S", secret("S"), frozenset({"https://s:443"}))]
    known.learn("D", LONG)
    known.learn("E", LONG, ())
    assert known.learnt[LONG] == Known("D", secret("D"), frozenset())


def test_who_is_held_and_where_it_belongs():
    homes = {"A": frozenset({"https://a:443"})}
    known = Redactor({"A": "value-4711", "B": "other-4711", "C": "c/c c-4711"}, homes)
    a, b = Known("A", secret("A"), homes["A"]), Known("B", secret("B"), None)
    c = Known("C", secret("C"), None)
    assert [*known.held("other-4711 value-4711")] == [a, b]
    assert [*known.held("other-4711 c/c+c-4711")] == [b, c]
    assert [*known.held("c/c+c-4711")] == [c]
    assert [*known.held("nothing")] == []
    assert known.holds_secret("value-4711")
    assert not known.holds_secret("value-471")
    known.learn("L", LONG, ["https://l:443"])
    assert [*known.held(f"{LONG} {LONG} value-4711")] == [
        a,
        Known("L", secret("L"), frozenset({"https://l:443"})),
    ]


def test_the_tokens_of_an_answer_are_learnt():
    known = Redactor()
    known.learn_issued(b'{"access_token": "handed-out-4711", "id_token": "short"}')
    assert {v: k.name for v, k in known.learnt.items()} == {"handed-out-4711": "access_token"}
    assert known.text("x handed-out-4711") == f"x {secret('access_token')}"


# -- headers

KNOWN = Redactor({"TOKEN": "tok-4711-geheim"})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Authorization", "Bearer tok-4711-geheim", f"Bearer {secret('TOKEN')}"),
        ("authorization", " Bearer  tok-4711-geheim ", f"Bearer {secret('TOKEN')}"),
        ("PROXY-AUTHORIZATION", "Basic b3RoZXI6cHc=", f"Basic {MASKED}"),
        ("authorization", "Bearer tok-4711-geheim and-more", f"Bearer {MASKED}"),
        ("Authorization", "tok-4711-geheim", secret("TOKEN")),
        ("Authorization", " tok-4711-geheim ", secret("TOKEN")),
        ("Authorization", "Strange thing", MASKED),
        ("Authorization", "Bearer", MASKED),
        ("Authorization", "Bearer ", MASKED),
        ("Authorization", "", ""),
        ("Authorization", f"dpop {jwt({'alg': 'none'}, {'sub': 'x'})}", f"dpop {OPEN}JWT alg=none claims=sub{CLOSE}"),
        ("X-Api-Key", "tok-4711-geheim", secret("TOKEN")),
        ("X-Own", "value", MASKED),
        ("X-Own", "", ""),
        ("X-Own", f"{OPEN}secret:OTHER{CLOSE}", MASKED),
        ("X-Own", f"{OPEN}JWT alg=a claims=b,c{CLOSE}", f"{OPEN}JWT alg=a claims=b,c{CLOSE}"),
        ("X-Own", f"{OPEN}JWT alg=a claims=b{CLOSE} c", MASKED),
        ("Set-Cookie", "sid=abc=d; Path=/; HttpOnly; SameSite=Lax; Odd=x; Odd", f"sid={MASKED}; Path=/; HttpOnly; SameSite=Lax; {MASKED}; {MASKED}"),
        ("Set-Cookie", "a=b; Path=/, sid=c; HttpOnly", f"a={MASKED}; {MASKED}; HttpOnly"),
        ("Set-Cookie", "a=b; Path=/tok-4711-geheim", f"a={MASKED}; Path=/{secret('TOKEN')}"),
        ("Set-Cookie", "path", MASKED),
        ("Set-Cookie", "tok-4711-geheim=b", f"{secret('TOKEN')}={MASKED}"),
        ("Cookie", "a=b; path=/; d", f"a={MASKED}; path={MASKED}; {MASKED}"),
        ("Cookie", "a=b;c=d", f"a={MASKED}; c={MASKED}"),
        ("Location", "https://a/?access_token=x", f"https://a/?access_token={MASKED}"),
        ("ETag", '"tok-4711-geheim"', f'"{secret("TOKEN")}"'),
        ("Content-Type", "application/json", "application/json"),
    ],
)  # fmt: skip
def test_header_fields_keep_what_is_harmless(name, value, expected):
    assert KNOWN.header(name, value) == expected
    assert KNOWN.headers([(name, value), ("Age", "1")]) == ((name, expected), ("Age", "1"))


def test_the_name_of_a_header_field_may_hold_a_secret():
    assert KNOWN.headers([("x-tok-4711-geheim", "")]) == ((f"x-{secret('TOKEN')}", ""),)


@pytest.mark.parametrize(
    "scheme", ["Basic", "Bearer", "Digest", "DPoP", "GNAP", "HOBA", "Mutual", "Negotiate", "Token"]
)
def test_schemes_are_shown(scheme):
    assert KNOWN.header("authorization", f"{scheme} abc") == f"{scheme} {MASKED}"


def test_a_value_seen_before_is_masked_once_it_is_learnt():
    known = Redactor()
    for value in ("learnt-later", LONG):
        assert known.header("etag", value) == value
        known.learn("B", value)
        assert known.header("etag", value) == secret("B")


def test_what_is_learnt_while_a_header_is_masked_is_not_remembered_unmasked():
    known = Redactor()
    masking = known.text

    def slowly(text):
        found = masking(text)
        known.learn("B", "learnt-meanwhile")
        return found

    known.text = slowly
    known.header("etag", "learnt-meanwhile")
    known.text = masking
    assert known.header("etag", "learnt-meanwhile") == secret("B")


def test_only_so_much_is_remembered():
    known = Redactor()
    times = []
    known.text = lambda text: times.append(text) or text
    for value in ("a" * 200, "b" * 201, "a" * 200, "b" * 201):
        known.header("etag", value)
    assert times == ["a" * 200, "b" * 201, "b" * 201]
    for number in range(2001):
        known.header("etag", str(number))
    times.clear()
    for value in ("0", "1998", "1999"):
        known.header("etag", value)
    assert times == ["1999"]


# -- for a target


def target(auth, **more):
    return parse_target(
        {
            "product": {"supplier": "a", "name": "b", "version": "1"},
            "scope": {"authorised_by": "c"},
            "interfaces": {"d": {"kind": "rest", "url": "https://e.example", "auth": auth}} | more,
        }
    )


def test_the_secrets_of_a_target_and_their_homes():
    bearer = target(
        {"kind": "bearer", "token_env": "T"}, f={"kind": "rest", "url": "http://f.example"}
    )
    (held,) = Redactor.of(bearer, {"T": "token-4711"}).held("token-4711")
    assert held == Known("T", secret("T"), frozenset({"https://e.example:443"}))


def test_a_short_user_name_is_no_secret():
    basic = target({"kind": "basic", "username_env": "U", "password_env": "P"})
    known = Redactor.of(basic, {"U": "ada", "P": "password-1"})
    assert known.text("ada password-1") == f"ada {secret('P')}"
    longer = Redactor.of(basic, {"U": "adam", "P": "password-1"})
    assert longer.text("adam") == secret("U")
    assert [*longer.held("adam")] == [Known("U", secret("U"), None)]
    with pytest.raises(UsageError, match="P: "):
        Redactor.of(basic, {"U": "ada", "P": "pw"})
    both = target({"kind": "basic", "username_env": "U", "password_env": "U"})
    with pytest.raises(UsageError, match="U: "):
        Redactor.of(both, {"U": "ada"})
