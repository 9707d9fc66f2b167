"""Whatever a run creates is gone afterwards, or named; also after a crash at any moment."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from mimtest.network.client import OutOfScope, Unanswered, clean_journal
from mimtest.network.journal import Journal, pending
from mimtest.network.recording import CHECK
from mimtest.network.redaction import Redactor
from mimtest.target import Auth, Secret
from tests.servers import answer, client_for, responds, serve


class Store:
    """A small store over HTTP; `keeps` cannot be deleted, `broken` says no but creates all the same."""

    def __init__(self, keeps=(), broken=()):
        self.things, self.log, self.tenants = set(), [], []
        self.keeps, self.broken = set(keeps), set(broken)

    def __call__(self, asked):
        self.log.append(f"{asked.method} {asked.target}")
        self.tenants.append(asked.headers.get("ngsild-tenant"))
        if asked.method == "POST":
            return self.create(f"{asked.target}/{json.loads(asked.body)['id']}")
        if asked.target not in self.things:
            return answer(404)
        if asked.method == "DELETE" and asked.target.rpartition("/")[2] not in self.keeps:
            self.things.discard(asked.target)
        return answer(204 if asked.method == "DELETE" else 200)

    def create(self, target):
        if target in self.things:
            return answer(409)
        self.things.add(target)
        name = target.rpartition("/")[2]
        return answer(500 if name in self.broken else 201, b"", f"Location: {target}")


def events(path):
    return [json.loads(line)["event"] for line in path.read_text().splitlines()]


def create(client, name, **options):
    return client.create("/things", undo=f"/things/{name}", json={"id": name}, **options)


def test_what_was_created_is_removed_in_reverse_order(tmp_path):
    store, path = Store(), tmp_path / "journal.jsonl"
    with serve(responds(store)) as server, client_for(server.url, journal=path) as client:
        for name in ("a", "b"):
            assert create(client, name).status == 201
        assert len(pending(path)) == client.created == 2
        assert client.clean_up() == []
        assert store.things == set()
        assert store.log[2:] == [
            "DELETE /things/b", "GET /things/b", "DELETE /things/a", "GET /things/a",
        ]  # fmt: skip
        assert client.clean_up() == []
        assert len(store.log) == 6
    assert pending(path) == []
    assert events(path) == ["will_create", "confirmed"] * 2 + ["removed"] * 2


def test_what_was_made_for_a_check_goes_with_it(tmp_path):
    store, path = Store(), tmp_path / "journal.jsonl"
    with serve(responds(store)) as server, client_for(server.url, journal=path) as client:
        with client.recorder.preparing(client.level):
            create(client, "of-the-run")
        with client.recorder.making_for("a fixture"):
            create(client, "of-a-fixture")
            with client.recorder.preparing(client.level):
                create(client, "prepared-by-it")
        create(client, "a")
        create(client, "b")
        client.end_of(CHECK)
        assert store.log[5:] == [
            "DELETE /things/b", "GET /things/b", "DELETE /things/a", "GET /things/a",
        ]  # fmt: skip
        client.end_of(CHECK)
        assert len(store.log) == 9
        client.end_of("a fixture")
        assert store.things == {"/things/of-the-run"}
        assert [e.url for e in pending(path)] == [f"{server.url}/things/of-the-run"]
        assert client.clean_up() == []
    assert store.things == set()
    assert pending(path) == []


def test_what_does_not_go_at_once_waits_for_the_end(tmp_path):
    store, path = Store(keeps=["kept"], broken=["late"]), tmp_path / "journal.jsonl"
    with serve(responds(store)) as server, client_for(server.url, journal=path) as client:
        for name in ("kept", "late", "deleted"):
            create(client, name)
        store.things -= {"/things/late", "/things/deleted"}
        client.end_of(CHECK)
        assert len(pending(path)) == 3
        # What was not there yet when its check was over.
        store.things.add("/things/late")
        store.keeps.clear()
        assert client.clean_up() == []
    assert store.things == set()
    assert pending(path) == []


def test_whom_nobody_answers_is_asked_once_after_a_check():
    store = Store()

    def leaves(asked):
        return b"" if asked.method == "DELETE" else store(asked)

    with serve(responds(leaves)) as server, client_for(server.url) as client:
        create(client, "a")
        create(client, "b")
        client.end_of(CHECK)
        assert [e.request.method for e in client.recorder.exchanges] == ["POST", "POST", "DELETE"]
        assert client.clean_up() == [f"{server.url}/things/b", f"{server.url}/things/a"]


def test_the_journal_is_on_disk_before_the_request(tmp_path):
    path = tmp_path / "journal.jsonl"
    seen = []

    def handler(_):
        seen.append([e.url for e in pending(path)])
        return answer(201)

    with serve(responds(handler)) as server, client_for(server.url, journal=path) as client:
        create(client, "a")
        assert seen == [[f"{server.url}/things/a"]]


def test_what_was_created_in_spite_of_an_error_is_removed(tmp_path):
    store = Store(broken={"a"})
    with serve(responds(store)) as server, client_for(server.url) as client:
        assert create(client, "a").status == 500
        assert client.created == 0
        assert client.clean_up() == []
        assert store.things == set()


def test_what_got_no_answer_is_removed():
    store = Store()

    def behave(connection):
        while (asked := connection.request()) is not None:
            reply = store(asked)
            if asked.method == "POST":
                return
            connection.send(reply)

    with serve(behave) as server, client_for(server.url) as client:
        with pytest.raises(Unanswered):
            create(client, "a")
        assert store.things == {"/things/a"}
        assert client.clean_up() == []
        assert store.things == set()


def test_what_was_there_before_is_left_alone(tmp_path):
    store, path = Store(), tmp_path / "journal.jsonl"
    store.things = {"/things/theirs", "/things/ours-run1"}
    with serve(responds(store)) as server, client_for(server.url, journal=path) as client:
        assert create(client, "theirs").status == 409
        assert create(client, "ours-run1").status == 409
        assert client.clean_up() == []
    assert store.things == {"/things/theirs"}


def test_what_cannot_be_removed_is_named_and_stays_in_the_journal(tmp_path):
    store, path = Store(keeps={"b"}), tmp_path / "journal.jsonl"
    with serve(responds(store)) as server, client_for(server.url, journal=path) as client:
        for name in "abc":
            create(client, name)
        assert client.clean_up() == [f"{server.url}/things/b"]
        assert store.log.count("DELETE /things/b") == 2
        assert [e.url for e in pending(path)] == [f"{server.url}/things/b"]
        record = json.loads(path.read_text().splitlines()[-2])
        assert (record["event"], record["why"]) == (
            "left",
            "DELETE answered 204, GET afterwards 200",
        )


def test_a_thing_may_stay_visible_if_that_is_expected():
    store = Store(keeps={"a"})
    with serve(responds(store)) as server, client_for(server.url) as client:
        create(client, "a", expect_gone=False)
        assert client.clean_up() == []
        assert store.log[1:] == ["DELETE /things/a"]


def test_a_refused_deletion_is_not_taken_for_success():
    answers = {"POST": answer(201), "DELETE": answer(403), "GET": answer(404)}
    behave = responds(lambda asked: answers[asked.method])
    with serve(behave) as server, client_for(server.url) as client:
        create(client, "a")
        assert client.clean_up() == [f"{server.url}/things/a"]


def test_an_address_the_target_chose_is_removed_only_below_what_was_posted_to(tmp_path):
    store, path = Store(), tmp_path / "journal.jsonl"
    store.things = {"/things", "/other/1"}
    with serve(responds(store)) as server, client_for(server.url, journal=path) as client:
        made = client.post("/things", json={"id": "a"})
        for wrong in (
            "/things",
            "/things/",
            "/things/../other/1",
            "/other/1",
            "http://h.invalid/things/a",
            "/things?x=/a",
        ):
            with pytest.raises(OutOfScope):
                client.note_created(wrong)
        client.note_created(made.location)
        assert client.created == 1
        assert client.clean_up() == []
        assert store.things == {"/things", "/other/1"}  # fmt: skip


def test_the_tenant_goes_with_the_deletion_and_secrets_are_not_written(tmp_path):
    store, path = Store(), tmp_path / "journal.jsonl"
    secrets = {"TOKEN": "tok-4711-geheim"}
    options = {"secrets": secrets, "auth": Auth("bearer", token=Secret("TOKEN")), "journal": path}
    with serve(responds(store)) as server:
        headers = {"NGSILD-Tenant": "t1", "X-Other": "o", "Authorization": "Bearer tok-4711-geheim"}
        with client_for(server.url, **options) as client:
            create(client, "a", headers=headers)
            create(client, "b", headers=headers)
        with client_for(server.url, **options) as client:
            report = clean_journal(path, {"context": client})
    assert report.removed == (f"{server.url}/things/b", f"{server.url}/things/a")
    assert report.left == ()
    assert store.things == set()
    assert set(store.tenants) == {"t1"}
    assert "geheim" not in path.read_text()
    assert pending(path) == []


def test_cleaning_up_says_what_is_left_and_why(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, Redactor())
    store = Store(keeps={"a"})
    store.things = {"/things/a"}
    with serve(responds(store)) as server, client_for(server.url) as client:
        journal.will_create("context", f"{server.url}/things/a")
        journal.will_create("gone", f"{server.url}/things/b")
        journal.will_create("context", "http://elsewhere.invalid/c")
        journal.close()
        report = clean_journal(path, {"context": client})
    assert report.removed == ()
    why = dict(report.left)
    assert "GET afterwards 200" in why[f"{server.url}/things/a"]
    assert "no such interface" in why[f"{server.url}/things/b"]
    assert "not an origin" in why["http://elsewhere.invalid/c"]
    assert len(pending(path)) == 3


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_line_hides_nothing_before_or_after_it(tmp_path, cut):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, Redactor())
    journal.will_create("context", "http://a/1")
    journal.will_create("context", "http://a/2")
    journal.close()
    path.write_bytes(path.read_bytes()[:-cut])
    assert [e.url for e in pending(path)][:1] == ["http://a/1"]
    again = Journal(path, Redactor())
    again.will_create("context", "http://a/3")
    again.close()
    urls = [e.url for e in pending(path)]
    assert urls[0] == "http://a/1"
    assert urls[-1] == "http://a/3"


def test_garbage_in_a_journal_is_passed_over(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'\xff\xfe\n[1]\n{"key": 1}\n\n{"event": "removed", "key": "x"}\nnull\n')
    assert pending(path) == []
    with pytest.raises(OSError, match="journal"):
        pending(tmp_path / "no-journal.jsonl")


SCRIPT = """
    import sys, pathlib
    from tests.servers import client_for
    client = client_for(sys.argv[1], journal=pathlib.Path(sys.argv[2]))
    for n in range(10_000):
        client.create("/things", undo=f"/things/{n}", json={"id": str(n)})
        print(n, flush=True)
"""


@pytest.mark.parametrize("after", [1, 4])
def test_a_killed_run_can_be_cleaned_up(tmp_path, after):
    store, path = Store(), tmp_path / "journal.jsonl"
    with serve(responds(store)) as server:
        command = [sys.executable, "-c", textwrap.dedent(SCRIPT), server.url, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
            for _ in range(after):
                run.stdout.readline()
            os.kill(run.pid, signal.SIGKILL)
        assert len(store.things) >= after
        with client_for(server.url) as client:
            assert clean_journal(path, {"context": client}).left == ()
        assert store.things == set()


def test_a_change_is_told_with_how_it_is_taken_back(tmp_path):
    path = tmp_path / "journal.jsonl"
    told = "consent of ada was given and not withdrawn: withdraw it with DELETE at /consents/1"
    store = Store()
    with serve(responds(store)) as server, client_for(server.url, journal=path) as client:
        kept = client.will_change("/consents", told)
        client.taken_back(client.will_change("/rights/ada", "PUT them there again"))
        assert client.clean_up() == [f"{server.url}/consents ({told})"]
        assert pending(path) == [kept]
        report = clean_journal(path, {"context": client})
    assert report.left == ((f"{server.url}/consents", told),)
    assert store.log == []
    assert events(path) == ["will_change", "will_change", "removed"]
