"""Small workbooks, and hostile ones, written part by part as no program would write them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
RELATED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"

SHEET: Final = "xl/worksheets/sheet1.xml"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
CELLS: Final = (
    '<row r="1"><c r="A1"><v>1000</v></c></row>'
    '<row r="2"><c r="A2"><f>A1*2</f><v>2000</v></c></row>'
    '<row r="3"><c r="A3"><f>XLF_LIQUIDATION_PREFERENCE(A1,60,0)</f><v>1060</v></c></row>'
)
NAMES: Final = {"amount": "S!$A$1", "double": "S!$A$2", "preference": "S!$A$3"}


def sheet(rows: str) -> str:
    """The part of a sheet with these rows."""
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def formula(text: str) -> str:
    """Rows with an input and one formula, the figure `double`."""
    return (
        '<row r="1"><c r="A1"><v>1000</v></c></row>'
        f'<row r="2"><c r="A2"><f>{escape(text, quote=False)}</f><v>2000</v></c></row>'
    )


def parts(
    rows: str = CELLS,
    names: Mapping[str, str] = NAMES,
    *,
    relations: str = "",
    kind: str = "sheet",
    workbook: str = "",
) -> dict[str, str]:
    """The parts of a workbook of one sheet named S."""
    defined = "".join(
        f'<definedName name="{name}">{escape(place)}</definedName>' for name, place in names.items()
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.{kind}.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="r1" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>'
        f'<sheet name="S" sheetId="1" r:id="r1"/></sheets>{workbook}'
        f"<definedNames>{defined}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
        f"{relations}</Relationships>",
        SHEET: sheet(rows),
    }


def zipped(content: Mapping[str, str | bytes]) -> bytes:
    """Parts as a file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def small_book(**changes: str) -> bytes:
    """A book with the input `amount` and the figures `double` and `preference`."""
    return zipped({**parts(), **changes})


def _bomb() -> bytes:
    """A sheet of 200 MB of blanks in a fifth of a megabyte, its sizes honestly told."""
    return zipped({**parts(), SHEET: sheet(CELLS + " " * (200 << 20))})


def _lying_bomb() -> bytes:
    """The same, told to be as small as it is packed."""
    data = bytearray(zipped({**parts(), SHEET: sheet(CELLS + " " * (50 << 20))}))
    told = struct.pack("<L", 5000)
    for mark, at_size, at_name in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = data.find(mark)
        while data[at + at_name : at + at_name + len(SHEET)] != SHEET.encode():
            at = data.find(mark, at + 1)
        data[at + at_size : at + at_size + 4] = told
    return bytes(data)


def _overlapping() -> bytes:
    """Forty sheets in the directory, all of them the same bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(b" " * (200 << 20)) + packer.flush()
    good = zipped(parts())
    start = good.rfind(b"PK\x05\x06")
    _, _, _, _, count, size, at, _ = struct.unpack("<4s4H2LH", good[start:])
    crc = zlib.crc32(b" " * (200 << 20))
    local = (
        struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(body), 200 << 20, 5, 0)
        + b"a.xml"
    )
    directory = good[at : at + size]
    for number in range(40):
        name = f"{number:02d}.xm".encode()
        directory += struct.pack(
            "<4s6H3L5H2L",
            b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(body), 200 << 20, 5, 0, 0, 0, 0, 0, at,
        ) + name  # fmt: skip
    end = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, count + 40, count + 40, len(directory),
        at + len(local) + len(body), 0,
    )  # fmt: skip
    return good[:at] + local + body + directory + end


def _entities() -> str:
    """Nine entities, each ten of the one before: a billion laughs."""
    steps = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    return (
        f'{HEAD}<!DOCTYPE worksheet [<!ENTITY l0 "laugh">{steps}]><worksheet xmlns="{MAIN}">'
        '<sheetData><row r="1"><c r="A1" t="str"><v>&l9;</v></c></row></sheetData></worksheet>'
    )


def _quadratic() -> str:
    """One long entity, used often."""
    return (
        f'{HEAD}<!DOCTYPE worksheet [<!ENTITY l "{"laugh" * 20_000}">]><worksheet xmlns="{MAIN}">'
        f'<sheetData><row r="1"><c r="A1" t="str"><v>{"&l;" * 20_000}</v></c></row></sheetData>'
        "</worksheet>"
    )


def _outside_dtd() -> str:
    return sheet(CELLS).replace(
        "<worksheet", '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd"><worksheet', 1
    )


def _declared() -> str:
    """Two million cells."""
    cell = '<c r="{}{}"><v>1</v></c>'
    rows = (
        "".join((f'<row r="{row}">', *(cell.format(one, row) for one in "ABCDEFGH"), "</row>"))
        for row in range(4, 250_004)
    )
    return sheet(CELLS + "".join(rows))


def _filled() -> str:
    """One array formula that fills two million cells."""
    return sheet(
        '<row r="1"><c r="A1"><v>1000</v></c></row>'
        '<row r="2"><c r="A2"><f t="array" ref="A2:B1000001">ROW(A1:B1000000)</f><v>1</v></c></row>'
    )


def _shared() -> str:
    """One shared formula said to hold for two million cells."""
    return sheet(
        '<row r="1"><c r="A1"><v>1000</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0" ref="A2:B1000001">A1*2</f><v>2000</v></c></row>'
    )


def _linked() -> dict[str, str]:
    """A formula that reads a book on another machine."""
    link = (
        f'{HEAD}<externalLink xmlns="{MAIN}" xmlns:r="{RELATED}"><externalBook r:id="r1">'
        '<sheetNames><sheetName val="S"/></sheetNames></externalBook></externalLink>'
    )
    relations = (
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATED}/externalLinkPath" Target="http://127.0.0.1:9/book.xlsx" '
        'TargetMode="External"/></Relationships>'
    )
    own = f'<Relationship Id="r9" Type="{RELATED}/externalLink" Target="externalLinks/one.xml"/>'
    references = '<externalReferences><externalReference r:id="r9"/></externalReferences>'
    return {
        **parts(formula("[1]S!A1*2"), relations=own, workbook=references),
        "xl/externalLinks/one.xml": link,
        "xl/externalLinks/_rels/one.xml.rels": relations,
    }


def _dde(text: str) -> dict[str, str]:
    link = (
        f'{HEAD}<externalLink xmlns="{MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c touch owned">'
        '<ddeItems><ddeItem name="A0"/></ddeItems></ddeLink></externalLink>'
    )
    own = f'<Relationship Id="r9" Type="{RELATED}/externalLink" Target="externalLinks/one.xml"/>'
    references = '<externalReferences><externalReference r:id="r9"/></externalReferences>'
    return {
        **parts(formula(text), relations=own, workbook=references),
        "xl/externalLinks/one.xml": link,
    }


def _macros() -> dict[str, str]:
    """A book whose macros would run when Excel opens it; here it is no part that is read."""
    own = (
        '<Relationship Id="r9" Target="vbaProject.bin" '
        'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
    )
    made = parts(relations=own)
    made["[Content_Types].xml"] = made["[Content_Types].xml"].replace(
        f"{TYPE}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    return {**made, "xl/vbaProject.bin": 'Sub Auto_Open(): Shell "touch owned": End Sub'}


def _macro_sheet() -> dict[str, str]:
    made = parts(formula('EXEC("touch owned")'))
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace(
        f"{RELATED}/worksheet",
        "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet",
    )
    return made


def _deep(levels: int) -> str:
    return "(" * levels + "A1" + ")" * levels


LONG: Final = "SUM(" + ",".join(["A1"] * 2660) + ")"  # 7,984 characters: Excel takes 8,192
CHAIN: Final = "+".join(["A1"] * 2660)

# By name: the file, and what the sentence about it says; "" means that it is computed.
HOSTILE: Final[Mapping[str, tuple[Callable[[], bytes], str]]] = {
    "zip bomb": (_bomb, "as only a zip bomb does"),
    "zip bomb that lies about its size": (_lying_bomb, "not as long as its header says"),
    "members that overlap": (_overlapping, "goes by two names"),
    "entities of entities": (
        lambda: small_book(**{SHEET: _entities()}), "declares a document type",
    ),
    "a long entity used often": (
        lambda: small_book(**{SHEET: _quadratic()}), "declares a document type",
    ),
    "a document type elsewhere": (
        lambda: small_book(**{SHEET: _outside_dtd()}), "declares a document type",
    ),
    "a path out of the package": (
        lambda: zipped({**parts(), "../../owned.xml": "x"}), "the impossible name",
    ),
    "a sheet outside the package": (
        lambda: zipped(
            {
                **parts(),
                "xl/_rels/workbook.xml.rels": parts()["xl/_rels/workbook.xml.rels"].replace(
                    "worksheets/sheet1.xml", "../../../etc/passwd"
                ),
            }
        ),
        "hostile.xlsx",
    ),
    "two million cells": (lambda: small_book(**{SHEET: _declared()}), ""),
    "an array over two million cells": (lambda: small_book(**{SHEET: _filled()}), "hostile.xlsx"),
    "a shared formula for two million cells": (lambda: small_book(**{SHEET: _shared()}), ""),
    "a circle": (
        lambda: zipped(parts(formula("A3+1") + '<row r="3"><c r="A3"><f>A2+1</f></c></row>')),
        "depends on itself",
    ),
    "a cell of its own": (lambda: zipped(parts(formula("A2+1"))), "depends on itself"),
    "a formula of 8,000 characters": (lambda: zipped(parts(formula(LONG))), ""),
    "a sum of 8,000 characters": (lambda: zipped(parts(formula(CHAIN))), "cannot be read"),
    "a formula 4,000 deep": (lambda: zipped(parts(formula(_deep(3990)))), "hostile.xlsx"),
    "functions 1,500 deep": (
        lambda: zipped(parts(formula("ABS(" * 1500 + "A1" + ")" * 1500))), "hostile.xlsx",
    ),
    "elements 100,000 deep": (
        lambda: small_book(**{SHEET: sheet(CELLS + "<x>" * 100_000 + "</x>" * 100_000)}),
        "which xlfuncs does not know",
    ),
    "a text of 2 GB by repetition": (
        lambda: zipped(parts(formula('LEN(REPT(REPT("x",32767),65000))'))), "is #VALUE!",
    ),
    "a sum over all cells": (lambda: zipped(parts(formula("SUM(B1:XFD1048576)+A1"))), ""),
    "a range of all cells made": (
        lambda: zipped(parts(formula("SUMPRODUCT((B1:XFD1048576=1)*1)+A1"))), "is #NUM!",
    ),
    "a link to another book": (lambda: zipped(_linked()), "is not read"),
    "a DDE link": (lambda: zipped(_dde("[1]!A0")), "hostile.xlsx"),
    "a DDE formula": (lambda: zipped(_dde("cmd|'/c touch owned'!A0")), "hostile.xlsx"),
    "a function that calls a program": (
        lambda: zipped(parts(formula('CALL("Shell32","ShellExecuteA","J","touch owned")'))),
        "CALL is not among the functions",
    ),
    "a function that reads the net": (
        lambda: zipped(parts(formula('WEBSERVICE("http://127.0.0.1:9/")'))),
        "WEBSERVICE is not among the functions",
    ),
    "macros that run when opened": (lambda: zipped(_macros()), ""),
    "a sheet of macros": (lambda: zipped(_macro_sheet()), "hostile.xlsx"),
}  # fmt: skip
