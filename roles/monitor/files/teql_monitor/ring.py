# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""25 hours of one line on disk: a file of 900 records, one for each column of 100 seconds.

The place of a column follows from the clock alone, and each record carries its column's number and a checksum. So there
is no index to keep right: a record that is torn, garbled or of another day is simply none.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from io import FileIO
from typing import NamedTuple

from teql_monitor.store import write_whole

COLUMN_SECONDS = 100
COLUMNS = 900

# Name, version of the layout, size of a record, number of records, seconds of a column.
HEADER = struct.Struct("<8sHHHH")
# Column, seconds watched, seconds a member, state, 3 bytes unused, then the seven numbers of a sample.
BODY = struct.Struct("<IHHc3x7I")
COLUMN = CHECKSUM = struct.Struct("<I")
RECORD_SIZE = BODY.size + CHECKSUM.size
FIRST_BYTES = HEADER.pack(b"teqlring", 1, RECORD_SIZE, COLUMNS, COLUMN_SECONDS)
FILE_SIZE = HEADER.size + COLUMNS * RECORD_SIZE

NOTHING = 2**32 - 1  # stands for None
MOST = NOTHING - 1


class Sample(NamedTuple):
    """A column as the report shows it."""

    sent: int
    lost: int
    min_us: int | None  # None: nothing was answered
    avg_us: int | None
    max_us: int | None
    member_s: int
    state: str  # the letter of the worst one
    tx_kbit: int
    rx_kbit: int


class Record(NamedTuple):
    column: int
    seconds: int  # watched; less than a column's when the monitor came or went in it
    sample: Sample


def column_of(epoch: float) -> int:
    return int(epoch // COLUMN_SECONDS)


def column_end(epoch: float) -> int:
    """The end of the column in which this moment lies, as an epoch."""
    return (column_of(epoch) + 1) * COLUMN_SECONDS


def first_column(end_epoch: float) -> int:
    """Of the 900 up to the one that ends at this moment, or in which it lies."""
    return -int(-end_epoch // COLUMN_SECONDS) - COLUMNS


class Ring:
    """A disk error is told by `error`, never raised; what could not be written waits in memory."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.error = ""
        self._waiting: dict[int, bytes] = {}  # slot -> record

    def write(self, record: Record) -> None:
        self._waiting[record.column % COLUMNS] = pack(record)
        try:
            self._write_waiting()
            self.error = ""
        except OSError as error:
            self._failed(error)

    def record(self, column: int) -> Record | None:
        slot = column % COLUMNS
        packed = self._waiting.get(slot) or self._stored(HEADER.size + slot * RECORD_SIZE, RECORD_SIZE)
        found = unpack(packed)
        return found if found and found.column == column else None

    def read(self, end_epoch: float) -> list[Sample | None]:
        size = COLUMNS * RECORD_SIZE
        content = bytearray(self._stored(HEADER.size, size).ljust(size, b"\0"))
        for slot, packed in self._waiting.items():
            content[slot * RECORD_SIZE : (slot + 1) * RECORD_SIZE] = packed
        first = first_column(end_epoch)
        samples: list[Sample | None] = [None] * COLUMNS
        for slot in range(COLUMNS):
            start = slot * RECORD_SIZE
            # By its number first: most records of a young ring need no closer look.
            place = COLUMN.unpack_from(content, start)[0] - first
            if 0 <= place < COLUMNS:
                record = unpack(content[start : start + RECORD_SIZE])
                if record and record.column % COLUMNS == slot:
                    samples[place] = record.sample
        return samples

    def _stored(self, start: int, size: int) -> bytes:
        """A part of the file; empty when there is none, or one of another layout."""
        try:
            with open(self.path, "rb", buffering=0) as stream:
                return os.pread(stream.fileno(), size, start) if _is_ring(stream.fileno()) else b""
        except FileNotFoundError:
            return b""
        except OSError as error:
            self._failed(error)
            return b""

    def _write_waiting(self) -> None:
        with self._open() as stream:
            for slot, packed in list(self._waiting.items()):
                if os.pwrite(stream.fileno(), packed, HEADER.size + slot * RECORD_SIZE) < len(packed):
                    raise OSError(0, "the disk took a part only")
                del self._waiting[slot]

    def _open(self) -> FileIO:
        """The file for writing; made anew when there is none, or one of another layout."""
        with contextlib.suppress(FileNotFoundError):
            stream = FileIO(self.path, "r+")
            if _is_ring(stream.fileno()):
                return stream
            stream.close()
        # All of it at once, so that a disk that fills up later cannot take the room away.
        write_whole(self.path, FIRST_BYTES.ljust(FILE_SIZE, b"\0"))
        return FileIO(self.path, "r+")

    def _failed(self, error: OSError) -> None:
        self.error = f"{self.path}: {error.strerror}; new samples are kept in memory only"


def _is_ring(descriptor: int) -> bool:
    return os.fstat(descriptor).st_size == FILE_SIZE and os.pread(descriptor, HEADER.size, 0) == FIRST_BYTES


def pack(record: Record) -> bytes:
    sample = record.sample
    body = BODY.pack(
        record.column % 2**32,
        _fit(record.seconds, COLUMN_SECONDS),
        _fit(sample.member_s, COLUMN_SECONDS),
        sample.state.encode("ascii"),
        _fit(sample.sent),
        _fit(sample.lost),
        *(NOTHING if time is None else _fit(time) for time in (sample.min_us, sample.avg_us, sample.max_us)),
        _fit(sample.tx_kbit),
        _fit(sample.rx_kbit),
    )
    return body + CHECKSUM.pack(zlib.crc32(body))


def unpack(packed: bytes | bytearray) -> Record | None:
    if len(packed) != RECORD_SIZE or CHECKSUM.unpack_from(packed, BODY.size)[0] != zlib.crc32(packed[: BODY.size]):
        return None
    column, seconds, member_s, state, sent, lost, low, mean, high, tx_kbit, rx_kbit = BODY.unpack_from(packed)
    if low == NOTHING:
        low = mean = high = None
    return Record(column, seconds, Sample(sent, lost, low, mean, high, member_s, state.decode(), tx_kbit, rx_kbit))


def _fit(value: float, most: int = MOST) -> int:
    """A clock that was set may give anything; no number may stop the daemon."""
    return max(0, min(most, round(value)))
