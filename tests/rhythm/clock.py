"""One clock process for the tests: `python -m tests.rhythm.clock URL ISO-TIME` ticks until it has nothing to say."""

from __future__ import annotations

import sys
from datetime import datetime

from storage.database import Database
from tests.rhythm.conftest import ticker


def main() -> None:
    database = Database(sys.argv[1])
    while ticker(database).tick(datetime.fromisoformat(sys.argv[2])):
        pass
    database.close()


if __name__ == "__main__":
    main()
