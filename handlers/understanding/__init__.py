"""Understands what people type: `understand` for sentences, the `read_*` functions for answers in a dialog."""

from handlers.understanding.context import Context, Goal, Person
from handlers.understanding.dates import read_date
from handlers.understanding.frames import Frame
from handlers.understanding.goals import read_goals
from handlers.understanding.numbers import read_number
from handlers.understanding.people import read_people
from handlers.understanding.replies import is_cancel, is_no, is_skip, is_yes
from handlers.understanding.understand import understand
from handlers.understanding.values import Reading, check_value, read_value

__all__ = [
    "Context",
    "Frame",
    "Goal",
    "Person",
    "Reading",
    "check_value",
    "is_cancel",
    "is_no",
    "is_skip",
    "is_yes",
    "read_date",
    "read_goals",
    "read_number",
    "read_people",
    "read_value",
    "understand",
]
