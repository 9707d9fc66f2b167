"""What came of a bulk validation, in words: on the terminal, and as a page of Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mimtest.rendering.markdown import code
from mimtest.rendering.text import clip, line, quiet

_SHOWN: Final = 10
_MOST_GROUPS: Final = 200
_LONGEST: Final = 160
_ANSWERS: Final = {
    0: "Every entity that was read is valid.",
    1: "There are entities that are not valid.",
    3: "Nothing speaks against the entities, but not all could be judged.",
}


def lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """The summary for a terminal."""
    yield answer(summary)
    yield from (f"  {name}: {text}" for name, text in _numbers(summary))
    yield from (line(f"  {i['name']}: {i['reason']}") for i in summary["inputs"] if i["reason"])
    for group in summary["groups"][:_SHOWN]:
        yield ""
        yield line(f"{_entities(group['entities'])}: {group['rule']} at {group['pointer'] or '/'}")
        example = group["examples"][0]
        told = f"  {example['entity']}: {example['message']}" if example["entity"] else None
        yield quiet(line(clip(told or f"  {example['message']}", _LONGEST)))
    if len(summary["groups"]) > _SHOWN:
        yield f"and {len(summary['groups']) - _SHOWN} more groups in the summary"


def markdown(summary: Mapping[str, Any]) -> str:
    """`summary.md`."""
    return "\n".join(_blocks(summary)) + "\n"


def answer(summary: Mapping[str, Any]) -> str:
    """The summary in one sentence."""
    if not summary["counts"]["entities"]:
        return "There was no entity to judge."
    return _ANSWERS[summary["exitCode"]]


def _numbers(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    counts = summary["counts"]
    yield "entities", f"{counts['entities']:,}"
    yield "valid", f"{counts['valid']:,}"
    yield "not valid", f"{counts['invalid']:,} ({counts['violations']:,} violations)"
    yield "not judged", f"{counts['unjudged']:,}"
    yield "valid under the schema, formats as annotations", f"{counts['annotated']:,}"
    yield "valid under the schema, formats asserted", f"{counts['asserted']:,}"
    yield "pace", f"{summary['entitiesPerSecond']:,} entities a second"


def _blocks(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Bulk validation\n\n**{answer(summary)}**\n"
    yield "| | |\n|---|--:|"
    yield from (f"| {name} | {text} |" for name, text in _numbers(summary))
    yield "\n| model | schema | SHA-256 |\n|---|---|---|"
    for model in summary["models"]:
        cells = (model["name"], model["address"], model["sha256"])
        yield f"| {' | '.join(map(code, cells))} |"
    yield "\n| input | entities | |\n|---|--:|---|"
    for part in summary["inputs"]:
        yield f"| {code(part['name'])} | {part['entities']:,} | {code(part['reason'] or 'read to its end')} |"
    groups = summary["groups"]
    if groups:
        yield "\n### What was found, by rule and place\n\n| entities | findings | rule | place | such as |\n|--:|--:|---|---|---|"
    yield from (_row(group) for group in groups[:_MOST_GROUPS])
    if len(groups) > _MOST_GROUPS:
        yield f"\n{len(groups) - _MOST_GROUPS} more groups are in `summary.json`."
    counting = "with formats asserted"
    if summary["formats"] != "asserted":
        counting += ", or with formats as annotations"
    yield (
        "\nEvery entity that was read was looked at, none was sampled. One counts as valid when its schema accepts it "
        f"{counting}. Each violation is a line of `violations.ndjson`, up to 100 for an entity. This is no "
        "certificate; it holds for the data that was read."
    )


def _row(group: Mapping[str, Any]) -> str:
    example = group["examples"][0]
    told = " ".join(filter(None, (example["entity"], example["message"])))
    cells = code(group["rule"]), code(group["pointer"] or "/"), code(clip(told, _LONGEST))
    return f"| {group['entities']:,} | {group['count']:,} | {' | '.join(cells)} |"


def _entities(number: int) -> str:
    return "1 entity" if number == 1 else f"{number:,} entities"
