"""What JSON and HTTP leave to whoever writes them: the order of members, blanks, letter case. No check may mind."""

import json

from mimtest.sandbox.faults import Fault
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from tests.conftest import outcomes, run_against

#: One check each that looks at long entities, at pages, at headers and at members of errors.
CHECKS = ("PLA-S-27", "CTX-ENT-01", "CTX-QRY-52", "CTX-TMP-30", "PLA-C-22", "CTR-TMF-05")


def _backwards(value):
    if isinstance(value, dict):
        return {name: _backwards(value[name]) for name in reversed(value)}
    return [_backwards(v) for v in value] if isinstance(value, list) else value


def _otherwise(request, _platform, proceed):
    response = proceed(request)
    kind = response.header("Content-Type") or ""
    if response.body and "json" in kind:
        told = json.dumps(_backwards(response.json()), indent="\t").replace("\n", "\r\n")
        response = response.with_body(f"\r\n{told}\r\n ".encode()).without_header("Content-Length")
    if kind:
        name, semicolon, rest = kind.partition(";")
        response = response.with_header("CONTENT-type", f"{name.upper()}{semicolon}{rest}")
    return response


def test_members_in_another_order_and_names_in_capitals_fail_no_check(tmp_path):
    otherwise = Fault(
        "otherwise", "context", "JSON is written otherwise.", "variant", (), _otherwise
    )
    with serve(Platform(faults=[otherwise])) as base:
        chosen = [word for name in CHECKS for word in ("--check", name)]
        report = run_against(base, tmp_path, *chosen).report
    found = {k: v for k, v in outcomes(report).items() if k.partition("@")[0] in CHECKS}
    assert {k.partition("@")[0] for k, v in found.items() if v == "passed"} == {*CHECKS}
    assert set(found.values()) <= {"passed", "not_applicable"}
