"""The interpreter is asked beside the loops, in a few threads: a sentence waits for its answer, nothing else does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from handlers.ports import Aid, Guess, Interpreter, Puzzle

MOST = 4  # at the same time; what comes on top is answered without the interpreter, at once

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Asking:
    """Used by the inbox's loop alone."""

    interpreter: Interpreter
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(MOST, "asking"))
    _asked: set[Future[None]] = field(default_factory=set)
    _stopped: bool = False

    def aid(self) -> Aid:
        self._asked = {future for future in self._asked if not future.done()}
        may_ask = len(self._asked) < MOST and self.interpreter.ready
        return Aid(may_ask=may_ask, trusted=self.interpreter.trusted)

    def ask(self, puzzle: Puzzle, then: Callable[[Guess | None], None]) -> None:
        self._asked.add(self._pool.submit(self._ask, puzzle, then))

    def stop(self) -> None:
        self._stopped = True
        self._pool.shutdown(cancel_futures=True)

    def _ask(self, puzzle: Puzzle, then: Callable[[Guess | None], None]) -> None:
        try:
            guess = self.interpreter.interpret(puzzle)
        except Exception as error:  # noqa: BLE001 - the person gets the ordinary answer
            log.error("interpreter in trouble", extra={"error": type(error).__name__})  # noqa: TRY400 - no private text
            guess = None
        if not self._stopped:
            then(guess)
