"""What a report says of the samples its checks looked at, wherever these were read."""

import json

from mimtest.sandbox.targetfile import target_text
from mimtest.session.launch import Order, launch
from tests.conftest import city

WHERE = {"context", "legacy", "map", "open-data"}


def looked(folder, sample, seed=0):
    """What MOD-TRM-01 looked at on each interface, of the lamps alone."""
    with city() as base:
        text, named = target_text(base), "[claims.models.Streetlight]\n"
        start = text.index("[claims.models.")
        models = text[text.index(named) :].removeprefix(named).partition("\n[")[0]
        line = f"sample = {json.dumps(sample)}\n" if sample else ""
        target = folder / "mimtest.toml"
        target.write_text(f"{text[:start]}{named}{line}{models}\n")
        report = launch(Order(target=target, output=folder, checks=("MOD-TRM-01",), seed=seed))
    rows = [c for c in report["checks"] if c["id"] == "MOD-TRM-01"]
    assert {c["outcome"] for c in rows} == {"passed"}
    return {c["interface"]: c["looked"] for c in rows}


def test_the_first_page_is_called_that(tmp_path):
    found = looked(tmp_path, None)
    assert found.keys() == WHERE
    assert found["context"] == ["20 sampled of 24 Streetlight (the first ones given)"]
    assert found["open-data"] == ["10 sampled of 24 Streetlight (the first ones given)"]


def test_a_random_draw_says_its_seed_and_what_follows(tmp_path):
    found = looked(tmp_path, 8, seed=3)
    (told,) = found["map"]
    assert told.startswith("8 sampled of 24 Streetlight (drawn at random, seed 3)")
    assert told.endswith("with 95 % confidence at most 6 of the 24 are wrong")
    assert all(said == [told] for said in found.values())


def test_all_are_called_all(tmp_path):
    assert set(map(tuple, looked(tmp_path, "all").values())) == {("24 Streetlight, which are all",)}
