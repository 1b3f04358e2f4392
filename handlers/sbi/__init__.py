"""Feedback as situation, behaviour and impact: what a text gives, what it lacks, how to say it better."""

from handlers.sbi.hints import as_json, explain, hints
from handlers.sbi.reading import Judgement, Reading
from handlers.sbi.splitting import read_feedback

__all__ = ["Judgement", "Reading", "as_json", "explain", "hints", "read_feedback"]
