"""What `mimtest explain` says of profiles, their items, and rows of the compliance table."""

from collections.abc import Iterable, Iterator

from mimtest.cli.explaining_layout import lay_out
from mimtest.procurement.checklist import Row, load_checklist
from mimtest.profile import Profile
from mimtest.profile_parts import Item
from mimtest.rendering.words import load


def explain_profile(profile: Profile) -> str:
    """A profile: what it requires, and how to use or sharpen it."""
    built_in = not profile.items
    return lay_out(
        profile.id,
        f"{profile.title}.",
        ("Edition", profile.edition or "those that are judged"),
        ("Beside its items it requires", _base(profile.base)),
        ("Items", [f"{', '.join(i.about)} ({i.strength}): {i.text or ''}" for i in profile.items]),
        ("Source", "built in" if built_in else f"suites/profiles/{profile.id}.toml"),
        ("What to do", _use(profile.id, built_in=built_in)),
    )


def _base(base: str) -> str:
    return {
        "technical": "every SHALL of the claimed MIMs that can be tested from outside",
        "full": "every SHALL of the claimed MIMs, also where only documents show it",
    }.get(base, "nothing")


def _use(name: str, *, built_in: bool) -> list[str]:
    used = f"mimtest run mimtest.toml --profile {name}"
    return [used] if built_in else [used, f"mimtest profile new lot-1 --from {name} -o lot-1.toml"]


def explain_row(row: Row, profiles: Iterable[Profile]) -> str:
    """A row of the compliance table: what it rests on, and which ready-made profiles ask for it."""
    words, checklist = load("en"), load_checklist()
    answers = "a test can answer it" if row.tests else "only the bidder answers it"
    return lay_out(
        row.number,
        words(f"table.row.{row.number}") + ".",
        ("Row of", f"{checklist.title}: {row.reference}; {answers}; part of the {row.belongs}"),
        ("Requirements (mimtest explain ID)", ", ".join(row.requirements)),
        ("Mechanisms it names beside them", ", ".join(row.candidates)),
        ("Ready-made profiles that ask for it", [*_asking(row, profiles)]),
        ("What to do", f'In a profile: [[items]] with about = ["{row.number}"], strength and text'),
        ("Source", [checklist.source]),
    )


def _asking(row: Row, profiles: Iterable[Profile]) -> Iterator[str]:
    for profile in profiles:
        for item in profile.items:
            if row.number in item.about:
                yield f"{profile.id} ({item.strength}): {item.text or ''}"


def explain_item(profile: Profile, about: str, item: Item) -> str:
    """An item of a ready-made profile, named as `street-lighting/0.3`."""
    return lay_out(
        f"{profile.id}/{about}",
        item.text or profile.title,
        ("Strength", item.strength),
        ("Taken as proof", ", ".join(item.proofs)),
        ("Requirements (mimtest explain ID)", ", ".join(item.requirements) or "none"),
        ("Mechanisms it names", ", ".join(item.mechanisms)),
        ("Source", f"suites/profiles/{profile.id}.toml; row: mimtest explain {about}"),
        (
            "What to do",
            [
                f"buyer: mimtest profile new lot-1 --from {profile.id} -o lot-1.toml, and sharpen it there",
                f"supplier: mimtest run mimtest.toml --profile {profile.id}",
            ],
        ),
    )
