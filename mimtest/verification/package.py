"""A report as it is handed over: a file, a folder, or a bundle, which is a small zip file without folders."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from mimtest.errors import unreadable
from mimtest.verification import pdf
from mimtest.verification.envelope import EnvelopeError, read_envelope
from mimtest.verification.statement import signed_names

REPORT: Final = "report.json"
SIGNATURE: Final = "report.intoto.json"
#: The time stamp of the signature, under the name that openssl's users give it.
STAMP: Final = "report.intoto.json.tsr"
TARGET: Final = "target.toml"
#: The pages a run writes beside its report.
PAGES: Final = ("report.html", "junit.xml")
#: The report on paper, which brings a report along.
PAPER: Final = "report.pdf"
#: Bytes of a file and of all files together, and how many there may be.
MAX_BYTES: Final = 512 * 1024 * 1024
MAX_ALL: Final = 1024 * 1024 * 1024
MAX_MEMBERS: Final = 64
_MAX_ENVELOPE: Final = 1024 * 1024
_MAX_STAMP: Final = 256 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
#: What the standard library raises for zip files that were made to harm, or broken.
_UNSOUND: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    OverflowError,
    OSError,
)
_DAY: Final = (1980, 1, 1, 0, 0, 0)
#: The header before a file (APPNOTE 4.3.7): its fields 2, 7 to 10 are flags, the sizes packed and unpacked,
#: and the lengths of name and extra field; bit 3 of the flags says that the sizes stand behind the file.
_HEADER: Final = struct.Struct("<4s5H3I2H")
_SIZES_BEHIND: Final = 1 << 3
#: Bytes of a directory's row without its names, and of the record at the end (4.3.12, 4.3.16).
_ROW: Final = 46
_END: Final = 22


class PackageError(ValueError):
    """What was handed over is not to be opened, or not in this form; the text says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """Files by name, the envelope and its time stamp apart from them."""

    members: Mapping[str, bytes] = field(default_factory=dict)
    envelope: bytes | None = None
    stamp: bytes | None = None

    @property
    def report(self) -> bytes:
        """The bytes of report.json."""
        return self.members[REPORT]


def require_name(name: str) -> str:
    """A name of a member, plain enough for every system. Raises PackageError."""
    if not _NAME.fullmatch(name):
        raise PackageError(
            f"{name!r} is not a plain name of a file: letters, digits, '.', '_', '-'"
        )
    return name


def read_package(path: Path) -> Package:
    """What was handed over. Raises UsageError when nothing is there, PackageError when it is not sound."""
    try:
        if path.is_dir():
            return _beside(path / REPORT)
        if path.exists() and not path.is_file():
            raise PackageError(f"{path.name} is no file")
        with path.open("rb") as file:
            start = file.read(len(pdf.MARK))
        if start == pdf.MARK:
            return _within(path)
        return _bundle(path) if start.startswith(b"PK") else _beside(path)
    except OSError as error:
        hint = "Give a report.json, its folder, or the bundle of 'mimtest sign'."
        raise unreadable(error.filename or path, error, hint) from None


def _within(path: Path) -> Package:
    """A PDF and the report that it brings. Raises UsageError where the extra `pdf` is not installed."""
    content = _limited(path, MAX_BYTES)
    try:
        return Package({REPORT: pdf.report_in(content), PAPER: content})
    except pdf.PdfError as error:
        raise PackageError(str(error)) from None


def _beside(report: Path) -> Package:
    """A report with its pages and the files that its envelope names, all from its folder."""
    members = {REPORT: _limited(report, MAX_BYTES)}
    envelope = _there(report.with_name(SIGNATURE), _MAX_ENVELOPE)
    for name in dict.fromkeys((*PAGES, PAPER, *_named(envelope))):
        place = report.with_name(require_name(name))
        if name not in (REPORT, SIGNATURE, STAMP) and place.is_file() and not place.is_symlink():
            members[name] = _limited(place, MAX_BYTES)
    return Package(members, envelope, _there(report.with_name(STAMP), _MAX_STAMP))


def _there(path: Path, most: int) -> bytes | None:
    return _limited(path, most) if path.is_file() else None


def _named(envelope: bytes | None) -> list[str]:
    """The files that an envelope names; none where it is no envelope."""
    try:
        return signed_names(read_envelope(envelope or b"").payload)[:MAX_MEMBERS]
    except EnvelopeError:
        return []


def _limited(path: Path, most: int) -> bytes:
    if path.exists() and not path.is_file():
        raise PackageError(f"{path.name} is no file")  # whoever opens a pipe waits for ever
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise PackageError(f"{path.name} is larger than {most} bytes")
    return content


def _bundle(path: Path) -> Package:
    if path.stat().st_size > MAX_BYTES:
        raise PackageError(f"it is larger than {MAX_BYTES} bytes")
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            _require_one_reading(archive, file)
            members = _members(archive)
    except PackageError:
        raise
    except _UNSOUND:
        raise PackageError("it is not a sound zip file") from None
    if REPORT not in members:
        raise PackageError(f"it has no {REPORT}")
    envelope = _no_larger(members.pop(SIGNATURE, None), SIGNATURE, _MAX_ENVELOPE)
    stamp = _no_larger(members.pop(STAMP, None), STAMP, _MAX_STAMP)
    return Package(members, envelope, stamp)


def _no_larger(content: bytes | None, name: str, most: int) -> bytes | None:
    """As `_there` has it for a folder, so that both forms are read alike."""
    if content is not None and len(content) > most:
        raise PackageError(f"{name} is larger than {most} bytes")
    return content


def _require_one_reading(archive: zipfile.ZipFile, file: BinaryIO) -> None:
    """Raise PackageError unless whoever reads from the beginning finds what whoever reads from the end does.

    Programs that unpack go by the headers before the files or by the directory after them: between, before
    and behind these is room for other files, which only some readers see.
    """
    at = 0
    for entry in sorted(archive.infolist(), key=lambda e: e.header_offset):
        file.seek(at)
        header = file.read(_HEADER.size)
        fields = _HEADER.unpack(header)
        told = (entry.header_offset, entry.flag_bits, entry.compress_size, entry.file_size)
        if (at, fields[2], fields[7], fields[8]) != told or entry.flag_bits & _SIZES_BEHIND:
            raise PackageError("it can be read in two ways: its headers and its directory differ")
        at += _HEADER.size + fields[9] + fields[10] + entry.compress_size
    rows = sum(
        _ROW + len(e.orig_filename.encode()) + len(e.extra) + len(e.comment)
        for e in archive.infolist()
    )
    if (at, file.seek(0, io.SEEK_END)) != (archive.start_dir, at + rows + _END):
        raise PackageError("it holds something beside its files")


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        raise PackageError(f"it has more than {MAX_MEMBERS} files")
    if sum(e.file_size for e in entries) > MAX_ALL:
        raise PackageError(f"its files have more than {MAX_ALL} bytes")
    found: dict[str, bytes] = {}
    for entry in entries:
        name = require_name(entry.filename)
        if name.lower() in {n.lower() for n in found}:
            raise PackageError(f"it has {name} twice")
        with archive.open(entry) as file:
            # The size an entry states may be a lie.
            content = file.read(entry.file_size + 1)
        if len(content) != entry.file_size:
            raise PackageError(f"{name} has another size than it says")
        found[name] = content
    return found


def bundle(package: Package) -> bytes:
    """The zip file of a package: the same bytes for the same content."""
    written = io.BytesIO()
    beside = {SIGNATURE: package.envelope, STAMP: package.stamp}
    signed = {name: content for name, content in beside.items() if content is not None}
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted((dict(package.members) | signed).items()):
            entry = zipfile.ZipInfo(require_name(name), _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return written.getvalue()
