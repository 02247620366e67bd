"""Spearman's rank correlation within strata, tested by permutation.

A stratum is a pair of equally long lists, x and y: the people of one place. Ranks
are those within the stratum, ties share their mean, and every stratum is centred,
so what places differ in has no part in it. With r and s the centred ranks,

  rho = sum r s / sqrt(sum r^2 * sum s^2), sums over all people of all strata.

The p-value is that of rho at most as observed (a negative relation) when the y of
each stratum are dealt anew among its people: (1 + draws as low) / (1 + draws).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

DRAWS = 20_000
# Centred ranks are multiples of 1/4, so sums that differ do so by more.
ROUNDING = 1e-6


@dataclass
class Correlation:
    """Of `people` in `strata`, those left out in which all x or all y are alike."""

    rho: float
    p_low: float
    p_high: float
    people: int
    strata: int
    negative_strata: int


def centred_ranks(values):
    return rankdata(values) - (len(values) + 1) / 2


def correlation(strata, seed=1, draws=DRAWS):
    """None where no stratum says anything."""
    ranks = [(centred_ranks(x), centred_ranks(y)) for x, y in strata]
    ranks = [(r, s) for r, s in ranks if np.any(r) and np.any(s)]
    if not ranks:
        return None
    products = [float(r @ s) for r, s in ranks]
    observed = sum(products)
    rng = np.random.default_rng(seed)
    drawn = np.zeros(draws)
    for r, s in ranks:
        drawn += rng.permuted(np.tile(s, (draws, 1)), axis=1) @ r
    return Correlation(
        rho=observed / math.sqrt(sum(float(r @ r) for r, _ in ranks) *
                                 sum(float(s @ s) for _, s in ranks)),
        p_low=float(1 + np.sum(drawn <= observed + ROUNDING)) / (1 + draws),
        p_high=float(1 + np.sum(drawn >= observed - ROUNDING)) / (1 + draws),
        people=sum(len(r) for r, _ in ranks),
        strata=len(ranks),
        negative_strata=sum(product < 0 for product in products))


def holm(p_values):
    """Adjusted for how many there are (S. Holm, 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = largest
    return adjusted
