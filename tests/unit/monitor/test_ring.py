# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ring of columns: random times, power cuts, bad disks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teql_monitor.ring import (
    COLUMN_SECONDS,
    COLUMNS,
    FILE_SIZE,
    HEADER,
    MOST,
    RECORD_SIZE,
    Record,
    Ring,
    Sample,
    column_end,
    pack,
    unpack,
)

START = 17_640_720  # a column
END = (START + 1) * COLUMN_SECONDS

counts = st.integers(0, MOST)
answers = st.tuples(counts, counts, counts) | st.just((None, None, None))
samples = st.tuples(
    counts, counts, answers, st.integers(0, COLUMN_SECONDS), st.sampled_from("udgrsm"), counts, counts
).map(lambda parts: Sample._make((*parts[:2], *parts[2], *parts[3:])))
columns = st.integers(0, 2**32 - 1)
records = st.builds(Record, columns, st.integers(0, COLUMN_SECONDS), samples)
SAMPLE = Sample(500, 3, 9_000, 10_000, 30_000, 100, "u", 1200, 800)


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "eth2"


def some(column: int, sent: int = 500) -> Record:
    return Record(column, 100, SAMPLE._replace(sent=sent))


@given(records)
def test_a_record_survives_packing(record: Record) -> None:
    assert unpack(pack(record)) == record


@given(records, st.integers(0, RECORD_SIZE * 8 - 1))
def test_a_flipped_bit_is_noticed(record: Record, bit: int) -> None:
    packed = bytearray(pack(record))
    packed[bit // 8] ^= 1 << bit % 8
    assert unpack(bytes(packed)) is None


@given(records, records, st.integers(1, RECORD_SIZE - 1))
def test_a_torn_record_is_noticed(one: Record, other: Record, cut: int) -> None:
    torn = pack(one)[:cut] + pack(other)[cut:]
    assert unpack(torn) in (None, one, other)
    assert unpack(pack(one)[:cut]) is None


def test_numbers_beyond_the_record_are_cut() -> None:
    found = (
        unpack(pack(Record(START, 10_000, Sample(2**40, -5, -1, 0, 2**32 - 1, 101, "d", 2**33, 1)))) or pytest.fail()
    )
    assert found == Record(START, 100, Sample(MOST, 0, 0, 0, MOST, 100, "d", MOST, 1))


def test_zeros_are_no_record() -> None:
    assert unpack(bytes(RECORD_SIZE)) is None


def test_an_empty_ring(path: Path) -> None:
    ring = Ring(str(path))
    assert ring.read(END) == [None] * COLUMNS
    assert ring.record(START) is None
    assert not ring.error
    assert not path.exists()


def test_the_last_column_is_the_one_that_ends_or_lies_there(path: Path) -> None:
    ring = Ring(str(path))
    ring.write(some(START))
    assert ring.read(END)[-1] == SAMPLE
    assert ring.read(END - 99.5)[-1] == SAMPLE
    assert ring.read(END - 100)[-1] is None
    assert ring.read(END + 0.5)[-2] == SAMPLE
    assert ring.read(END + 100 * (COLUMNS - 1))[0] == SAMPLE
    assert ring.read(END + 100 * COLUMNS) == [None] * COLUMNS
    assert column_end(END - 100) == column_end(END - 0.001) == END


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(START - 2 * COLUMNS, START + 2 * COLUMNS), counts), max_size=30), st.booleans())
def test_any_order_of_times(writes: list[tuple[int, int]], broken: bool) -> None:
    """A slot holds what was last written to it, whatever way the clock went, on disk or waiting for one."""
    with tempfile.TemporaryDirectory() as folder:
        ring = Ring(str(Path(folder) / ("missing/eth2" if broken else "eth2")))
        slots: dict[int, tuple[int, int]] = {}
        for column, sent in writes:
            ring.write(some(column, sent))
            slots[column % COLUMNS] = (column, sent)
        assert bool(ring.error) == (broken and bool(writes))
        found = ring.read(END)
        wanted = dict(slots.values())
        first = START - COLUMNS + 1
        assert [sample and sample.sent for sample in found] == [wanted.get(first + place) for place in range(COLUMNS)]
        for column, _sent in writes:
            record = ring.record(column)
            assert record == (some(column, wanted[column]) if column in wanted else None)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_garbled_bytes_never_become_samples(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "eth2"
        ring = Ring(str(path))
        for place in range(5):
            ring.write(some(START - place, place))
        whole = path.read_bytes()
        start = data.draw(st.integers(0, FILE_SIZE))
        garbage = data.draw(st.binary(max_size=3 * RECORD_SIZE) | st.just(bytes(2000)))
        path.write_bytes((whole[:start] + garbage + whole[start + len(garbage) :])[:FILE_SIZE])
        for place, sample in enumerate(reversed(ring.read(END))):
            assert sample is None or (place < 5 and sample == SAMPLE._replace(sent=place))
        ring.write(some(START))
        assert ring.read(END)[-1] == SAMPLE
        assert path.stat().st_size == FILE_SIZE
        assert not ring.error


def test_records_in_another_slot_are_none(path: Path) -> None:
    ring = Ring(str(path))
    ring.write(some(START))
    content = bytearray(path.read_bytes())
    content[HEADER.size :] = content[HEADER.size + RECORD_SIZE :] + bytes(RECORD_SIZE)  # all one slot lower
    path.write_bytes(content)
    assert ring.read(END) == [None] * COLUMNS


@pytest.mark.parametrize("size", [0, 1, HEADER.size, FILE_SIZE - 1, FILE_SIZE + 1])
def test_a_file_of_another_size_is_replaced(path: Path, size: int) -> None:
    ring = Ring(str(path))
    ring.write(some(START))
    path.write_bytes(path.read_bytes().ljust(FILE_SIZE + 1, b"\0")[:size])
    assert ring.read(END)[-1] is None
    ring.write(some(START + 1))
    assert Ring(str(path)).read(END + 100)[-2:] == [None, SAMPLE]
    assert path.stat().st_size == FILE_SIZE


def test_a_file_of_another_version_is_replaced(path: Path) -> None:
    ring = Ring(str(path))
    ring.write(some(START))
    path.write_bytes(b"teqlring\2" + path.read_bytes()[9:])
    assert ring.read(END)[-1] is None
    ring.write(some(START + 1))
    assert ring.read(END + 100)[-2:] == [None, SAMPLE]


def test_a_bad_disk_costs_nothing_once_it_is_well_again(path: Path) -> None:
    late = path / "eth2"
    ring = Ring(str(late))
    ring.write(some(START))
    assert ring.error == f"{late}: No such file or directory; new samples are kept in memory only"
    assert ring.read(END)[-1] == SAMPLE
    path.mkdir()
    ring.write(some(START + 1))
    assert not ring.error
    assert Ring(str(late)).read(END + 100)[-2:] == [SAMPLE, SAMPLE]


def test_a_disk_that_takes_a_part_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring(str(path))
    with monkeypatch.context() as patched:
        patched.setattr("os.pwrite", lambda descriptor, content, place: len(content) - 1)
        ring.write(some(START))
    assert "the disk took a part only" in ring.error
    ring.write(some(START + 1))
    assert Ring(str(path)).read(END + 100)[-2:] == [SAMPLE, SAMPLE]


def test_a_path_that_cannot_be_read(path: Path) -> None:
    path.mkdir()
    ring = Ring(str(path))
    assert ring.read(END) == [None] * COLUMNS
    assert "Is a directory" in ring.error
    ring.write(some(START))
    assert ring.read(END)[-1] == SAMPLE
