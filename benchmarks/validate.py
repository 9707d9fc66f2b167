"""`mimtest validate` beside jsonschema, check-jsonschema and ajv, on entities made of the demo city's.

    python benchmarks/validate.py [--entities 100000] [--model Streetlighting/Streetlight] [--ajv FOLDER] [--check-jsonschema PROGRAM]

FOLDER is where `npm install ajv ajv-formats` was run. One entity in ten has a defect. Each tool runs in a process of its own
and is told formats are asserted; slow ones get a tenth of the entities. Printed are entities a second of CPU and of the clock, both without
start-up, which is measured with ten entities and told beside them; the memory of the largest process; and how many were found invalid.
"""

# ruff: noqa: PLC0415 - what starts the tools stays small: its memory counts for them
import argparse
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def entities(model, count, form):
    """Entities of the model's type, one in ten with a defect."""
    from mimtest.models.representations import normalized, simplified
    from mimtest.sandbox.city import load_city

    kind = model.rpartition("/")[2]
    stock = [simplified(e, bare=True) for e in load_city().entities if e["type"] == kind]
    if not stock:
        sys.exit(f"The demo city has no {kind}.")
    chance = random.Random(1)
    for number in range(count):
        entity = stock[number % len(stock)] | {"id": f"urn:ngsi-ld:{kind}:{number}"}
        if number % 10 == 0:
            entity["type"] = chance.choice((f"No{kind}", 5, None))
        yield normalized(entity, form) if form else entity


LAYOUTS = {
    "lines.ndjson": ("", False),
    "lines.ndjson.gz": ("", False),
    "array.json": ("", True),
    "whole.ndjson": ("simplified", False),
}


def make(model, count, folder):
    """The schema in one file, and entities in every layout: all, fewer for slow tools, and next to none."""
    folder = Path(folder)
    bundle(model, folder / "schema.json")
    for size, some in sizes(count).items():
        (folder / size).mkdir()
        for name, (form, array) in LAYOUTS.items():
            write(folder / size / name, entities(model, some, form), array=array)


def sizes(count):
    """How many entities there are in each folder."""
    return {"all": count, "fewer": max(count // 10, 100), "none": 10}


def write(path, rows, *, array=False):
    """A file of entities, in lines or as an array."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        for number, row in enumerate(rows):
            file.write(("," if number else "[") if array else "")
            file.write(json.dumps(row, ensure_ascii=False))
            file.write("" if array else "\n")
        file.write("]" if array else "")


def measured(command, folder):
    """Seconds of CPU and of wall time, MB of memory and the output of a command."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    wall = time.perf_counter() - started
    return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, text


def bare(engine, schema, file):
    """How many lines are invalid, by a bare loop: `jsonschema` or `jsonschema-rs`."""
    from mimtest.models.formats import FORMATS

    document = json.loads(Path(schema).read_text(encoding="utf-8"))
    if engine == "jsonschema-rs":
        import jsonschema_rs
        import orjson

        judge = jsonschema_rs.Draft202012Validator(document, formats=FORMATS, validate_formats=True)
        with Path(file).open("rb") as lines:
            print(sum(not judge.is_valid(orjson.loads(line)) for line in lines))
        return
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    parts = document.pop("$defs").items()
    registry = Registry().with_resources((a, DRAFT202012.create_resource(p)) for a, p in parts)
    checker = FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(lambda v, holds=holds: not isinstance(v, str) or holds(v))
    judge = Draft202012Validator(document, registry=registry, format_checker=checker)
    with Path(file).open("rb") as lines:
        print(sum(any(True for _ in judge.iter_errors(json.loads(line))) for line in lines))


def bundle(model, path):
    """The model's schema with everything it refers to in one file, which the other tools need."""
    from mimtest.models.bulk_models import specification

    schema = specification([model]).standards[0].schema
    documents = schema.__getstate__()["_look_up"]._documents  # noqa: SLF001
    parts = {a: {**d, "$id": a} for a, d in documents.items() if a != schema.address}
    path.write_text(json.dumps({**schema.document, "$defs": parts}), encoding="utf-8")


def compared(name, size, asked, command, file, answer):  # noqa: PLR0917
    """A row of the table: a tool's pace without its start-up, which ten entities show, and the start-up beside it."""
    folder, many = asked.folder, sizes(asked.entities)
    begin = measured([*command, f"none/{file}"], folder)
    used = measured([*command, f"{size}/{file}"], folder)
    count = many[size] - many["none"]
    cpu, wall = (max(used[i] - begin[i], 1e-9) for i in (0, 1))
    cells = f"{many[size]:,} | {count / cpu:,.0f} | {count / wall:,.0f} | {begin[0]:.2f} | {used[2]:,.0f}"
    print(f"| {name} | {cells} | {answer(used[-1])} |", flush=True)


def compare(asked):
    """Run every tool."""
    folder, own = asked.folder, [sys.executable, str(Path(__file__).resolve())]
    count = str(asked.entities)
    making = [*own, "--make", str(folder), "--model", asked.model, "--entities", count]
    subprocess.run(making, check=True)
    size = (folder / "all" / "lines.ndjson").stat().st_size // asked.entities
    print(f"{asked.model}, {size} bytes an entity\n")
    print("| tool | entities | a CPU second | a second | start-up, CPU s | MB | invalid |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    validate = [sys.executable, "-m", "mimtest", "validate", "--model", asked.model, "--formats"]
    for name in LAYOUTS:
        compared(
            f"mimtest validate {name}", "all", asked, validate, name, lambda _: _invalid(folder)
        )
    two = [*validate, "-n", "2"]
    compared("the same, -n 2", "all", asked, two, "lines.ndjson", lambda _: _invalid(folder))
    for engine, part in (("jsonschema-rs", "all"), ("jsonschema", "fewer")):
        bare_loop = [*own, "--bare", engine, "schema.json"]
        compared(f"{engine}, a bare loop", part, asked, bare_loop, "lines.ndjson", str.strip)
    if asked.ajv:
        script = str(Path(__file__).resolve().with_name("validate_ajv.mjs"))
        node = ["node", script, str(asked.ajv.resolve()), "schema.json"]
        compared("ajv, a bare loop", "all", asked, node, "lines.ndjson", str.strip)
    if asked.check_jsonschema:  # it takes one value a file: an array of entities
        document = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
        parts = document.pop("$defs", {})
        items = {"type": "array", "items": document, "$defs": parts}
        (folder / "items.json").write_text(json.dumps(items))
        check = [asked.check_jsonschema, "--schemafile", "items.json", "-o", "json"]
        compared("check-jsonschema", "fewer", asked, check, "array.json", _named)


def _invalid(folder):
    summary = json.loads((folder / "mimtest-validation" / "summary.json").read_text())
    return summary["counts"]["invalid"]


def _named(text):
    errors = json.loads(text or "{}").get("errors", [])
    return len({e["path"].split("]")[0] for e in errors}) or "no verdict"


def main():
    """Write the files, run the tools, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--model", default="Streetlighting/Streetlight")
    parser.add_argument("--ajv", type=Path)
    parser.add_argument("--check-jsonschema", default=shutil.which("check-jsonschema"))
    parser.add_argument("--bare", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--make", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bare:
        bare(*asked.bare)
    elif asked.make:
        make(asked.model, asked.entities, asked.make)
    else:
        with tempfile.TemporaryDirectory() as name:
            asked.folder = Path(name)
            compare(asked)


if __name__ == "__main__":
    main()
