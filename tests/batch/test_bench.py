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


def test_what_an_engine_keeps_is_closed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program()
    heard: list[object] = []

    def named(_word: str, _clock: object = None, hear: object = None) -> Program:
        heard.append(hear)
        return program

    monkeypatch.setattr("xlfuncs.batch.bench.engine_named", named)
    ears = [Sentences(), Sentences()]
    with Bench() as bench:
        for one in ears:
            assert bench.engine(Request(engine="libreoffice"), one) is program
        assert heard == [one.hear for one in ears]
        assert bench.label("libreoffice") == "program 3.1"
        assert program.closed == 0
    assert program.closed == 1
    bench.close()
    assert program.closed == 1


def test_the_embedded_engine_keeps_nothing() -> None:
    with Bench() as bench:
        first, second = (bench.engine(Request(), Sentences()) for _ in range(2))
        assert first is not second  # each hears its own book
        assert not isinstance(first, Lasting)
        assert bench.label("auto") == f"formualizer {Formualizer().version}"
