"""What an operator watches, for Prometheus. One registry a program, so that tests do not share it."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy import and_, func
from sqlmodel import col, select

from scheduler.tick import read_calendar
from storage.database import Database
from storage.tables import Delivery, Receipt

STATES = ("new", "failed")


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._callbacks = Counter(
            "maibo_callbacks_total", "Callbacks by what became of them", ["platform", "result"], registry=self.registry
        )
        self._deliveries = Counter(
            "maibo_deliveries_total",
            "Deliveries by what became of them",
            ["platform", "result"],
            registry=self.registry,
        )
        self._rows = Gauge(
            "maibo_rows", "Rows of the inbox and outbox that are not done", ["box", "state"], registry=self.registry
        )
        self._oldest = Gauge(
            "maibo_oldest_seconds", "Age of the oldest row that waits", ["box"], registry=self.registry
        )

        self._jobs = Counter(
            "maibo_pushes_total", "Scheduled pushes, and rows in trouble", ["job", "result"], registry=self.registry
        )
        self._unpublished = Gauge(
            "maibo_calendar_years_missing", "Years that should have their holidays by now", registry=self.registry
        )

        self._model = Counter(
            "maibo_model_total", "Sentences shown to the language model, by outcome", ["result"], registry=self.registry
        )

    def model(self, result: str) -> None:
        self._model.labels(result).inc()

    def callback(self, platform: str, result: str) -> None:
        self._callbacks.labels(platform, result).inc()

    def job(self, name: str, result: str, count: int) -> None:
        self._jobs.labels(name, result).inc(count)

    def delivery(self, platform: str, result: str) -> None:
        self._deliveries.labels(platform, result).inc()

    def page(self, database: Database, now: datetime) -> bytes:
        """The text that Prometheus reads, with the boxes counted afresh."""
        with database.read() as session:
            self._unpublished.set(len(read_calendar(session).missing(now.date())))
            for state in STATES:
                waiting = select(func.count()).select_from(Receipt).where(col(Receipt.state) == state)
                self._rows.labels("inbox", state).set(session.exec(waiting).one())
                leaving = select(func.count()).select_from(Delivery).where(col(Delivery.state) == state)
                self._rows.labels("outbox", state).set(session.exec(leaving).one())
            received = select(Receipt.received_at).where(Receipt.state == "new").order_by(col(Receipt.id)).limit(1)
            # What waits for a morning does not wait for us.
            asleep = and_(col(Delivery.unasked), col(Delivery.attempts) == 0, col(Delivery.due_at) > now)
            added = select(Delivery.at).where(Delivery.state == "new", ~asleep).order_by(col(Delivery.id)).limit(1)
            for box, oldest in (("inbox", session.exec(received).first()), ("outbox", session.exec(added).first())):
                self._oldest.labels(box).set((now - oldest).total_seconds() if oldest is not None else 0.0)
        return generate_latest(self.registry)
