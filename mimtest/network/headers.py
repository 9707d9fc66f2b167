"""Header fields whose values tell about a service and never about who asks."""

from typing import Final

#: Fields whose values are kept as evidence; of all others only the name is.
# fmt: off
HARMLESS_HEADERS: Final = frozenset((
    "accept", "accept-charset", "accept-crs", "accept-encoding", "accept-language",
    "accept-patch", "accept-post", "accept-ranges", "access-control-allow-credentials",
    "access-control-allow-headers", "access-control-allow-methods",
    "access-control-allow-origin", "access-control-expose-headers", "access-control-max-age",
    "access-control-request-headers", "access-control-request-method", "age", "allow",
    "alt-svc", "cache-control", "clear-site-data", "connection", "content-crs",
    "content-disposition", "content-encoding", "content-language", "content-length",
    "content-location", "content-range", "content-security-policy", "content-type",
    "cross-origin-embedder-policy", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "date", "deprecation", "dpop-nonce", "etag", "expect",
    "expires", "fiware-correlator", "fiware-service", "fiware-servicepath",
    "fiware-total-count", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
    "if-unmodified-since", "keep-alive", "last-modified", "link", "location", "max-forwards",
    "ngsild-attribute-format", "ngsild-entitymap", "ngsild-local", "ngsild-results-count",
    "ngsild-tenant", "ngsild-warning", "ogc-api-version", "origin", "permissions-policy",
    "pragma", "prefer", "preference-applied", "proxy-authenticate", "range", "ratelimit",
    "ratelimit-limit", "ratelimit-policy", "ratelimit-remaining", "ratelimit-reset", "referer",
    "referrer-policy", "report-to", "reporting-endpoints", "retry-after", "server",
    "server-timing", "strict-transport-security", "sunset", "te", "traceparent", "trailer",
    "transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "vary", "via",
    "warning", "www-authenticate", "x-content-type-options", "x-correlation-id",
    "x-frame-options", "x-http-method-override", "x-permitted-cross-domain-policies",
    "x-powered-by", "x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset",
    "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id",
    "x-total-count", "x-xss-protection",
))
#: Attributes of a cookie (RFC 6265 section 4.1) that are kept; its value never is.
COOKIE_ATTRIBUTES: Final = frozenset((
    "path", "domain", "expires", "max-age", "samesite", "secure", "httponly", "partitioned",
    "priority",
))
# fmt: on
