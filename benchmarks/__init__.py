"""Measurements, always as a ratio against the ordinary way in the same run."""
