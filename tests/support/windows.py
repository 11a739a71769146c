"""What of Windows xlwings imports, stood in for, so that its own code runs on any machine.

It is xlwings' reader of a module, its converters, its VBA writer and its COM server's calls
that run; the stand-ins are empty, or hold what a test put into them. It is no COM, no Excel.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import importlib
import sys
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock, patch

import xlwings

if TYPE_CHECKING:
    from collections.abc import Iterator

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
LEFT_OUT = -2147352572

_MODULES = (
    "pythoncom", "pywintypes", "win32api", "win32con", "win32event", "win32gui", "win32process",
    "win32timezone", "win32com", "win32com.client", "win32com.server",
    "win32com.server.dispatcher", "win32com.server.policy", "win32com.server.util",
)  # fmt: skip
_FREED = ("xlwings._win32patch", "xlwings._xlwindows", "xlwings.udfs", "xlwings.com_server")
_OURS = ("xlfuncs.hosts.excel", "xlfuncs.hosts.excel_1904")


class ComTime(dt.datetime):
    """A date as COM hands it over: a datetime with a time zone of its own."""


class ComError(Exception):
    """What pywin32 raises where Excel refuses."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.hresult = arguments[0] if arguments else 0


class Cells:
    """A Range as the object model has it, as far as an argument is read."""

    def __init__(self, value2: object, areas: int = 1) -> None:
        self.Value2 = value2
        self.Areas = SimpleNamespace(Count=areas)
        info = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE_IID))
        self.Row = self.Column = 1
        self.Rows = self.Columns = SimpleNamespace(Count=1)
        self.Worksheet = MagicMock()
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: info)

    @property
    def Value(self) -> object:  # noqa: N802  Excel's name
        raise AssertionError("Range.Value rounds currency and makes dates: it is not to be read")


class _Untyped:
    """A class of pywin32's from which xlwings derives or by which it asks for a kind."""


def _stand_ins() -> dict[str, ModuleType]:
    made = {name: ModuleType(name) for name in _MODULES}
    for name, module in made.items():
        outer, _, inner = name.rpartition(".")
        if outer:
            setattr(made[outer], inner, module)
    made["pythoncom"].__dict__.update(
        __file__="pythoncom",
        IID_IDispatch="IDispatch",
        IID_IEnumVARIANT="IEnumVARIANT",
        TypeIIDs={"IDispatch": _Untyped},
        CoInitialize=lambda: None,
        com_error=ComError,
        ole_error=ComError,
        GetRecordFromGuids=None,
    )
    made["pywintypes"].__dict__.update(
        TimeType=ComTime, com_error=ComError, error=ComError, IID=lambda text: text
    )
    made["win32com.client"].__dict__.update(
        Dispatch=lambda given, **_: given,
        DispatchEx=None,
        CDispatch=type("CDispatch", (), {}),
        CoClassBaseClass=type("CoClassBaseClass", (), {}),
        DispatchBaseClass=type("DispatchBaseClass", (), {}),
    )
    made["win32process"].__dict__.update(GetWindowThreadProcessId=lambda _: (1, 1))
    made["win32com.server.util"].__dict__.update(unwrap=_refuse, wrap=lambda given, **_: given)
    return made


def _refuse(_: object) -> None:
    raise ComError(0)


class Windows:
    """xlwings as it is on Windows: its modules, and the module of ours that it calls."""

    def __init__(self) -> None:
        self.udfs: Any = importlib.import_module("xlwings.udfs")
        self.server: Any = importlib.import_module("xlwings.com_server")

    def module(self, name: str) -> Any:
        """A module of ours, read by xlwings as it stands in UDF MODULES."""
        return self.udfs.get_udf_module(name, None)

    def call(self, module: str, name: str, *arguments: object) -> Any:
        """What a VBA wrapper gets from `XLPy.CallUDF`."""
        return self.server.XLPython().CallUDF(module, name, arguments)


@contextmanager
def windows() -> Iterator[Windows]:
    """The stand-ins in place, and away again afterwards."""
    before = {name: sys.modules.pop(name, None) for name in (*_FREED, *_OURS)}
    func = xlwings.func
    with (
        patch.dict(sys.modules, _stand_ins()),
        patch.object(ctypes, "windll", MagicMock(), create=True),
        patch.object(ctypes, "oledll", MagicMock(), create=True),
        patch.object(ctypes, "PyDLL", MagicMock()),
        patch("atexit.register", lambda function: function),
    ):
        desktop = importlib.import_module("xlwings._xlwindows")
        engine = xlwings.Engine(impl=desktop.engine)
        xlwings.engines.add(engine)
        found = Windows()
        xlwings.func = found.udfs.xlfunc
        try:
            yield found
        finally:
            xlwings.func = func
            xlwings.engines.engines.remove(engine)
            del xlwings.engines.engines_by_name[engine.name]
            for name in (*_FREED, *_OURS):
                sys.modules.pop(name, None)
            sys.modules.update({name: one for name, one in before.items() if one is not None})
