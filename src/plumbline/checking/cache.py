"""Keeps analyses between runs: one SQLite file, safe with several processes and when killed.

What it holds is looked up by overlay and configuration, and believed only where the state of the
read set is the present one. A file that is damaged, of another version or not ours is replaced.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import orjson

FILE = "cache.db"
VERSION = 1
MOST_BYTES = 256 * 1024 * 1024
STATES_KEPT = 3  # of one overlay: a branch, the one before, and the trunk
_PATIENCE = 10.0  # seconds to wait for another process
_IGNORE = "# made by plumbline\n*\n"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This file says that the folder is a cache.\n"
_TABLE = (
    "CREATE TABLE entry (kind TEXT NOT NULL, name TEXT NOT NULL, config TEXT NOT NULL, "
    "state TEXT NOT NULL, used INTEGER NOT NULL, body BLOB NOT NULL, "
    "PRIMARY KEY (kind, name, config, state)) WITHOUT ROWID"
)

Row: TypeAlias = tuple[str, str, bytes]
"""Name, state, body."""


@dataclass(frozen=True, slots=True)
class Info:
    """What a cache holds: its file, its size in bytes, and entries by kind."""

    file: Path
    size: int
    entries: dict[str, int]


class Cache:
    """A cache in a directory; without one, or where it cannot be used, it is always empty."""

    def __init__(self, directory: Path | None, *, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._directory = directory
        self._connection = _open(directory) if directory else None

    def rows(self, kind: str, config: str) -> Iterator[Row]:
        """All entries of a kind under a configuration, the latest used first."""
        # the plus signs keep SQLite from stopping early where a damaged row is out of order
        query = "SELECT name, state, body FROM entry WHERE +kind = ? AND +config = ? "
        query += "ORDER BY name, used DESC, state"
        for name, state, body in self._execute(query, (kind, config)):
            if isinstance(name, str) and isinstance(state, str) and isinstance(body, bytes):
                yield name, state, body

    def keep(self, kind: str, config: str, rows: Iterable[Row]) -> None:
        """Writes entries at once or not at all; what cannot be written is lost quietly."""
        with self._transaction() as connection:
            (clock,) = connection.execute("SELECT coalesce(max(used), 0) + 1 FROM entry").fetchone()
            connection.executemany(
                "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?)",
                [(kind, name, config, state, clock, body) for name, state, body in rows],
            )

    def discard(self) -> None:
        """Puts an empty file in the place of one that is damaged or not our writing."""
        self.close()
        if self._directory is not None:
            _remove(self._directory / FILE)
            self._connection = _open(self._directory)

    def trim(self) -> None:
        """Forgets older states of an overlay, and the least used entries beyond the size."""
        old_states = (
            "DELETE FROM entry WHERE (kind, name, config, state) IN (SELECT kind, name, config, "
            "state FROM (SELECT *, row_number() OVER (PARTITION BY kind, name, config "
            "ORDER BY used DESC) AS age FROM entry) WHERE age > ?)"
        )
        oldest = "DELETE FROM entry WHERE used <= (SELECT (min(used) + max(used)) / 2 FROM entry)"
        with self._transaction() as connection:
            connection.execute(old_states, (STATES_KEPT,))
        while self._size() > self._most_bytes:
            with self._transaction() as connection:
                connection.execute(oldest)
            self._execute("VACUUM")

    def entries(self) -> dict[str, int]:
        """How many entries there are of each kind."""
        query = "SELECT kind, count(*) FROM entry GROUP BY kind ORDER BY kind"
        return {str(kind): int(number) for kind, number in self._execute(query)}

    def _size(self) -> int:
        query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return int(next(iter(self._execute(query)), (0,))[0])

    def _execute(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        with self._guarded() as connection:
            rows += connection.execute(query, values).fetchall()
        return rows

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guarded() as connection, connection:
            yield connection

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        """The connection; what fails is lost quietly, and a damaged file is replaced."""
        try:
            yield self._connection or _nothing()
        except sqlite3.OperationalError:
            pass  # busy for too long, or no room
        except sqlite3.DatabaseError:
            self.discard()

    def close(self) -> None:
        """Lets go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _nothing() -> sqlite3.Connection:
    """An empty cache that lives as long as a question."""
    connection = sqlite3.connect(":memory:")
    connection.execute(_TABLE)
    return connection


def parse(body: bytes) -> Any:
    """The JSON of an entry, or None for what is none. Never anything but plain data."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _open(directory: Path) -> sqlite3.Connection | None:
    """A connection to a file of ours, made anew where it is not; None where that cannot be."""
    try:
        if directory.is_symlink():
            return None  # a repository must not make us write elsewhere
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in ((".gitignore", _IGNORE), ("CACHEDIR.TAG", _TAG)):
            with contextlib.suppress(FileExistsError), (directory / name).open("x") as stream:
                stream.write(text)  # "x" follows no link that somebody put there
        file = directory / FILE
        if file.is_symlink():
            file.unlink()
    except OSError:
        return None
    return _connect(file) or _connect(file)


def _connect(file: Path) -> sqlite3.Connection | None:
    """A connection, or None after removing a file that is not ours."""
    connection = None
    try:
        connection = sqlite3.connect(file, timeout=_PATIENCE)
        if _is_ours(connection):
            return connection
    except sqlite3.OperationalError:
        return None  # busy for too long, or a place where nothing can be written
    except sqlite3.DatabaseError:
        pass
    if connection is not None:
        connection.close()
    _remove(file)
    return None


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the file holds just our table, of this version; an empty file becomes one."""
    connection.text_factory = _decoded
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA synchronous = NORMAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        if not found:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            return True
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return found == [("table", "entry", _TABLE)] and version == VERSION


def _decoded(text: bytes) -> str:
    """Text of a damaged row fits no name; it must not keep us from the other rows."""
    return text.decode("utf-8", "replace")


def _remove(file: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            file.with_name(file.name + suffix).unlink()


def info(directory: Path) -> Info:
    """What lies in a cache directory; nothing where there is none."""
    file = directory / FILE
    if not file.is_file():
        return Info(file, 0, {})
    cache = Cache(directory)
    entries = cache.entries()
    cache.close()
    return Info(file, file.stat().st_size, entries)


def clear(directory: Path) -> int:
    """Removes the cache file; the bytes that it had."""
    file = directory / FILE
    size = file.stat().st_size if file.is_file() else 0
    _remove(file)
    return size
