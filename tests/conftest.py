"""What tests of every room share: the spreadsheet programs of this machine."""

from __future__ import annotations

import os

import pytest

from xlfuncs.engines.libreoffice import LibreOffice
from xlfuncs.errors import EngineError


@pytest.fixture(scope="session")
def libreoffice() -> LibreOffice:
    """The LibreOffice of this machine; without it a test is skipped, or fails where it must be."""
    try:
        return LibreOffice()
    except EngineError as error:
        if os.environ.get("XLFUNCS_REQUIRE_HOSTS"):
            pytest.fail(str(error))
        pytest.skip(str(error))
