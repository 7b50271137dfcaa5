"""A library that takes a second to load is not loaded by the commands, and answers whoever asks it."""

import subprocess
import sys

ADDRESSES = """
import improvement_reports.runs.engine, jsonschema, sys
assert "rfc3987_syntax.syntax_helpers" not in sys.modules and "lark" not in sys.modules
assert [m for m in list(sys.modules.values()) if hasattr(m, "__file__") and hasattr(m, "__wrapped__")] == []
assert "lark" not in sys.modules
known = jsonschema.FormatChecker()
assert known.conforms("https://example.org/é", "iri") and not known.conforms("no address at all", "iri")
assert "lark" in sys.modules and sys.modules["rfc3987_syntax"].is_valid_syntax_iri("https://example.org/é")
"""


def test_a_check_of_addresses_is_loaded_when_it_is_asked_for():
    done = subprocess.run([sys.executable, "-c", ADDRESSES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
