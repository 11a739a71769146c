"""The extension for LibreOffice, xlfuncs.oxt, from the catalogue: the same bytes each time.

It holds the interface of the add-in (plain text, which LibreOffice reads itself), its
registration, the texts of the Function Wizard, the component, and those modules of the package
that a cell calls, found by following the component's imports.
"""

from __future__ import annotations

import ast
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from xlfuncs.about import CARDS
from xlfuncs.hosts.calc.names import (
    EXTENSION,
    INTERFACE,
    SERVICE,
    method_name,
    needs_document,
    parameter_name,
)
from xlfuncs.kinds import Flag
from xlfuncs.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfuncs.card import Argument, Card

_HOUSE: Final = Path(__file__).parents[2]
_COMPONENT: Final = "xlfuncs.hosts.calc.component"
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # zip knows none before it
_FILE_MODE: Final = 0o100644 << 16
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CATEGORY: Final = "Financial"
_LONGEST_HELP: Final = 255


def extension() -> bytes:
    """The extension as a file."""
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "xlfuncs.idl": interface(),
        "xlfuncs.components": _components(),
        "CalcAddIns.xcu": wizard_texts(),
        "LICENSE": _licence(),
        "component.py": _path(_COMPONENT).read_text("utf-8"),
    }
    parts |= {
        f"pythonpath/{_path(name).relative_to(_HOUSE.parent).as_posix()}": _path(name).read_text(
            "utf-8"
        )
        for name in modules()
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _FILE_MODE
            archive.writestr(entry, text.encode())
    return out.getvalue()


def modules() -> list[str]:
    """The modules that the component needs, their packages included."""
    found: set[str] = set()
    waiting = [_COMPONENT]
    while waiting:
        name = waiting.pop()
        if name in found or not _path(name).is_file():
            continue
        found.add(name)
        waiting += [name.rpartition(".")[0], *_imports(_path(name))]
    return sorted(found - {_COMPONENT, ""})


def _imports(path: Path) -> Iterator[str]:
    """What a module imports of this package, in functions too, and not for a type checker."""
    waiting: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_HOUSE.name):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        waiting += ast.iter_child_nodes(node)


def _path(name: str) -> Path:
    """The file of a module or a package."""
    place = _HOUSE.joinpath(*name.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def interface() -> str:
    """The interface of the add-in in UNO's own language."""
    *outer, last = INTERFACE.split(".")
    table = "sequence< sequence<any> >"
    methods = "".join(f"  {table} {method_name(made)}({_parameters(made)});\n" for made in CARDS)
    opened = " ".join(f"module {name} {{" for name in outer)
    return (
        f"{opened}\ninterface {last} {{\n{methods}}};\n"
        f"service {SERVICE.rpartition('.')[2]} : {last};\n{'}; ' * len(outer)}\n"
    )


def _parameters(made: Card) -> str:
    document = ["[in] com::sun::star::beans::XPropertySet xOptions"] if needs_document(made) else []
    types = ["sequence<any>" if argument.repeated else "any" for argument in made.arguments]
    named = zip(types, made.arguments, strict=True)
    return ", ".join([*document, *(f"[in] {kind} {parameter_name(one)}" for kind, one in named)])


def wizard_texts() -> str:
    """The configuration that tells Calc the functions and the Function Wizard their texts."""
    functions = "".join(map(_function, CARDS))
    inner = _node("AddInInfo", _node(SERVICE, _node("AddInFunctions", functions), replace=True))
    return (
        f'{_XML}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" '
        f'oor:package="org.openoffice.Office">{inner}</oor:component-data>\n'
    )


def _function(made: Card) -> str:
    summary = made.summary
    if isinstance(made.result, Flag) and len(summary) + 40 < _LONGEST_HELP:
        summary += " (1 is TRUE, 0 is FALSE)"
    parameters = "".join(
        _node(
            parameter_name(one),
            _words("DisplayName", one.name) + _words("Description", _help(one)),
            replace=True,
        )
        for one in made.arguments
    )
    return "\n" + _node(
        method_name(made),
        _words("Description", summary)
        + _words("DisplayName", made.worksheet_name)
        + f'<prop oor:name="Category"><value>{_CATEGORY}</value></prop>'
        + _words("CompatibilityName", made.worksheet_name)
        + _node("Parameters", parameters),
        replace=True,
    )


def _help(argument: Argument) -> str:
    """An argument's help, with its bounds where there is room."""
    longer = f"{argument.help.rstrip('.')}: {argument.unit.bounds}."
    return longer if len(longer) <= _LONGEST_HELP else argument.help


def _node(name: str, inside: str, *, replace: bool = False) -> str:
    mark = ' oor:op="replace"' if replace else ""
    return f"<node oor:name={quoteattr(name)}{mark}>{inside}</node>"


def _words(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en">{escape(text)}</value></prop>'


def _manifest() -> str:
    kinds = {
        "xlfuncs.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "xlfuncs.components": "application/vnd.sun.star.uno-components",
        "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    }
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in kinds.items()
    )
    return (
        f'{_XML}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">'
        f"{entries}</manifest:manifest>\n"
    )


def _components() -> str:
    return (
        f'{_XML}<components xmlns="http://openoffice.org/2010/uno-components">'
        '<component loader="com.sun.star.loader.Python" uri="component.py">'
        f'<implementation name="{SERVICE}"><service name="{SERVICE}"/></implementation>'
        "</component></components>\n"
    )


def _description() -> str:
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<identifier value="{EXTENSION}"/><version value="{VERSION}"/>'
        '<display-name><name lang="en">xlfuncs</name></display-name>'
        '<publisher><name lang="en">the xlfuncs contributors</name></publisher>'
        '<registration><simple-license accept-by="admin" suppress-on-update="true" '
        'suppress-if-required="true"><license-text xlink:href="LICENSE" lang="en"/>'
        "</simple-license></registration></description>\n"
    )


def _licence() -> str:
    """The licence's text, from the installed package or the folder it is worked on in."""
    beside = _HOUSE.parent / "LICENSE"
    if beside.is_file():
        return beside.read_text("utf-8")
    try:
        files = distribution("xlfuncs").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "LICENSE":
            return file.read_text("utf-8")
    return "MIT License\n"
