"""What every page needs to know of a report, computed once and the same for all of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mimtest.reasons import REASONS, UNSOUND, Suspect
from mimtest.rendering.mims import VERDICTS, MimRow, is_beyond, mim_row, sums
from mimtest.rendering.rows import Cause, Failure, Item, reason_code, reason_message, slug
from mimtest.rendering.words import FAMILIES, Words, load

OUTCOMES: Final = FAMILIES["outcome"]
#: Outcomes of checks that show neither yes nor no, the most urgent first.
UNSETTLED: Final = ("error", "inconclusive", "not_run")
#: The worst of several outcomes comes first.
_WORST: Final = ("failed", *UNSETTLED, "passed", "not_applicable")
#: The order in which supporting checks are told; what does not apply supports nothing.
_SUPPORT: Final = ("failed", "passed", *UNSETTLED)


@dataclass(frozen=True, slots=True)
class View:
    """A report with the words of one language."""

    report: Mapping[str, Any]
    words: Words

    @classmethod
    def of(cls, report: Mapping[str, Any], lang: str) -> "View":
        """The view of a report in a language. Raises UsageError for a language without words."""
        return cls(report, load(lang))

    @property
    def editions(self) -> tuple[Mapping[str, Any], ...]:
        """The editions judged, in the order of the report."""
        return tuple(self.report["assessments"])

    def items(self) -> Iterator[Item]:
        """Every requirement of every edition."""
        main = self.editions[0]["edition"] if self.editions else None
        for edition in self.editions:
            for row in edition["requirements"]:
                yield Item(_label(row["id"], main), slug("r", row["id"]), row)

    def required(self, *verdicts: str) -> list[Item]:
        """The required items with one of the verdicts."""
        return [i for i in self.items() if i.row["required"] and i.row["verdict"] in verdicts]

    def counts(self) -> dict[str, int]:
        """Required items by verdict over all editions, with `total` and `open`."""
        return sums(e["summary"]["overall"]["counts"] for e in self.editions)

    def verdict(self) -> str:
        """The worst of the editions' overall verdicts; `open` where part of the answer is missing."""
        seen = {e["summary"]["overall"]["verdict"] for e in self.editions}
        whole = self.report["assessment"]["completed"] and "shard" not in self.report["scope"]
        if "met" in seen and ("not_assessed" in seen or not whole):
            seen.add("open")
        order = ("not_met", "open", "met", "not_assessed", "recommendations_only")
        return next((v for v in order if v in seen), "not_assessed")

    def shade(self) -> str:
        """The verdict whose sign and colour the answer has: never a plain yes beside failed checks."""
        verdict = self.verdict()
        failed = self.report["gate"].get("failedElsewhere")
        return "open" if verdict == "met" and failed else verdict

    def answer(self) -> str:
        """The one sentence for who reads no further."""
        return self.words(f"answer.{self.verdict()}", **self.counts())

    def answer_rest(self) -> str:
        """The sentence after it."""
        return self.words(f"answer.{self.verdict()}.rest", **self.counts())

    def remarks(self) -> list[str]:
        """What must not be overlooked beside the answer."""
        counted = {
            "front.left": self.left_behind(),
            "front.elsewhere": len(self.report["gate"].get("failedElsewhere", ())),
            "front.excused": sum(i.row["verdict"] == "not_met" for i in self.beyond()),
        }
        said: list[str] = [self.words(key, n=n) for key, n in counted.items() if n]
        said += [
            self.words(
                "front.older", mim=mim, main=self.editions[0]["title"], other=edition["title"]
            )
            for mim, edition in self._taken_from_older()
        ]
        said = [*self._parts(), *said]
        whole = self.report["assessment"]["completed"]
        return said if whole else [self.words("front.incomplete"), *said]

    def _parts(self) -> Iterator[str]:
        """That it is a part of a run, or put together from parts."""
        shard, run = self.report["scope"].get("shard"), self.report["assessment"]
        if shard:
            yield self.words("front.shard", index=shard["index"], of=shard["of"])
        if run.get("parts"):
            ends = {"start": run["startedAt"], "end": run["endedAt"]}
            yield self.words("front.merged", n=len(run["parts"]), **ends)

    def _taken_from_older(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The claimed MIMs that the first edition does not have, each with the one it is judged by."""
        for edition in self.editions[1:]:
            for entry in edition["summary"]["byMim"]:
                if entry["claimed"] and entry["mim"] not in self.editions[0]["mims"]:
                    yield entry["mim"], edition

    def bar(self) -> list[tuple[str, int]]:
        """The verdicts that occur among the required items, with their number."""
        counts = self.counts()
        return [(v, counts[v]) for v in VERDICTS if counts[v]]

    def all_verdicts(self) -> list[tuple[str, int]]:
        """The verdicts of all items, required or not, with their number."""
        found = Counter(i.row["verdict"] for i in self.items())
        return [(v, found[v]) for v in VERDICTS if found[v]]

    def all_outcomes(self) -> list[tuple[str, int]]:
        """The outcomes of all checks, with their number."""
        found = Counter(c["outcome"] for c in self.report["checks"])
        return [(o, found[o]) for o in OUTCOMES if found[o]]

    def mim_rows(self) -> list[MimRow]:
        """The table per MIM, edition by edition. MIMs out of scope in a further edition are left out."""
        return [
            mim_row(edition, entry)
            for n, edition in enumerate(self.editions)
            for entry in edition["summary"]["byMim"]
            if n == 0 or entry["verdict"] != "out_of_scope"
        ]

    def beyond(self) -> list[Item]:
        """What the specification demands of the claimed MIMs, this test does not require, and is not met."""
        claimed = {(m.edition, m.mim) for m in self.mim_rows() if m.verdict != "out_of_scope"}
        return [i for i in self.items() if is_beyond(i.row) and _place(i.row) in claimed]

    def notices(self) -> list[str]:
        """The sentences every page carries; after the first, that a translation is a draft."""
        said = [self.words.of("notice", code) for code in self.report["notices"]]
        draft = [self.words("draft")] if self.words.is_draft else []
        return [*said[:1], *draft, *said[1:]]

    def kind(self) -> str:
        """What this paper is: whose test."""
        notices = self.report["notices"]
        party = "reproduced" if "reproduced" in notices else self.report["assessment"]["party"]
        return self.words.of("kind", party)

    def problems(self) -> list[Mapping[str, Any]]:
        """The interfaces that were not ready."""
        return [r for r in self.report["readiness"] if not r["ready"]]

    def supporting(self, row: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
        """The checks shown beside a requirement, by the worst outcome of each, the failed ones first."""
        wanted = set(row.get("supporting", ()))
        found: dict[str, list[str]] = {}
        for check in self.report["checks"]:
            if check["id"] in wanted:
                found.setdefault(check["id"], []).append(check["outcome"])
        groups: dict[str, list[str]] = {}
        for name, outcomes in found.items():
            groups.setdefault(min(outcomes, key=_WORST.index), []).append(name)
        return [(o, groups[o]) for o in _SUPPORT if o in groups]

    def unsound(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The documents of declarations that do not count, with the requirements they are about."""
        return [
            (", ".join(d["about"]), e)
            for d in self.report["declarations"]
            for e in d["evidence"]
            if e.get("state") in UNSOUND
        ]

    def checks(self, *outcomes: str) -> list[Mapping[str, Any]]:
        """The checks with one of the outcomes; what must be comes before what should be."""
        found = [c for c in self.report["checks"] if c["outcome"] in outcomes]
        return sorted(found, key=lambda c: FAMILIES["strength"].index(c["strength"]))

    def causes(self, *outcomes: str) -> list[Cause]:
        """Checks with these outcomes (default: those without an answer), put together by cause.

        The checks of an interface that was not ready have a cause of their own.
        """
        unready = {p["interface"] for p in self.problems()}
        groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
        for outcome in outcomes or UNSETTLED:
            for check in self.report["checks"]:
                if check["outcome"] == outcome:
                    own = reason_message(check) if check["interface"] in unready else ""
                    groups.setdefault((outcome, reason_code(check), own), []).append(check)
        return [
            Cause(o, code, _shared(checks), tuple(checks))
            for (o, code, _), checks in groups.items()
        ]

    def failures(self) -> list[Failure]:
        """The failed checks, consequences under their head."""
        by_key = {(c["id"], c["interface"]): c for c in self.report["checks"]}
        found = [
            Failure(
                by_key[f["check"], f["interface"]],
                tuple(by_key[_place_of(x)] for x in f["follows"]),
            )
            for f in self.report.get("findings", ())
            if f["outcome"] == "failed"
        ]
        told = {id(c) for f in found for c in (f.head, *f.follows)}
        return [*found, *(Failure(c) for c in self.checks("failed") if id(c) not in told)]

    def suspect(self, check: Mapping[str, Any]) -> str:
        """Where the cause is looked for first."""
        return self.words.of("suspect", REASONS.get(reason_code(check), Suspect.NOBODY).value)

    def cause_sentence(self, cause: Cause) -> str:
        """Why these checks have no answer."""
        return self.words.reason(cause.code) if cause.code else self.words("cause.unknown")

    def left_behind(self) -> int:
        """How many objects of the test stayed in the tested system."""
        return int(self.report["assessment"]["impact"]["leftBehind"])


def _place_of(named: Mapping[str, Any]) -> tuple[str, str | None]:
    return named["check"], named["interface"]


def _shared(checks: Iterable[Mapping[str, Any]]) -> str:
    messages = {reason_message(c) for c in checks}
    return messages.pop() if len(messages) == 1 else ""


def _label(full_id: str, main: str | None) -> str:
    """`MIM0 R1.1` for the first edition, `2024 MIM4 R2` for a further one."""
    edition, _, rest = full_id.partition("/")
    return (rest if edition == main else full_id).replace("/", " ")


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["id"].partition("/")[0], row["mim"]
