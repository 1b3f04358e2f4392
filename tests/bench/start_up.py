"""What it costs to import the web process, against importing the official Feishu SDK.

    python -m tests.bench.start_up [--with PYTHON]

Runs in pairs, one after the other, and prints the median of the ratios. `--with` names an interpreter that has
lark-oapi; the default is this one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys

PAIRS = 9
MEASURE = """
import json, resource, time
begun = time.perf_counter()
import {module}
spent = time.perf_counter() - begun
print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def measure(python: str, module: str) -> tuple[float, float]:
    """Seconds and resident megabytes of a fresh interpreter that imports `module`."""
    command = [python, "-c", MEASURE.format(module=module)]
    seconds, megabytes = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return seconds, megabytes


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--with", dest="python", default=sys.executable)
    other = parser.parse_args().python
    measure(other, "lark_oapi"), measure(sys.executable, "bot.wsgi")  # bytecode is written once
    pairs = [(measure(sys.executable, "bot.wsgi"), measure(other, "lark_oapi")) for _ in range(PAIRS)]
    for column, name, unit in ((0, "time", "s"), (1, "memory", "MB")):
        ours = statistics.median(pair[0][column] for pair in pairs)
        theirs = statistics.median(pair[1][column] for pair in pairs)
        ratio = statistics.median(pair[0][column] / pair[1][column] for pair in pairs)
        print(f"{name}: bot.wsgi {ours:.2f} {unit}, lark_oapi {theirs:.2f} {unit}, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
