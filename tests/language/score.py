"""Compares frames with labels.

    python -m tests.language.score tests/language/sentences.jsonl [--errors]

A frame is right when intent and slots agree: numbers to a millionth, copied text by nine characters in ten,
progress and absolute as one where the goal runs from 0 to 100 percent. A wrong write is a check-in, feedback or
approval made of a sentence that meant something else, or with another goal, person, figure or request than was meant;
it is recorded unless the frame is doubtful, for then its speaker is asked first.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from handlers.understanding import Context, Frame, understand

FOLDER: Final = Path(__file__).parent
WRITES: Final = frozenset({"checkin", "feedback", "approve"})
_COPIED: Final = frozenset({"text", "reason"})
_DECISIVE: Final = ("goal", "value", "mode", "person", "request")


@dataclass(frozen=True)
class Labelled:
    text: str
    intent: str
    slots: Mapping[str, Any]
    context: Context


@dataclass
class Score:
    total: int = 0
    intents: int = 0
    frames: int = 0
    wrong_writes: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    asked: int = 0
    errors: list[str] = field(default_factory=list)
    milliseconds: float = 0.0

    @property
    def intent_share(self) -> float:
        return self.intents / self.total

    @property
    def frame_share(self) -> float:
        return self.frames / self.total

    @property
    def wrong_write_share(self) -> float:
        return len(self.wrong_writes) / self.total

    @property
    def recorded_share(self) -> float:
        return len(self.recorded) / self.total


def load_contexts() -> dict[str, Context]:
    names = {"zh": "context.json", "en": "context_en.json", "sales": "context_sales.json"}
    return {key: Context.from_json(json.loads((FOLDER / name).read_text("utf-8"))) for key, name in names.items()}


def load(path: Path) -> list[Labelled]:
    contexts = load_contexts()
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    return [Labelled(row["text"], row["intent"], row["slots"], contexts[row.get("context", "zh")]) for row in rows]


def _overlap(one: str, other: str) -> float:
    """Share of characters in common, white space aside."""
    left, right = (Counter("".join(text.split())) for text in (one, other))
    size = left.total() + right.total()
    return 2 * (left & right).total() / size if size else 1.0


def _is_percent_of_way(label: Labelled) -> bool:
    goal = next((one for one in label.context.goals if one.id == label.slots.get("goal")), None)
    return goal is not None and (goal.unit, goal.start, goal.target) == ("%", 0.0, 100.0)


def _agrees(key: str, said: object, label: Labelled) -> bool:
    wanted = label.slots.get(key)
    if isinstance(wanted, int | float) and isinstance(said, int | float):
        return abs(said - wanted) <= 1e-6
    if key == "unit" and {said, wanted} <= {"万", "万元"}:
        return True
    if key in _COPIED and isinstance(said, str) and isinstance(wanted, str):
        return _overlap(said, wanted) >= 0.9
    if key == "mode" and _is_percent_of_way(label):
        return said == wanted or {said, wanted} == {"absolute", "progress"}
    return said == wanted


def is_right(frame: Frame, label: Labelled) -> bool:
    keys = set(frame.slots) | set(label.slots)
    return frame.intent == label.intent and all(_agrees(key, frame.slots.get(key), label) for key in keys)


def is_wrong_write(frame: Frame, label: Labelled) -> bool:
    if frame.intent not in WRITES:
        return False
    if frame.intent != label.intent:
        return True
    told = [key for key in _DECISIVE if key in frame.slots]
    return any(not _agrees(key, frame.slots[key], label) for key in told)


def score(labels: list[Labelled]) -> Score:
    result = Score(total=len(labels))
    started = time.perf_counter()
    frames = [understand(label.text, label.context) for label in labels]
    result.milliseconds = 1000 * (time.perf_counter() - started) / len(labels)
    for label, frame in zip(labels, frames, strict=True):
        result.intents += frame.intent == label.intent
        result.frames += is_right(frame, label)
        result.asked += frame.doubtful and is_right(frame, label)
        if is_wrong_write(frame, label):
            result.wrong_writes.append(label.text)
            if not frame.doubtful:
                result.recorded.append(label.text)
        if not is_right(frame, label):
            result.errors.append(_report(label, frame))
    return result


def _report(label: Labelled, frame: Frame) -> str:
    wanted = json.dumps(dict(label.slots), ensure_ascii=False)
    got = json.dumps(frame.slots, ensure_ascii=False)
    return f"{label.text}\n    wanted {label.intent} {wanted}\n    got    {frame.intent} {got}"


def main(arguments: list[str]) -> None:
    result = score(load(Path(arguments[0])))
    sys.stdout.write(
        f"intent {result.intent_share:.4f}  frame {result.frame_share:.4f}  wrong writes {len(result.wrong_writes)}"
        f"/{result.total}, recorded {len(result.recorded)}  right but asked about {result.asked}"
        f"  {result.milliseconds:.2f} ms\n"
    )
    if "--errors" in arguments:
        sys.stdout.write("\n".join([*result.errors, "wrong writes:", *result.wrong_writes]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
