"""Faults of what the catalogue tells of datasets and of the ways to them."""

from collections.abc import Callable

from mimtest.sandbox.faults.contracts.catalogue_messages import turtle

Line = Callable[[str], str | None]


@turtle("ctr-cat-untitled", "CTR-CAT-05")
def has_no_title(line: str) -> str | None:
    """The catalogue has no title."""
    return None if '"Data of Exampleton"' in line else line


@turtle("ctr-cat-undescribed", "CTR-CAT-05")
def has_no_description(line: str) -> str | None:
    """The catalogue has an empty description, as a portal that was never set up."""
    return line.replace('"What the town of Exampleton shares."', '""')


@turtle("ctr-cat-unpublished", "CTR-CAT-05", "CTR-CAT-22", beside=("CTR-CAT-10",))
def has_no_publisher(line: str) -> str | None:
    """Nobody publishes the catalogue, nor what is in it."""
    return None if line.startswith("    dct:publisher ") else line


@turtle("ctr-cat-publisher-without-name", "CTR-CAT-22")
def does_not_name_the_publisher(line: str) -> str | None:
    """The publisher is described, but has no name."""
    return None if line.startswith("    foaf:name ") else line


@turtle("ctr-cat-dataset-untitled", "CTR-CAT-06")
def leaves_a_dataset_untitled(line: str) -> str | None:
    """A dataset has no title."""
    return None if line.startswith('    dct:title "Streets"@en') else line


@turtle("ctr-cat-dataset-undescribed", "CTR-CAT-06")
def leaves_a_dataset_undescribed(line: str) -> str | None:
    """A dataset has no description."""
    return None if line.startswith('    dct:description "Streets, ') else line


@turtle("ctr-cat-distribution-without-address", "CTR-CAT-07", beside=("CTR-LIC-*",))
def loses_an_address(line: str) -> str | None:
    """A distribution has a download address and no access address."""
    return None if line.startswith("    dcat:accessURL") and "streets.gml" in line else line


@turtle("ctr-cat-address-as-text", "CTR-CAT-07", beside=("CTR-LIC-*",))
def writes_addresses_as_text(line: str) -> str | None:
    """Access addresses are texts."""
    start, _, rest = line.partition("<")
    if not line.startswith("    dcat:accessURL"):
        return line
    return f'{start}"{rest.replace(">", chr(34), 1)}'


def _as_text(prop: str, text: str) -> Line:
    def change(line: str) -> str | None:
        if not line.startswith(f"    {prop} <"):
            return line
        return f'    {prop} "{text}"{line[line.index(">") + 1 :]}'

    change.__doc__ = f"{prop} is the text {text}, not an IRI."
    return change


for _property, _text, _beside in (
    ("dct:format", "CSV", ()),
    ("dcat:mediaType", "text/csv", ()),
    ("dct:language", "en", ()),
    ("dcat:theme", "environment", ()),
    ("dct:accrualPeriodicity", "HOURLY", ()),
    ("dct:license", "cc-by", ("CTR-LIC-*",)),
    ("dct:publisher", "Town of Exampleton", ()),
    ("dct:accessRights", "public", ("CTR-CAT-13", "CTR-LIC-*")),
):
    _id = f"ctr-cat-text-for-{_property.partition(':')[2].lower()}"
    turtle(_id, "CTR-CAT-08", beside=_beside)(_as_text(_property, _text))


def _swap(before: str, after: str, sentence: str) -> Line:
    def change(line: str) -> str | None:
        return line.replace(before, after)

    change.__doc__ = sentence
    return change


for _id, _before, _after, _sentence in (
    ("frequency", "frequency/HOURLY>", "frequency/EVERY_HOUR>", "A frequency has a code that is in no list."),
    ("theme", "data-theme/REGI>", "data-theme/CITY>", "A theme has a code that is in no list."),
    ("rights", "access-right/PUBLIC>", "access-right/OPEN>", "Access rights have a code that is in no list."),
    ("language", "language/ENG>", "language/en>", "A language has a code of two letters."),
    ("availability", "planned-availability/STABLE>", "planned-availability/ALWAYS>",
     "The availability has a code that is in no list."),
    ("format", "http://publications.europa.eu/resource/authority/file-type/", "https://example.org/formats/",
     "Formats are of a list of the portal's own."),
    ("media-type", "http://www.iana.org/assignments/media-types/", "https://example.org/media/",
     "Media types are of a list of the portal's own."),
):  # fmt: skip
    turtle(f"ctr-cat-unlisted-{_id}", "CTR-CAT-09", beside=("CTR-LIC-*",))(
        _swap(_before, _after, _sentence)
    )


def _without(prop: str) -> Line:
    def change(line: str) -> str | None:
        return None if line.startswith(f"    {prop} ") else line

    change.__doc__ = f"Nothing in the catalogue has {prop}."
    return change


for _property, _beside in (
    ("dcat:contactPoint", ("CTR-CAT-17",)),
    ("dcat:keyword", ()),
    ("dcat:theme", ()),
    ("dct:spatial", ()),
    ("dct:temporal", ()),
):
    _name = _property.partition(":")[2].lower()
    turtle(f"ctr-cat-without-{_name}", "CTR-CAT-10", beside=_beside)(_without(_property))


@turtle("ctr-cat-date-as-text", "CTR-CAT-19")
def writes_dates_as_text(line: str) -> str | None:
    """Dates of issue have no type."""
    return line.replace("^^xsd:date ", " ") if "dct:issued" in line else line


@turtle("ctr-cat-date-of-no-calendar", "CTR-CAT-19")
def writes_days_in_another_order(line: str) -> str | None:
    """Dates of issue are written with the day first."""
    return line.replace('"2026-03-02"', '"02.03.2026"') if "dct:issued" in line else line


@turtle("ctr-cat-date-to-come", "CTR-CAT-19")
def changes_in_the_future(line: str) -> str | None:
    """The last change is yet to come."""
    return line.replace("2026-", "2126-") if "dct:modified" in line else line


@turtle("ctr-cat-hvd-none", "CTR-CAT-17")
def marks_no_dataset(line: str) -> str | None:
    """No dataset is marked as a high-value dataset."""
    return None if line.startswith("    dcatap:applicable") or "hvdCategory" in line else line


@turtle("ctr-cat-hvd-without-category", "CTR-CAT-17")
def gives_no_category(line: str) -> str | None:
    """High-value datasets have no category."""
    return None if "hvdCategory" in line else line


@turtle("ctr-cat-hvd-without-act", "CTR-CAT-17")
def names_another_act(line: str) -> str | None:
    """High-value datasets name another act."""
    return line.replace("eli/reg_impl/2023/138/oj", "eli/dir/2019/1024/oj")


@turtle("ctr-cat-hvd-service-undocumented", "CTR-CAT-17")
def documents_no_service(line: str) -> str | None:
    """The services that give high-value datasets have no documentation."""
    return None if line.startswith("    foaf:page ") else line


@turtle("ctr-cat-hvd-act-by-https", "CTR-CAT-17")
def names_the_act_by_https(line: str) -> str | None:
    """The regulation is named by another IRI, one with https."""
    return line.replace("http://data.europa.eu/eli/", "https://data.europa.eu/eli/")


@turtle(
    "ctr-cat-like-a-default-ckan",
    "CTR-CAT-05",
    "CTR-CAT-08",
    beside=("CTR-CAT-10", "CTR-CAT-22", "CTR-LIC-*"),
)
def writes_like_a_default_ckan(line: str) -> str | None:
    """The catalogue has no description and publisher, no licences, and formats, frequencies and links as texts."""
    if line.startswith(("    dct:license ", "    dct:publisher ")) or "What the town" in line:
        return None
    if line.startswith(("    dct:format ", "    dct:accrualPeriodicity ", "    hydra:next ")):
        name, _, rest = line.strip().partition(" <")
        value, _, end = rest.partition(">")
        text = value if name == "hydra:next" else value.rpartition("/")[2]
        return f'    {name} "{text}"{end}'
    return line
