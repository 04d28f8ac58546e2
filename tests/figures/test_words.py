"""Names that others chose are text in every figure, never markup or a template."""

from explorer import checkpoints, figures
from explorer.clustering.confusion import confusion
from explorer.figures import clusters
from explorer.projection import ProjectionSpec
from explorer.projection.pca import PCA
from explorer.runs.projections import ProjectionRequest

NAMES = [f'<a href="//evil.example">{i}</a><img src=x> %{{x}} $a$ &lt;' for i in range(10)]


def test_a_class_is_text() -> None:
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA(), 3)).get()
    labels, errors = test.labels[view.indices], test.reconstruction_error[view.indices]
    found = confusion(test.labels, test.labels)
    drawn = [
        figures.scatter_by_class(view, labels, errors, NAMES),
        figures.scatter_by_value(view, errors, "error", labels, errors, NAMES),
        clusters.confusion(found, NAMES, NAMES, "clusters"),
        clusters.cluster_sizes(found, NAMES, NAMES),
    ]
    named = clusters.groups(test.labels, NAMES, ["#000000"] * 10, list(range(10)))
    drawn.append(figures.scatter_by_group(view, named, errors))
    for figure in drawn:
        shown = figures.to_json(figure).replace("\\u003c", "<").replace("\\u003e", ">")
        assert "evil.example" in shown
        for markup in ("<a", "<img", "%{x} $", "$a$", "&#36; &lt;"):
            assert markup not in shown
