"""Several reports as a static site: nothing runs, nothing is ranked, nothing clashes."""

import re
from pathlib import PurePosixPath

import pytest

from mimtest.compare import compare
from mimtest.rendering.catalogues import forbidden
from mimtest.rendering.site import MOST_PAIRED, _in_order, own_pages, side_by_side
from mimtest.rendering.words import load
from mimtest.report import write_report
from tests.conftest import mimtest
from tests.rendering_samples import ALL, clean, hostile, rich, seal
from tests.test_rendering_pages import ATTRIBUTES, TAGS, Page

#: Words of merit that no page with several products may have.
RANKING = re.compile(r"\b(rank|best|worst|winner|better|worse|score)\b", re.IGNORECASE)


def bid(product, version="1.0", **more):
    report = rich()
    report["subject"] |= {"product": product, "version": version}
    report["assessment"] |= more
    return seal(report)


def made(*reports):
    """The site of these reports, as `mimtest site` makes it."""
    light = [{k: v for k, v in r.items() if k != "exchanges"} for r in reports]
    files = [f for r in reports for f in own_pages(r)]
    files += side_by_side(light, lambda a, b: compare(a, b).as_dict())
    assert len({name for name, _ in files}) == len(files)
    return dict(files)


@pytest.fixture(scope="module")
def site():
    return made(rich(), clean(), hostile(), bid("Zeta"), bid("Zeta", party="second"))


def pages(site):
    return {n: Page(text) for n, text in site.items() if n.endswith(".html")}


def test_every_page_is_reached_and_every_link_leads_to_one(site):
    found = pages(site)
    reached, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in found:
            reached.add(name)
            continue
        reached.add(name)
        for href in found[name].hrefs:
            if href.startswith(("https://mims.oascities.org/", "#")):
                continue
            assert not re.match(r"[a-z]+:|/", href), f"{name}: {href} is not relative"
            path, _, place = href.partition("#")
            target = resolved(PurePosixPath(name).parent, path)
            assert target in site, f"{name}: {href} leads nowhere"
            assert not place or place in found[target].ids, f"{name}: {href} has no place"
            waiting.append(target)
    assert reached == set(site)


def resolved(folder, path):
    parts = []
    for part in (*folder.parts, *PurePosixPath(path).parts):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_nothing_runs_and_only_the_own_style_is_allowed(site):
    for name, page in pages(site).items():
        assert page.tags <= TAGS, name
        assert {a for _, a, _ in page.attributes} <= ATTRIBUTES, name
        assert "default-src 'none'" in page.text
        assert len(page.ids) == len(set(page.ids))
        assert page.headings[0] == 1
        for raw in ("<script", "<img", "\x1b", "\u202e", "\ud800"):
            assert raw not in page.text


def test_verdicts_have_words_and_shapes(site):
    words = load("en")
    text = site["mims/m-9.0--MIM1.html"]
    for verdict in ("met", "not_met", "declared_only", "inconclusive"):
        assert re.search(rf"<svg[^>]*>.*?</svg><span>{words.of('verdict', verdict)}<", text)
    assert "Not required here" in site["mims/m-9.0--MIM0.html"]


def test_nothing_is_ranked_and_nothing_forbidden_is_said():
    site = made(rich(), bid("Zeta"))
    for name, page in pages(site).items():
        if not name.startswith("reports/"):
            said = page.visible.replace(load("en")("site.lead"), "")
            assert not RANKING.search(said)
            assert forbidden(page.visible) == []


def test_products_stand_in_the_order_of_the_alphabet_and_rows_in_that_of_the_catalogue():
    reports = [bid("zeta"), bid("Alpha", "2"), bid("Alpha", "10"), bid("beta")]
    site = made(*reports)
    assert site == made(*reports[::-1])
    heads = re.findall(r'scope="row">(\w+) <span class="ver">', site["index.html"])
    assert heads == ["Alpha", "Alpha", "beta", "zeta"]
    listed = re.findall(r'scope="row">(MIM1 [\w.]+) ', site["mims/m-9.0--MIM1.html"])
    assert listed == ["MIM1 R1.1", "MIM1 R1.2", "MIM1 R1.3", "MIM1 R1.4"]


def test_two_products_are_not_said_to_be_better_or_worse():
    (page,) = [p.visible for n, p in pages(made(rich(), bid("Zeta"))).items() if "pairs/" in n]
    words = load("en")
    assert words("site.two_products") in page
    assert words("cmp.change.kept") not in page
    assert words("cmp.checks") not in page


def test_two_runs_on_one_product_are_compared_with_the_older_one_first():
    newer = bid("Zeta", endedAt="2026-12-01T00:00:00Z", party="second")
    (page,) = [p.visible for n, p in pages(made(newer, bid("Zeta"))).items() if "pairs/" in n]
    assert page.index("2026-11-20, tested by the supplier") < page.index("2026-12-01, tested by")
    assert load("en")("cmp.change.kept") in page


def test_unlike_tests_are_said_to_be_unlike():
    other = bid("Zeta")
    other["scope"]["profile"]["id"] = "tender-7"
    other["seed"] = 8
    said = pages(made(rich(), seal(other)))["index.html"].visible
    assert "They differ in: Required by, Seed of the samples." in said
    assert "They differ in" not in pages(made(rich(), bid("Zeta")))["index.html"].visible


def test_a_requirement_that_a_report_does_not_judge_is_said_not_to_be_judged():
    site = pages(made(rich(), clean()))
    assert "Not judged" in site["mims/m-9.0--MIM6.html"].visible
    assert "Not judged" in site["mims/m-2024--MIM4.html"].visible


def test_pages_for_two_are_left_out_where_there_are_too_many():
    site = made(*(bid(f"Product {n}") for n in range(MOST_PAIRED + 1)))
    assert not [n for n in site if n.startswith("pairs/")]
    assert f"not more than {MOST_PAIRED}" in site["index.html"]


@pytest.fixture
def files(tmp_path):
    for name in ("rich", "clean", "hostile"):
        write_report(ALL[name](), tmp_path / f"{name}.json")
    return tmp_path


def content(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_command_writes_the_same_bytes_whatever_the_order(files):
    names = ["rich.json", "clean.json", "hostile.json"]
    for folder, order in (("a", names), ("b", names[::-1])):
        ended = mimtest("site", *order, "-o", folder, cwd=files)
        assert ended.code == 0, ended.err
        assert "index.html" in ended.out
    assert content(files / "a") == content(files / "b")
    assert {p.name for p in files.iterdir()} == {*names, "a", "b"}


@pytest.mark.parametrize(("given", "said"), [
    (["rich.json", "rich.json"], "named twice"),
    (["rich.json", "broken.json"], "broken.json"),
    (["rich.json", "nothing.json"], "nothing.json"),
])  # fmt: skip
def test_the_command_refuses_and_leaves_nothing_behind(files, given, said):
    (files / "broken.json").write_text("{}")
    before = {p.name for p in files.iterdir()}
    ended = mimtest("site", *given, "-o", "out", cwd=files)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert said in ended.err
    assert {p.name for p in files.iterdir()} == before


def test_the_command_writes_over_nothing(files):
    (files / "out").mkdir()
    assert mimtest("site", "rich.json", "-o", "out", cwd=files).code == 0
    kept = content(files / "out")
    ended = mimtest("site", "clean.json", "-o", "out", cwd=files)
    assert (ended.code, content(files / "out")) == (2, kept)
    assert "is there already" in ended.err
    ended = mimtest("site", "clean.json", "-o", "rich.json/out", cwd=files)
    assert (ended.code, ended.err.count("\n")) == (2, 1)


def test_the_newest_edition_comes_first():
    editions = {name: {"edition": name} for name in ("9.0", "2024", "10.0", "8.0", "2022")}
    ordered = [e["edition"] for e in _in_order([], editions)]
    assert ordered == ["10.0", "9.0", "8.0", "2024", "2022"]
