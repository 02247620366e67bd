"""The statistic of the validation says what it claims to."""

import itertools
import unittest

import numpy as np
import rank_correlation
from scipy.stats import spearmanr


class RankCorrelationTest(unittest.TestCase):

    def test_one_stratum_is_spearman(self):
        rng = np.random.default_rng(1)
        for _ in range(50):
            x, y = rng.integers(0, 6, 30), rng.integers(0, 9, 30)
            found = rank_correlation.correlation([(x, y)], draws=10)
            self.assertAlmostEqual(found.rho, spearmanr(x, y).statistic)

    def test_levels_of_strata_have_no_part(self):
        # Within each stratum x and y fall and rise against each other; over all,
        # both rise.
        strata = [([1, 2, 3], [3, 2, 1]), ([11, 12, 13], [13, 12, 11])]
        found = rank_correlation.correlation(strata)
        self.assertEqual(found.rho, -1)
        self.assertEqual((found.people, found.strata, found.negative_strata),
                         (6, 2, 2))

    def test_p_is_that_of_all_permutations(self):
        x, y = [1, 2, 2, 4, 5], [5, 3, 4, 4, 1]
        def product(values):
            return (rank_correlation.centred_ranks(x) @
                    rank_correlation.centred_ranks(values))
        all_products = [product(p) for p in itertools.permutations(y)]
        exact = np.mean([p <= product(y) + 1e-9 for p in all_products])
        found = rank_correlation.correlation([(x, y)], draws=100_000)
        self.assertAlmostEqual(found.p_low, exact, delta=0.005)

    def test_p_is_uniform_without_a_relation(self):
        rng = np.random.default_rng(2)
        p_values = []
        for seed in range(1_000):
            strata = [(rng.integers(0, 5, 12), rng.integers(0, 8, 12))
                      for _ in range(4)]
            p_values.append(rank_correlation.correlation(
                strata, seed=seed, draws=200).p_low)
        for level in (0.05, 0.2, 0.5, 0.8):
            share = np.mean([p <= level for p in p_values])
            # Four standard errors, and what ties take away.
            self.assertAlmostEqual(share, level, delta=0.065)
            self.assertLess(share, level + 4 * (level * (1 - level) / 1e3) ** .5)

    def test_tells_a_relation_from_its_opposite(self):
        rng = np.random.default_rng(3)
        x = rng.integers(0, 10, 60)
        found = rank_correlation.correlation([(x, x + rng.normal(0, 3, 60))])
        self.assertLess(found.p_high, 0.001)
        self.assertGreater(found.p_low, 0.999)

    def test_strata_without_difference_say_nothing(self):
        self.assertIsNone(rank_correlation.correlation([([1, 1], [1, 2])]))
        found = rank_correlation.correlation(
            [([1, 1], [1, 2]), ([1, 2], [2, 1]), ([], [])])
        self.assertEqual((found.people, found.strata), (2, 1))

    def test_holm(self):
        adjusted = rank_correlation.holm([0.03, 0.01, 0.04])
        for got, want in zip(adjusted, [0.06, 0.03, 0.06]):
            self.assertAlmostEqual(got, want)


if __name__ == "__main__":
    unittest.main()
