"""Whether the evidence of a report is there and hangs together."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from mimtest.layout import INCOMING
from mimtest.shards import Shard

#: Methods that stand for something else than an HTTP request.
_HANDSHAKE: Final = "TLS"
#: Characters of a body that are kept: a longer one was cut, and its digest is over all of it.
_KEPT: Final = 8192
#: What stands where something was masked, or was no text: the digest may be over what was there before.
_REPLACED: Final = frozenset("\u2039\ufffd")


def gaps(report: Mapping[str, Any]) -> list[str]:
    """What is missing or does not fit: ids, answers behind results, digests of bodies, counts."""
    return [
        *_ids(report),
        *_parts(report),
        *_results(report),
        *_bodies(report),
        *_counts(report),
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
    """Bodies that are kept whole and unmasked, as text, have the digest they are said to have."""
    for exchange in report["exchanges"]:
        for side in ("request", "response"):
            message = exchange[side]
            if message and _is_whole(message):
                text = message["body"].encode("utf-8", "surrogatepass")
                if message["bodyDigest"] != f"sha256:{sha256(text).hexdigest()}":
                    yield f"{exchange['id']}: the body of its {side} has another digest"


def _is_whole(message: Mapping[str, Any]) -> bool:
    body = message["body"]
    return (
        body is not None
        and not message.get("truncated")
        and (len(body) < _KEPT or "truncated" in message)
        and not _REPLACED & set(body)
    )


def _counts(report: Mapping[str, Any]) -> Iterator[str]:
    sent = sum(not x.get("incoming") for x in report["exchanges"])
    told = report["assessment"]["impact"]["requestsSent"]
    if sent != told:
        yield f"{told} requests are said to have been sent; {sent} are there"


def unchallenged(report: Mapping[str, Any], challenge: str) -> list[str]:
    """What lacks the challenge: the report itself, or requests in which mimtest names itself."""
    told = report["assessment"].get("challenge")
    if told is None:
        return ["the report has no challenge: it was made before one was given, or without it"]
    if told != challenge:
        return ["the report answers another challenge"]
    named = list(_names_of_ours(report))
    without = [name for name, agent in named if f"challenge {challenge})" not in agent]
    if not named:
        return ["no request is there that could carry the challenge"]
    return [f"{name}: the request does not carry the challenge" for name in without]


def _names_of_ours(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Exchange and User-Agent of the requests in which mimtest says who asks."""
    for exchange in report["exchanges"]:
        if exchange.get("incoming"):
            continue
        for field, value in exchange["request"]["headers"]:
            if field.lower() == "user-agent" and value.startswith("mimtest/"):
                yield exchange["id"], value
