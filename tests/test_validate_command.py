"""`mimtest validate`: what it prints, writes and answers, on files and on live endpoints."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

import httpx
import pytest

from mimtest.cli.validate_live import PagesInput
from mimtest.cli.validate_progress import Progress
from mimtest.cli.validating import Validation
from mimtest.errors import UsageError
from mimtest.models.bulk_inputs import FileInput
from mimtest.models.bulk_models import specification
from mimtest.models.bulk_records import Place
from mimtest.models.bulk_running import Part, State
from tests.conftest import city, hear_interrupts, mimtest
from tests.servers import always, answer, serve

SCHEMA = {
    "type": "object",
    "required": ["id", "type"],
    "properties": {
        "type": {"enum": ["Bench"]},
        "seats": {"type": "integer", "minimum": 1},
        "since": {"type": "string", "format": "date"},
    },
}


def entities(count, wrong=()):
    return [
        {"id": f"urn:ngsi-ld:Bench:{n}", "type": "Bench", "seats": 0 if n in wrong else 3}
        for n in range(count)
    ]


def ndjson(rows):
    return b"".join(json.dumps(r).encode() + b"\n" for r in rows)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "bench.json").write_text(json.dumps(SCHEMA))
    return tmp_path


def validate(folder, *args, model="bench.json", **options):
    return mimtest("validate", *args, "--model", model, cwd=folder, **options)


def summary(folder, name="mimtest-validation"):
    return json.loads((folder / name / "summary.json").read_text(encoding="utf-8"))


def violations(folder, name="mimtest-validation"):
    text = (folder / name / "violations.ndjson").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_files_of_every_layout_are_judged_together(folder):
    (folder / "a.ndjson").write_bytes(ndjson(entities(10, {3})))
    (folder / "b.json").write_text(json.dumps(entities(10, {4}), indent=2))
    (folder / "c.json.gz").write_bytes(gzip.compress(json.dumps(entities(10)).encode()))
    features = [
        {"type": "Feature", "id": "x", "geometry": None, "properties": e} for e in entities(5)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "d.geojson").write_text(json.dumps(collection))
    (folder / "e.json").write_text(json.dumps(entities(1)[0], indent=1))
    ended = validate(folder, "a.ndjson", "b.json", "c.json.gz", "d.geojson", "e.json")
    assert ended.code == 1
    assert ended.err == ""
    assert "not valid: 2 (2 violations)" in ended.out
    found = summary(folder)
    assert [i["entities"] for i in found["inputs"]] == [10, 10, 10, 5, 1]
    assert found["counts"]["valid"] == 34
    assert found["completed"] is True
    assert found["exitCode"] == 1
    rows = violations(folder)
    assert [(r["file"], r["record"]) for r in rows] == [("a.ndjson", 4), ("b.json", 5)]
    assert [r["line"] for r in rows] == [4, 22]
    assert rows[0]["rule"] == "minimum"
    assert rows[0]["pointer"] == "/seats"
    assert rows[0]["entity"] == "urn:ngsi-ld:Bench:3"
    assert "minimum" in (folder / "mimtest-validation" / "summary.md").read_text()


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (ndjson(entities(3)), [], 0),
        (ndjson(entities(3, {1})), [], 1),
        (b"", [], 3),
        (b"[]", [], 3),
        (ndjson(entities(2)) + b'{"id":\n', [], 1),
        (b"[" * 300 + b"]" * 300, [], 3),
        (ndjson([{**entities(1)[0], "since": "May"}]), [], 0),
        (ndjson([{**entities(1)[0], "since": "May"}]), ["--formats"], 1),
        (gzip.compress(ndjson(entities(9)), mtime=0)[:-9], [], 3),
    ],
)
def test_exit_codes_say_what_came_of_it(folder, content, options, code):
    (folder / "data.json").write_bytes(content)
    ended = validate(folder, "data.json", *options)
    assert (ended.code, ended.err) == (code, "")
    assert summary(folder)["exitCode"] == code


HOSTILE = {
    "deep.json": b"[" * 200_000,
    "deep.ndjson": b'{"a":' * 50_000 + b"\n" + b"[" * 500 + b"]" * 500,
    "huge.ndjson": b'{"id":"' + b"x" * 6_000_000 + b'"}',
    "huge.json": b'[{"id":"' + b"x" * 6_000_000,
    "bytes.json": bytes(range(256)) * 500,
    "nothing.json": b"\0" * 100_000,
    "quotes.json": b'"' * 300_001,
    "backslashes.json": b'["' + b"\\" * 300_001,
    "closing.json": b"]}" * 50_000,
    "pairs.json": b"[1]" * 3000,
    "twice.ndjson": b'{"id":1,"id":2}\n{"a":{"b":1,"\\u0062":2}}',
    "numbers.ndjson": b'{"id":NaN}\n{"id":1e999}\n{"id":' + b"9" * 5000 + b"}",
    "surrogate.ndjson": b'{"id":"\\udc00"}\n{"id":"\xed\xb0\x80"}',
    "page.html": b"<!DOCTYPE html><script>var a = {b: [1, 2]}</script>",
    "bomb.gz": gzip.compress(b'{"a":"' + b"x" * 50_000_000, mtime=0),
    "cut.gz": gzip.compress(b'{"id":"a","type":"Bench"}\n' * 1000, mtime=0)[:-9],
    "many.ndjson": b'{"id":"a","type":"Bench","tags":[' + b"1," * 500_000 + b"1]}",
}


def test_nothing_that_is_sent_breaks_it(folder):
    for name, content in HOSTILE.items():
        (folder / name).write_bytes(content)
    schema = {"properties": {"type": {"enum": ["Bench"]}, "tags": {"items": {"type": "string"}}}}
    (folder / "bench.json").write_text(json.dumps(schema))
    ended = validate(folder, *HOSTILE)
    assert (ended.code, ended.err) == (1, "")
    found = summary(folder)
    assert [i["name"] for i in found["inputs"]] == list(HOSTILE)
    assert {i["name"] for i in found["inputs"] if i["reason"]} == {"cut.gz"}
    counts = found["counts"]
    assert counts["entities"] == counts["valid"] + counts["invalid"] + counts["unjudged"]
    spoken = {r["file"] for r in violations(folder)}
    assert spoken == set(HOSTILE) - {"cut.gz"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.json", "--model", "bench.json"], "none.json: no such file."),
        ([".", "--model", "bench.json"], "cannot be read"),
        (["bench.json", "--model", "Strethlight"], "Did you mean 'Streetlight'?"),
        (["bench.json", "--model", "nothing/like/it"], "mimtest models"),
        (["bench.json", "--model", "broken.json"], "is not JSON"),
        (["bench.json", "--model", "wrong.json"], "is not valid"),
        (["bench.json", "--model", "bench.json", "--model", "Streetlight"], "TYPE=MODEL"),
        (["bench.json", "--model", "bench.json", "--resume"], "no run to go on with"),
        (["-", "--model", "bench.json", "--resume"], "standard input"),
        (["http://", "--model", "bench.json"], "URL"),
        (["bench.json"], "--model"),
    ],
)
def test_wrong_usage_is_one_line(folder, arguments, told):
    (folder / "broken.json").write_text("{")
    (folder / "wrong.json").write_text('{"type": "no such type"}')
    ended = mimtest("validate", *arguments, cwd=folder)
    assert ended.code == 2
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_a_model_that_is_not_at_hand_leaves_everything_open(folder):
    ended = validate(folder, "bench.json", model="https://models.example/X/schema.json")
    assert ended.code == 3
    assert "mimtest models add" in ended.err


def test_standard_input_is_read(folder):
    command = [sys.executable, "-m", "mimtest", "validate", "-", "--model", "bench.json"]
    done = subprocess.run(
        command,
        cwd=folder,
        input=gzip.compress(ndjson(entities(5, {2}))),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert violations(folder)[0]["file"] == "standard input"


def test_several_processes_write_the_same(folder):
    rows = entities(9000, {5, 4000, 8999})
    (folder / "a.ndjson").write_bytes(ndjson(rows) + b"{\n")
    (folder / "b.json").write_text(json.dumps(rows))
    one = validate(folder, "a.ndjson", "b.json", "--output", "one")
    two = validate(folder, "a.ndjson", "b.json", "--output", "two", "-n", 2)
    assert (one.code, two.code, two.err) == (1, 1, "")
    assert violations(folder, "one") == violations(folder, "two")
    for key in ("counts", "groups", "inputs", "forms"):
        assert summary(folder, "one")[key] == summary(folder, "two")[key]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_run_that_was_stopped_goes_on_where_it_was(folder, processes):
    rows = entities(60_000, range(0, 60_000, 7))
    (folder / "a.json").write_text(json.dumps(rows, indent=1))
    (folder / "b.ndjson").write_bytes(ndjson(rows))
    arguments = ["a.json", "b.ndjson", "--model", "bench.json", "-n", str(processes)]
    whole = mimtest("validate", *arguments, "--output", "whole", cwd=folder)
    command = [sys.executable, "-m", "mimtest", "validate", *arguments]
    with subprocess.Popen(
        command,
        cwd=folder,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,  # noqa: PLW1509
    ) as stopped:
        written = folder / "mimtest-validation" / "violations.ndjson"
        while not (written.exists() and written.stat().st_size) and stopped.poll() is None:
            time.sleep(0.01)
        stopped.send_signal(signal.SIGINT)
        told = stopped.communicate()[1].decode()
    assert stopped.returncode == 3
    assert "--resume" in told
    before = json.loads((folder / "mimtest-validation" / "state.json").read_bytes())
    assert 0 < before["outcome"]["entities"] < 120_000
    with written.open("ab") as file:
        file.write(b"what came after the last note")
    resumed = mimtest("validate", *arguments, "--resume", cwd=folder)
    assert (resumed.code, whole.code) == (1, 1)
    assert violations(folder) == violations(folder, "whole")
    for key in ("counts", "groups", "inputs", "forms"):
        assert summary(folder)[key] == summary(folder, "whole")[key]
    assert not (folder / "mimtest-validation" / "state.json").exists()


def test_another_run_is_not_gone_on_with(folder):
    (folder / "a.ndjson").write_bytes(ndjson(entities(3)))
    (folder / "mimtest-validation").mkdir()
    state = {"key": "of another run", **State().as_dict()}
    (folder / "mimtest-validation" / "state.json").write_text(json.dumps(state))
    ended = validate(folder, "a.ndjson", "--resume")
    assert ended.code == 2
    assert "another run" in ended.err
    (folder / "mimtest-validation" / "state.json").write_text("[]")
    assert validate(folder, "a.ndjson", "--resume").code == 2


@pytest.mark.parametrize(
    "other", [{"area": (5.0, 47.0, 15.0, 55.0)}, {"values": False}, {"limit": 99}]
)
def test_what_is_judged_otherwise_is_another_run(other, folder):
    (folder / "a.ndjson").write_bytes(ndjson(entities(3)))

    def validation(*, area=None, values=True, limit=10_000, resume=False):
        judged_by = specification([str(folder / "bench.json")], values=values, area=area)
        given = [FileInput(str(folder / "a.ndjson"), limit)]
        return Validation(given, judged_by, folder / "out", resume=resume)

    (folder / "out").mkdir()
    state = {"key": validation()._key, **State().as_dict()}
    (folder / "out" / "state.json").write_text(json.dumps(state))
    validation(resume=True)
    with pytest.raises(UsageError, match="is of another run"):
        validation(resume=True, **other)


def test_what_a_record_says_cannot_reach_the_terminal_or_the_page(folder):
    evil = {"id": "\x1b[31m<b>|\n::error::", "type": "Bench", "seats": "\u202e<script>"}
    (folder / "a.ndjson").write_bytes(ndjson([evil]))
    ended = validate(folder, "a.ndjson")
    assert ended.code == 1
    page = (folder / "mimtest-validation" / "summary.md").read_text(encoding="utf-8")
    for text in (ended.out, page):
        assert not {"\x1b", "\u202e"} & set(text)
    assert "::error" not in ended.out
    assert "<script>" not in page
    assert "<b>" not in page


PAGES = {
    "ngsi-ld": ("/ngsi-ld/v1/entities?type=Streetlight", "&options=keyValues&count=true"),
    "ngsi-v2": ("/v2/entities?type=Streetlight", ""),
    "features": ("/ogc/collections/streetlights/items?f=json", ""),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_live_endpoint_is_read_to_its_last_page(tmp_path, name):
    path, more = PAGES[name]
    with city() as base:
        context = f"{base}/contexts/city.jsonld"
        url = f"{base}{path}&limit=3{more}"
        ended = validate(tmp_path, url, "--context", context, model="Streetlight")
        link = f'<{context}>; rel="http://www.w3.org/ns/json-ld#context"'
        body = httpx.get(f"{base}{path}&limit=1000", headers={"Link": link}).json()
    assert ended.err == ""
    there = body["features"] if name == "features" else body
    counts = summary(tmp_path)["counts"]
    assert counts["entities"] == len(there) > 3
    assert summary(tmp_path)["completed"] is True
    if name != "features":  # they have members of their own
        assert counts["valid"] == counts["entities"]
        assert ended.code == 0


@pytest.mark.parametrize("name", ["ngsi-v2", "features"])
def test_an_endpoint_is_read_from_the_end_of_any_page(name):
    with city() as base, ExitStack() as stack:
        pages = PagesInput(f"{base}{PAGES[name][0]}&limit=3", stack)
        every = list(pages.blocks(Place()))
        records = [r for b in every for r in b.records]
        resting = [b.end for b in every if b.end]
        assert resting
        for place in resting:
            after = list(pages.blocks(place))
            assert [r for b in after for r in b.records] == records[place.records :]
            assert [b.first for b in after if b.records][:1] in ([place.records + 1], [])


def test_a_protected_endpoint_is_read_with_the_credentials_of_the_target_file(tmp_path):
    with city(token="city-token") as base:
        url = f"{base}/ngsi-ld/v1/entities?type=Streetlight&limit=3"
        without = validate(tmp_path, url, model="Streetlight")
        (tmp_path / "t.toml").write_text(
            f"""
            product = {{ supplier = "s", name = "n", version = "1" }}
            [interfaces.context]
            kind = "ngsi-ld"
            url = "{base}/ngsi-ld/v1"
            context = "{base}/contexts/city.jsonld"
            auth = {{ kind = "bearer", token_env = "CITY_TOKEN" }}
            """
        )
        token = {"CITY_TOKEN": "city-token"}
        allowed = validate(tmp_path, url, "--target", "t.toml", model="Streetlight", env=token)
    assert without.code == 3
    assert "401" in without.out
    assert allowed.code == 0
    assert summary(tmp_path)["counts"]["entities"] > 3


def test_pages_that_lead_back_end(tmp_path):
    page = answer(200, b'[{"id":"a","type":"T"}]', 'Link: </b>; rel="next"')
    with serve(always(page)) as server:
        ended = validate(tmp_path, f"{server.url}/a", model="Streetlight")
    assert ended.code == 1
    assert "leads back" in ended.out
    assert summary(tmp_path)["completed"] is False


def test_an_endpoint_that_is_not_there_is_no_verdict(tmp_path):
    ended = validate(tmp_path, "http://127.0.0.1:9/entities", model="Streetlight")
    assert (ended.code, ended.err) == (3, "")
    assert "refused" in ended.out


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Half:
    name, size, expected, identity, consumed = "f", 1000, None, None, 0


def test_progress_tells_share_pace_and_what_is_left():
    clock, source, state = Clock(), Half(), State()
    progress = Progress([source], state, clock)
    assert progress.text().startswith("0%")
    clock.now, source.consumed, state.outcome.entities = 10.0, 250, 50_000
    assert progress.text() == "25%  50,000 entities  5,000/s  0 invalid  30 s left"
    clock.now, source.consumed = 100.0, 500
    assert progress.text().endswith("1 min 40 s left")
    state.parts.append(Part("f", 1))
    assert progress.text().startswith("100%")


def test_progress_is_for_terminals_only(folder):
    (folder / "a.ndjson").write_bytes(ndjson(entities(20_000)))
    assert validate(folder, "a.ndjson").err == ""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo terminal")
def test_a_terminal_sees_progress(folder):
    (folder / "a.ndjson").write_bytes(ndjson(entities(40_000)))
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "mimtest", "validate", "a.ndjson", "--model", "bench.json"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=follower) as running:
        running.communicate()
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert running.returncode == 0
    assert "entities" in shown
    assert "/s" in shown
