#include "services/assessment/domain/factor_model.h"

#include <cstddef>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

Matrix Implied(const std::vector<double>& loadings,
               const std::vector<double>& uniquenesses) {
  Matrix covariance(loadings.size(), std::vector<double>(loadings.size()));
  for (std::size_t i = 0; i < loadings.size(); ++i) {
    for (std::size_t j = 0; j < loadings.size(); ++j) {
      covariance[i][j] = loadings[i] * loadings[j];
    }
    covariance[i][i] += uniquenesses[i];
  }
  return covariance;
}

void ExpectModel(const FactorModel& model, const std::vector<double>& loadings,
                 const std::vector<double>& uniquenesses) {
  ASSERT_EQ(model.loadings.size(), loadings.size());
  for (std::size_t i = 0; i < loadings.size(); ++i) {
    EXPECT_NEAR(model.loadings[i], loadings[i], 1e-7) << i;
    EXPECT_NEAR(model.uniquenesses[i], uniquenesses[i], 1e-7) << i;
  }
}

TEST(FitFactorModelTest, FindsTheModelThatACovarianceComesFrom) {
  const struct {
    const char* name;
    std::vector<double> loadings;
    std::vector<double> uniquenesses;
  } cases[] = {
      {"equal parts", {1, 1, 1, 1}, {1, 1, 1, 1}},
      {"unequal parts", {0.2, 0.5, 1, 2, 3}, {1, 0.5, 2, 1, 4}},
      {"one item turned round", {0.9, 0.8, -0.5, 0.7}, {0.5, 0.4, 0.6, 0.9}},
      {"a scale of 100 points", {20, 25, 15, 22}, {400, 300, 500, 200}},
      {"three items", {0.9, 0.6, 0.5}, {0.3, 0.7, 0.8}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto model = FitFactorModel(Implied(c.loadings, c.uniquenesses));
    ASSERT_TRUE(model.has_value());
    ExpectModel(*model, c.loadings, c.uniquenesses);
  }
}

// Three items are just identified: l_i^2 = s_ij s_ik / s_jk.
TEST(FitFactorModelTest, SolvesThreeItemsAsByHand) {
  const auto model =
      FitFactorModel({{2, 0.6, 0.8}, {0.6, 1, 0.48}, {0.8, 0.48, 1.5}});
  ASSERT_TRUE(model.has_value());
  ExpectModel(*model, {1, 0.6, 0.8}, {1, 0.64, 0.86});
  // (1 + 0.6 + 0.8)^2 = 5.76, and 1 + 0.64 + 0.86 = 2.5.
  EXPECT_NEAR(OmegaOf(*model), 5.76 / 8.26, 1e-9);
}

TEST(FitFactorModelTest, HasNoSolutionWhereThereIsNoneProper) {
  const struct {
    const char* name;
    Matrix covariance;
  } cases[] = {
      {"nothing", {}},
      {"one item", {{1}}},
      {"two items", {{1, 0.5}, {0.5, 1}}},
      {"an item without variance", {{1, 0, 0.5}, {0, 0, 0}, {0.5, 0, 1}}},
      // l_1^2 would be 0.8 * 0.8 / 0.5 = 1.28 of a variance of 1.
      {"Heywood case", {{1, 0.8, 0.8}, {0.8, 1, 0.5}, {0.8, 0.5, 1}}},
      // l_1^2 would be below 0.
      {"signs that no factor has",
       {{1, 0.4, 0.4}, {0.4, 1, -0.4}, {0.4, -0.4, 1}}},
      {"one item thrice", {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}},
  };
  for (const auto& c : cases) {
    EXPECT_FALSE(FitFactorModel(c.covariance).has_value()) << c.name;
  }
}

TEST(FitFactorModelTest, FollowsTheUnitsAndTheOrderOfItems) {
  // Not what any model implies, so that the fit is a compromise.
  const Matrix covariance = {{1.0, 0.5, 0.3, 0.4},
                             {0.5, 1.2, 0.5, 0.2},
                             {0.3, 0.5, 0.9, 0.4},
                             {0.4, 0.2, 0.4, 1.1}};
  const std::vector<double> units = {1, 10, 0.5, 3};
  const std::vector<std::size_t> order = {2, 0, 3, 1};
  Matrix other(4, std::vector<double>(4));
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      other[i][j] =
          covariance[order[i]][order[j]] * units[order[i]] * units[order[j]];
    }
  }
  const auto model = FitFactorModel(covariance);
  const auto same = FitFactorModel(other);
  ASSERT_TRUE(model.has_value() && same.has_value());
  for (std::size_t i = 0; i < 4; ++i) {
    const double unit = units[order[i]];
    EXPECT_NEAR(same->loadings[i] / unit, model->loadings[order[i]], 1e-7);
    EXPECT_NEAR(same->uniquenesses[i] / (unit * unit),
                model->uniquenesses[order[i]], 1e-7);
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
