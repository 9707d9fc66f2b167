"""Ways to spoil texts, one at a time."""

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from mimtest.sandbox.faults.data_models.messages import queried
from mimtest.sandbox.faults.data_models.messages_held import held
from mimtest.sandbox.faults.registry import Proceed, fault
from mimtest.sandbox.http import Request, Response

if TYPE_CHECKING:
    from mimtest.sandbox.platform import Platform


@fault("mod-text-garbled", kills=("MOD-TXT-01",), beside=("MOD-REP-05",))
def decodes_twice(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps whose names were decoded wrongly."""

    def change(entity: dict[str, Any]) -> None:
        name = entity["name"]
        name["value"] = name["value"].encode().decode("cp1252")

    return queried("Streetlight", request, proceed, change)


@fault("mod-text-null", kills=("MOD-TXT-02",), beside=("MOD-REP-05",))
def writes_null(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with the word null for a name."""

    def change(entity: dict[str, Any]) -> None:
        entity["name"]["value"] = "null"

    return queried("Streetlight", request, proceed, change)


@fault("mod-text-blank", kills=("MOD-TXT-03",), beside=("MOD-REP-05",))
def leaves_blanks(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with a blank after their names."""

    def change(entity: dict[str, Any]) -> None:
        entity["name"]["value"] += " "

    return queried("Streetlight", request, proceed, change)


@fault("mod-text-markup", kills=("MOD-TXT-04",), beside=("MOD-REP-05",))
def marks_up(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with the markup of web pages in their names."""

    def change(entity: dict[str, Any]) -> None:
        entity["name"]["value"] = f"<b>{entity['name']['value']}</b>"

    return queried("Streetlight", request, proceed, change)


@fault("mod-text-decomposed", kills=("MOD-TXT-05",), beside=("MOD-REP-05",))
def takes_letters_apart(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give buildings with accents apart from their letters."""

    def change(entity: dict[str, Any]) -> None:
        entity["name"]["value"] = normalize("NFD", entity["name"]["value"])

    return queried("Building", request, proceed, change)


@fault(
    "mod-text-other-case",
    kills=("MOD-TXT-06", "MOD-SCH-01"),
    beside=("MOD-EXT-06", "MOD-REP-05", "MOD-STD-01"),
)
def spells_otherwise(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give lamps with their status in capitals."""

    def change(entity: dict[str, Any]) -> None:
        entity["status"]["value"] = entity["status"]["value"].upper()

    return queried("Streetlight", request, proceed, change)


@fault("mod-language-in-words", kills=("MOD-LNG-01",), beside=("MOD-REP-05",))
def names_languages(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give places with the name of a language in place of its tag."""

    def change(entity: dict[str, Any]) -> None:
        texts = entity.get("alternateName", {}).get("languageMap", {})
        if "en" in texts:
            texts["english"] = texts.pop("en")

    return queried("PointOfInterest", request, proceed, change)


@fault("mod-language-without-text", kills=("MOD-LNG-02",), beside=("MOD-REP-05",))
def says_nothing_in_a_language(request: Request, _: "Platform", proceed: Proceed) -> Response:
    """Queries give places with a number for a name in one language."""

    def change(entity: dict[str, Any]) -> None:
        texts = entity.get("alternateName", {}).get("languageMap", {})
        if "en" in texts:
            texts["en"] = 7

    return queried("PointOfInterest", request, proceed, change)


@fault("mod-variant-languages")
def has_more_languages(request: Request, platform: "Platform", proceed: Proceed) -> Response:
    """Places have names in further languages and in none."""

    def change(entity: dict[str, Any]) -> None:
        texts = entity.get("alternateName", {}).get("languageMap", {})
        if texts:
            texts |= {"pt-BR": "Fonte", "zh-Hant-TW": "泉", "@none": "Roland"}

    return held("PointOfInterest", request, platform, proceed, change)
