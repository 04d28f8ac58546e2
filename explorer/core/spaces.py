"""The spaces in which the test images of a checkpoint are points."""

# Title of each: the codes; the pixels of the images; the pixels of their reconstructions.
TITLES = {"latent": "Latent codes", "original": "Pixels", "reconstructed": "Reconstructions"}
SPACES = tuple(TITLES)
