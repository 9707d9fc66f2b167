"""What products record of what a run creates is removed as well, after it."""

import pytest

from mimtest.network.client import clean_journal
from mimtest.network.journal import pending
from mimtest.network.recording import CHECK
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve as serve_platform
from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from mimtest.target import load_target
from mimtest.vocabulary.ngsild_temporal import traces_in
from tests.servers import client_for, responds, serve
from tests.test_journal import Store, create

RECORDED = ("CTX-ENT-01", "CTX-ENT-03", "CTX-BAT-01", "CTX-TEN-01", "CTX-TMP-01", "CTX-TMP-3[35]")


class Recording(Store):
    """A store that writes down under /traces what was in it, and what was taken out of it."""

    def __call__(self, asked):
        reply = super().__call__(asked)
        if asked.target.startswith("/things/") and asked.method == "DELETE":
            self.things.add(asked.target.replace("/things/", "/traces/"))
        return reply


@pytest.fixture
def recording():
    store = Recording()
    with serve(responds(store)) as server:
        options = {"traces": lambda url: url.replace("/things/", "/traces/")}
        yield store, server.url, options


def test_traces_are_removed_after_everything_else(recording, tmp_path):
    store, url, options = recording
    path = tmp_path / "journal.jsonl"
    with client_for(url, journal=path, client_options=options) as client:
        for name in ("a", "b"):
            create(client, name)
        assert len(pending(path)) == 2 * client.created == 4
        assert client.clean_up() == []
    assert store.things == set()
    assert [line for line in store.log if line.startswith("DELETE")] == [
        "DELETE /things/b", "DELETE /things/a", "DELETE /traces/b", "DELETE /traces/a",
    ]  # fmt: skip
    assert pending(path) == []


def test_traces_of_what_goes_with_its_check_wait_for_the_end(recording, tmp_path):
    store, url, options = recording
    path = tmp_path / "journal.jsonl"
    with client_for(url, journal=path, client_options=options) as client:
        create(client, "a")
        client.end_of(CHECK)
        assert store.things == {"/traces/a"}
        assert [e.url for e in pending(path)] == [f"{url}/traces/a"]
        assert client.clean_up() == []
    assert store.things == set()
    assert pending(path) == []


def test_traces_of_what_was_there_before_are_left_alone(recording, tmp_path):
    store, url, options = recording
    path = tmp_path / "journal.jsonl"
    store.things = {"/things/theirs", "/traces/theirs"}
    with client_for(url, journal=path, client_options=options) as client:
        assert create(client, "theirs").status == 409
        assert client.clean_up() == []
    assert store.things == {"/things/theirs", "/traces/theirs"}
    assert pending(path) == []


def test_traces_that_stay_are_named(recording, tmp_path):
    store, url, options = recording
    path = tmp_path / "journal.jsonl"
    store.keeps = {"a"}
    with client_for(url, journal=path, client_options=options) as client:
        create(client, "a")
        store.things |= {"/traces/a"}
        store.things.discard("/things/a")
        assert client.clean_up() == [f"{url}/traces/a"]
    assert [e.url for e in pending(path)] == [f"{url}/traces/a"]


def test_a_journal_knows_them(recording, tmp_path):
    store, url, options = recording
    path = tmp_path / "journal.jsonl"
    with client_for(url, journal=path, client_options=options) as client:
        create(client, "a")
        done = clean_journal(path, {"context": client})
    assert done.removed == (f"{url}/things/a", f"{url}/traces/a")
    assert store.things == set()


def read(tmp_path, change=("", "")):
    path = tmp_path / "mimtest.toml"
    path.write_text(target_text("https://b.example").replace(*change), encoding="utf-8")
    target = load_target(path)
    return target, {i.name: i for i in target.interfaces}


def test_the_history_of_an_entity_is_its_trace(tmp_path):
    target, interfaces = read(tmp_path)
    trace = traces_in(target, interfaces["context"])
    base = "https://b.example/ngsi-ld/v1"
    assert trace(f"{base}/entities/urn:x:1%2F2") == f"{base}/temporal/entities/urn:x:1%2F2"
    for other in ("/entities/", "/entities/a/attrs/b", "/subscriptions/s", "/temporal/entities/a"):
        assert trace(f"{base}{other}") is None
    assert traces_in(target, interfaces["legacy"]) is None


def test_history_may_be_served_elsewhere_or_not_be_claimed(tmp_path):
    elsewhere = ("snapshot =", 'temporal = "https://t.example/v1/"\nsnapshot =')
    target, interfaces = read(tmp_path, elsewhere)
    trace = traces_in(target, interfaces["context"])
    assert trace("https://b.example/ngsi-ld/v1/entities/a") == (
        "https://t.example/v1/temporal/entities/a"
    )
    target, interfaces = read(tmp_path, ('"temporal", "temporal-recording",', ""))
    assert traces_in(target, interfaces["context"]) is None


def histories(platform):
    tenants = platform.services["/ngsi-ld/v1"].tenants
    return {e.id for n in tenants._tenants for e in tenants.get(n, create=False).history.all()}


def test_a_run_leaves_no_history(tmp_path):
    platform, target = Platform(), tmp_path / "mimtest.toml"
    before = histories(platform)
    with serve_platform(platform) as base:
        target.write_text(target_text(base), encoding="utf-8")
        order = Order(target=target, output=tmp_path, suites=("context",), checks=RECORDED)
        report = launch(order)
    ran = {c["id"] for c in report["checks"] if c["outcome"] == "passed"}
    assert {"CTX-BAT-01", "CTX-TEN-01", "CTX-TMP-33", "CTX-TMP-35"} <= ran
    assert histories(platform) == before
    assert before
