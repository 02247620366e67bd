#include "services/network/domain/stability.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/parallel.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

// A correlation that is .7 but for rounding is .7.
constexpr double kRounding = 1e-12;

std::vector<NodeId> RespondentsOf(const NodeFlags& answered) {
  std::vector<NodeId> respondents;
  for (NodeId node = 0; node < answered.size(); ++node) {
    if (answered[node] != 0) respondents.push_back(node);
  }
  return respondents;
}

// How many are dropped at each level, ascending, each once and above 0.
std::vector<std::size_t> DroppedCounts(std::size_t respondent_count) {
  std::vector<std::size_t> counts;
  for (std::size_t percent = kDropPercentStep; percent <= kDropPercentMax;
       percent += kDropPercentStep) {
    const std::size_t count = (percent * respondent_count + 50) / 100;
    if (count > 0 && (counts.empty() || count > counts.back())) {
      counts.push_back(count);
    }
  }
  return counts;
}

absl::StatusOr<PersonScores> Scored(const NodeFlags& dropped,
                                    CaseDroppedScores scores) {
  PT_ASSIGN_OR_RETURN(PersonScores scored, scores(dropped));
  if (scored.size() != dropped.size()) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "SCORES_MISMATCH",
        absl::StrCat(scored.size(), " scores of ", dropped.size(), " nodes"));
  }
  for (const std::optional<double>& score : scored) {
    if (score.has_value() && !std::isfinite(*score)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "SCORE_NOT_FINITE",
                       "a score is not a finite number");
    }
  }
  return scored;
}

std::optional<double> Correlation(const PersonScores& x,
                                  const PersonScores& y) {
  std::vector<double> xs;
  std::vector<double> ys;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i].has_value() || !y[i].has_value()) continue;
    xs.push_back(*x[i]);
    ys.push_back(*y[i]);
  }
  return SpearmanCorrelation(xs, ys);
}

NodeFlags DropSome(std::vector<NodeId> respondents, std::size_t count,
                   std::size_t node_count, Random random) {
  NodeFlags dropped(node_count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto other = static_cast<std::size_t>(
        i + random.Uniform(std::uint64_t{respondents.size() - i}));
    std::swap(respondents[i], respondents[other]);
    dropped[respondents[i]] = 1;
  }
  return dropped;
}

absl::Status CheckDraws(int draw_count) {
  if (draw_count >= 1) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "DRAWS_OUT_OF_RANGE",
                   absl::StrCat(draw_count, " draws, want at least 1"));
}

// Whether a ranking without some respondents is like the one with `all`.
absl::StatusOr<bool> IsStable(const PersonScores& all, const NodeFlags& dropped,
                              CaseDroppedScores scores) {
  PT_ASSIGN_OR_RETURN(const PersonScores without, Scored(dropped, scores));
  const std::optional<double> rho = Correlation(all, without);
  return rho.has_value() && *rho >= kStableCorrelationMin - kRounding;
}

bool IsEnough(std::size_t stable_count, std::size_t draws) {
  return stable_count * 100 >= kStablePercentMin * draws;
}

}  // namespace

std::optional<double> SpearmanCorrelation(absl::Span<const double> x,
                                          absl::Span<const double> y) {
  // Percentiles are ranks on another scale, which no correlation sees.
  return PearsonCorrelation(MidRankPercentiles(x), MidRankPercentiles(y));
}

absl::StatusOr<CorrelationStability> CorrelationStabilityOf(
    const NodeFlags& answered, const StabilitySettings& settings,
    const Random& random, CaseDroppedScores scores) {
  PT_RETURN_IF_ERROR(CheckDraws(settings.draw_count));
  const std::vector<NodeId> respondents = RespondentsOf(answered);
  if (respondents.size() < kStabilityRespondentsMin) {
    return CorrelationStability();
  }
  PT_ASSIGN_OR_RETURN(const PersonScores all,
                      Scored(NodeFlags(answered.size()), scores));
  if (!Correlation(all, all).has_value()) return CorrelationStability();

  const std::vector<std::size_t> counts = DroppedCounts(respondents.size());
  const auto draws = static_cast<std::size_t>(settings.draw_count);
  std::vector<char> stable(counts.size() * draws, 0);
  const auto draw_one = [&](std::size_t task) -> absl::Status {
    const std::size_t level = task / draws;
    PT_ASSIGN_OR_RETURN(
        const bool is_stable,
        IsStable(all,
                 DropSome(respondents, counts[level], answered.size(),
                          random.Fork(level).Fork(task % draws)),
                 scores));
    stable[task] = is_stable ? 1 : 0;
    return absl::OkStatus();
  };
  PT_RETURN_IF_ERROR(
      ParallelFor(stable.size(), settings.thread_count, draw_one));

  CorrelationStability stability;
  stability.coefficient = 0.0;
  for (std::size_t level = 0; level < counts.size(); ++level) {
    const auto begin =
        stable.begin() + static_cast<std::ptrdiff_t>(level * draws);
    const auto stable_count = static_cast<std::size_t>(
        std::count(begin, begin + settings.draw_count, char{1}));
    const double share = static_cast<double>(counts[level]) /
                         static_cast<double>(respondents.size());
    stability.levels.push_back(
        {static_cast<int>(counts[level]), share,
         static_cast<double>(stable_count) / static_cast<double>(draws)});
    if (IsEnough(stable_count, draws)) stability.coefficient = share;
  }
  return stability;
}

absl::StatusOr<std::optional<double>> StabilityCoefficientOf(
    const NodeFlags& answered, int draw_count, const Random& random,
    CaseDroppedScores scores) {
  PT_RETURN_IF_ERROR(CheckDraws(draw_count));
  const std::vector<NodeId> respondents = RespondentsOf(answered);
  if (respondents.size() < kStabilityRespondentsMin) return std::nullopt;
  PT_ASSIGN_OR_RETURN(const PersonScores all,
                      Scored(NodeFlags(answered.size()), scores));
  if (!Correlation(all, all).has_value()) return std::nullopt;

  const std::vector<std::size_t> counts = DroppedCounts(respondents.size());
  const auto draws = static_cast<std::size_t>(draw_count);
  for (std::size_t level = counts.size(); level-- > 0;) {
    std::size_t unstable = 0;
    for (std::size_t draw = 0; draw < draws; ++draw) {
      PT_ASSIGN_OR_RETURN(
          const bool is_stable,
          IsStable(all,
                   DropSome(respondents, counts[level], answered.size(),
                            random.Fork(level).Fork(draw)),
                   scores));
      unstable += is_stable ? 0 : 1;
      if (!IsEnough(draws - unstable, draws)) break;
    }
    if (IsEnough(draws - unstable, draws)) {
      return static_cast<double>(counts[level]) /
             static_cast<double>(respondents.size());
    }
  }
  return 0.0;
}

}  // namespace pulsetaker::network
