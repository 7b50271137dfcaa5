"""Ask the Frictionless library about a data package; prints its errors as JSON.

``python -I check_package.py PACKAGES DESCRIPTOR``: it runs apart from the project, whose environment it would enlarge.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from frictionless import Package

if __name__ == "__main__":
    path = Path(sys.argv[2])
    os.chdir(path.parent)
    report = Package(path.name).validate()
    print(json.dumps(report.flatten(["title", "rowNumber", "fieldName", "note"])))
