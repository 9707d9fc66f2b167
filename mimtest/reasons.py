"""The reason codes of reports: what each means, whose turn it is and what to do."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """`suspect` is product, environment, target file, mimtest or nobody."""

    meaning: str
    suspect: str
    remedy: str


REASONS: Final[dict[str, ReasonCode]] = {
    "contradicted": ReasonCode(
        "The target did something the clause excludes.",
        "product",
        "Compare expected and received, repeat the request with the curl line, mend the product.",
    ),
    "unreachable": ReasonCode(
        "No connection could be made.", "environment", "Check host, port and firewall."
    ),
    "dns": ReasonCode("The host name has no address.", "target file", "Check the url's host name."),
    "tls": ReasonCode(
        "No secure connection could be made.",
        "environment",
        "Check the certificate, its chain and name, or whether the address is https at all.",
    ),
    "timeout": ReasonCode(
        "No whole answer came in time.",
        "environment",
        "Raise the interface's 'timeout', or ask why.",
    ),
    "protocol": ReasonCode(
        "What answers does not speak HTTP.", "target file", "Check the url's port and scheme."
    ),
    "body_cut": ReasonCode(
        "The answer ended before its announced length.",
        "environment",
        "Look at proxies in between.",
    ),
    "too_large": ReasonCode(
        "The answer was larger than mimtest reads.", "product", "Ask for pages or smaller samples."
    ),
    "auth_refused": ReasonCode(
        "The target refused the credentials, or none were given.",
        "target file",
        "Check the interface's auth and the rights of the secret.",
    ),
    "wrong_path": ReasonCode(
        "Nothing is at the address.", "target file", "Check the path; 'mimtest init' proposes one."
    ),
    "redirected": ReasonCode(
        "The address leads elsewhere; redirects are not followed with credentials.",
        "target file",
        "Write the address it leads to.",
    ),
    "server_error": ReasonCode(
        "The target answers 5xx to everything.", "environment", "Look into the service's log."
    ),
    "request_refused": ReasonCode(
        "The target refuses even a plain request.",
        "target file",
        "Check path, version and headers.",
    ),
    "web_page": ReasonCode(
        "A web page came where an API is expected.", "target file", "Check the path; a login page?"
    ),
    "not_recognised": ReasonCode(
        "The answers are not those of an interface of that kind.",
        "target file",
        "Check path and kind; 'mimtest init' finds out.",
    ),
    "rate_limited": ReasonCode(
        "The target answers 429 and did not stop in time.",
        "environment",
        "Set 'pace' below its limit.",
    ),
    "no_data": ReasonCode(
        "There is no data to look at.",
        "target file",
        "Name types or collections that hold data, or allow level 'writes'.",
    ),
    "no_evidence": ReasonCode(
        "The check ended without reading an answer.",
        "mimtest",
        "Report it; this is a defect of the check.",
    ),
    "control_failed": ReasonCode(
        "The positive control did not succeed, so a refusal would prove nothing.",
        "nobody",
        "See what the control got; often the check before it tells why.",
    ),
    "precondition_unmet": ReasonCode(
        "What the check starts from could not be set up.",
        "nobody",
        "Mend what the message names first.",
    ),
    "cleanup_failed": ReasonCode(
        "Something made for the check could not be removed.",
        "product",
        "Run 'mimtest cleanup JOURNAL'.",
    ),
    "out_of_scope": ReasonCode(
        "The target leads to a host that the target file does not name.",
        "target file",
        "Add the origin to scope.hosts when it belongs to the product.",
    ),
    "unstable": ReasonCode(
        "Attempts differed.", "product", "Find out why the same request gets different answers."
    ),
    "interface_not_claimed": ReasonCode(
        "The target file has no interface of that kind.",
        "nobody",
        "Add one when the product has it.",
    ),
    "option_not_claimed": ReasonCode(
        "claims.options does not name it.", "nobody", "Name it when the product supports it."
    ),
    "version_not_claimed": ReasonCode(
        "The clause came with a later version of the standard than is claimed.",
        "nobody",
        "Nothing.",
    ),
    "filtered": ReasonCode("--suite or --check left it out.", "nobody", "Run without the filter."),
    "level": ReasonCode(
        "The run was not allowed to do what the check needs.",
        "target file",
        "Raise scope.level, with the owner's leave, or give --level.",
    ),
    "no_result": ReasonCode(
        "It was selected, but the run ended before it.", "environment", "Run again to the end."
    ),
    "worker_crash": ReasonCode("The process that ran it died.", "environment", "Run again."),
    "skipped": ReasonCode("The check skipped itself.", "mimtest", "Report it."),
    "mimtest_error": ReasonCode("mimtest itself failed.", "mimtest", "Report it with the message."),
    "checks_failed": ReasonCode(
        "A check contradicts every claimed mechanism.", "product", "See the failed checks."
    ),
    "checks_without_answer": ReasonCode(
        "At least one check of a claimed mechanism has no answer.", "nobody", "See the open checks."
    ),
    "mechanism_without_checks": ReasonCode(
        "A tested mechanism fails, but another one is claimed for which there are no checks yet.",
        "nobody",
        "Show by other means that the other mechanism meets it.",
    ),
    "no_check": ReasonCode(
        "No check speaks to it, and nothing is declared.", "nobody", "Declare it, with evidence."
    ),
    "declared_with_evidence": ReasonCode(
        "The supplier says so and names evidence; nothing was tested.",
        "nobody",
        "Read the evidence.",
    ),
    "declared_without_evidence": ReasonCode(
        "The supplier says so without evidence, which does not count.",
        "nobody",
        "Ask for evidence.",
    ),
    "declared_not_met": ReasonCode(
        "The supplier says that it is not met.", "product", "Ask for a plan."
    ),
    "planned": ReasonCode(
        "A promise for the future is a no.", "product", "Test again when it is there."
    ),
    "equivalence_for_the_buyer_to_judge": ReasonCode(
        "The supplier offers an equivalent; the buyer judges it (Directive 2014/24/EU Art. 42).",
        "nobody",
        "Judge the rationale.",
    ),
    "cannot_be_declared_away": ReasonCode(
        "An unconditional requirement cannot be declared not applicable.",
        "target file",
        "Declare otherwise.",
    ),
    "condition_not_claimed": ReasonCode(
        "The requirement is conditional, and its condition is not claimed.", "nobody", "Nothing."
    ),
}
