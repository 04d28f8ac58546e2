"""Bring images, or codes without a model."""


def draw() -> None:
    """Draw the form; once it does, it has its line in `bring`."""
