"""What the demo city cannot show, and what variants leave open: each with its reason."""

from collections.abc import Mapping
from typing import Final

#: Checks that do not apply to the demo city as it is served.
NEEDS_MORE: Final[Mapping[str, str]] = {
    "SEC-HTTP-11": "it has no cookies",
    "CTX-IDN-05": "none of its identifiers is an address",
    "PLA-P-04": "none of its identifiers is an address",
    "PLA-S-32": "its sensors are not told of by MQTT",
}
#: Checks of an option that the demo city does not claim; `tests/` has them run against one that does.
UNCLAIMED: Final[Mapping[str, str]] = dict.fromkeys(
    (
        "CTX-COM-08",
        "CTX-COM-24",
        "CTX-COM-30",
        "CTX-ACC-23",
        "CTX-ACC-24",
        "CTX-NOT-31",
        "SEC-RL-02",
        "SEC-TLS-12",
    ),
    "it does not claim the option",
)
#: What a variant may leave without an answer, by the codes of the reasons.
LEFT_OPEN: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(codes)
    for name, codes in {
        "mod-variant-foreign-common-schema": ("unresolved_reference",),
        "ctx-variant-concise-values-wrapped": ("precondition_unmet",),
        "ctx-variant-described-by-the-standard": ("needs_review", "not_offered"),
        "tru-vp-variant-unlooked": ("needs_review",),
        # whose schema is elsewhere is known by its features alone
        "pla-variant-wfs-schema-of-its-owner": ("no_data",),
        # a further type takes the place of one whose features an earlier run noted
        "pla-variant-wfs-view": ("needs_review",),
        # whose pages are packed in a way that is not read
        "pla-variant-gpq-packed-otherwise": ("needs_review",),
        # these names leave the order of axes open, so things are not looked for elsewhere
        "pla-variant-wfs-short-names": ("no_data",),
        "pla-variant-wfs-names-of-a-country": ("no_data",),
        # some questions need a series of which all is known
        "pla-sta-variant-long-series": ("no_data",),
        # a place that is no GeoJSON is for people to read
        "pla-sta-variant-place-in-words": ("needs_review",),
        # facts of HTTP are looked for at the connector's base
        "ctr-dsp-versions-at-root": ("precondition_unmet",),
        # whether what members alone get is the document, and what is in a frame or on a page, is for people to see
        "ctr-gov-login": ("auth_refused",),
        "ctr-gov-login-beside": ("needs_review",),
        "ctr-req-form-in-frame": ("needs_review",),
        "ctr-req-list-to-read": ("needs_review",),
    }.items()
}
