"""Foreign text made visible, and a request as a line for a shell that can do nothing else."""

import shlex
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimtest.rendering.curl import curl, is_exact
from mimtest.rendering.text import clip, line, quiet, visible
from tests.rendering_samples import ATTACK, hostile, rich

ANYTHING = st.text(st.characters())
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("\x1b[31m", "⟨U+001B⟩[31m"),
        ("\x00", "⟨U+0000⟩"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("\ud800", "⟨U+D800⟩"),
        ("\ue000", "⟨U+E000⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("\u3164", "⟨U+3164⟩"),
        ("Straße Ωμέγα 図", "Straße Ωμέγα 図"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\r", "⟨U+000D⟩"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text, shown):
    assert visible(text) == shown


@given(ANYTHING)
def test_visible_text_hides_nothing_and_can_be_written(text):
    shown = visible(text)
    assert not {unicodedata.category(c) for c in shown if c not in "\n\t"} & UNSEEN
    assert visible(shown) == shown
    shown.encode("utf-8")


@given(ANYTHING)
def test_a_line_is_one_line(text):
    assert len(line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", ": :error: :x"),
        ("##[error]", "# #[error]"),
        ("##vso[task]", "# #vso[task]"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_a_build_server_gets_no_command(text, shown):
    assert quiet(text) == shown


def test_a_cut_is_marked():
    assert clip("abcdef", 4) == "abc…"
    assert clip("abcd", 4) == "abcd"


def exchange(method="GET", url="https://a.example/x", headers=(), body=None, size=None):
    sent = len((body or "").encode("utf-8", "surrogatepass")) if size is None else size
    request = {"method": method, "url": url, "headers": [*map(list, headers)], "body": body}
    return {"id": "m-1", "request": {**request, "bodyBytes": sent, "bodyDigest": None}}


SECRET = ("Authorization", "Bearer \u2039secret:BROKER_TOKEN\u203a")


@pytest.mark.parametrize(
    ("sent", "argv"),
    [
        (exchange(), ["curl", "-sSi", "https://a.example/x"]),
        (exchange("HEAD"), ["curl", "-sSi", "--head", "https://a.example/x"]),
        (exchange("DELETE"), ["curl", "-sSi", "-X", "DELETE", "https://a.example/x"]),
        (
            exchange("POST", headers=[("Content-Type", "application/json")], body='{"a": "it\'s"}'),
            ["curl", "-sSi", "-H", "Content-Type: application/json", "--data-raw", '{"a": "it\'s"}', "https://a.example/x"],
        ),
        (exchange("POST", body="a=b"), ["curl", "-sSi", "-H", "Content-Type:", "--data-raw", "a=b", "https://a.example/x"]),
        (exchange(headers=[("X-Empty", "")]), ["curl", "-sSi", "-H", "X-Empty;", "https://a.example/x"]),
        (exchange(url="https://a.example/{a}"), ["curl", "-sSi", "--globoff", "https://a.example/{a}"]),
        (exchange(url="-o/etc/passwd"), ["curl", "-sSi", "--url", "-o/etc/passwd"]),
        (exchange(headers=[("@/etc/passwd", "x"), ("Host", "b")]), ["curl", "-sSi", "https://a.example/x"]),
        (exchange(headers=[SECRET]), ["curl", "-sSi", "-H", "Authorization: Bearer $BROKER_TOKEN", "https://a.example/x"]),
        (exchange(url="https://[::1]/::error::"), ["curl", "-sSi", "--globoff", "https://[::1]/::error::"]),
    ],
)  # fmt: skip
def test_the_line_splits_into_the_intended_arguments(sent, argv):
    assert shlex.split(curl(sent)) == argv


def test_a_masked_header_reads_the_variable_of_that_name():
    assert '-H "Authorization: Bearer $BROKER_TOKEN"' in curl(exchange(headers=[SECRET]))


def test_a_product_cannot_make_the_line_read_variables():
    mask = "\u2039secret:AWS_SECRET_ACCESS_KEY\u203a"
    told = exchange("POST", f"https://a.example/{mask}", [("Link", mask)], mask)
    assert "$AWS" not in curl(told)
    assert "${AWS" not in curl(told)
    assert not is_exact(told)


def run(sent, token="s3cret"):
    """What a real shell makes of the line, with `curl` replaced by a printer of its arguments."""
    script = f'curl() {{ printf "%s\\0" "$@"; }}\n{curl(sent)}'
    env = {"BROKER_TOKEN": token, "PATH": "/nonexistent"}
    done = subprocess.run(["/bin/sh", "-c", script], env=env, capture_output=True, check=False)
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


def test_a_shell_runs_nothing_but_curl():
    for sent in hostile()["exchanges"]:
        argv = run(sent)
        shown = visible(ATTACK, keep="")
        assert argv[-1] == "https://broker.example/" + shown
        assert f"X-Test: {shown}" in argv
        assert f"Authorization: Bearer s3cret{shown}" in argv


@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_text_leaves_its_argument(path, value, body):
    sent = exchange(
        "POST", "https://a.example/" + path, [("X-A", value), ("Content-Type", "a/b")], body
    )
    words = [w for w in shlex.split(curl(sent)) if w != "--globoff"]
    assert len(words) == 9
    assert "\n" not in curl(sent)
    assert words[-1] == "https://a.example/" + visible(path, keep="")


def test_a_json_body_keeps_its_meaning_on_one_line():
    sent = exchange(
        "POST", headers=[("Content-Type", "application/json")], body='{\n "a": "\u202e"\n}'
    )
    assert shlex.split(curl(sent))[5] == '{"a":"\\u202e"}'


def test_a_line_that_cannot_repeat_the_request_says_so():
    assert is_exact(rich()["exchanges"][0])
    assert not is_exact(exchange("POST", body="abc", size=9000))
    assert not is_exact(exchange(headers=[("X-Key", "\u2039masked\u203a")]))
    assert not is_exact(hostile()["exchanges"][0])
