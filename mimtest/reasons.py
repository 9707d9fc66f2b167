"""The reason codes of reports, by who is suspected. Their words are in the language files."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Suspect(StrEnum):
    """Where the cause of an outcome is looked for first."""

    PRODUCT = "product"
    ENVIRONMENT = "environment"
    TARGET_FILE = "target file"
    MIMTEST = "mimtest"
    SPECIFICATION = "specification"
    NOBODY = "nobody"


_CODES: Final[Mapping[Suspect, tuple[str, ...]]] = {
    Suspect.PRODUCT: (
        "contradicted",
        "too_large",
        "cleanup_failed",
        "checks_failed",
        "declared_not_met",
        "planned",
    ),
    Suspect.ENVIRONMENT: (
        "unreachable",
        "tls",
        "timeout",
        "body_cut",
        "server_error",
        "rate_limited",
        "no_result",
        "worker_crash",
        "unstable",
        "not_written_down",
    ),
    Suspect.TARGET_FILE: (
        "dns",
        "protocol",
        "auth_refused",
        "wrong_path",
        "redirected",
        "request_refused",
        "web_page",
        "not_recognised",
        "no_data",
        "out_of_scope",
        "level",
        "budget",
        "cannot_be_declared_away",
        "unresolved_reference",
        "file_gone",
        "context_not_claimed",
        "mechanism_not_claimed",
        "no_way_back",
        "no_snapshot",
        "declared_with_unsound_evidence",
    ),
    Suspect.MIMTEST: ("no_evidence", "skipped", "mimtest_error"),
    Suspect.SPECIFICATION: ("open_point",),
    Suspect.NOBODY: (
        "control_failed",
        "precondition_unmet",
        "interface_not_claimed",
        "option_not_claimed",
        "version_not_claimed",
        "filtered",
        "other_shard",
        "checks_without_answer",
        "mechanism_without_checks",
        "no_check",
        "declared_with_evidence",
        "declared_without_evidence",
        "equivalence_for_the_buyer_to_judge",
        "condition_not_claimed",
        "class_not_declared",
        "not_offered",
        "model_not_claimed",
        "looked_at_elsewhere",
        "plain_http",
        "no_cookies",
        "needs_review",
        "schema_not_evaluated",
        "snapshot_taken",
    ),
}
#: What a document can have become that does not count as evidence any more.
UNSOUND: Final = frozenset({"missing", "changed", "expired"})
#: Every reason code with its suspect.
REASONS: Final[Mapping[str, Suspect]] = {
    code: suspect for suspect, codes in _CODES.items() for code in codes
}
