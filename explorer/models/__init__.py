"""Models to build, in Keras 3."""
