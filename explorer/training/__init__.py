"""Trainings: what, how, where, and how far."""
