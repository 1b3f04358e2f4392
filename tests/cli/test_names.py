"""The five packages are ours, and another one in the way is named."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from bot.names import NAMES, check

ROOT = Path(__file__).parents[2]


def test_the_five_names_are_ours() -> None:
    check()
    for name in NAMES:
        assert Path(str(import_module(name).__file__)) == ROOT / name / "__init__.py"


def test_another_package_of_the_same_name_is_named(tmp_path: Path, environment: dict[str, str]) -> None:
    stranger = tmp_path / "storage" / "__init__.py"
    stranger.parent.mkdir()
    stranger.touch()
    # Its folder comes first, as that of a program in the same environment may.
    code = f"import sys, bot.cli; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['maibo', 'sbi']; bot.cli.main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        f"maibo: Another package named 'storage' is in the way ({stranger}): give Maibo its own environment.\n"
    )
