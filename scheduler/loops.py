"""Threads that work until they are told to stop: each calls one `step` as long as there is something to do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

IDLE = 0.5  # seconds between looks where nobody wakes us: another process may have added rows
TROUBLE = 2.0  # seconds after an error of the loop itself, such as a database that is gone

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Loops:
    """`wake()` from any thread makes every loop look at once."""

    steps: Sequence[tuple[str, Callable[[], bool]]] = ()
    _stop: threading.Event = field(default_factory=threading.Event)
    _wakes: list[threading.Event] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for name, step in self.steps:
            wake = threading.Event()
            thread = threading.Thread(target=self._run, args=(name, step, wake), name=name, daemon=True)
            self._wakes.append(wake)
            self._threads.append(thread)
            thread.start()

    def wake(self) -> None:
        for wake in self._wakes:
            wake.set()

    def stop(self, seconds: float = 10.0) -> None:
        """Let each finish what it does. A row that is not finished is taken up by the next process."""
        self._stop.set()
        self.wake()
        for thread in self._threads:
            thread.join(seconds)

    def _run(self, name: str, step: Callable[[], bool], wake: threading.Event) -> None:
        while not self._stop.is_set():
            wake.clear()
            try:
                busy = step()
            except Exception as error:  # noqa: BLE001 - the loop outlives a database that is gone for a while
                log.error("loop in trouble", extra={"loop": name, "error": type(error).__name__})  # noqa: TRY400 - no private text
                busy = False
                self._stop.wait(TROUBLE)
            if not busy:
                wake.wait(IDLE)
