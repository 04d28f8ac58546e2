"""The dense autoencoder of source D."""

from explorer.models.mlp import Dense

DENSE = Dense(
    "dense",
    "Dense, sigmoid (source D)",
    "784-784-64-32-z-32-64-784, sigmoid throughout: each number of the code lies between 0 and 1",
    (784, 64, 32),
    "sigmoid",
    "sigmoid",
    unmirrored=1,  # source D does not mirror its first hidden layer
)
