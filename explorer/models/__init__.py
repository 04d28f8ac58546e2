"""Autoencoders in backend-agnostic Keras 3. `spec` alone can be imported without Keras."""
