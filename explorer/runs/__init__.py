"""Costly results about a checkpoint: found, else computed, else submitted as a job."""
