"""The plan of the house: imports flow one way, the cells' rooms are light, modules are short.

A room may import from itself and from the rooms before it. What a type checker alone imports
counts too, and so does an import inside a function.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import xlfuncs
from xlfuncs import about

HOUSE = Path(xlfuncs.__file__).parent

# Each room and the modules or packages in it, in the order in which things may be imported.
ROOMS: dict[str, tuple[str, ...]] = {
    "vocabulary": (
        "errors", "rounding", "kinds", "ranges", "units", "calendars", "checks", "docstring",
        "serials", "card", "events",
        "version",
    ),
    "deal": ("deal",),
    "clauses": ("clauses",),
    "models": ("models",),
    "arrays": ("arrays",),
    "catalogue": ("catalogue",),
    "sourcetext": ("sourcetext",),
    "explanation": ("explanation",),
    "about": ("about",),
    "register": ("register",),
    "position": ("position",),
    "drafting": ("drafting",),
    "the package itself": ("__init__",),
    "hosts": ("hosts",),
    "frames": ("frames",),
    "ooxml": ("ooxml",),
    "engines": ("engines",),
    "books": ("books",),
    "batch": ("batch",),
    "setup": ("setup",),
    "cli": ("cli", "__main__"),
}  # fmt: skip
ORDER = list(ROOMS)
ROOM_OF = {name: room for room, names in ROOMS.items() for name in names}

# What a cell calls runs on any Python, so it imports the standard library alone.
LIGHT = {
    "vocabulary", "clauses", "models", "catalogue", "sourcetext", "explanation", "about",
    "register", "the package itself",
}  # fmt: skip
LIGHT_MODULES = {
    "xlfuncs.hosts", "xlfuncs.hosts.cells", "xlfuncs.hosts.calc", "xlfuncs.hosts.calc.names",
    "xlfuncs.hosts.calc.component",
}  # fmt: skip
HEAVY = ("numpy", "pandas", "openpyxl", "formualizer", "xlwings", "pyarrow", "numba", "scipy")
MOST_LINES = 400
# The one name of the package itself that comes from a later room, when it is first asked for.
LAZY = {("xlfuncs", "xlfuncs.batch.api")}


class Module(NamedTuple):
    """One file of the package."""

    name: str
    path: Path

    @property
    def room(self) -> str | None:
        """The room it stands in, or None where nobody has given it one."""
        parts = self.name.split(".")
        return ROOM_OF.get(parts[1] if len(parts) > 1 else "__init__")

    @property
    def tree(self) -> ast.Module:
        """Its text, parsed."""
        return ast.parse(self.path.read_text("utf-8"), str(self.path))

    @property
    def is_light(self) -> bool:
        """Whether a cell's call may import it."""
        return self.room in LIGHT or self.name in LIGHT_MODULES


def _module(path: Path) -> Module:
    parts = [HOUSE.name, *path.relative_to(HOUSE).with_suffix("").parts]
    return Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path)


MODULES = [_module(path) for path in sorted(HOUSE.rglob("*.py"))]
NAMES = {module.name for module in MODULES}

LIGHT_ONES = [module for module in MODULES if module.is_light]

each_module = pytest.mark.parametrize("module", MODULES, ids=[module.name for module in MODULES])


class Import(NamedTuple):
    """An import of one module, and the line it stands in."""

    name: str
    line: int


def imports(module: Module, tree: ast.AST) -> list[Import]:
    """What is imported anywhere under a node: modules, whichever way they are written."""
    package = module.name.split(".")
    if module.path.name != "__init__.py":
        package.pop()
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            inner = [f"{source}.{alias.name}" for alias in node.names]
            modules = [name for name in inner if name in NAMES]
            found += [Import(name, node.lineno) for name in modules]
            if len(modules) < len(inner):
                found.append(Import(source, node.lineno))
    return found


def at_the_top(module: Module) -> list[Import]:
    """What is imported when the module is, or by a type checker: all but inside functions."""
    found = []
    waiting: list[ast.AST] = [module.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found += imports(module, node)
        waiting += ast.iter_child_nodes(node)
    return found


@each_module
def test_module_has_a_room(module: Module) -> None:
    assert module.room is not None, f"{module.name} stands in no room: give it one in ROOMS"


@each_module
def test_imports_flow_one_way(module: Module) -> None:
    assert module.room is not None
    here = ORDER.index(module.room)
    wrong = []
    for one in imports(module, module.tree):
        parts = one.name.split(".")
        if parts[0] != "xlfuncs" or (module.name, one.name) in LAZY:
            continue
        room = ROOM_OF.get(parts[1] if len(parts) > 1 else "__init__")
        if room is None or ORDER.index(room) > here:
            wrong.append(
                f"{module.path.name}:{one.line}: {module.name} ({module.room}) imports {one.name} "
                f"({room}), which comes after it"
            )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("module", LIGHT_ONES, ids=[module.name for module in LIGHT_ONES])
def test_light_modules_import_the_standard_library_alone(module: Module) -> None:
    for one in at_the_top(module):
        outer = one.name.split(".")[0]
        assert outer == "xlfuncs" or outer in sys.stdlib_module_names, (
            f"{module.path.name}:{one.line}: {module.name} is imported by whatever calls a cell's "
            f"function, so it must not import {one.name} at its top"
        )


@each_module
def test_module_is_short(module: Module) -> None:
    lines = len(module.path.read_text("utf-8").splitlines())
    assert lines <= MOST_LINES, f"{module.name} has {lines} lines, {MOST_LINES} at most: split it"


def test_files_of_tests_are_short() -> None:
    """A test file over the bound holds more than one subject, as a module does."""
    lines = {
        path.name: len(path.read_text("utf-8").splitlines())
        for path in Path(__file__).parent.rglob("*.py")
    }
    assert len(lines) > 50
    assert not [name for name, count in lines.items() if count > MOST_LINES]


@each_module
def test_module_says_what_it_is(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.name} has no docstring"


def _loaded_after(text: str) -> set[str]:
    """The outer modules that a fresh Python has loaded after running a text."""
    return {name.split(".")[0] for name in _loaded_modules(text)}


def _loaded_modules(text: str) -> set[str]:
    """The modules that a fresh Python has loaded after running a text."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"{text}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_refresh_is_loaded_when_it_is_asked_for() -> None:
    assert not _loaded_modules("import xlfuncs") & {"xlfuncs.batch", "xlfuncs.engines"}
    loaded = _loaded_modules("import xlfuncs; xlfuncs.refresh; from xlfuncs import refresh")
    assert "xlfuncs.batch.api" in loaded
    with pytest.raises(AttributeError, match="has no attribute 'refreshed'"):
        _ = xlfuncs.refreshed  # type: ignore[attr-defined]  # that is what is tried


@pytest.mark.parametrize(
    "text",
    [
        "import xlfuncs",
        "import xlfuncs; xlfuncs.conversion_shares(7500, 1000.0, 0.0, 6.03)",
        "import xlfuncs; xlfuncs.black_scholes('call', 42.0, 40.0, 0.5, 0.10, 0.20)",
        "import xlfuncs; xlfuncs.explain('liquidation_preference', 1000.0, 60.0, 0.0)",
        (
            "from xlfuncs.hosts.cells import worksheet_functions\n"
            "f = worksheet_functions()['XLF_CONVERSION_SHARES']\n"
            "assert f(7500.0, 1000.0, [[0.0], [1.0]], 6.03)[0] == [1243782.0]"
        ),
    ],
    ids=["import", "a clause", "a model", "an explanation", "a column of cells"],
)
def test_a_call_loads_nothing_heavy(text: str) -> None:
    heavy = _loaded_after(text) & set(HEAVY)
    assert not heavy, f"loads {', '.join(sorted(heavy))}"


def test_importing_loads_no_source_reader() -> None:
    """Explanations read the source; a cell that computes a value does not pay for it."""
    assert not _loaded_after("import xlfuncs") & {"ast", "inspect", "difflib", "textwrap"}


ERRORS = {
    "BookError", "BoundsError", "CardError", "CellError", "CommandError", "DealError",
    "EngineError", "ErrorValue", "FunctionError", "InputError", "MissingDataError", "XlfuncsError",
}  # fmt: skip


def test_public_names_are_the_functions_the_errors_and_the_version() -> None:
    """A new public name is a decision: the names of functions are pinned by their table."""
    functions = {made.name for made in about.CARDS}
    assert set(xlfuncs.__all__) == functions | ERRORS | {"__version__", "refresh"}
    assert list(xlfuncs.__all__) == sorted(xlfuncs.__all__)
    for made, function in zip(about.CARDS, about.FUNCTIONS, strict=True):
        assert getattr(xlfuncs, made.name) is function
    assert xlfuncs.__version__ == xlfuncs.version()


def test_the_error_tree_is_the_one_drawn() -> None:
    """Each error can be caught as xlfuncs' own, and as what Python calls it."""
    drawn = (HOUSE / "errors.py").read_text("utf-8").split('"""')[1]
    for name in sorted(ERRORS - {"ErrorValue"}):
        assert issubclass(getattr(xlfuncs, name), xlfuncs.XlfuncsError)
        assert name in drawn
    assert issubclass(xlfuncs.InputError, TypeError)
    assert issubclass(xlfuncs.BoundsError, ValueError)
    assert issubclass(xlfuncs.MissingDataError, LookupError)
    codes = {
        xlfuncs.InputError: "#VALUE!",
        xlfuncs.BoundsError: "#NUM!",
        xlfuncs.MissingDataError: "#N/A",
    }
    for kind, code in codes.items():
        assert kind("a sentence").code.value == code
