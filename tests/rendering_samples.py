"""Sample reports for the tests of the pages: `rich` has every verdict and outcome, `hostile` lies in every
field a product can reach, `empty` selected nothing, `big` is long, `clean` met everything.
"""

import copy
import hashlib
import json

VERDICTS = (
    "met",
    "not_met",
    "inconclusive",
    "equivalence_claimed",
    "declared_only",
    "not_tested",
    "not_applicable",
)
BASIS = {
    "equivalence_claimed": "declared",
    "declared_only": "declared",
    "not_tested": "none",
    "not_applicable": "none",
}
ATTACK = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>]]> \x1b[31mred\x1b]0;t\x07 "
    "\u202eevil\u202c \u200b\ue000 `id` $(rm -rf /) \x00 \ud800 | a | [x](javascript:alert(1)) "
    "https://evil.example @octocat #1 !2 ::error::boom ##[error]x {{ 7*7 }} {% raw %} </style> ' \" \\"
)
FORMULA = "=cmd|'/C calc'!A0" + ATTACK

MIMS = {
    "MIM0": ("Accessing data", "Can we get our data out?"),
    "MIM1": ("Interlinking data", "Does every thing have a name that lasts?"),
    "MIM2": ("Representing data", "Do we speak a common language?"),
    "MIM3": ("Exchanging data", "Can we share on clear terms?"),
    "MIM6": ("Securing data", "Is our data safe?"),
    "MIM7": ("Geospatial data", "Does it work on a map?"),
    "MIM8": ("Local digital twins", "Can our digital twin grow?"),
}
ROWS = [  # mim, id, level, required, verdict, statement, checks
    (
        "MIM0",
        "R1.1",
        "SHALL",
        True,
        "met",
        "Data is offered through a web API in a machine-readable form.",
        ["CTX-ENT-01"],
    ),
    (
        "MIM0",
        "R1.2",
        "SHALL",
        True,
        "met",
        "Data can be read in bulk and in small parts.",
        ["CTX-ENT-02"],
    ),
    (
        "MIM0",
        "R2.1",
        "SHALL",
        True,
        "met",
        "Data can be filtered by time, place and attribute.",
        ["CTX-QRY-01"],
    ),
    ("MIM0", "R3.1", "SHOULD", False, "met", "A client can subscribe to changes.", ["CTX-SUB-01"]),
    ("MIM0", "R4.1", "MAY", False, "not_tested", "Old data is kept and can be read.", []),
    (
        "MIM1",
        "R1.1",
        "SHALL",
        True,
        "not_met",
        "Each thing has one identifier that is not given twice.",
        ["CTX-ENT-03", "CTX-ENT-04"],
    ),
    (
        "MIM1",
        "R1.2",
        "SHALL",
        True,
        "met",
        "An identifier leads to data about the thing.",
        ["CTX-ENT-05"],
    ),
    (
        "MIM1",
        "R1.3",
        "SHALL",
        True,
        "declared_only",
        "Identifiers outlive a change of supplier.",
        [],
    ),
    (
        "MIM1",
        "R1.4",
        "SHALL",
        True,
        "inconclusive",
        "Links between things can be followed in both directions.",
        ["CTX-REL-01"],
    ),
    ("MIM2", "R1.1", "SHALL", True, "met", "Data follows a published model.", ["MOD-SCH-01"]),
    (
        "MIM2",
        "R1.2",
        "SHALL",
        True,
        "inconclusive",
        "Units and codes are explicit.",
        ["MOD-UNI-01"],
    ),
    (
        "MIM2",
        "R2.1",
        "SHOULD",
        False,
        "not_met",
        "Own models extend the closest standard model.",
        ["MOD-EXT-01"],
    ),
    (
        "MIM3",
        "R1.1",
        "SHALL",
        True,
        "met",
        "Datasets are described in a catalogue with standard metadata.",
        ["CTR-CAT-01"],
    ),
    (
        "MIM6",
        "R1.1",
        "SHALL",
        True,
        "not_tested",
        "Rights are granted, reviewed and withdrawn.",
        [],
    ),
    ("MIM6", "R2.1", "SHALL", True, "met", "Data travels over TLS 1.2 or newer.", ["SEC-TLS-01"]),
    (
        "MIM6",
        "R3.1",
        "SHALL",
        False,
        "not_applicable",
        "Restricted data needs a login by OAuth 2.0.",
        ["SEC-OAU-01"],
    ),
    (
        "MIM7",
        "R1.1",
        "SHALL",
        True,
        "met",
        "Geodata is offered through OGC API Features.",
        ["PLA-FEA-01"],
    ),
    (
        "MIM7",
        "R2.1",
        "SHALL",
        True,
        "equivalence_claimed",
        "Geodata is offered in an open encoding.",
        [],
    ),
]
CHECKS = [  # id, suite, strength, level, clause, outcome, title
    ("CTX-ENT-01", "context", "must", "safe", "GS CIM 009 6.4.3.2", "passed", "A list of entities is answered as JSON-LD"),
    ("CTX-ENT-02", "context", "must", "safe", "GS CIM 009 6.3.10", "passed", "A page is never longer than asked"),
    ("CTX-QRY-01", "context", "must", "safe", "GS CIM 009 4.9", "passed", "A filter on an attribute returns matching entities only"),
    ("CTX-SUB-01", "context", "must", "writes", "GS CIM 009 5.8.1", "passed", "A change is notified to the subscriber"),
    ("CTX-ENT-03", "context", "must", "writes", "GS CIM 009 5.6.1.4", "failed", "An identifier is not given twice"),
    ("CTX-ENT-04", "context", "must", "writes", "GS CIM 009 5.6.6.4", "passed", "An unknown identifier is answered with 404"),
    ("CTX-ENT-05", "context", "must", "safe", "GS CIM 009 5.7.1.4", "passed", "An entity is found by its identifier"),
    ("CTX-REL-01", "context", "must", "safe", "GS CIM 009 4.5.3", "inconclusive", "A relationship leads to an entity that exists"),
    ("CTX-REL-02", "context", "must", "safe", "GS CIM 009 4.5.3", "inconclusive", "A relationship can be read backwards"),
    ("MOD-SCH-01", "data_models", "must", "safe", "Smart Data Models, Streetlight", "passed", "Entities follow the schema of their type"),
    ("MOD-UNI-01", "data_models", "must", "safe", "UNECE Recommendation 20", "error", "Unit codes are those of the common list"),
    ("MOD-EXT-01", "data_models", "should", "safe", "MIMs Plus 9.0 MIM2", "failed", "An own model names the standard model it extends"),
    ("CTR-CAT-01", "contracts", "must", "safe", "DCAT-AP 3.0", "passed", "Each dataset has a title, a publisher and a licence"),
    ("SEC-TLS-01", "security", "must", "safe", "RFC 8446", "passed", "Old versions of TLS are refused"),
    ("SEC-OAU-01", "security", "must", "safe", "RFC 6749 5.2", "not_applicable", "A wrong client is refused with invalid_client"),
    ("SEC-RAT-01", "security", "should", "burst", "RFC 6585 4", "not_run", "Too many requests are answered with 429"),
    ("PLA-FEA-01", "places", "must", "safe", "OGC 17-069r4 7.15", "passed", "A bounding box returns features within it"),
]  # fmt: skip
REASONS = {
    "failed": ("contradicted", "the second creation was accepted with 201 instead of 409"),
    "inconclusive": ("no_data", "no entity of type Building has a relationship"),
    "error": ("mimtest_error", "KeyError: 'unitCode'"),
    "not_applicable": ("option_not_claimed", "claims.options does not name 'restricted-access'"),
    "not_run": ("level", "needs level 'burst'; this run has 'writes'"),
}
NOTICES = [
    "not_a_certificate",
    "passing_tests_do_not_prove_conformity",
    "tested_configuration_only",
    "specification_text_governs",
    "supplier_tested_own_product",
]


def seal(report):
    """The report with the digest over its canonical form."""
    body = {k: v for k, v in report.items() if k != "digest"}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    sizes = {"checks": len(body["checks"]), "exchanges": len(body["exchanges"])}
    return {**body, "digest": {**sizes, "sha256": digest}}


def _exchange(
    number, check, *, status=200, method="GET", path="/entities?type=Streetlight&limit=5"
):
    sent = '{"id":"urn:ngsi-ld:Room:1","type":"Room"}' if method == "POST" else None
    got = '{"id":"urn:ngsi-ld:Streetlight:L-17","type":"Streetlight"}'
    return {
        "id": f"m-{number:04}",
        "check": check,
        "request": {
            "method": method,
            "url": f"https://broker.example/ngsi-ld/v1{path}",
            "headers": [
                ["Accept", "application/ld+json"],
                ["Authorization", "Bearer \u2039secret:BROKER_TOKEN\u203a"],
            ],
            "body": sent,
            "bodyBytes": len(sent or ""),
            "bodyDigest": "sha256:" + "a" * 64 if sent else None,
        },
        "response": {
            "status": status,
            "headers": [["Content-Type", "application/ld+json"], ["NGSILD-Results-Count", "1204"]],
            "body": got,
            "bodyBytes": len(got),
            "bodyDigest": "sha256:" + "b" * 64,
            "truncated": False,
        },
        "error": None,
        "elapsedMs": 14,
    }


def _check(row, number):
    name, suite, strength, level, clause, outcome, title = row
    code, message = REASONS.get(outcome, (None, None))
    if name == "MOD-EXT-01":
        message = "the model 'CityBench' names no standard model"
    ran = outcome not in ("not_applicable", "not_run")
    return {
        "id": name,
        "suite": suite,
        "title": title,
        "purpose": title,
        "strength": strength,
        "level": level,
        "clause": clause,
        "since": None,
        "interface": "map" if suite == "places" else "context",
        "outcome": outcome,
        "reason": {"code": code, "message": message} if code else None,
        "expected": "status 409 and a problem of type AlreadyExists"
        if outcome == "failed"
        else None,
        "received": "status 201, Location: /ngsi-ld/v1/entities/urn:ngsi-ld:Room:1"
        if outcome == "failed"
        else None,
        "cases": [],
        "durationMs": 31 if ran else 0,
        "exchanges": [f"m-{number:04}"] if ran else [],
        "requirements": [f"9.0/{r[0]}/{r[1]}" for r in ROWS if name in r[6]],
    }


def _requirement(row, edition="9.0"):
    mim, name, level, required, verdict, statement, checks = row
    tested = BASIS.get(verdict, "tested")
    mechanism = verdict if tested == "tested" else "not_tested"
    return {
        "id": f"{edition}/{mim}/{name}",
        "mim": mim,
        "capability": name.partition(".")[0].replace("R", "C"),
        "kind": "requirement",
        "level": level,
        "sourceWord": f"{level} (capitals)",
        "statement": statement,
        "url": "https://mims.oascities.org/mims/" + mim.lower(),
        "every": False,
        "testability": "automated" if checks else "attested",
        "coverage": "automated" if checks else "attested",
        "required": required,
        "requiredBy": "profile technical" if required else None,
        "verdict": verdict,
        "basis": tested,
        "reason": None if verdict == "met" else {"code": _why(verdict)},
        "mechanisms": [
            {
                "mechanism": "ngsi-ld",
                "title": "NGSI-LD API (ETSI GS CIM 009)",
                "claimed": bool(checks) and verdict != "not_applicable",
                "verdict": mechanism,
                "checks": checks,
            }
        ]
        if checks
        else [],
        "declaration": {"declared_only": 0, "equivalence_claimed": 1}.get(verdict),
        "conflict": False,
        "notTestedBecause": None if checks else "Only documents and contracts show it.",
    }


def _why(verdict):
    return {
        "not_met": "checks_failed",
        "inconclusive": "checks_without_answer",
        "equivalence_claimed": "equivalence_for_the_buyer_to_judge",
        "declared_only": "declared_with_evidence",
        "not_tested": "no_check",
        "not_applicable": "condition_not_claimed",
    }[verdict]


def counts(rows):
    """Counts by verdict, with their sum."""
    found = [r["verdict"] for r in rows]
    return {"total": len(found), **{v: found.count(v) for v in VERDICTS}}


def group(rows):
    """The verdict of several requirements."""
    required = [r["verdict"] for r in rows if r["required"]]
    if "not_met" in required:
        return "not_met"
    if not required:
        return "recommendations_only" if rows else "not_assessed"
    if set(required) <= {"met", "not_applicable"}:
        return "met" if "met" in required else "not_assessed"
    return "open"


def edition(name, title, mims, rows):
    """An entry of assessments[]."""
    by_mim = []
    for mim in mims:
        own = [r for r in rows if r["mim"] == mim]
        by_mim.append(
            {
                "mim": mim,
                "claimed": bool(own),
                "verdict": group(own) if own else "out_of_scope",
                "required": counts([r for r in own if r["required"]]),
                "recommended": counts([r for r in own if not r["required"]]),
            }
        )
    overall = {"verdict": group(rows), "counts": counts([r for r in rows if r["required"]])}
    return {
        "edition": name,
        "title": title,
        "mims": {
            m: {
                "title": MIMS.get(m, ("Personal data", ""))[0],
                "question": MIMS.get(m, ("", ""))[1] or None,
            }
            for m in mims
        },
        "requirements": rows,
        "summary": {"overall": overall, "byMim": by_mim},
    }


def rich():
    """A run with every verdict, every outcome and two editions."""
    checks = [_check(row, n) for n, row in enumerate(CHECKS, 1)]
    exchanges = [
        _exchange(n, row[0], status=201, method="POST", path="/entities")
        if row[5] == "failed"
        else _exchange(n, row[0])
        for n, row in enumerate(CHECKS, 1)
        if row[5] not in ("not_applicable", "not_run")
    ]
    exchanges[8] |= {
        "response": None,
        "error": {"kind": "timeout", "message": "no answer within 10 s"},
    }
    rows = [_requirement(row) for row in ROWS]
    other = [
        _requirement(
            (
                "MIM4",
                "R1",
                "SHOULD",
                False,
                "not_tested",
                "People see who uses data about them.",
                [],
            ),
            "2024",
        )
    ]
    return finish(
        checks,
        exchanges,
        [
            edition("9.0", "MIMs Plus 9.0", list(MIMS), rows),
            edition("2024", "MIMs Plus 2024", ["MIM4"], other),
        ],
    )


def finish(checks, exchanges, assessments):
    """A whole report around its observations and assessments."""
    rows = [r for a in assessments for r in a["requirements"]]
    required = [r for r in rows if r["required"]]
    not_met = [r["id"] for r in required if r["verdict"] == "not_met"]
    unanswered = [r["id"] for r in required if r["verdict"] in VERDICTS[2:6]]
    report = {
        "schemaVersion": "1.0.0",
        "reportId": "urn:uuid:2d8ad8c0-7c1e-4b57-9a53-0d9a6d1f4c11",
        "issuedAt": "2026-11-20T08:16:41Z",
        "language": "en",
        "notices": list(NOTICES),
        "tool": {
            "name": "mimtest",
            "version": "0.9.0",
            "python": "3.11.7",
            "platform": "Linux x86_64",
            "rules": "1",
            "catalogue": {"9.0": "sha256:" + "1" * 64},
            "checks": "sha256:" + "2" * 64,
        },
        "seed": 7,
        "subject": {
            "supplier": "Stadtwerk Digital GmbH",
            "product": "CityHub Context Platform",
            "version": "4.2.1",
            "configuration": "Municipal edition, default settings, GIS add-on on",
            "interfaces": [
                {"name": "context", "kind": "ngsi-ld", "url": "https://broker.example/ngsi-ld/v1", "version": "1.8.1", "auth": "bearer", "types": ["Streetlight"], "collections": [], "context": None},
                {"name": "map", "kind": "ogc-api-features", "url": "https://maps.example/ogc", "version": None, "auth": "none", "types": [], "collections": ["lamps"], "context": None},
            ],
        },
        "scope": {
            "authorisedBy": "City of Exampleton, tender 2026/S 000-000000",
            "level": "writes",
            "mims": ["MIM0", "MIM1", "MIM2", "MIM3", "MIM6", "MIM7"],
            "options": ["temporal"],
            "mechanisms": [],
            "editions": ["9.0", "2022"],
            "profile": {"id": "technical", "title": "Technical requirements that can be tested from outside", "origin": "default", "reference": None, "extends": "technical", "require": [], "excuse": []},
            "suites": None,
            "checks": None,
        },
        "assessment": {
            "startedAt": "2026-11-20T08:14:03Z",
            "endedAt": "2026-11-20T08:16:40Z",
            "completed": True,
            "mode": "live",
            "party": "first",
            "performedBy": "Stadtwerk Digital GmbH, integration team",
            "level": "writes",
            "impact": {"requestsSent": 312, "created": 14, "leftBehind": 0, "leftBehindItems": []},
            "runId": "a1b2c3d4",
        },
        "readiness": [
            {"interface": "context", "ready": True, "reason": None, "exchanges": ["m-0001"] if exchanges else []},
            {"interface": "map", "ready": True, "reason": None, "exchanges": []},
        ],
        "checks": checks,
        "exchanges": exchanges,
        "assessments": assessments,
        "declarations": [
            {"about": ["9.0/MIM1/R1.3"], "answer": "meets", "text": None, "rationale": None, "plannedFor": None, "evidence": [{"locator": "tender annex 3, p. 12"}]},
            {"about": ["9.0/MIM7/R2.1"], "answer": "equivalent", "text": "GeoPackage is offered", "rationale": "GeoPackage is an OGC standard that open tools read", "plannedFor": None, "evidence": []},
        ],
        "waivers": [],
        "gate": {
            "result": "fail" if not_met else "incomplete" if unanswered or not required else "pass",
            "exitCode": 1 if not_met else 3 if unanswered or not required else 0,
            "message": f"{len(not_met)} of {len(required)} required items is not met." if not_met else "Nothing required was selected, so nothing is shown.",
            "required": len(required),
            "met": sum(r["verdict"] == "met" for r in required),
            "notMet": not_met,
            "open": unanswered,
            "failedElsewhere": [],
            "waived": [],
            "warnings": [],
        },
    }  # fmt: skip
    return seal(report)


def empty():
    """Nothing was selected."""
    return finish([], [], [edition("9.0", "MIMs Plus 9.0", list(MIMS), [])])


def clean():
    """Every required item is met."""
    rows = [r for r in ROWS if r[4] == "met"]
    names = {c for r in rows for c in r[6]}
    picked = [row for row in CHECKS if row[0] in names and row[5] == "passed"]
    checks = [_check(row, n) for n, row in enumerate(picked, 1)]
    exchanges = [_exchange(n, row[0]) for n, row in enumerate(picked, 1)]
    report = finish(
        checks,
        exchanges,
        [edition("9.0", "MIMs Plus 9.0", list(MIMS), [_requirement(r) for r in rows])],
    )
    report["gate"]["message"] = "No check contradicted any of the required items."
    return seal(report)


def unready():
    """The broker could not be reached: one cause, many open checks."""
    report = copy.deepcopy(rich())
    reason = {
        "code": "unreachable",
        "message": "connection refused by broker.example:443",
        "hint": "Check the address and that the service runs.",
        "key": "interfaces.context.url",
    }
    report["readiness"][0] |= {"ready": False, "reason": reason}
    for check in report["checks"]:
        if check["outcome"] in ("passed", "failed") and check["interface"] == "context":
            check |= {
                "outcome": "inconclusive",
                "reason": {"code": "unreachable", "message": reason["message"]},
            }
            check |= {"expected": None, "received": None}
    rows = report["assessments"][0]["requirements"]
    for row in rows:
        if row["basis"] == "tested" and row["mim"] != "MIM7":
            row |= {"verdict": "inconclusive", "reason": {"code": "checks_without_answer"}}
            for mechanism in row["mechanisms"]:
                mechanism["verdict"] = "inconclusive"
    report["assessments"][0] = edition("9.0", "MIMs Plus 9.0", list(MIMS), rows)
    done = finish(report["checks"], report["exchanges"], report["assessments"])
    return seal({**done, "readiness": report["readiness"]})


def hostile():
    """Every field a product, or a file somebody edited, can reach holds an attack."""
    report = copy.deepcopy(unready())
    for check in report["checks"]:
        check |= {"title": ATTACK, "purpose": ATTACK, "clause": ATTACK}
        if check["reason"]:
            check["reason"]["message"] = ATTACK
        if check["outcome"] == "inconclusive":
            check["cases"] = [
                {"name": ATTACK, "outcome": "inconclusive", "reason": {"code": "no_data", "message": ATTACK}, "expected": None, "received": None, "exchanges": check["exchanges"]}
            ]  # fmt: skip
    for check in report["checks"][-2:]:
        check |= {
            "outcome": "failed",
            "expected": ATTACK,
            "received": ATTACK,
            "exchanges": ["m-0005"],
        }
        check["reason"] = {"code": "contradicted", "message": ATTACK}
    for exchange in report["exchanges"]:
        request, response = exchange["request"], exchange["response"]
        request |= {"url": "https://broker.example/" + ATTACK, "body": ATTACK, "bodyBytes": 9}
        request["headers"] = [
            ["X-Test", ATTACK],
            ["Authorization", "Bearer \u2039secret:BROKER_TOKEN\u203a" + ATTACK],
            [ATTACK, "x"],
        ]
        if response:
            response |= {"body": ATTACK, "headers": [[ATTACK, ATTACK]]}
        else:
            exchange["error"]["message"] = ATTACK
    report["readiness"][0]["reason"] |= {"message": ATTACK, "hint": ATTACK}
    report["subject"] |= {
        "supplier": FORMULA,
        "product": FORMULA,
        "version": ATTACK,
        "configuration": ATTACK,
    }
    report["gate"] |= {"message": ATTACK, "warnings": [ATTACK]}
    report["declarations"][0] |= {"text": FORMULA, "evidence": [{"locator": FORMULA}]}
    report["declarations"][1]["rationale"] = FORMULA
    for row in report["assessments"][0]["requirements"]:
        row |= {"statement": FORMULA, "notTestedBecause": ATTACK, "url": "javascript:alert(1)"}
    return seal(report)


def big(checks=400, exchanges=4000):
    """A long run."""
    report = copy.deepcopy(rich())
    first = report["checks"]
    many = [{**c, "id": f"{c['id']}{n}"} for n in range(checks // len(first)) for c in first]
    for check in many:
        if check["outcome"] == "inconclusive":
            check["exchanges"] = [f"m-{n:04}" for n in range(1, 60)]
    traffic = [_exchange(n, many[n % len(many)]["id"]) for n in range(1, exchanges + 1)]
    return finish(many, traffic, report["assessments"])


ALL = {
    "rich": rich,
    "empty": empty,
    "clean": clean,
    "unready": unready,
    "hostile": hostile,
    "big": big,
}
