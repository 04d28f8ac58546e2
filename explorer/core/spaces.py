"""The names of the spaces in which the test images of a checkpoint are points."""

# The latent codes; the pixels of the images; the pixels of their reconstructions.
SPACES = ("latent", "original", "reconstructed")
