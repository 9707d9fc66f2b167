"""The texts of the rulebook, in two languages, and the documents that go with it."""

from typing import Final

VERSION: Final = "2.1"
LANGUAGES: Final = ("en", "de")
#: Title, and paragraphs, by language.
RULEBOOK: Final = {
    "en": (
        "Rulebook of the Exampleton data ecosystem",
        f"Version {VERSION}, adopted on 1 September 2026 by the assembly of members. It replaces version 2.0.",
        (
            "Membership. Every organisation that provides or uses data of the town may join. It applies to the orchestrator, the "
            "City of Exampleton, which decides within four weeks and gives its reasons in writing. A member leaves with notice of "
            "three months."
        ),
        (
            "Roles. The orchestrator runs the catalogue and keeps this rulebook. Providers offer data and answer for its quality. "
            "Users take data under the terms of the offer. Data stewards look after a domain, such as water or mobility."
        ),
        (
            "Duties. Providers describe each dataset in the catalogue, with a licence or a policy from the templates. Users name the "
            "source, keep to the purpose that was agreed, and report breaches within three days."
        ),
        (
            "Principles of exchange. Open data is open to everybody. Restricted data is given under an agreement. Nobody sells data "
            "that was got here. Personal data is exchanged with a legal basis alone."
        ),
        (
            "Compliance. The orchestrator looks at every member once a year, by the procedure that is published beside this "
            "rulebook. Who breaks the rules is heard, then warned, then excluded."
        ),
        "Changes. Members learn of a change thirty days before it takes effect, by mail and on this page.",
    ),
    "de": (
        "Regelwerk des Datenökosystems Exampleton",
        f"Version {VERSION}, beschlossen am 1. September 2026 von der Mitgliederversammlung. Sie ersetzt Version 2.0.",
        (
            "Mitgliedschaft. Jede Organisation, die Daten der Stadt bereitstellt oder nutzt, kann beitreten. Sie stellt einen Antrag "
            "an die Stadt Exampleton, die das Ökosystem leitet und binnen vier Wochen mit schriftlicher Begründung entscheidet. Ein "
            "Mitglied kann mit einer Frist von drei Monaten austreten."
        ),
        (
            "Rollen. Die Stadt betreibt den Katalog und pflegt dieses Regelwerk. Anbieter stellen Daten bereit und stehen für deren "
            "Qualität ein. Nutzer verwenden Daten zu den Bedingungen des Angebots."
        ),
        (
            "Pflichten. Anbieter beschreiben jeden Datensatz im Katalog, mit einer Lizenz oder einer Vereinbarung nach Vorlage. "
            "Nutzer nennen die Quelle, halten sich an den vereinbarten Zweck und melden Verstöße binnen drei Tagen."
        ),
        (
            "Grundsätze. Offene Daten stehen allen offen. Eingeschränkte Daten gibt es nur nach Vereinbarung. Niemand verkauft Daten, "
            "die er hier bekommen hat."
        ),
        (
            "Einhaltung. Die Stadt prüft jedes Mitglied einmal im Jahr nach dem Verfahren, das neben diesem Regelwerk veröffentlicht "
            "ist. Wer die Regeln bricht, wird gehört, dann verwarnt, dann ausgeschlossen."
        ),
        "Änderungen. Mitglieder erfahren von einer Änderung dreißig Tage bevor sie gilt, per E-Mail und auf dieser Seite.",
    ),
}
PROCEDURE: Final = (
    "How members are looked at",
    (
        "Once a year the steward of a domain asks each of its members for the agreements in force, the usage log of a month drawn by "
        "lot, and the person in charge. The steward compares the log with the agreements, notes every use that no agreement covers, "
        "and gives the member two weeks to explain."
    ),
    (
        "The orchestrator decides on the notes: nothing found, a warning, or exclusion. The decision and its reasons are kept for five "
        "years; a record without names is published here."
    ),
)
RECORD: Final = (
    "Record of 12 May 2026",
    "Member: M-17, a user of mobility data. Looked at: two agreements, 1,204 lines of the usage log of April 2026.",
    (
        "Found: one access after the agreement had ended, by a job that was not switched off. Explained on 20 May, job removed, "
        "confirmed by the log of June. Decision: a warning."
    ),
)
SERVICE_LEVEL: Final = (
    "Service level of the data interfaces",
    "Availability: 99.5 % of each month, without announced maintenance.",
    "Age of measured values: 15 minutes at most. Answers within 800 ms at the 95th percentile.",
    "A fault that stops an interface is taken up within 4 hours on working days.",
)
