"""The story of β: the same VAE with a KL term of growing weight."""

from explorer.ui.shared import title
from explorer.ui.story import family

title.draw("story")
family.show()
