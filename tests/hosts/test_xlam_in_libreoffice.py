"""The add-in's file, read by LibreOffice: a reader of VBA projects that is not the writer's own."""

from __future__ import annotations

import html
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from xlfuncs.hosts.calc.office import find_office
from xlfuncs.hosts.xlam import addin_bytes, modules

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_finds_our_modules_in_it(tmp_path: Path) -> None:
    (tmp_path / "xlfuncs.xlam").write_bytes(addin_bytes())
    words = [
        str(find_office().tool("soffice")), "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--infilter=Calc MS Excel 2007 VBA XML", "--convert-to", "ods",
        "--outdir", str(tmp_path), str(tmp_path / "xlfuncs.xlam"),
    ]  # fmt: skip
    for _ in range(2):  # a new profile may make it ask to be started again
        subprocess.run(words, capture_output=True, timeout=120, check=False)
        if (tmp_path / "xlfuncs.ods").exists():
            break
    with zipfile.ZipFile(tmp_path / "xlfuncs.ods") as archive:
        for name, text in modules().items():
            markup = archive.read(f"Basic/VBAProject/{name}.xml").decode()
            inside = re.search(r"<script:module[^>]*>(.*)</script:module>", markup, re.DOTALL)
            assert inside is not None
            found = html.unescape(inside[1]).partition("Option VBASupport 1\n")[2]
            lines = [line for line in text.splitlines() if not line.startswith("Attribute ")]
            assert found.strip().splitlines() == "\n".join(lines).strip().splitlines()
