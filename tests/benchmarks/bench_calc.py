"""The add-in in a real LibreOffice: 50,000 cells of it beside an add-in that does nothing.

Run by hand: `python tests/benchmarks/bench_calc.py`. Both add-ins are written in Python and sit in
the same LibreOffice. The other one gives its first argument back, so its time is what Calc and
its bridge to Python cost. What is timed is Calc's own recalculation of every cell; each book is
calculated several times, turn by turn, the fastest and the middle one are shown, and the target
is held against the middle ones.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from xlfuncs.engines.office_server import OfficeServer
from xlfuncs.hosts.calc.pack import extension
from xlfuncs.hosts.spelling import calc_spelling, spelled

ROWS = 50_000
ROUNDS = 3
MOST_TIMES = 2.0
MOST_SECONDS = 0.5
PATIENCE = 300.0
PAUSE = 1.5  # Calc tidies up after it has answered, and would do so in the next book's time

_OTHER = "org.other.AddIn"
_OTHER_IDL = """module org { module other {
interface XFunctions {
  any one([in] any a);
  any four([in] any a, [in] any b, [in] any c, [in] any d);
  sequence< sequence<any> > table([in] any a, [in] any b, [in] any c, [in] any d);
};
service AddIn : XFunctions;
}; };
"""
_OTHER_COMPONENT = """
import uno, unohelper


class AddIn(
    unohelper.Base,
    uno.getClass("org.other.XFunctions"),
    uno.getClass("com.sun.star.lang.XServiceInfo"),
):
    def __init__(self, context):
        pass

    def one(self, a):
        return a

    def four(self, a, b, c, d):
        return a

    def table(self, a, b, c, d):
        return ((a,),)

    def getImplementationName(self):
        return "org.other.AddIn"

    def supportsService(self, name):
        return name == "org.other.AddIn"

    def getSupportedServiceNames(self):
        return ("org.other.AddIn",)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(AddIn, "org.other.AddIn", ("org.other.AddIn",))
"""


def other_extension() -> bytes:
    """An extension with the add-in that gives its argument back, packed as ours is."""
    ours = zipfile.ZipFile(BytesIO(extension()))

    def like_ours(name: str) -> str:
        return ours.read(name).decode().replace("org.xlfuncs.AddIn", _OTHER)

    functions = "".join(
        f'<node oor:name="{name}" oor:op="replace"><prop oor:name="DisplayName"><value '
        f'xml:lang="en">OTHER_{name.upper()}</value></prop><node oor:name="Parameters"/></node>'
        for name in ("one", "four", "table")
    )
    parts = {
        "META-INF/manifest.xml": like_ours("META-INF/manifest.xml"),
        "description.xml": like_ours("description.xml").replace("org.xlfuncs.addin", "org.other"),
        "LICENSE": "",
        "xlfuncs.idl": _OTHER_IDL,
        "xlfuncs.components": like_ours("xlfuncs.components"),
        "component.py": _OTHER_COMPONENT,
        "CalcAddIns.xcu": '<?xml version="1.0" encoding="UTF-8"?>\n<oor:component-data '
        'xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" '
        'oor:package="org.openoffice.Office"><node oor:name="AddInInfo"><node '
        f'oor:name="{_OTHER}" oor:op="replace"><node oor:name="AddInFunctions">{functions}</node>'
        "</node></node></oor:component-data>",
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


class Timed(NamedTuple):
    """A book of one formula, many times over, and the seconds that it took."""

    name: str
    number: int
    seconds: list[float]


def write_book(path: Path, formula: str, *, array: bool = False) -> None:
    """A book with the formula in column F of every row, or once as an array formula."""
    workbook = Workbook()
    sheet = workbook.active
    if sheet is None:
        raise AssertionError(path)
    for row in range(1, ROWS + 1):
        sheet.append([float(row), 1000.0, row % 1000 / 10, 5.0 + row % 100 / 100, 36201.0])
        if not array:
            sheet.cell(row, 6).value = formula.replace("#", str(row))
    if array:
        sheet["F1"] = ArrayFormula(f"F1:F{ROWS}", formula)
    workbook.save(path)


def main() -> int:
    """Time every book; the exit code is 1 if a target is missed."""
    server = OfficeServer({"xlfuncs": extension(), "other": other_extension()})
    spelling = calc_spelling(server.office.version)
    server.start()
    formulas = {
        "an add-in that gives its argument back": "=ORG.OTHER.ADDIN.ONE(A#)",
        "the same with four arguments": "=ORG.OTHER.ADDIN.FOUR(A#,B#,C#,D#)",
        "the same as a table of one cell": "=ORG.OTHER.ADDIN.TABLE(A#,B#,C#,D#)",
        "XLF_CONVERSION_SHARES": "=XLF_CONVERSION_SHARES(A#,B#,C#,D#)",
        "XLF_LIQUIDATION_PREFERENCE": "=XLF_LIQUIDATION_PREFERENCE(B#,C#,D#)",
        "XLF_ACCRETED_PREMIUM, with dates": "=XLF_ACCRETED_PREMIUM(E#,36147,B#,0.06)",
        "one array formula": "=XLF_CONVERSION_SHARES("
        + ",".join(f"{letter}1:{letter}{ROWS}" for letter in "ABCD")
        + ")",
    }
    books = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, formula) in enumerate(formulas.items()):
            path = Path(folder) / f"{number}.xlsx"
            write_book(path, spelled(formula, spelling), array="#" not in formula)
            server.ask({"do": "open", "book": number, "file": str(path)}, PATIENCE)
            books.append(Timed(name, number, []))
        for _ in range(ROUNDS + 1):
            for book in books:
                time.sleep(PAUSE)
                begun = time.perf_counter()
                server.ask({"do": "calculate", "book": book.number, "areas": []}, PATIENCE)
                book.seconds.append(time.perf_counter() - begun)
    print(f"LibreOffice {server.office.version_text}, {ROWS:,} rows\n")
    server.stop()
    middles = {}
    for book in books:
        seconds = book.seconds[1:]  # the first time, functions are still compiled
        middles[book.name] = median(seconds)
        print(f"  {book.name:<40} {min(seconds):7.3f} s   (median {median(seconds):.3f})")
    *scalars, array = list(formulas)
    rival, *_ = scalars
    good = True
    print()
    for name in scalars[3:]:
        times = middles[name] / middles[rival]
        met = times <= MOST_TIMES
        good &= met
        print(f"  {name}: {times:.2f} times, target {MOST_TIMES:g}: {'met' if met else 'MISSED'}")
    middle = middles[array]
    met = middle <= MOST_SECONDS
    print(f"  {array}: {middle:.2f} s, target {MOST_SECONDS:g} s: {'met' if met else 'MISSED'}")
    return 0 if good and met else 1


if __name__ == "__main__":
    sys.exit(main())
