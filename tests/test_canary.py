"""Canaries: secrets of every kind go to a target that repeats all it hears, and none comes out anywhere.

The city repeats requests in header fields, cookies, redirects, bodies, errors and in what it tells another
client later. What is looked for afterwards is whatever was a secret on the wire: the ones of the target
file, the tokens that were asked for, and what the checks made of them.
"""

import base64
import json
import re
import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus

import pytest

from mimtest.network.fragments import PIECE, Fragments, Known
from mimtest.network.redaction import Redactor
from mimtest.network.secret_forms import base64_needles
from mimtest.rendering import RENDERERS
from mimtest.sandbox.faults.registry import Fault
from mimtest.sandbox.http import Request, Response
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.secrets import demo_secrets
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from mimtest.session.late import Late
from tests.conftest import Ended, mimtest
from tests.servers import Request as Heard
from tests.servers import json_answer, responds
from tests.servers import serve as answering

OPEN, CLOSE = "\u2039", "\u203a"
#: Members that hold a secret, in answers and in forms.
SECRET = ("access_token", "refresh_token", "id_token", "client_secret", "code", "code_verifier")
#: What a piece of a secret has at least, cut as anybody may cut it.
LEAST = 24


class Aviary:
    """Repeats everything, and remembers which secrets it was told or handed out."""

    def __init__(self) -> None:
        self.heard: set[str] = set()
        self.fault = Fault(
            "canary", "security", "It repeats all it hears.", "variant", (), self.act
        )
        self._last = ""
        self._lock = threading.Lock()

    def act(self, request: Request, _: Platform, proceed) -> Response:
        response = proceed(request)
        said = {*_secrets_in_request(request), *_secrets_in_answer(response)}
        with self._lock:
            self.heard |= said
            earlier, self._last = self._last, request.headers.get("authorization", self._last)
        return _repeating(request, response, earlier)


def _secrets_in_request(request: Request) -> Iterator[str]:
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        pair = base64.b64decode(rest + "==").decode("utf-8", "replace")
        yield unquote_plus(pair.partition(":")[2])
    elif rest:
        yield rest
    for pairs in (request.query, request.body.decode("utf-8", "replace")):
        yield from (v for k, v in parse_qsl(pairs) if k in SECRET)


def _secrets_in_answer(response: Response) -> Iterator[str]:
    content = None
    if b"{" in response.body[:1]:
        try:
            content = json.loads(response.body)
        except ValueError:
            return
    for name in SECRET if isinstance(content, dict) else ():
        if isinstance(content.get(name), str):
            yield content[name]


def _repeating(request: Request, response: Response, earlier: str) -> Response:
    told = request.headers.get("authorization", "")
    everything = " ".join(
        (told, earlier, request.query, request.body[:2000].decode("utf-8", "replace"))
    )
    if not everything.strip():
        return response
    plain = re.sub(r"[^!-~]+", " ", everything)[:3000].strip()
    coded = base64.urlsafe_b64encode(f"x{plain}".encode()).decode()
    loud = (
        response.with_header("X-Echo", plain)
        .with_header("X-Coded", coded)
        .with_header("X-Parts", "; ".join(re.split(r"[. ]+", plain)).strip("; "))
        .with_header("Set-Cookie", f"echo={quote(plain, safe='')}; HttpOnly; SameSite=Lax")
    )
    if 300 <= response.status < 400:
        where = response.header("Location") or "/"
        mark = "&" if "?" in where else "?"
        return loud.with_header("Location", f"{where}{mark}said={quote(plain, safe='')}")
    if response.status >= 400 and request.method != "HEAD":
        # Long enough that what is quoted of it ends in the middle of a secret.
        problem = {"title": plain, "detail": f"{plain[:190]} {coded}", "said": quote_plus(plain)}
        return loud.with_body(json.dumps(problem).encode())
    if response.body[:1] == b"{" and request.method == "GET":
        return loud.with_body(
            json.dumps(response.json() | {"said": plain, "coded": coded}).encode()
        )
    return loud


def forms_of(secret: str) -> set[str]:
    raw = secret.encode()
    forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), raw.hex()}
    forms |= {json.dumps(secret)[1:-1], secret.replace("&", "&amp;").replace("<", "&lt;")}
    forms |= set(base64_needles(raw))
    return forms | {f.replace("+", "-").replace("/", "_") for f in base64_needles(raw)}


def canaries(heard: set[str]) -> dict[str, str]:
    """What must not be found, and what it is a form of."""
    secrets = {s for s in heard if len(s) >= 12 and not s.startswith("mimtest-")}
    for token in list(secrets):
        if token.startswith("eyJ") and token.count(".") >= 2:
            secrets |= {p for p in token.split(".")[1:] if len(p) >= LEAST}
    found: dict[str, str] = {}
    for secret in secrets:
        for form in forms_of(secret):
            found[form] = secret
            own = form.split(".", 1)[1] if form.startswith("eyJ") and "." in form else form
            if len(own) >= 2 * LEAST:
                found |= {own[:LEAST]: secret, own[-LEAST:]: secret}
    return found


def written_by(folder, secrets, *args) -> tuple[Ended, dict[str, str]]:
    """Everything a run of both suites says or writes, by where it stands."""
    some = ["--suite=security", "--suite=trust", "--level=writes", *args]
    ended = mimtest("run", "mimtest.toml", *some, cwd=folder, env=secrets)
    doctor = mimtest("doctor", "mimtest.toml", cwd=folder, env=secrets)
    files = [p for p in folder.rglob("*") if p.is_file() and p.name != "mimtest.toml"]
    texts = {p.name: p.read_text(encoding="utf-8", errors="replace") for p in files}
    assert {"report.json", "report.html", "junit.xml"} <= set(texts)
    texts |= {name: render(ended.report) for name, render in RENDERERS.items()}
    return ended, {**texts, "run": ended.out + ended.err, "doctor": doctor.out + doctor.err}


def assert_none(texts: dict[str, str], secrets: set[str]) -> None:
    found = [
        (place, f"{secret[:12]}… of {len(secret)}", _around(text, form))
        for form, secret in canaries(secrets).items()
        for place, text in texts.items()
        if form in text
    ]
    assert not found, "\n".join(map(str, found[:10]))


@pytest.mark.parametrize("workers", [1, 2])
def test_no_canary_comes_out(tmp_path, workers):
    aviary, secrets = Aviary(), demo_secrets()
    with city_with(aviary.fault) as base:
        (tmp_path / "mimtest.toml").write_text(target_text(base), encoding="utf-8")
        ended, texts = written_by(tmp_path, secrets, f"-n{workers}")
    errors = [(c["id"], c["reason"]) for c in ended.report["checks"] if c["outcome"] == "error"]
    assert not errors
    assert set(secrets.values()) & aviary.heard, "no secret was sent at all"
    assert [t for t in aviary.heard if t.startswith("eyJ")], "no token was asked for"
    assert_none(texts, aviary.heard | set(secrets.values()))


def city_with(fault: Fault):
    return serve(Platform(faults=[fault]))


STATUSES = (200, 302, 400, 401, 404, 500)


def parrot(asked: Heard) -> bytes:
    """Nothing but what it was told, under a status that depends on the address."""
    told = "; ".join([asked.target, *map(str, asked.headers.values()), asked.body.decode()])
    plain = re.sub(r"[^!-~]+", " ", told)[:3000].strip()
    status = STATUSES[sum(asked.target.encode()) % len(STATUSES)]
    fields = [f"X-Echo: {plain}", f"Set-Cookie: a={plain}", f"Link: <{plain}>; rel=next"]
    where = f"Location: /again?said={quote(plain, safe='')}"
    body = json.dumps({"title": plain, "access_token": plain, "token_endpoint": plain})
    return json_answer(body, status, where, *fields)


def test_a_parrot_gets_nothing_out(tmp_path):
    secrets = demo_secrets()
    with answering(responds(parrot)) as server:
        text = target_text(server.url)
        (tmp_path / "mimtest.toml").write_text(text, encoding="utf-8")
        _, texts = written_by(tmp_path, secrets)
    heard = " ".join(str(a.headers) for a in server.requests)
    assert any(s in heard for s in secrets.values()), "no secret was sent at all"
    assert_none(texts, set(secrets.values()))


def _around(text: str, form: str) -> str:
    at = text.index(form)
    return text[max(0, at - 120) : at + 60]


# What one process learnt while another kept it


def test_what_a_worker_learnt_is_masked_everywhere():
    late = Late()
    report = {"exchanges": [{"body": "a opaque-4711-0815 b", "bytes": 3}], "other": ["nothing"]}
    assert late.masked(report) is report
    late.add({"opaque-4711-0815": "token of the clerk"})
    assert late.masked(report) == {
        "exchanges": [{"body": f"a {OPEN}secret:token_of_the_clerk{CLOSE} b", "bytes": 3}],
        "other": ["nothing"],
    }


# Pieces


def test_a_piece_of_a_secret_is_masked():
    secret = "0f9e8d7c6b5a4f3e2d1c"
    redactor = Redactor({"TOKEN": secret})
    assert redactor.message(f"received: …{secret[:14]}") == f"received: …{OPEN}secret:TOKEN{CLOSE}"
    assert redactor.message(f"{secret[5:]} … {secret}, and") == (
        f"{OPEN}secret:TOKEN{CLOSE} … {OPEN}secret:TOKEN{CLOSE}, and"
    )
    assert redactor.message(secret[: PIECE - 1]) == secret[: PIECE - 1]
    again = redactor.message(f"{secret[:14]}")
    assert redactor.message(again) == again


def test_pieces_that_touch_are_one():
    fragments = Fragments()
    fragments.add("abcdefghijklmnop", Known("A", "<1>"))
    assert fragments.mask("abcdefghijklmnop") == "<1>"
    assert fragments.mask("xx abcdefghijkl yy cdefghijklmnop zz") == "xx <1> yy <1> zz"
    assert fragments.mask("nothing of it") == "nothing of it"


def test_a_token_s_header_alone_is_no_secret():
    token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjbGVyayIsImlhdCI6MX0.c2lnbmF0dXJlLWJ5dGVz"
    redactor = Redactor({"TOKEN": token})
    assert redactor.message("eyJhbGciOiJFUzI1NiJ9") == "eyJhbGciOiJFUzI1NiJ9"
    assert "c2lnbmF0dXJl" not in redactor.message("cut: c2lnbmF0dXJl")


def test_what_a_process_learns_it_masks_from_then_on():
    redactor = Redactor()
    redactor.learn_issued(b'{"access_token": "opaque-4711-0815", "token_type": "Bearer"}')
    assert [*redactor.learnt] == ["opaque-4711-0815"]
    assert "opaque" not in redactor.text("it was opaque-4711-0815.")
    assert redactor.text("b3BhcXVlLTQ3MTEtMDgxNQ==").startswith(OPEN)


def test_what_is_no_secret_is_not_learnt():
    redactor = Redactor()
    redactor.learn_issued(b'{"access_token": "short"}')
    redactor.learn_issued(b'["access_token"]')
    redactor.learn_issued(b'{"access_token": 5, "id_token": null}')
    redactor.learn_issued(b'access_token = "opaque-4711-0815"')
    assert not redactor.learnt
