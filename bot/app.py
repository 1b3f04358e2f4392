"""The web application: callbacks, health, metrics. A factory; any WSGI server can run it."""

from __future__ import annotations

import flask
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Program
from bot.callbacks import LARGEST, Reception
from bot.scanning import Scanning


def create_app(program: Program) -> flask.Flask:
    app = flask.Flask("maibo", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.register_blueprint(Reception(program).blueprint())
    app.register_blueprint(Scanning(program).blueprint())

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/readyz")
    def readyz() -> tuple[str, int]:
        from storage.migrate import is_current

        try:
            ready = is_current(program.database)
        except SQLAlchemyError:
            return "the database does not answer", 503
        return ("ready", 200) if ready else ("run: maibo db upgrade", 503)

    @app.get("/metrics")
    def metrics() -> flask.Response:
        page = program.metrics.page(program.database, program.clock())
        return flask.Response(page, mimetype="text/plain")

    return app
