"""What goes wrong for the person at the terminal. Alone, so that the command starts before slow things are loaded."""


class Failure(Exception):  # noqa: N818 - what happened
    """Something did not work; the sentence says what to do."""
