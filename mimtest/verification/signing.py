"""Signing a report and the files that go with it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mimtest.errors import UsageError, unreadable
from mimtest.report import load_report, write_whole
from mimtest.verification.envelope import Envelope, EnvelopeError, read_envelope
from mimtest.verification.package import (
    MAX_BYTES,
    MAX_MEMBERS,
    PAGES,
    REPORT,
    SIGNATURE,
    STAMP,
    TARGET,
    Package,
    PackageError,
    bundle,
    require_name,
)
from mimtest.verification.stamp import StampError, read_stamp
from mimtest.verification.statement import make_statement


@dataclass(frozen=True, slots=True)
class Signed:
    """Names of what was signed, and where the signature and its time stamp are."""

    names: tuple[str, ...]
    signature: Path
    stamp: Path | None


def sign(
    report: Path,
    key: Ed25519PrivateKey,
    *,
    attached: Sequence[Path] = (),
    target: Path | None = None,
    bundle_at: Path | None = None,
    stamped_by: Callable[[bytes], bytes] | None = None,
) -> Signed:
    """Sign a report with its pages and what is attached; each file stands beside it from then on.

    `stamped_by` gets a time stamp for the bytes of the signature; nothing is written before it has come.
    Raises UsageError for what cannot be read or written, and where something else is signed there.
    """
    place = report / REPORT if report.is_dir() else report
    if place.name != REPORT:
        raise UsageError(
            f"{place}: is not named {REPORT}.", "Give the folder of a run, or its report.json."
        )
    content = load_report(place)
    files = dict(_files(place, attached, target))
    payload = make_statement(content, files)
    signature = place.with_name(SIGNATURE)
    envelope = _earlier(signature, payload).sign(key).as_bytes()
    stamp_at = place.with_name(STAMP)
    earlier = _earlier_stamp(stamp_at, signature, envelope, again=stamped_by is not None)
    stamp = stamped_by(envelope) if stamped_by else earlier
    if target:
        write_whole(place.with_name(TARGET), files[TARGET])
    write_whole(signature, envelope)
    if stamp is not None:
        write_whole(stamp_at, stamp)
    if bundle_at:
        write_whole(bundle_at, bundle(Package(files, envelope, stamp)))
    return Signed(tuple(sorted(files)), signature, None if stamp is None else stamp_at)


def _earlier_stamp(stamp: Path, signature: Path, envelope: bytes, *, again: bool) -> bytes | None:
    """The time stamp that is there: a further signature makes it worthless, a later stamp shows less."""
    if not stamp.exists():
        return None
    current = signature.exists() and _read(signature) == envelope
    if current and again:
        raise UsageError(
            f"{stamp}: is there already, and a later stamp shows less than an earlier one.",
            "Sign without --timestamp to keep it, or take it away.",
        )
    if not current and not again:
        raise UsageError(
            f"{stamp}: stamps the signature as it was before this one.",
            "Sign with --timestamp, which stamps all signatures, or take it away.",
        )
    return _stamp_of(stamp, envelope) if current else None


def _stamp_of(stamp: Path, envelope: bytes) -> bytes:
    """A stamp that another program got; what cannot be looked at here is taken along as it is."""
    content = _read(stamp)
    try:
        read_stamp(content, envelope)
    except StampError as error:
        raise UsageError(f"{stamp}: {error}.", "Take it away, or get another one.") from None
    except UsageError:  # the extra is not installed
        pass
    return content


def _files(
    report: Path, attached: Sequence[Path], target: Path | None
) -> Iterator[tuple[str, bytes]]:
    pages = [p for n in PAGES if (p := report.with_name(n)).is_file()]
    beside = [_require_beside(p, report) for p in attached]
    names = [REPORT, *(p.name for p in (*pages, *beside)), *([TARGET] if target else [])]
    twice = sorted({n for n in names if [m.lower() for m in names].count(n.lower()) > 1})
    if twice:
        raise UsageError(f"--attach {twice[0]}: is signed already.", "Attach each file once.")
    if len(names) >= MAX_MEMBERS:
        raise UsageError(
            f"--attach: {MAX_MEMBERS - 1} files at most can be signed together.",
            "Put some of them into one file.",
        )
    for path in (report, *pages, *beside):
        yield path.name, _read(path)
    if target:
        yield TARGET, _read(target)


def _require_beside(path: Path, report: Path) -> Path:
    """What is not beside the report would not be found when it is verified."""
    try:
        require_name(path.name)
    except PackageError as error:
        raise UsageError(f"--attach {path}: {error}.", "Give the file another name.") from None
    if path.name in (SIGNATURE, STAMP, TARGET) or path.resolve().parent != report.resolve().parent:
        raise UsageError(
            f"--attach {path}: does not stand beside {report}.", "Copy it into that folder first."
        )
    return path


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path}: is larger than {MAX_BYTES} bytes.", "Attach a smaller file.")
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error, "Name a file that is there.") from None


def _earlier(signature: Path, payload: bytes) -> Envelope:
    """The envelope that is there, if it is about the same; else a new one."""
    if not signature.exists():
        return Envelope(payload)
    try:
        earlier = read_envelope(_read(signature))
    except EnvelopeError as error:
        raise UsageError(f"{signature}: {error}.", "Take it away and sign again.") from None
    if earlier.payload != payload:
        raise UsageError(
            f"{signature}: is about other files or another report.",
            "Sign the same files as the first signer did, or take it away and sign again.",
        )
    return earlier
