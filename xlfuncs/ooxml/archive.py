"""A zip archive held as bytes: members are copied as they lie, only changed ones are packed anew.

Python's own zipfile cannot copy a member without unpacking it, and a new local header would
change bytes that are the user's. So a member's stretch of the file (local header, packed data,
data descriptor) is taken whole, and the central directory is the old one with new offsets.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfuncs.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PART_LIMIT: Final = 1 << 30  # a million rows of thirty columns stay below it
TOTAL_LIMIT: Final = 4 << 30
RATIO_LIMIT: Final = 250  # real sheets pack 5 to 60 times smaller, a bomb about 1000 times
RATIO_FROM: Final = 32 << 20
MEMBER_LIMIT: Final = 65_000

_CHUNK: Final = 1 << 16
_LEVEL: Final = 4  # packs sheets 3 % less than the usual 6 does, in two thirds of its time
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_RECORD: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR: Final = struct.Struct("<4sLQL")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_FULL16: Final = 0xFFFF
_FULL32: Final = 0xFFFFFFFF
_ZIP64_FIELD: Final = 1
_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_DESCRIPTOR: Final = 0x8
_UTF8: Final = 0x800


class Member(NamedTuple):
    """One member: where it lies, how it is packed, and its directory record as it stands."""

    name: str
    start: int
    packed_at: int
    packed_size: int
    stop: int
    method: int
    crc: int
    size: int
    record: bytes


class Packed(NamedTuple):
    """New content of a member, packed and ready to be put in."""

    data: bytes
    crc: int
    size: int


class Archive:
    """A zip archive.

    Args:
        data: the file.
        book: its name, for error sentences.
    """

    def __init__(self, data: bytes, book: str) -> None:
        self.data = data
        self.book = book
        self._end = self._find_end()
        self._end64 = self._find_end64()
        directory, stop, count = self._bounds()
        self._directory = directory
        self._directory_stop = stop
        self.members = self._read_directory(directory, stop, count)

    def read(self, name: str) -> bytes:
        """The unpacked content of a member, its size and checksum proved."""
        member = self.members[name]
        if member.size > PART_LIMIT:
            raise BookError(f"{self.book} holds a part of more than {PART_LIMIT >> 30} GiB: {name}")
        if member.size > RATIO_FROM and member.size > RATIO_LIMIT * member.packed_size:
            raise BookError(
                f"{self.book} holds a part that unpacks to more than {RATIO_LIMIT} times "
                f"its size, as only a zip bomb does: {name}"
            )
        packed = memoryview(self.data)[member.packed_at : member.packed_at + member.packed_size]
        if member.method == _STORED:
            content = bytes(packed)
        else:
            content = self._unpacked(name, packed, member.size)
        if len(content) != member.size:
            raise self._damaged(f"{name} is not as long as its header says")
        if zlib.crc32(content) != member.crc:
            raise self._damaged(f"the checksum of {name} is wrong")
        return content

    def _unpacked(self, name: str, packed: memoryview, size: int) -> bytes:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        out = io.BytesIO()  # grows in place: a large part never lies in memory twice
        left = size + 1
        try:
            for at in range(0, len(packed), _CHUNK):
                left -= out.write(unpacker.decompress(packed[at : at + _CHUNK], left))
                if not left:
                    break
        except zlib.error:
            raise self._damaged(f"{name} cannot be unpacked") from None
        if not unpacker.eof or unpacker.unused_data:
            raise self._damaged(f"{name} is not as long as its header says")
        return out.getvalue()

    def pack(self, name: str, pieces: Iterable[bytes | memoryview]) -> Packed:
        """New content for a member, packed as the old was; the pieces are never joined."""
        stored = self.members[name].method == _STORED
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        out: list[bytes] = []
        crc = size = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            out.append(bytes(piece) if stored else packer.compress(piece))
        if not stored:
            out.append(packer.flush())
        if size > PART_LIMIT:
            raise BookError(f"{self.book} would hold a part of more than 1 GiB: {name}")
        return Packed(b"".join(out), crc, size)

    def rebuilt(self, changes: Mapping[str, Packed]) -> bytes:
        """The archive with some members changed and every other byte of content as it was."""
        view = memoryview(self.data)
        in_order = sorted(self.members.values(), key=lambda member: member.start)
        first = in_order[0].start if in_order else self._directory
        out: list[bytes | memoryview] = [view[:first]]
        at = first
        moved: dict[str, int] = {}
        for member in in_order:
            moved[member.name] = at
            packed = changes.get(member.name)
            if packed is None:
                out.append(view[member.start : member.stop])
                at += member.stop - member.start
            else:
                header = self._local_header(member, packed)
                out += (header, packed.data)
                at += len(header) + len(packed.data)
        records = [
            _changed_record(member, moved[member.name], changes.get(member.name))
            for member in self.members.values()
        ]
        size = sum(map(len, records))
        if at + size > _FULL32 - (1 << 20):
            raise BookError(f"{self.book} would be larger than 4 GiB")
        return b"".join([*out, *records, self._new_end(at, size)])

    def _local_header(self, member: Member, packed: Packed) -> bytes:
        fields = list(_LOCAL.unpack_from(self.data, member.start))
        name_size, extra_size = fields[9], fields[10]
        rest = member.start + _LOCAL.size
        name = self.data[rest : rest + name_size]
        extra = _without_zip64(self.data[rest + name_size : rest + name_size + extra_size])
        fields[2] &= ~_DESCRIPTOR
        fields[6:9] = packed.crc, len(packed.data), packed.size
        fields[10] = len(extra)
        return _LOCAL.pack(*fields) + name + extra

    def _new_end(self, directory: int, size: int) -> bytes:
        old = list(_END.unpack_from(self.data, self._end))
        old[5:7] = (
            size if old[5] != _FULL32 else old[5],
            directory if old[6] != _FULL32 else old[6],
        )
        end = _END.pack(*old) + self.data[self._end + _END.size :]
        if self._end64 is None:
            return end
        fields = list(_END64.unpack_from(self.data, self._end64))
        fields[8:10] = size, directory
        locator_at = self._end - _LOCATOR.size
        locator = list(_LOCATOR.unpack_from(self.data, locator_at))
        locator[2] = directory + size
        rest = self.data[self._end64 + _END64.size : locator_at]
        return _END64.pack(*fields) + rest + _LOCATOR.pack(*locator) + end

    def _damaged(self, what: str) -> BookError:
        return BookError(f"{self.book} is damaged: {what}")

    def _find_end(self) -> int:
        lowest = max(0, len(self.data) - _END.size - _FULL16)
        at = self.data.rfind(b"PK\x05\x06", lowest)
        while at >= 0:
            if len(self.data) >= at + _END.size:
                comment = _END.unpack_from(self.data, at)[7]
                if at + _END.size + comment == len(self.data):
                    return at
            at = self.data.rfind(b"PK\x05\x06", lowest, at + 3)
        raise self._damaged("it is a zip archive whose end is missing")

    def _find_end64(self) -> int | None:
        at = self._end - _LOCATOR.size
        if at < 0 or self.data[at : at + 4] != b"PK\x06\x07":
            return None
        _, disk, end64, disks = _LOCATOR.unpack_from(self.data, at)
        if disk or disks > 1 or end64 + _END64.size > at:
            raise self._damaged("its zip directory cannot be found")
        if self.data[end64 : end64 + 4] != b"PK\x06\x06":
            raise self._damaged("its zip directory cannot be found")
        return int(end64)

    def _bounds(self) -> tuple[int, int, int]:
        """Start and end of the directory, and the number of its records."""
        _, disk, first_disk, here, count, size, start, _ = _END.unpack_from(self.data, self._end)
        stop = self._end
        if self._end64 is not None:
            wide = _END64.unpack_from(self.data, self._end64)
            disk, first_disk, here, count, size, start = wide[4:]
            stop = self._end64
        if disk or first_disk or here != count:
            raise self._damaged("it is one part of a zip archive in several files")
        if start + size != stop:
            raise self._damaged("its zip directory is not where it should be")
        if count > MEMBER_LIMIT:
            raise BookError(f"{self.book} holds {count} parts, more than any workbook has")
        return start, stop, count

    def _read_directory(self, at: int, stop: int, count: int) -> dict[str, Member]:
        found: list[tuple[str, bytes, tuple[int, ...], int]] = []
        seen: set[str] = set()
        for _ in range(count):
            if at + _RECORD.size > stop or self.data[at : at + 4] != b"PK\x01\x02":
                raise self._damaged("its zip directory breaks off")
            fields = _RECORD.unpack_from(self.data, at)
            length = _RECORD.size + fields[10] + fields[11] + fields[12]
            record = self.data[at : at + length]
            at += length
            name = self._name(record, fields)
            if name.lower() in seen:
                raise BookError(f"{self.book} holds the part {name} twice")
            seen.add(name.lower())
            found.append((name, record, *self._sizes(name, record, fields)))
        if at != stop:
            raise self._damaged("its zip directory is longer than it says")
        return self._located(found)

    def _located(self, found: list[tuple[str, bytes, tuple[int, ...], int]]) -> dict[str, Member]:
        starts = sorted(start for _, _, _, start in found)
        stops = dict(zip(starts, [*starts[1:], self._directory], strict=True))
        members: dict[str, Member] = {}
        total = 0
        for name, record, (method, crc, packed_size, size), start in found:
            packed_at = self._packed_at(name, record, start)
            stop = stops[start]
            if packed_at + packed_size > stop:
                raise self._damaged(f"{name} reaches into the part after it")
            if method == _STORED and packed_size != size:
                raise self._damaged(f"{name} is not as long as its header says")
            members[name] = Member(
                name, start, packed_at, packed_size, stop, method, crc, size, record
            )
            total += size
        if total > TOTAL_LIMIT:
            raise BookError(f"{self.book} unpacks to more than {TOTAL_LIMIT >> 30} GiB")
        return members

    def _name(self, record: bytes, fields: tuple[int, ...]) -> str:
        raw = record[_RECORD.size : _RECORD.size + fields[10]]
        try:
            name = raw.decode("utf-8" if fields[3] & _UTF8 else "cp437")
        except UnicodeDecodeError:
            raise self._damaged("the name of a part is not text") from None
        steps = name.removesuffix("/").split("/")
        if "\\" in name or "\0" in name or ":" in steps[0] or {"", ".", ".."} & set(steps):
            raise BookError(f"{self.book} holds a part with the impossible name {name[:80]!r}")
        return name

    def _sizes(
        self, name: str, record: bytes, fields: tuple[int, ...]
    ) -> tuple[tuple[int, ...], int]:
        flags, method = fields[3], fields[4]
        if flags & _ENCRYPTED:
            raise BookError(f"{self.book} holds encrypted parts and cannot be read: {name}")
        if method not in {_STORED, _DEFLATED}:
            raise BookError(f"{self.book} holds a part packed in an unknown way: {name}")
        crc, packed_size, size, start = fields[7], fields[8], fields[9], fields[16]
        extra_at = _RECORD.size + fields[10]
        wide = _zip64_values(record[extra_at : extra_at + fields[11]])
        try:
            size = wide.pop(0) if size == _FULL32 else size
            packed_size = wide.pop(0) if packed_size == _FULL32 else packed_size
            start = wide.pop(0) if start == _FULL32 else start
        except IndexError:
            raise self._damaged(f"the size of {name} is missing") from None
        return (method, crc, packed_size, size), start

    def _packed_at(self, name: str, record: bytes, start: int) -> int:
        """Where the packed data starts; the local header must name the same member."""
        if start + _LOCAL.size > self._directory or self.data[start : start + 4] != b"PK\x03\x04":
            raise self._damaged(f"{name} is not where the zip directory says")
        local = _LOCAL.unpack_from(self.data, start)
        name_size, extra_size = local[9], local[10]
        named = self.data[start + _LOCAL.size : start + _LOCAL.size + name_size]
        size = _RECORD.unpack_from(record)[10]
        if named != record[_RECORD.size : _RECORD.size + size]:
            raise self._damaged(f"{name} goes by two names")
        return start + _LOCAL.size + int(name_size) + int(extra_size)


def _changed_record(member: Member, start: int, packed: Packed | None) -> bytes:
    """A directory record with the member's new place and, if it changed, its new sizes."""
    fields = list(_RECORD.unpack_from(member.record))
    extra_at = _RECORD.size + fields[10]
    name = member.record[_RECORD.size : extra_at]
    extra = member.record[extra_at : extra_at + fields[11]]
    comment = member.record[extra_at + fields[11] :]
    if packed is not None:
        fields[3] &= ~_DESCRIPTOR
        fields[7:10] = packed.crc, len(packed.data), packed.size
        extra = _without_zip64(extra)
        fields[16] = start
    elif fields[16] == _FULL32:
        place = 8 * (fields[9] == _FULL32) + 8 * (fields[8] == _FULL32)
        extra = _with_zip64_start(extra, place, start)
    else:
        fields[16] = start
    fields[11] = len(extra)
    return _RECORD.pack(*fields) + name + extra + comment


def _extra_fields(extra: bytes) -> list[tuple[int, bytes]]:
    """The tagged fields of an extra block; a tail that is no field comes last, tagged -1."""
    fields: list[tuple[int, bytes]] = []
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        if at + 4 + size > len(extra):
            break
        fields.append((tag, extra[at : at + 4 + size]))
        at += 4 + size
    return [*fields, (-1, extra[at:])]


def _zip64_values(extra: bytes) -> list[int]:
    for tag, field in _extra_fields(extra):
        if tag == _ZIP64_FIELD:
            count = min((len(field) - 4) // 8, 3)
            values: tuple[int, ...] = struct.unpack_from(f"<{count}Q", field, 4)
            return list(values)
    return []


def _without_zip64(extra: bytes) -> bytes:
    return b"".join(field for tag, field in _extra_fields(extra) if tag != _ZIP64_FIELD)


def _with_zip64_start(extra: bytes, place: int, start: int) -> bytes:
    out = []
    for tag, field in _extra_fields(extra):
        new = field
        if tag == _ZIP64_FIELD:
            new = field[: 4 + place] + struct.pack("<Q", start) + field[12 + place :]
        out.append(new)
    return b"".join(out)
