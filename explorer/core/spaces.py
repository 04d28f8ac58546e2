"""The spaces in which the images of a checkpoint are points."""

# Title of each: the codes; the pixels of the images; the pixels of their reconstructions;
# histograms of the directions of edges in the images, which no network has learned.
TITLES = {
    "latent": "Latent codes",
    "original": "Pixels",
    "reconstructed": "Reconstructions",
    "edges": "Edges",
}
SPACES = tuple(TITLES)
