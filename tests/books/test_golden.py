"""The books and templates of the repository are those that a build makes; see tests/golden."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile

import pytest

from tests.golden.renew import DEALS, ROOT, TEMPLATES, built, golden_of, template_of
from tests.support.parts import IGNORED, differences


@pytest.mark.parametrize("deal", DEALS)
def test_a_book_is_the_golden_one(deal: str) -> None:
    assert not differences(golden_of(deal).read_bytes(), built(deal))


@pytest.mark.parametrize(("name", "deal"), TEMPLATES.items())
def test_a_template_is_the_blank_book(name: str, deal: str) -> None:
    assert not differences(template_of(name).read_bytes(), built(deal, blank=True))


def test_a_book_is_the_same_from_another_process() -> None:
    """What Python shuffles from run to run leaves no trace."""
    text = (
        "import sys; from tests.golden.renew import built; "
        "sys.stdout.buffer.write(built('floating_2025'))"
    )
    other = subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        timeout=60,
    )
    assert other.stdout == built("floating_2025")


def test_the_comparison_finds_a_cell() -> None:
    golden = golden_of("floating_2025").read_bytes()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(golden)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                part = part.replace(b"<v>1000</v>", b"<v>1001</v>", 1)
            if name not in IGNORED:
                new.writestr(name, part)
    found = differences(golden, made.getvalue())
    assert [line for line in found if "is in one of them alone" in line] == [
        f"{name} is in one of them alone" for name in sorted(IGNORED)
    ]
    assert any(line.startswith("xl/worksheets/sheet2.xml B") for line in found)
