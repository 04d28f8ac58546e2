"""`python -m explorer disentangle`: what each latent dimension tells of each known factor."""

import argparse
import json
from typing import Any

from explorer import checkpoints, datasets
from explorer.latent.disentanglement import SCORES
from explorer.runs import disentanglement


def add(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "disentangle",
        help="score the disentanglement of codes, on data with known factors",
        description="; ".join(f"{score.title}: {score.caption}" for score in SCORES.values()),
    )
    parser.add_argument("name", help="name of the checkpoint")
    parser.add_argument("--seed", type=int, default=0, help="of forests and draws (default 0)")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.set_defaults(run=_disentangle)


def _disentangle(options: argparse.Namespace) -> None:
    found = disentanglement.measure(options.name, options.seed)
    factors = datasets.info(checkpoints.get(options.name).dataset).factor_names
    if options.json:
        print(json.dumps({**found.to_dict(), "factors": list(factors)}, indent=2))
        return
    for name, score in SCORES.items():
        print(f"{score.title:20} {found.scores[name]:.3f}")
    print(f"{found.n:,} test codes, seed {found.seed}; mutual information, normalised:")
    for factor, row in zip(factors, found.information, strict=True):
        print(f"  {factor:12} {'  '.join(f'{value:.2f}' for value in row)}")
