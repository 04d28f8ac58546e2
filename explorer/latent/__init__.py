"""Moves and measures in latent space."""
