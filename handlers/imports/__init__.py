"""People, goals and metrics from CSV files: all of a file or nothing, each change in the audit log."""

from handlers.imports.calendar import CALENDAR_COLUMNS, import_calendar
from handlers.imports.goals import GOAL_COLUMNS, import_goals
from handlers.imports.intake import Intake, Outcome
from handlers.imports.metrics import METRIC_COLUMNS, Point, import_metrics, record
from handlers.imports.people import PEOPLE_COLUMNS, import_people
from handlers.imports.rows import UnreadableFileError

__all__ = [
    "CALENDAR_COLUMNS",
    "GOAL_COLUMNS",
    "METRIC_COLUMNS",
    "PEOPLE_COLUMNS",
    "Intake",
    "Outcome",
    "Point",
    "UnreadableFileError",
    "import_calendar",
    "import_goals",
    "import_metrics",
    "import_people",
    "record",
]
