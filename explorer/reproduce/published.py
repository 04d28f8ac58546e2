"""The figures that the sources published."""

# Source B, k-means on the training images applied to the noisy test images: Davies-Bouldin,
# silhouette, Calinski-Harabasz.
SOURCE_B = {
    "mnist": {
        "original": (2.857, 0.061, 391.245),
        "reconstructed": (2.300, 0.099, 563.361),
        "latent": (1.557, 0.186, 1497.287),
    },
    "fashion_mnist": {
        "original": (1.811, 0.155, 1269.635),
        "reconstructed": (1.419, 0.216, 2010.841),
        "latent": (1.328, 0.238, 3609.196),
    },
}
# Source C: best-match accuracy, and the inertia ("SSE") of all 70,000 pixel vectors.
SOURCE_C = {"pixels": 0.53986, "pixels inertia": 2_233_496.1, "kmeans": 0.5656, "gmm": 0.5876}
# Source D: purity (mean over clusters) of raw pixels, which codes should exceed.
SOURCE_D = 0.62
