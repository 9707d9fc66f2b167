"""A secret reaches no file and no terminal, though the target sends it back in every way it can."""

import base64
import re
from dataclasses import replace
from urllib.parse import quote

from mimtest.sandbox.platform import Platform
from mimtest.sandbox.secrets import demo_secrets
from mimtest.sandbox.server import serve
from mimtest.sandbox.targetfile import target_text
from tests.conftest import mimtest

TOKEN = "s3cr/t+token=ÄÖ-9f8e7d6c".encode().hex() + "/+="
KEY = "k3y&<value>-1a2b3c4d"


class Parrot(Platform):
    """The city platform, which repeats what it was sent in headers, bodies and errors."""

    def handle(self, request):
        answer = super().handle(request)
        sent = request.headers.get("authorization", "") + " " + request.headers.get("x-key", "")
        answer = answer.with_header("X-Echo", sent.strip() or "nothing").with_header(
            "Set-Cookie", f"id={TOKEN}"
        )
        if answer.status >= 400:
            text = f'{{"title":"no","detail":"{sent} {quote(sent)} {base64.b64encode(sent.encode()).decode()}"}}'
            return replace(answer, body=text.encode()).with_header("Content-Length", str(len(text)))
        return answer


def forms_of(secret: str) -> set[str]:
    raw = secret.encode()
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        secret.replace("/", "\\/"),
    }


def guarded(table: str) -> str:
    """A table of the target file: that of an interface which has no credentials gets some."""
    alone = re.match(r"interfaces\.[\w-]+\]\n", table)
    if alone is None or "auth =" in table or not table.count('kind = "'):
        return table
    if re.search(r'kind = "(oidc|solid|tls|did|personal-data|issuers-registry|mydata|vc-)', table):
        return table
    auth = 'auth = { kind = "bearer", token_env = "TOKEN" }'
    return f"{alone.group()}{auth}\n{table[alone.end() :]}"


#: The first check of every topic, and so of every kind of interface, and more of being told.
SOME = ("*-01", "CTX-NOT-1*", "SEC-HTTP-*")


def test_no_output_holds_a_secret(tmp_path):
    with serve(Parrot(token=TOKEN)) as base:
        text = "\n[".join(map(guarded, target_text(base).split("\n[")))
        key = 'headers = { X-Key = { env = "KEY" } }'
        text = text.replace("[interfaces.context]", f"[interfaces.context]\n{key}")
        (tmp_path / "mimtest.toml").write_text(text)
        env = {"TOKEN": TOKEN, "KEY": KEY, **demo_secrets()}
        doctor = mimtest("doctor", "mimtest.toml", cwd=tmp_path, env=env)
        some = [f"--check={c}" for c in SOME]
        ended = mimtest("run", "mimtest.toml", *some, cwd=tmp_path, env=env)
    assert doctor.code == 0, doctor.out + doctor.err
    assert "works, and is needed" in doctor.out
    assert {c["outcome"] for c in ended.report["checks"]} >= {"passed"}
    for form in ("summary", "csv", "md"):
        mimtest("report", ended.folder, "--as", form, "-o", ended.folder / form, cwd=tmp_path)
    written = {
        p.name: p.read_text(encoding="utf-8") for p in ended.folder.rglob("*") if p.is_file()
    }
    assert "secret:TOKEN" in written["report.json"]
    written |= {"terminal": ended.out + ended.err, "doctor": doctor.out + doctor.err}
    found = [
        (n, f) for n, t in written.items() for s in (TOKEN, KEY) for f in forms_of(s) if f in t
    ]
    assert found == []
