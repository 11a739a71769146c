"""The zip archive: what is copied raw, what is rebuilt, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.errors import BookError
from xlfuncs.ooxml import archive
from xlfuncs.ooxml.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Mapping

MOMENT = (1998, 12, 18, 9, 30, 0)


class Pipe(io.RawIOBase):
    """A stream that cannot seek, so that zipfile writes data descriptors."""

    def __init__(self) -> None:
        super().__init__()
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # any buffer
        self.data += piece
        return len(piece)


def zipped(
    members: Mapping[str, bytes],
    *,
    method: int = zipfile.ZIP_DEFLATED,
    comment: bytes = b"",
    streamed: bool = False,
    wide: bool = False,
) -> bytes:
    pipe, buffer = Pipe(), io.BytesIO()
    with zipfile.ZipFile(pipe if streamed else buffer, "w", method) as file:
        file.comment = comment
        for name, content in members.items():
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = method
            info.comment = b"about " + name.encode()
            with file.open(info, "w", force_zip64=wide) as member:
                member.write(content)
    return bytes(pipe.data) if streamed else buffer.getvalue()


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {info.filename: file.read(info) for info in file.infolist()}


def stretches(data: bytes) -> dict[str, bytes]:
    """Each member's bytes from its local header to whatever comes next."""
    found = Archive(data, "book.xlsx")
    return {member.name: data[member.start : member.stop] for member in found.members.values()}


MEMBERS = {"a.xml": b"<a/>" * 500, "b/c.bin": bytes(range(256)), "empty": b""}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("comment", [b"", b"made by hand"])
def test_only_the_changed_member_is_packed_anew(
    *, streamed: bool, wide: bool, method: int, comment: bytes
) -> None:
    old = zipped(MEMBERS, streamed=streamed, wide=wide, method=method, comment=comment)
    book = Archive(old, "book.xlsx")
    assert {name: book.read(name) for name in book.members} == MEMBERS
    new = book.rebuilt({"b/c.bin": book.pack("b/c.bin", [b"new ", memoryview(b"content")])})
    assert contents(new) == MEMBERS | {"b/c.bin": b"new content"}
    assert Archive(new, "book.xlsx").read("b/c.bin") == b"new content"
    before, after = stretches(old), stretches(new)
    assert before["a.xml"] == after["a.xml"]
    assert before["empty"] == after["empty"]
    with zipfile.ZipFile(io.BytesIO(old)) as one, zipfile.ZipFile(io.BytesIO(new)) as two:
        assert one.comment == two.comment == comment
        for left, right in zip(one.infolist(), two.infolist(), strict=True):
            assert left.filename == right.filename
            assert left.date_time == right.date_time
            assert left.comment == right.comment
            assert left.compress_type == right.compress_type
            assert left.external_attr == right.external_attr


def test_nothing_changed_is_the_same_file() -> None:
    for wide in (False, True):
        old = zipped(MEMBERS, wide=wide, comment=b"x")
        assert Archive(old, "book.xlsx").rebuilt({}) == old


def as_zip64(data: bytes) -> bytes:
    """The same archive with a zip64 end record and offsets in extra fields, as large files have."""
    end = data.rindex(b"PK\x05\x06")
    _, _, _, _, count, _, start, _ = struct.unpack_from("<4s4H2LH", data, end)
    at, records = start, b""
    for _ in range(count):
        fields = list(struct.unpack_from("<4s6H3L5H2L", data, at))
        name_at = at + 46
        name = data[name_at : name_at + fields[10]]
        rest_at = name_at + fields[10] + fields[11]
        comment = data[rest_at : rest_at + fields[12]]
        at = rest_at + fields[12]
        extra = struct.pack("<HHQQQ", 1, 24, fields[9], fields[8], fields[16])
        extra += struct.pack("<HH2s", 0x7777, 2, b"zz")
        fields[8] = fields[9] = fields[16] = 0xFFFFFFFF
        fields[11] = len(extra)
        records += struct.pack("<4s6H3L5H2L", *fields) + name + extra + comment
    end64 = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(records), start
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(records), 1)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:start] + records + end64 + locator + tail


def test_zip64_records_are_kept_and_moved() -> None:
    old = as_zip64(zipped(MEMBERS))
    assert contents(old) == MEMBERS
    book = Archive(old, "book.xlsx")
    assert book.rebuilt({}) == old
    new = book.rebuilt({"a.xml": book.pack("a.xml", [b"longer " * 9999])})
    assert contents(new) == MEMBERS | {"a.xml": b"longer " * 9999}
    assert b"PK\x06\x06" in new
    assert contents(Archive(new, "again").rebuilt({})) == contents(new)


@given(
    members=st.dictionaries(
        st.text("abcdef/", min_size=1, max_size=8).filter(
            lambda name: all(step for step in name.split("/"))
        ),
        st.binary(max_size=200),
        min_size=1,
        max_size=6,
    ),
    new=st.binary(max_size=300),
    data=st.data(),
)
def test_any_archive_keeps_its_other_members(
    members: dict[str, bytes], new: bytes, data: st.DataObject
) -> None:
    changed = data.draw(st.sampled_from(sorted(members)))
    old = zipped(members)
    book = Archive(old, "book.xlsx")
    rebuilt = book.rebuilt({changed: book.pack(changed, [new])})
    assert contents(rebuilt) == members | {changed: new}
    before, after = stretches(old), stretches(rebuilt)
    assert all(before[name] == after[name] for name in members if name != changed)


def refusal(data: bytes, member: str | None = None) -> str:
    def read() -> None:
        book = Archive(data, "book.xlsx")
        if member is not None:
            book.read(member)

    with pytest.raises(BookError, match=r"book\.xlsx") as caught:
        read()
    return str(caught.value)


def test_truncated_or_lengthened_archives_are_refused() -> None:
    whole = zipped(MEMBERS)
    for cut in (1, 10, 30, len(whole) // 2, len(whole) - 5):
        assert "damaged" in refusal(whole[:-cut])
    assert "end is missing" in refusal(whole + b"junk")
    assert "not where it should be" in refusal(b"junk" + whole)


def test_a_wrong_checksum_is_refused() -> None:
    data = bytearray(zipped({"a": b"abcdefgh"}, method=zipfile.ZIP_STORED))
    data[data.index(b"abcdefgh")] ^= 1
    assert "checksum of a" in refusal(bytes(data), "a")


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a\\b", "./a", "a//b", "C:/a"])
def test_names_that_climb_are_refused(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        info = zipfile.ZipInfo("x" * len(name))
        file.writestr(info, b"1")
    data = buffer.getvalue().replace(b"x" * len(name), name.encode())
    assert "impossible name" in refusal(data)


def test_a_member_twice_is_refused() -> None:
    data = zipped({"aa.xml": b"1", "bb.xml": b"2"}).replace(b"bb.xml", b"AA.xml")
    assert "twice" in refusal(data)


def test_two_names_for_one_member_are_refused() -> None:
    data = zipped({"aa.xml": b"1"})
    assert "two names" in refusal(data.replace(b"aa.xml", b"bb.xml", 1))


def test_overlapping_members_are_refused() -> None:
    data = bytearray(zipped({"aa": b"1" * 50, "bb": b"2" * 50}, method=zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, second + 42, 0)
    assert "two names" in refusal(bytes(data))
    data = bytearray(zipped({"aa": b"1" * 50, "bb": b"2" * 50}, method=zipfile.ZIP_STORED))
    first = data.index(b"PK\x01\x02")
    struct.pack_into("<LL", data, first + 20, 70, 70)
    assert "reaches into" in refusal(bytes(data))


def test_encrypted_and_strangely_packed_members_are_refused() -> None:
    data = bytearray(zipped({"a": b"abc"}))
    record = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, record + 8, 1)
    assert "encrypted" in refusal(bytes(data))
    assert "unknown way" in refusal(zipped({"a": b"abc"}, method=zipfile.ZIP_LZMA))


def bomb(declared: int, content: bytes) -> bytes:
    """A member whose directory record declares a size of its own."""
    data = bytearray(zipped({"a": content}))
    record = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, record + 24, declared)
    return bytes(data)


def test_zip_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not as long" in refusal(bomb(10, b"0" * 1_000_000), "a")
    assert "not as long" in refusal(bomb(10_000, b"0" * 100), "a")
    assert "zip bomb" in refusal(zipped({"a": bytes(40_000_000)}), "a")
    assert "1 GiB" in refusal(bomb(0x50000000, b"0" * 100), "a")
    monkeypatch.setattr(archive, "TOTAL_LIMIT", 1000)
    assert "unpacks to more" in refusal(zipped({"a": bytes(600), "b": bytes(600)}))


def test_damaged_packed_data_is_refused() -> None:
    data = bytearray(zipped({"a": bytes(range(200))}))
    data[31] = 0xFF
    assert "damaged" in refusal(bytes(data), "a")
    packed = zlib.compress(b"x" * 100)
    assert packed  # a stream with bytes after its end
    whole = zipped({"a": b"x" * 100})
    book = Archive(whole, "book.xlsx")
    member = book.members["a"]
    longer = bytearray(whole)
    at = longer.index(b"PK\x01\x02")
    longer[member.stop : member.stop] = b"!"
    struct.pack_into("<L", longer, at + 1 + 20, member.packed_size + 1)
    end = longer.rindex(b"PK\x05\x06")
    struct.pack_into("<L", longer, end + 16, at + 1)
    assert "not as long" in refusal(bytes(longer), "a")


@given(data=st.binary(max_size=300), kind=st.sampled_from(["raw", "tail", "patch"]))
def test_junk_never_gives_anything_but_a_book_error(
    data: bytes, kind: Literal["raw", "tail", "patch"]
) -> None:
    whole = zipped({"a": b"abc" * 20, "b": b"d"})
    if kind == "tail":
        data = whole[: len(data)] + data
    elif kind == "patch" and data:
        middle = len(data) % len(whole)
        data = whole[:middle] + data + whole[middle + len(data) :]
    sentence = "book.xlsx can be read"
    try:
        book = Archive(data, "book.xlsx")
        for name in book.members:
            book.read(name)
    except BookError as error:
        sentence = str(error)
    assert sentence.startswith("book.xlsx")
