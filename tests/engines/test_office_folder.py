"""The private folder of a LibreOffice: held while its maker lives, swept when it is dead."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from xlfuncs.engines.office_folder import inside, make_folder, remove_folder, sweep

if TYPE_CHECKING:
    from pathlib import Path

_MAKER = """
from xlfuncs.engines.office_folder import make_folder
folder, lock = make_folder()
(folder / "book1.xlsx").write_bytes(b"a private book")
print(folder, flush=True)
input()
"""


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_a_dead_makers_folder_is_swept_and_a_live_ones_is_not(tmp_path: Path) -> None:
    not_held = tmp_path / "xlfuncs-calc-other"
    not_held.mkdir()  # its maker may be about to lock it
    with subprocess.Popen(
        [sys.executable, "-c", _MAKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdout is not None
        folder = maker.stdout.readline().strip()
        assert sweep() == []
        assert len(list(tmp_path.iterdir())) == 2
        maker.kill()
        maker.wait()
        assert [str(path) for path in sweep()] == [folder]
    assert list(tmp_path.iterdir()) == [not_held]


def test_a_folder_is_removed_with_all_it_holds(tmp_path: Path) -> None:
    folder, lock = make_folder()
    with lock:
        assert {*inside(folder).values()} == {str(folder / "tmp")}
        (folder / "tmp" / "lu1.tmp").mkdir()
        remove_folder(folder)
    assert list(tmp_path.iterdir()) == []
