"""What a call loads that has a page to make and no return to read: pandas and what stands on it take longer to load
than such a page takes.
"""

import subprocess
import sys

import pytest

HEAVY = ("pandas", "numpy", "pyarrow", "matplotlib")
CALL = "import sys; import {module}; print([name for name in {heavy} if name in sys.modules])"


@pytest.mark.parametrize(
    "module", ["cli", "site.build", "site.pandoc", "site.quarto_parts", "site.pictures", "sheets.made"]
)
def test_pages_are_made_without_what_reads_returns(module):
    call = CALL.format(module=f"improvement_reports.{module}", heavy=HEAVY)
    said = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
