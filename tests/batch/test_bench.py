"""Engines are kept from book to book, and closed if they keep something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfuncs.batch.bench import Bench
from xlfuncs.batch.plan import Request
from xlfuncs.batch.troubles import Sentences
from xlfuncs.engines.base import Lasting
from xlfuncs.engines.formualizer import Formualizer

if TYPE_CHECKING:
    import pytest

    from xlfuncs.engines.base import Calculation
    from xlfuncs.ooxml.package import Package


class Program:
    """An engine that is a program of its own."""

    name = "program"
    version = "3.1"

    def __init__(self) -> None:
        self.closed = 0

    def open(self, package: Package) -> Calculation:
        raise NotImplementedError(package)

    def close(self) -> None:
        self.closed += 1


def test_a_program_is_started_once_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Program] = []

    def named(_word: str) -> Program:
        made.append(Program())
        return made[-1]

    monkeypatch.setattr("xlfuncs.batch.bench.engine_named", named)
    with Bench() as bench:
        engines = [bench.engine(Request(engine="libreoffice"), Sentences()) for _ in range(3)]
        assert bench.label("libreoffice") == "program 3.1"
        assert made == engines[:1]
        assert engines[0] is engines[2]
        assert made[0].closed == 0
    assert made[0].closed == 1
    bench.close()
    assert made[0].closed == 1


def test_the_embedded_engine_keeps_nothing() -> None:
    with Bench() as bench:
        first, second = (bench.engine(Request(), Sentences()) for _ in range(2))
        assert first is not second  # each hears its own book
        assert not isinstance(first, Lasting)
        assert bench.label("auto") == f"formualizer {Formualizer().version}"
