"""Escapes, rich text and the text of cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfuncs.errors import BookError
from xlfuncs.ooxml.markup import MAIN, Part, escaped, plain_text, with_attribute
from xlfuncs.ooxml.text import decoded, encoded, inline_text, shared_strings


@given(st.text() | st.text("_x0041D5F\r\n\t"))
def test_what_is_encoded_decodes_to_itself(text: str) -> None:
    stored = encoded(text)
    assert decoded(stored) == text
    assert all(letter >= " " or letter in "\t\n" for letter in stored)


def test_escaped_halves_become_one_letter() -> None:
    assert decoded("_xD83D__xDE00_") == "\N{GRINNING FACE}"
    assert decoded("_xD83D_") == "\N{REPLACEMENT CHARACTER}"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")))
def test_plain_text_undoes_escaping(text: str) -> None:
    assert plain_text(escaped(text).encode()) == text


def test_plain_text_reads_references_and_line_ends() -> None:
    assert plain_text(b"a\r\nb\rc&#x41;&#66;&quot;&apos;&amp;lt;") == "a\nb\ncAB\"'&lt;"


STRINGS = f"""<?xml version="1.0" encoding="UTF-8"?>
<x:sst xmlns:x="{MAIN}" count="9"><x:si><x:t>plain</x:t></x:si>
<x:si><x:r><x:rPr><x:b/></x:rPr><x:t>bold</x:t></x:r><x:r><x:t xml:space="preserve"> and</x:t></x:r>
<x:rPh sb="0" eb="1"><x:t>guide</x:t></x:rPh><x:phoneticPr fontId="1"/></x:si>
<x:si/><x:si><x:t>a_x000D_<![CDATA[<b>]]></x:t></x:si></x:sst>"""


def test_shared_strings_join_runs_and_leave_phonetic_text_out() -> None:
    part = Part("book.xlsx, part s", STRINGS.encode())
    assert shared_strings(part) == ["plain", "bold and", "", "a\r<b>"]


def test_inline_text_joins_runs() -> None:
    raw = b"<is><r><t>a</t></r><r><t> b</t></r><rPh><t>no</t></rPh></is>"
    assert inline_text(raw) == "a b"


def test_document_types_and_other_encodings_are_refused() -> None:
    bombed = '<!DOCTYPE a [<!ENTITY b "bb">]><sst>&b;</sst>'
    for content, words in (
        (bombed.encode(), "document type"),
        (STRINGS.encode("utf-16"), "UTF-8"),
        (STRINGS.encode("utf-16-be"), "UTF-8"),
        (STRINGS.replace("UTF-8", "ISO-8859-1").encode(), "UTF-8"),
        (b"<sst><si></sst>", "not well-formed"),
        (b"", "not well-formed"),
    ):
        with pytest.raises(BookError, match=words):
            shared_strings(Part("book.xlsx, part s", content))


@given(
    names=st.lists(st.sampled_from(["r", "s", "t", "cm", "x:t", "vm"]), unique=True),
    value=st.text("a t='<>\"/").map(lambda text: text.replace('"', "").replace("<", "")),
    empty=st.booleans(),
)
def test_attributes_are_set_without_touching_others(
    names: list[str], value: str, *, empty: bool
) -> None:
    def made(values: dict[str, str]) -> str:
        inside = "".join(f' {name}="{one}"' for name, one in values.items())
        return f"<c{inside}{'/' if empty else ''}>"

    values = dict.fromkeys(names, value)
    tag = made(values)
    new = with_attribute(tag.encode(), b"t", b"str")
    if "t" in names:
        assert new.decode() == made({**values, "t": "str"})
        others = {name: value for name in names if name != "t"}
        assert with_attribute(new, b"t", None).decode() == made(others)
    else:
        assert with_attribute(new, b"t", None) == tag.encode()
