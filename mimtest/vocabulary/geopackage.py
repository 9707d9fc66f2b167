"""GeoPackage files (OGC 12-128): the database inside, opened so that nothing in it can act.

Such a file is somebody else's program: its views and virtual tables are text that SQLite runs. It is read from a
copy, each question for a limited time and amount, and no statement passes that does more than read.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final, TypeVar

from mimtest.errors import Contradiction, Inconclusive
from mimtest.vocabulary.expect import fail

#: The first bytes of every file of SQLite 3 (R1).
MAGIC: Final = b"SQLite format 3\0"
#: `application_id` of version 1.2 and later, and of 1.0 and 1.1 (R2, its note on older files).
CURRENT: Final = b"GPKG"
OLDER: Final = (b"GP10", b"GP11")
#: At most so many rows of a table are read, and so many bytes.
MOST_ROWS: Final = 50_000

_SECONDS: Final = 20.0
_STEPS: Final = 20_000
_MOST_BYTES: Final = 512 * 1024 * 1024
_LONGEST_VALUE: Final = 64 * 1024 * 1024
_HEADER_SIZE: Final = 100
_READING: Final = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE)
#: What the module of spatial indexes prepares as soon as an index is read, and runs only when one is written.
_PREPARED: Final = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
_INDEX: Final = ("rtree_", "sqlite_master")
_PRAGMAS: Final = ("table_xinfo", "integrity_check", "foreign_key_check")
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
#: The part of an error code that says what kind it is.
_PRIMARY: Final = 0xFF

Row = tuple[Any, ...]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its table declares it; `key` is its place in the primary key, 0 for none."""

    name: str
    type: str
    is_required: bool
    key: int


class GeoPackage:
    """An open file. Names of tables and columns are compared without regard to case, as SQLite does."""

    def __init__(
        self, body: bytes, connection: sqlite3.Connection, seen: Callable[[], object]
    ) -> None:
        self._memory: dict[Any, Any] = {}
        self._header = body[:_HEADER_SIZE]
        self._connection = connection
        self._seen = seen

    @property
    def application_id(self) -> bytes:
        """What kind of database it says to be."""
        self._seen()
        return self._header[68:72]

    @property
    def user_version(self) -> int:
        """The version it says to be of, as five digits since 1.2."""
        self._seen()
        return int.from_bytes(self._header[60:64], "big")

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """What SQLite answers. Raises Contradiction for a damaged file, Inconclusive where it cannot tell."""
        self._seen()
        until = monotonic() + _SECONDS
        self._connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
        try:
            return list(_within_limits(self._connection.execute(sql, values)))
        except sqlite3.Error as error:
            raise _told(error) from None
        except UnicodeDecodeError as error:  # of a message of SQLite that shows what is damaged
            raise _damaged(str(error)) from None

    def kept(self, key: Any, make: Callable[[], _T]) -> _T:
        """What was made of the file before, or is made now."""
        self._seen()
        if key not in self._memory:
            self._memory[key] = make()
        known: _T = self._memory[key]
        return known

    @property
    def tables(self) -> dict[str, str]:
        """Whether each name is a "table" or a "view", by its name in lower case."""
        asked = "SELECT lower(name), type FROM sqlite_master WHERE type IN ('table', 'view')"
        return self.kept("tables", lambda: {str(n): str(kind) for n, kind in self.rows(asked)})

    def has(self, table: str) -> bool:
        """Whether there is a table or view of that name."""
        return table.lower() in self.tables

    def columns(self, table: str) -> list[Column]:
        """The columns of a table or view, in order."""
        found = self.rows(f"PRAGMA table_xinfo({quoted(table)})")
        return [
            Column(str(n), str(t or "").upper(), bool(r), int(k)) for _, n, t, r, _, k, _ in found
        ]

    def records(self, table: str, *names: str) -> list[dict[str, Any]]:
        """The rows of one of the format's own tables by column. Raises Inconclusive where one is missing."""
        if not self.has(table):
            raise Inconclusive("precondition_unmet", f"there is no table {table}")
        present = {c.name.lower() for c in self.columns(table)}
        if missing := [n for n in names if n not in present]:
            raise Inconclusive("precondition_unmet", f"{table} has no column {missing[0]}")
        wanted = ", ".join(quoted(n) for n in names)
        return [
            dict(zip(names, row, strict=True))
            for row in self.rows(f"SELECT {wanted} FROM {quoted(table)}")  # noqa: S608 (quoted)
        ]


def is_cut(rows: Sized) -> bool:
    """Whether there may be more rows than these."""
    return len(rows) >= MOST_ROWS


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever it is made of."""
    escaped = name.replace('"', '""').replace("\0", "")
    return f'"{escaped}"'


@contextmanager
def opened(body: bytes, seen: Callable[[], object] = lambda: None) -> Iterator[GeoPackage]:
    """The GeoPackage in these bytes; `seen` is called whenever something is read of it.

    Raises Contradiction where they are no database.
    """
    if len(body) < _HEADER_SIZE or not body.startswith(MAGIC):
        fail(
            "the file is no SQLite 3 database", expected="SQLite format 3", received=str(body[:16])
        )
    with TemporaryDirectory(prefix="mimtest-") as folder:
        copy = Path(folder) / "copy.gpkg"
        copy.write_bytes(body)
        address = f"{copy.as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        try:
            _restrict(connection)
            yield GeoPackage(body, connection, seen)
        finally:
            connection.close()


def _restrict(connection: sqlite3.Connection) -> None:
    """Only reading, only what cannot act."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        with suppress(sqlite3.Error):
            connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_allowed)


def _allowed(
    action: int, first: str | None, second: str | None, _database: str | None, _by: str | None
) -> int:
    reads = action in _READING
    asks = action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS
    computes = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() != "load_extension"
    prepares = action in _PREPARED and (first or "").lower().startswith(_INDEX)
    passes = reads or asks or computes or prepares
    return sqlite3.SQLITE_OK if passes else sqlite3.SQLITE_DENY


def _within_limits(cursor: sqlite3.Cursor) -> Iterator[Row]:
    total = 0
    for count, row in enumerate(cursor):
        if count == MOST_ROWS:
            return
        total += sum(len(v) for v in row if isinstance(v, bytes | str))
        if total > _MOST_BYTES:
            raise Inconclusive("budget", f"a table has more than {_MOST_BYTES} bytes")
        yield row


def _told(error: sqlite3.Error) -> Exception:
    """What an error of SQLite says about the file."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY
    if code == sqlite3.SQLITE_INTERRUPT:
        return Inconclusive(
            "budget", f"a question to the database took longer than {_SECONDS:.0f} s"
        )
    if code in _DAMAGED:
        return _damaged(str(error))
    return Inconclusive("needs_review", f"SQLite {sqlite3.sqlite_version} answers: {error}")


def _damaged(why: str) -> Contradiction:
    return Contradiction("the database is damaged", expected="a database", received=why)
