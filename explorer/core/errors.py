"""The one kind of error that is meant for the reader of a page or a terminal."""


class ExplorerError(Exception):
    """Something the user can mend.

    The message is one sentence that says what was wrong, where, and what to do. Pages and the
    command line show it as it is; anything else that escapes is a defect of ours.
    """
