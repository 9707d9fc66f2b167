"""Whether the evidence of a report is there and hangs together."""

import base64
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from mimtest.layout import INCOMING, digest_of
from mimtest.privacy import FIELD, counted
from mimtest.shards import Shard

#: Methods that stand for something else than an HTTP request.
_HANDSHAKE: Final = "TLS"
#: Characters of a body that are kept: a longer one was cut, and its digest is over all of it.
_KEPT: Final = 8192
#: What stands where something was masked, and where something was no text.
_MASKED: Final = "\u2039"
_NO_TEXT: Final = "\ufffd"


def gaps(report: Mapping[str, Any]) -> list[str]:
    """What is missing or does not fit: ids, answers behind results, digests of bodies, counts."""
    if report["assessment"]["mode"] != "live":
        return ["it is of a replay: no product was asked"]
    return [
        *_ids(report),
        *_parts(report),
        *_results(report),
        *_bodies(report),
        *_counts(report),
        *_note(report),
    ]


def _ids(report: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for exchange in report["exchanges"]:
        if exchange["id"] in seen:
            yield f"{exchange['id']}: two exchanges have this id"
        seen.add(exchange["id"])
        if exchange["id"].endswith(INCOMING) != bool(exchange.get("incoming")):
            yield f"{exchange['id']}: does not fit who asked whom"
    checks = {c["id"] for c in report["checks"]}
    for exchange in report["exchanges"]:
        if exchange["check"] is not None and exchange["check"] not in checks:
            yield f"{exchange['id']}: belongs to {exchange['check']}, which is not listed"


def _parts(report: Mapping[str, Any]) -> Iterator[str]:
    """In a report merged from shards each exchange is of one of these."""
    parts = report["assessment"].get("parts")
    if parts is None:
        return
    indexes = [p["index"] for p in parts]
    if indexes != [*range(1, len(parts) + 1)]:
        yield "its shards are not each there once, in their order"
    prefixes = tuple(Shard(i, len(parts)).prefix for i in indexes)
    for exchange in report["exchanges"]:
        if not exchange["id"].startswith(prefixes):
            number = exchange["id"].partition("-")[0].removeprefix("s")
            yield f"{exchange['id']}: is of shard {number}, which the report does not name"


def _results(report: Mapping[str, Any]) -> Iterator[str]:
    known = {x["id"]: x for x in report["exchanges"]}
    listed: set[tuple[str, str | None]] = set()
    for check in report["checks"]:
        place = (check["id"], check["interface"])
        if place in listed:
            yield f"{check['id']}: is listed twice for one interface"
        listed.add(place)
        named = [*check["exchanges"], *(x for c in check["cases"] for x in c["exchanges"])]
        for name in dict.fromkeys(named):
            if name not in known:
                yield f"{check['id']}: its exchange {name} is not there"
        if check["outcome"] == "passed" and not check["exchanges"]:
            yield f"{check['id']}: passed without an exchange"
        if check["outcome"] == "passed" and not all(map(_shows, _of(known, check["exchanges"]))):
            yield f"{check['id']}: passed on an exchange that shows nothing"
    for probe in report["readiness"]:
        for name in probe["exchanges"]:
            if name not in known:
                yield f"readiness of {probe['interface']}: its exchange {name} is not there"


def _of(known: Mapping[str, Any], names: list[str]) -> list[Mapping[str, Any]]:
    return [known[n] for n in names if n in known]


def _shows(exchange: Mapping[str, Any]) -> bool:
    handshake = exchange["request"]["method"] == _HANDSHAKE
    return bool(exchange["response"] or exchange.get("incoming") or handshake)


def _bodies(report: Mapping[str, Any]) -> Iterator[str]:
    """Bodies that are kept as text have the digest and the size they are said to have."""
    redacted = whole_one(report) is not None
    for exchange in report["exchanges"]:
        for side in ("request", "response"):
            message = exchange[side]
            if message and "bodyBase64" in message:
                yield from _binary(exchange["id"], message)
            if not message or message["body"] is None:
                continue
            masked, whole = _MASKED in message["body"], _is_whole(message)
            # What a run masks it masks before the digest is taken; a redaction comes after it.
            told = whole and (not masked or not redacted)
            if told and message["bodyDigest"] != digest_of(message["body"]):
                yield f"{exchange['id']}: the body of its {side} has another digest"
            if whole and not masked and _size(message["body"]) != message["bodyBytes"]:
                yield f"{exchange['id']}: the body of its {side} has another size"


def _binary(name: str, answer: Mapping[str, Any]) -> Iterator[str]:
    """A body that is no text, in base64."""
    if answer["body"] is not None:
        yield f"{name}: its response has two bodies"
    try:
        body = base64.b64decode(answer["bodyBase64"], validate=True)
    except ValueError:
        yield f"{name}: the body of its response is no base64"
        return
    if (len(body), f"sha256:{sha256(body).hexdigest()}") != (
        answer["bodyBytes"],
        answer["bodyDigest"],
    ):
        yield f"{name}: the body of its response has another digest or size"


def _note(report: Mapping[str, Any]) -> Iterator[str]:
    """Whether the note on personal data is that of a whole report, or of a copy that names the whole one."""
    note = (report.get("extensions") or {}).get(FIELD)
    if note is None or whole_one(report) is not None:
        return
    if note != counted(report)["extensions"][FIELD]:
        yield "the personal data in it is not what is said to be in it"


def whole_one(report: Mapping[str, Any]) -> str | None:
    """The digest of the report of which this one is a redacted copy; None where it is none."""
    note = (report.get("extensions") or {}).get(FIELD)
    of = note.get("of") if isinstance(note, Mapping) else None
    return None if of is None else str(of)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _is_whole(message: Mapping[str, Any]) -> bool:
    body = message["body"]
    return (
        not message.get("truncated")
        and (len(body) < _KEPT or "truncated" in message)
        and _NO_TEXT not in body
    )


def _counts(report: Mapping[str, Any]) -> Iterator[str]:
    sent = sum(not x.get("incoming") for x in report["exchanges"])
    told = report["assessment"]["impact"]["requestsSent"]
    if sent != told:
        yield f"{told} requests are said to have been sent; {sent} are there"
    numbers: dict[tuple[str, bool], list[int]] = {}
    for exchange in report["exchanges"]:
        process, _, number = exchange["id"].removesuffix(INCOMING).rpartition("-")
        row = numbers.setdefault((process, bool(exchange.get("incoming"))), [0])
        row.append(int(number) if number.isdecimal() else 0)
    for (process, _), row in numbers.items():
        for a, b in pairwise(row):
            if b != a + 1:
                yield f"{process}: number {b} of its exchanges follows number {a}: not as they were kept"


def unchallenged(report: Mapping[str, Any], challenge: str) -> list[str]:
    """What lacks the challenge: the report itself, or requests in which mimtest names itself."""
    told = report["assessment"].get("challenge")
    if told is None:
        return ["the report has no challenge: it was made before one was given, or without it"]
    if told != challenge:
        return ["the report answers another challenge"]
    sent = [x for x in report["exchanges"] if _is_ours(x)]
    if not sent:
        return ["no request is there that could carry the challenge"]
    mark = f"challenge {challenge})"
    without = [x["id"] for x in sent if not any(mark in a for a in _agents(x))]
    return [f"{name}: the request does not carry the challenge" for name in without]


def _is_ours(exchange: Mapping[str, Any]) -> bool:
    """Whether mimtest sent it as a request with header fields, among which it always names itself."""
    return not exchange.get("incoming") and exchange["request"]["method"] != _HANDSHAKE


def _agents(exchange: Mapping[str, Any]) -> list[str]:
    return [v for n, v in exchange["request"]["headers"] if n.lower() == "user-agent"]
