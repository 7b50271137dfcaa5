"""How the notebook of a stranger is run again: with the libraries of this installation, and with nothing that lies
beside it.

A rebuilt project holds only files that a report is made from (`input_names`), and still nothing is read from its folder
as code or as settings: no module, no test configuration, no plugin.
"""

import os
import sys
from pathlib import Path

from improvement_reports import HOME
from improvement_reports.late import LATE
from improvement_reports.workspace.places import ROOT_VARIABLE

# What a caller may have set for tests of their own, which would change what is run or how it is compared.
UNSET = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONSTARTUP", "PYTHONHOME")

# First of all in a process of the code of an edition: a library that only checks addresses, and takes a second to load.
WITHOUT_SLOW = f"import sys; sys.modules.setdefault({LATE!r}, None)\n"
PYTEST = WITHOUT_SLOW + "import pytest; sys.exit(pytest.console_main())"


def isolated_environment(root: Path, code: Path = HOME.parent) -> dict[str, str]:
    """The environment of a run in the project ``root`` with the package in the folder ``code``.

    Python then puts no working folder on its path (an empty entry of PYTHONPATH would be one), and pytest loads only
    the plugins that it is told to. Of the folders that the caller put on the path, those with a package of this name
    are left out: an edition runs with its own code and nothing of today's.
    """
    named = [Path(p).resolve() for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    inherited = [str(p) for p in named if not (p / __package__.partition(".")[0]).exists()]
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    return {
        **kept,
        ROOT_VARIABLE: str(root),
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([str(code), *inherited])),
        "PYTHONSAFEPATH": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "IPYTHONDIR": str(root.parent / "ipython"),  # not what whoever verifies likes to have loaded
    }


def nbval_command(root: Path, notebook: Path) -> list[str]:
    """nbval over one notebook: no conftest, no configuration file, no plugin but nbval itself."""
    return [
        sys.executable,
        "-P",
        "-c",
        PYTEST,
        "-p",
        "nbval.plugin",
        "--nbval",
        "--nbval-current-env",
        "-q",
        "-x",
        "--noconftest",
        "-c",
        os.devnull,
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(root),
        "--confcutdir",
        str(root),
        str(notebook),
    ]
