"""Pictures and files that the bot uploads before it sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from bot.simulator.feishu.store import ApiError, Store

LARGEST_IMAGE, LARGEST_FILE = 10 * 1024 * 1024, 30 * 1024 * 1024
FILE_TYPES = {"opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"}
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"BM", b"\0\0\1\0")

View = Callable[..., dict[str, Any]]


@dataclass(slots=True)
class Part:
    """One part of a form; its own name may be missing even where it is a file."""

    name: str = ""
    mime: str = "application/octet-stream"
    content: bytes = b""


class Uploads:
    def __init__(self, store: Store) -> None:
        self._store = store

    def views(self) -> Iterator[tuple[str, str, View]]:
        yield "POST", "/im/v1/images", self.upload_image
        yield "POST", "/im/v1/files", self.upload_file

    def upload_image(self) -> dict[str, Any]:
        parts = _parts()
        if self._store.world.take("feishu", "refuse_upload"):
            raise ApiError(234011, "Can't recognize the image format.")
        image = _content(parts, "image", LARGEST_IMAGE)
        if parts.get("image_type", Part()).content not in {b"message", b"avatar"}:
            raise ApiError(234001, "Invalid request param: image_type.")
        if not image.content.startswith(IMAGES):
            raise ApiError(234011, "Can't recognize the image format.")
        return {"image_key": self._store.upload("img_v3_", "image", image.name or "image", image.mime, image.content)}

    def upload_file(self) -> dict[str, Any]:
        parts = _parts()
        file = _content(parts, "file", LARGEST_FILE)
        kind, name = (
            parts.get(field, Part()).content.decode("utf-8", "replace") for field in ("file_type", "file_name")
        )
        if kind not in FILE_TYPES or not name:
            raise ApiError(234001, "Invalid request param: file_type, file_name.")
        return {"file_key": self._store.upload("file_v3_", kind, name, file.mime, file.content)}


def _content(parts: dict[str, Part], field: str, largest: int) -> Part:
    if field not in parts:
        raise ApiError(234001, f"Invalid request param: {field}.")
    if not parts[field].content:
        raise ApiError(234010, "File's size can't be 0.")
    if len(parts[field].content) > largest:
        raise ApiError(234006, "The file size exceed the max value.")
    return parts[field]


def _parts() -> dict[str, Part]:
    """The form in bytes. Flask takes a part without a file name for text; the official SDK sends its files so."""
    decoder = MultipartDecoder(request.mimetype_params.get("boundary", "none").encode(), None)
    decoder.receive_data(request.get_data())
    decoder.receive_data(None)
    parts: dict[str, Part] = {}
    part = Part()
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, Field | File):
                mime = event.headers.get("content-type", Part().mime)
                part = parts[event.name] = Part(getattr(event, "filename", ""), mime)
            elif isinstance(event, Data):
                part.content += event.data
    except ValueError:
        raise ApiError(234001, "Invalid request param: not a multipart form.") from None
    return parts
