"""Every block of the README runs and shows what the README says."""

from __future__ import annotations

import doctest
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from xlfuncs.books.deal_book import draft_book
from xlfuncs.cli.main import main
from xlfuncs.deal.reading import read_deal

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = [text for kind, text in _BLOCK.findall(README) if kind == "python"]
CONSOLE = [text for kind, text in _BLOCK.findall(README) if kind == "console"]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(
        ROOT / "workbooks", place / "workbooks", ignore=shutil.ignore_patterns("*.xlsx")
    )
    return place


def test_the_python_blocks(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One session: a later block may use what an earlier one has defined."""
    monkeypatch.chdir(workplace)
    assert main(["build", "workbooks/valence_1998"]) == 0
    test = doctest.DocTestParser().get_doctest("\n".join(PYTHON), {}, "README", "README.md", 0)
    result = doctest.DocTestRunner().run(test)
    assert result.attempted >= 5
    assert result.failed == 0


def test_the_console_blocks(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line with an ellipsis stands for itself up to it, an ellipsis alone for any lines."""
    monkeypatch.chdir(workplace)
    monkeypatch.setenv("COLUMNS", "100")
    assert len(CONSOLE) >= 4
    for part in (part for block in CONSOLE for part in block.removeprefix("$ ").split("\n$ ")):
        command, _, expected = part.partition("\n")
        words = shlex.split(command)
        assert words[0] == "xlfuncs"
        main(words[1:])
        shown = capsys.readouterr().out
        rest = " ".join(shown.split())
        for text in filter(None, (" ".join(part.split()) for part in expected.split("…"))):
            before, found, rest = rest.partition(text)
            assert found, (command, text, shown)
            assert "…" in expected or not before, (command, text, shown)


def test_every_command_the_readme_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("new", "check", "build", "refresh", "list", "call", "explain", "clause", "functions")
    for name in names:
        with pytest.raises(SystemExit) as stopped:
            main([name, "--help"])
        assert stopped.value.code == 0
    assert "usage: xlfuncs" in capsys.readouterr().out


def test_every_file_the_readme_links_to_is_there() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_sheet_has_its_picture_in_the_readme() -> None:
    """install/pictures.sh makes them; what a picture shows is not tested here."""
    deal = ROOT / "workbooks" / "valence_1998"
    book = load_workbook(io.BytesIO(draft_book(read_deal(deal))), read_only=True)
    wanted = {f"{sheet.lower().replace(' ', '_')}.png" for sheet in book.sheetnames}
    shown = re.findall(r"!\[([^\]]+)\]\(workbooks/valence_1998/pictures/(\w+\.png)\)", README)
    assert {name for _, name in shown} == wanted
    assert all(len(words) > 20 for words, _ in shown)
    files = {path.name: path.stat().st_size for path in (deal / "pictures").iterdir()}
    assert set(files) == wanted
    assert max(files.values()) < 150_000
    assert sum(files.values()) < 1_500_000
