"""Write `docs/example/`: the report of a small run against the demo city with one fault, as it would be handed in.

Run `python docs/example_report.py`; it takes some seconds and needs no network. Evidence is redacted to excerpts, the
private key is thrown away.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from mimtest.layout import as_text
from mimtest.privacy import redact
from mimtest.rendering import RENDERERS
from mimtest.report import seal, write_whole
from mimtest.sandbox.faults import find_fault
from mimtest.sandbox.platform import Platform
from mimtest.sandbox.server import serve
from mimtest.session.launch import Order, launch
from mimtest.verification.keys import load_private, make_keys
from mimtest.verification.signing import sign

FOLDER: Final = Path(__file__).parent / "example"
FAULT: Final = "ctx-two-lots-one-id"
CHECKS: Final = ("CTX-IDN-*", "CTX-QRY-01", "CTX-ENT-2[12]")
TARGET: Final = """\
# The demo city of `mimtest sandbox --fault ctx-two-lots-one-id`; nothing here exists.
[product]
supplier = "Example supplier"
name = "Demo city platform"
version = "1.0"
configuration = "The sandbox with one fault: two parking lots have one identifier in lists"

[tester]
party = "first"
name = "Example supplier, integration team"

[scope]
authorised_by = "City of Exampleton, an invented tender"
level = "writes"

[interfaces.context]
kind = "ngsi-ld"
url = "{base}/ngsi-ld/v1"
version = "1.9.1"
context = "{base}/contexts/city.jsonld"
types = ["Streetlight", "AirQualityObserved", "Building", "OffStreetParking"]

[claims]
mims = ["MIM1"]
"""


def main() -> None:
    """Run, redact, sign and write."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        target = work / "target.toml"
        with serve(Platform(faults=[find_fault(FAULT)])) as base:
            target.write_text(TARGET.format(base=base), encoding="utf-8")
            order = Order(target=target, checks=CHECKS, output=work / "run")
            report = seal(redact(launch(order)))
        write_whole(work / "report.json", as_text(report).encode())
        write_whole(work / "report.html", RENDERERS["html"](report, lang="en").encode())
        make_keys(work / "key.pem", work / "example.pub.pem", None)
        key = load_private(work / "key.pem", None)
        sign(work / "report.json", key, bundle_at=work / "report.zip", attached=(), target=None)
        FOLDER.mkdir(exist_ok=True)
        for made in ("report.html", "report.zip", "example.pub.pem"):
            shutil.copyfile(work / made, FOLDER / made)
        print((work / "report.json").stat().st_size)


if __name__ == "__main__":
    main()
