"""A drawing is the same bytes in every process, whatever the order of its sets there."""

import os
import subprocess
import sys

from conftest import TESTS
from control_drawings import GOLDEN, SHIFTED, svg


def test_the_same_input_gives_the_same_bytes():
    values = [*GOLDEN, None, *SHIFTED]
    code = (
        "from control_drawings import svg; import sys;"
        f"sys.stdout.buffer.write(svg({values!r}, target=3, floor=0).encode())"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=TESTS,
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1] == svg(values, target=3, floor=0).encode()
    assert b"date" not in made[0]
    assert b'href="http' not in made[0]
