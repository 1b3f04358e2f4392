"""For any WSGI server, such as `gunicorn 'bot.wsgi:app()'`: the web part alone, as `maibo web`."""

from __future__ import annotations

import flask

from bot import logs
from bot.app import create_app
from bot.bootstrap import build
from bot.settings import read_settings


def app() -> flask.Flask:
    logs.set_up()
    return create_app(build(read_settings()))
