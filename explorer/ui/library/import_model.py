"""Bring a Keras model, or an encoder and a decoder in ONNX."""


def draw() -> None:
    """Draw the form; once it does, it has its line in `bring`."""
