from __future__ import annotations

import pytest

from xlfuncs.engines.choose import engine_named
from xlfuncs.errors import EngineError


@pytest.mark.parametrize("word", ["auto", "formualizer", " Formualizer "])
def test_the_embedded_engine(word: str) -> None:
    engine = engine_named(word)
    assert (engine.name, engine.version) == ("formualizer", "0.13.0")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (
            "Excel",
            (
                "Excel calculates our functions on Windows only; choose the engine formualizer "
                "or libreoffice."
            ),
        ),
        (
            "abacus",
            "There is no engine named 'abacus'; there are auto, formualizer, libreoffice, excel.",
        ),
    ],
)
def test_no_such_engine_yet(word: str, sentence: str) -> None:
    with pytest.raises(EngineError) as raised:
        engine_named(word)
    assert str(raised.value) == sentence
