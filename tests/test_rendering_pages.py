"""The two web pages: nothing runs, nothing is fetched, everything has a name and leads somewhere."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from mimtest.rendering import RENDERERS
from mimtest.rendering.view import View
from mimtest.rendering.words import FAMILIES, load
from tests.rendering_samples import ALL, big, clean, counts, empty, rich, unready

PAGES = ("html", "summary")
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "main", "nav", "section", "article"),
    *("div", "p", "span", "b", "h1", "h2", "h3", "h4", "ul", "li", "dl", "dt", "dd", "table", "thead"),
    *("tbody", "tr", "th", "td", "details", "summary", "code", "pre", "time", "svg", "path", "circle"),
}  # fmt: skip
VOID = {"meta", "path", "circle"}
ATTRIBUTES = {
    *("lang", "dir", "charset", "http-equiv", "content", "name", "class", "href", "id", "tabindex", "role"),
    *("aria-label", "aria-labelledby", "aria-hidden", "scope", "datetime", "rel", "viewbox", "focusable"),
    *("d", "cx", "cy", "r"),
}  # fmt: skip


class Page(HTMLParser):
    """Everything a test asks of a page."""

    def __init__(self, text):
        super().__init__()
        self.text, self.ids, self.hrefs, self.headings, self.open, self.words = (
            text,
            [],
            [],
            [],
            [],
            [],
        )
        self.attributes, self.tags = [], set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.attributes += [(tag, *a) for a in attrs]
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.hrefs += [found["href"]] if "href" in found else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, *a) for a in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def visible(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


def pages():
    return [(name, form) for name in ALL for form in PAGES]


@pytest.mark.parametrize(("name", "form"), pages())
def test_a_page_has_nothing_that_runs_or_is_fetched(name, form):
    page = Page(RENDERERS[form](ALL[name]()))
    assert page.tags <= TAGS
    assert {a for _, a, _ in page.attributes} <= ATTRIBUTES
    for href in page.hrefs:
        assert href.startswith(("#", "https://mims.oascities.org/"))


@pytest.mark.parametrize(("name", "form"), pages())
def test_ids_are_unique_and_links_lead_somewhere(name, form):
    page = Page(RENDERERS[form](ALL[name]()))
    assert len(page.ids) == len(set(page.ids))
    assert {h[1:] for h in page.hrefs if h.startswith("#")} <= set(page.ids)
    named = {i for _, a, v in page.attributes if a == "aria-labelledby" for i in v.split()}
    assert named <= set(page.ids)


@pytest.mark.parametrize(("name", "form"), pages())
def test_headings_come_in_order(name, form):
    levels = Page(RENDERERS[form](ALL[name]())).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


@pytest.mark.parametrize(("name", "form"), pages())
def test_only_the_own_style_sheet_is_allowed(name, form):
    text = RENDERERS[form](ALL[name]())
    (css,) = re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert (
        f"style-src &#39;sha256-{allowed}&#39;" in text or f"style-src 'sha256-{allowed}'" in text
    )
    assert "unsafe" not in text
    assert "url(" not in css
    assert "@import" not in css
    assert " style=" not in text


@pytest.mark.parametrize("form", PAGES)
def test_nothing_of_a_product_stays_hidden_or_raw(form):
    text = RENDERERS[form](ALL["hostile"]())
    for raw in (
        "<script",
        "<img",
        "\x1b",
        "\x00",
        "\u202e",
        "\u200b",
        "\ue000",
        "\ud800",
        'javascript:alert(1)"',
    ):
        assert raw not in text
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", text)
    assert "⟨U+202E⟩" in text


@pytest.mark.parametrize("form", PAGES)
def test_the_reader_learns_who_what_when_and_what_not(form):
    seen = Page(RENDERERS[form](rich())).visible
    for text in (
        "CityHub Context Platform", "4.2.1", "Required items not met: 1 of 14.", "It is not a certificate.",
        "The supplier tested its own product.", "Does every thing have a name that lasts?",
        "2026-11-20 08:14 \N{EN DASH} 08:16 UTC", "mimtest gate report.json", "For the city", rich()["digest"]["sha256"],
    ):  # fmt: skip
        assert text in seen


def test_every_verdict_and_outcome_is_a_word_on_the_whole_page():
    seen, words = Page(RENDERERS["html"](rich())).visible, load("en")
    for family in ("verdict", "outcome"):
        for code in FAMILIES[family]:
            assert words.of(family, code) in seen


def test_every_open_verdict_is_a_word_on_the_summary():
    seen, words = Page(RENDERERS["summary"](rich())).visible, load("en")
    for code in (
        "met",
        "not_met",
        "inconclusive",
        "equivalence_claimed",
        "declared_only",
        "not_tested",
    ):
        assert words.of("verdict", code) in seen


@pytest.mark.parametrize("name", ALL)
def test_the_legend_counts_what_the_report_counts(name):
    report = ALL[name]()
    required = [q for a in report["assessments"] for q in a["requirements"] if q["required"]]
    expected = {v: n for v, n in counts(required).items() if v != "total" and n}
    assert dict(View.of(report, "en").bar()) == expected
    seen = Page(RENDERERS["summary"](report)).visible
    for verdict, number in expected.items():
        assert f"{load('en').of('verdict', verdict)} {number}" in re.sub(r"\s+", " ", seen)


def test_a_state_is_never_colour_alone():
    page = Page(RENDERERS["html"](rich()))
    marks = [v for t, a, v in page.attributes if t == "svg" and a == "class"]
    hidden = [v for t, a, v in page.attributes if t == "svg" and a == "aria-hidden"]
    assert len(marks) == len(hidden) > 30
    assert all(v == "true" for v in hidden)
    assert re.search(r"</svg><span>Not met</span>", page.text)


def test_a_failure_shows_what_it_needs():
    text = RENDERERS["html"](rich())
    article = re.search(r'id="c-CTX-ENT-03">.*?</article>', text, flags=re.DOTALL)[0]
    for part in (
        "status 409 and a problem of type AlreadyExists", "GS CIM 009 5.6.1.4", 'href="#x-m-0005"',
        'href="#r-9.0-MIM1-R1.1"', "curl -sSi", "$BROKER_TOKEN",
    ):  # fmt: skip
        assert part in article


def test_failures_come_before_open_checks_and_passed_ones_are_folded():
    text = RENDERERS["html"](rich())
    places = [
        text.index(f'id="c-{c}"')
        for c in ("CTX-ENT-03", "MOD-EXT-01", "MOD-UNI-01", "CTX-REL-01", "CTX-ENT-01")
    ]
    assert places == sorted(places)
    assert "<details" in text[: places[-1]]


def test_an_interface_that_is_not_ready_is_told_once_and_first():
    text = RENDERERS["html"](unready())
    assert text.count("Not ready to be tested") == 1
    assert text.index("Not ready to be tested") < text.index("Required items without")
    assert text.count("connection refused by broker.example:443") == 2  # the box and the cause


def test_an_empty_run_never_reads_as_a_pass():
    seen = Page(RENDERERS["html"](empty())).visible
    assert "Nothing required was tested." in seen
    assert "Required items met" not in seen


def test_a_broken_off_run_says_so():
    report = clean()
    report["assessment"]["completed"] = False
    assert "broken off" in Page(RENDERERS["summary"](report)).visible


def test_a_long_run_stays_a_page_an_office_computer_opens():
    text = RENDERERS["html"](big(checks=1700, exchanges=9000))
    assert len(text.encode()) < 3 * 1024 * 1024
    assert "Exchanges only in report.json" in text


def test_a_check_on_two_interfaces_has_two_places():
    report = rich()
    report["checks"].append({**report["checks"][0], "interface": "map"})
    page = Page(RENDERERS["html"](report))
    assert {"c-CTX-ENT-01", "c-CTX-ENT-01--map"} <= set(page.ids)


@pytest.mark.parametrize("colours", [
    ("#4b586b", "#fff"), ("#4b586b", "#f5f7fa"), ("#17407f", "#fff"), ("#17407f", "#f5f7fa"), ("#14682b", "#fff"),
    ("#14682b", "#e7f4ea"), ("#a41919", "#fff"), ("#a41919", "#fceceb"), ("#7a4700", "#fff"), ("#7a4700", "#fff3dc"),
    ("#465469", "#fff"), ("#465469", "#eef1f6"), ("#f2f5f9", "#16202e"), ("#16202e", "#fff9d9"), ("#4b586b", "#fff9d9"),
])  # fmt: skip
def test_text_has_the_contrast_of_wcag_aa(colours):
    css = RENDERERS["html"](empty())
    assert all(c in css for c in colours)
    dark, light = sorted(map(luminance, colours))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    text = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
