"""Whether each latent dimension tells of one factor: scores on data whose factors are known."""

from explorer.latent.disentanglement.scores import SCORES, Found, measure

__all__ = ["SCORES", "Found", "measure"]
