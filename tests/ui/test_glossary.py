"""Every term of the tables has its entry, and captions tell it on hover and on focus."""

import pytest

from explorer.clustering.metrics import FIT_SCORES, SCORES
from explorer.figures import losses
from explorer.models.spec import LOSS_UNITS
from explorer.ui.shared import glossary
from explorer.ui.train import beta_grid


def test_each_term_of_the_tables_has_an_entry() -> None:
    scores = [score.title for score in (*SCORES.values(), *FIT_SCORES.values())]
    curves = losses.PANELS.values()
    units = [unit for unit in LOSS_UNITS.values() if unit == "nats"]
    for term in (*scores, *curves, *units, *beta_grid.TERMS.values()):
        assert len(glossary.meaning(term)) > 20, term
    for term in ("trustworthiness", "perplexity", "KL divergence", "reconstruction loss", "BIC"):
        assert glossary.meaning(term)
    with pytest.raises(KeyError):
        glossary.meaning("no such term")


def test_each_term_has_one_entry_whatever_its_letters() -> None:
    assert len({term.lower() for term in glossary.TERMS}) == len(glossary.TERMS)
    for meaning in glossary.TERMS.values():
        assert meaning.endswith("."), meaning


def test_the_first_mention_of_a_term_is_marked_and_told() -> None:
    told = glossary.marked("Trustworthiness **0.9**, and trustworthiness; 3 nats, no denominators")
    assert told.count("<dfn") == 2
    assert told.startswith('<dfn tabindex="0"')
    assert glossary.TERMS["nats"] in told
    assert "no denominators" in told
    assert glossary.marked("nothing of note") == "nothing of note"


def test_a_longer_term_is_not_taken_for_a_shorter_one() -> None:
    told = glossary.marked("mean purity")
    assert told.count("<dfn") == 1
    assert ">mean purity<" in told
