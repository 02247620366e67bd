#include "services/network/domain/information.h"

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/cholesky.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

using Matrix = std::vector<std::vector<double>>;

std::vector<double> InformationOf(const Graph& graph) {
  const auto information = InformationCentrality(graph, kNeverCancelled);
  EXPECT_TRUE(information.ok()) << information.status();
  return information.ok() ? information->value : std::vector<double>();
}

// Gauss and Jordan, with row exchanges.
Matrix Inverse(Matrix a) {
  const std::size_t n = a.size();
  Matrix inverse(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i) inverse[i][i] = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < n; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    std::swap(a[k], a[pivot]);
    std::swap(inverse[k], inverse[pivot]);
    const double divisor = a[k][k];
    for (std::size_t j = 0; j < n; ++j) {
      a[k][j] /= divisor;
      inverse[k][j] /= divisor;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const double factor = a[i][k];
      if (i == k || factor == 0) continue;
      for (std::size_t j = 0; j < n; ++j) {
        a[i][j] -= factor * a[k][j];
        inverse[i][j] -= factor * inverse[k][j];
      }
    }
  }
  return inverse;
}

// As Stephenson and Zelen write it: C = (L + J)^-1 of the component, T its
// trace, R a row sum, I = 1 / (c_ii + (T - 2R) / n).
std::vector<double> ByDefinition(const Graph& graph) {
  const Components parts = ConnectedComponents(graph);
  std::vector<double> values(graph.node_count(), 0);
  for (NodeId part = 0; part < parts.size.size(); ++part) {
    std::vector<NodeId> members;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      if (parts.id[u] == part) members.push_back(u);
    }
    const std::size_t n = members.size();
    if (n < 2) continue;
    Matrix b(n, std::vector<double>(n, 1));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const double weight = graph.weight(members[i], members[j]);
        b[i][i] += weight;
        b[i][j] -= weight;
      }
    }
    const Matrix c = Inverse(b);
    double trace = 0;
    double row_sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      trace += c[i][i];
      row_sum += c[0][i];
    }
    const double share = (static_cast<double>(n) - 1) /
                         (static_cast<double>(graph.node_count()) - 1);
    for (std::size_t i = 0; i < n; ++i) {
      values[members[i]] =
          share / (c[i][i] + (trace - 2 * row_sum) / static_cast<double>(n));
    }
  }
  return values;
}

TEST(InformationTest, MatchesClosedForms) {
  EXPECT_THAT(InformationOf(Graph()), IsEmpty());
  EXPECT_THAT(InformationOf(GraphOf(1, {})), ElementsAre(0));
  EXPECT_THAT(InformationOf(GraphOf(2, {})), ElementsAre(0, 0));
  EXPECT_THAT(InformationOf(Path(2)),
              Pointwise(DoubleNear(1e-12), std::vector<double>{2, 2}));
  // n times what networkx publishes: 2/3; 1/6, 1/4; 1/3, 1/5.
  EXPECT_THAT(InformationOf(Complete(4)),
              Pointwise(DoubleNear(1e-12), std::vector<double>(4, 8.0 / 3)));
  EXPECT_THAT(InformationOf(Path(4)),
              Pointwise(DoubleNear(1e-12),
                        std::vector<double>{2.0 / 3, 1, 1, 2.0 / 3}));
  EXPECT_THAT(InformationOf(Star(4)),
              Pointwise(DoubleNear(1e-12),
                        std::vector<double>{4.0 / 3, 0.8, 0.8, 0.8}));
}

TEST(InformationTest, MatchesAPublishedExample) {
  const Graph graph = GraphOf(
      6, {{0, 2}, {0, 5}, {1, 3}, {1, 5}, {2, 5}, {3, 4}, {3, 5}, {4, 5}});
  EXPECT_THAT(InformationOf(graph),
              Pointwise(DoubleNear(1e-12),
                        std::vector<double>{72.0 / 61, 36.0 / 29, 72.0 / 61,
                                            72.0 / 49, 36.0 / 29, 72.0 / 37}));
}

TEST(InformationTest, MatchesFlorence) {
  std::vector<double> want(kFamilies, 0);
  want[kMedici] = 1.064317;
  want[kGuadagni] = 0.917329;
  want[kTornabuoni] = 0.902346;
  want[kRidolfi] = 0.900552;
  want[kStrozzi] = 0.878205;
  want[kBischeri] = 0.831880;
  want[kAlbizzi] = 0.829746;
  want[kCastellani] = 0.794423;
  want[kPeruzzi] = 0.778819;
  want[kBarbadori] = 0.763462;
  want[kSalviati] = 0.597763;
  want[kAcciaiuoli] = 0.553637;
  want[kLamberteschi] = 0.511042;
  want[kGinori] = 0.482659;
  want[kPazzi] = 0.393768;
  EXPECT_THAT(InformationOf(Florence()), Pointwise(DoubleNear(5.1e-7), want));
}

TEST(InformationTest, MatchesTheKarateClub) {
  const std::vector<double> got = InformationOf(Karate());
  EXPECT_NEAR(got[0], 1.99128, 5.1e-6);
  EXPECT_NEAR(got[33], 2.01222, 5.1e-6);
  EXPECT_NEAR(got[11], 0.69283, 5.1e-6);
}

TEST(InformationTest, MatchesTheManagers) {
  const std::vector<double> got = InformationOf(
      Graph::Symmetrized(ManagersFriendship(), Symmetrization::kOr));
  EXPECT_NEAR(got[16], 4.5204, 5.1e-5);
  EXPECT_NEAR(got[10], 4.2045, 5.1e-5);
  EXPECT_NEAR(got[12], 1.5083, 5.1e-5);
}

TEST(InformationTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    // Some of several tiles.
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, seed % 20 == 0 ? 200 : 25, 5),
                           Symmetrization::kMean);
    EXPECT_THAT(InformationOf(graph),
                Pointwise(DoubleNear(1e-10), ByDefinition(graph)));
  }
}

TEST(InformationTest, ReportsComponents) {
  const Graph graph = GraphOf(4, {{1, 3}});
  const auto information = InformationCentrality(graph, kNeverCancelled);
  ASSERT_TRUE(information.ok());
  EXPECT_EQ(information->components, ConnectedComponents(graph));
  // A pair on its own has 2, times (2 - 1) / (4 - 1).
  EXPECT_THAT(information->value,
              Pointwise(DoubleNear(1e-12),
                        std::vector<double>{0, 2.0 / 3, 0, 2.0 / 3}));
}

TEST(InformationTest, ScalesWithTheWeights) {
  for (const double scale : {1e-9, 3.0, 1e9}) {
    std::vector<Arc> edges;
    for (const Arc& arc : Florence().ToDigraph().Arcs()) {
      if (arc.from < arc.to) edges.push_back({arc.from, arc.to, scale});
    }
    const std::vector<double> got = InformationOf(GraphOf(kFamilies, edges));
    const std::vector<double> want = InformationOf(Florence());
    for (NodeId u = 0; u < kFamilies; ++u) {
      EXPECT_NEAR(got[u] / scale, want[u], 1e-12);
    }
  }
}

TEST(InformationTest, RefusesWeightsBeyondTheRatio) {
  // Parts are measured apart, so only weights within one count.
  EXPECT_TRUE(
      InformationCentrality(GraphOf(5, {{0, 1, 1}, {1, 2, 1e6}, {3, 4, 1e12}}),
                            kNeverCancelled)
          .ok());
  const auto information = InformationCentrality(
      GraphOf(3, {{0, 1, 1}, {1, 2, 1.001e6}}), kNeverCancelled);
  EXPECT_EQ(information.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(information.status()), "WEIGHTS_TOO_UNEVEN");
}

TEST(InformationTest, IsExactUpToTheRatio) {
  // Resistances in a row: 1 and 1e-6. I = n / (sum of those from the node).
  const std::vector<double> got =
      InformationOf(GraphOf(3, {{0, 1, 1}, {1, 2, 1e6}}));
  EXPECT_NEAR(got[0], 3 / (1 + 1.000001), 1e-9);
  EXPECT_NEAR(got[1], 3 / (1 + 0.000001), 1e-9);
  EXPECT_NEAR(got[2], 3 / (1.000001 + 0.000001), 1e-9);
}

TEST(InformationTest, RefusesComponentsBeyondTheLimit) {
  const auto information =
      InformationCentrality(Star(kInformationComponentMax + 1), [] {
        ADD_FAILURE() << "started all the same";
        return true;
      });
  EXPECT_EQ(information.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(information.status()), "COMPONENT_TOO_LARGE");
}

TEST(InformationTest, StopsWhenCancelled) {
  const auto first = InformationCentrality(Path(3), [] { return true; });
  EXPECT_EQ(first.status().code(), absl::StatusCode::kCancelled);
  int asked = 0;
  const auto last =
      InformationCentrality(Path(3), [&] { return ++asked == 2; });
  EXPECT_EQ(last.status().code(), absl::StatusCode::kCancelled);
}

SymmetricMatrix RandomPositiveDefinite(NodeId size, unsigned seed) {
  Random random(seed);
  SymmetricMatrix matrix(size, 0.0);
  for (NodeId i = 0; i < size; ++i) {
    for (NodeId j = 0; j < i; ++j) matrix.at(i, j) = random.UnitDouble() - 0.5;
    matrix.at(i, i) = size;
  }
  return matrix;
}

TEST(InverseDiagonalTest, GivesTheSameBitsOnEveryInstructionSet) {
  for (const NodeId size : {1u, 63u, 64u, 65u, 200u}) {
    SCOPED_TRACE(size);
    const auto want = InverseDiagonal(RandomPositiveDefinite(size, 7),
                                      kNeverCancelled, Isa::kPortable);
    ASSERT_TRUE(want.ok() && want->has_value());
    ASSERT_EQ((*want)->size(), size);
    for (const Isa isa : RunnableIsas()) {
      const auto got = InverseDiagonal(RandomPositiveDefinite(size, 7),
                                       kNeverCancelled, isa);
      ASSERT_TRUE(got.ok());
      EXPECT_EQ(*got, *want) << static_cast<int>(isa);
    }
  }
}

TEST(InverseDiagonalTest, HasNoneForAnIndefiniteMatrix) {
  SymmetricMatrix matrix(2, 1.0);
  matrix.at(1, 0) = 2;
  const auto diagonal = InverseDiagonal(std::move(matrix), kNeverCancelled);
  ASSERT_TRUE(diagonal.ok());
  EXPECT_FALSE(diagonal->has_value());
}

}  // namespace
}  // namespace pulsetaker::network
