"""Latent Explorer: see, touch and train the latent spaces of autoencoders."""
