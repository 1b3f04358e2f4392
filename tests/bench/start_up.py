"""What the web process pays at its start: against importing the official Feishu SDK, and against having no language.

    python -m tests.bench.start_up [--with PYTHON]

Each in pairs of fresh interpreters, one after the other; prints the median of the ratios. `--with` names an interpreter
that has lark-oapi; the default is this one. Then what the first sentence pays, for it loads the language's words.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PAIRS = 9
# Modules of the language are there, and empty: whatever is imported from them is a name without meaning.
MUTE = """
import importlib.abc, importlib.machinery, sys, types

class Mute(types.ModuleType):
    __path__ = []
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})

class Muting(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        mute = name.startswith(("handlers.understanding", "handlers.sbi"))
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if mute else None
    def create_module(self, spec):
        return Mute(spec.name)
    def exec_module(self, module):
        pass

sys.meta_path.insert(0, Muting())
"""
MEASURE = """
import json, resource, time
begun = time.process_time()
{what}
spent = time.process_time() - begun
print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
OURS, THEIRS = "import bot.wsgi", "import lark_oapi"
APPLICATION = "import bot.wsgi; bot.wsgi.app()"
FIRST_SENTENCE = "from handlers.directory import warm_up; warm_up()"

Cost = tuple[float, float]


def measure(python: str, what: str, before: str = "") -> Cost:
    """CPU seconds of a fresh interpreter for `what`, and its resident megabytes; `before` is not timed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"MAIBO_DATABASE_URL": f"sqlite:///{folder}/maibo.db", "PYTHONPATH": str(Path.cwd())}
        command = [python, "-c", before + MEASURE.format(what=what)]
        done = subprocess.run(command, capture_output=True, check=True, env=os.environ | settings)
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def compare(names: tuple[str, str], pairs: list[tuple[Cost, Cost]]) -> None:
    for column, name, unit in ((0, "time", "s"), (1, "memory", "MB")):
        one, other = (statistics.median(pair[n][column] for pair in pairs) for n in (0, 1))
        ratio = statistics.median(pair[0][column] / pair[1][column] for pair in pairs)
        print(f"{name}: {names[0]} {one:.2f} {unit}, {names[1]} {other:.2f} {unit}, ratio {ratio:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--with", dest="python", default=sys.executable)
    other, here = parser.parse_args().python, sys.executable
    measure(other, THEIRS), measure(here, APPLICATION)  # bytecode is written once
    compare((OURS, THEIRS), [(measure(here, OURS), measure(other, THEIRS)) for _ in range(PAIRS)])
    with_and_without = [(measure(here, APPLICATION), measure(here, APPLICATION, MUTE)) for _ in range(PAIRS)]
    compare(("the application", "without its language"), with_and_without)
    first = [measure(here, FIRST_SENTENCE, APPLICATION)[0] for _ in range(PAIRS)]
    print(f"the first sentence, or the warm-up beside the start: {statistics.median(first):.2f} s")


if __name__ == "__main__":
    main()
