#include "services/assessment/domain/condition_parser.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace pulsetaker::assessment {
namespace {

constexpr int kDepthMax = 16;
constexpr std::size_t kNumberLengthMax = 16;

using Clauses = std::vector<Clause>;

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '.' || c == '-';
}

// The names that share the metric's first part; all of them would be no help.
std::string Siblings(absl::string_view name) {
  const absl::string_view part = name.substr(0, name.find('.'));
  std::string names;
  for (const MetricDefinition& metric : MetricDefinitions()) {
    if (metric.name.substr(0, metric.name.find('.')) == part) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", metric.name);
    }
  }
  return names.empty() ? "a metric such as item.au1" : names;
}

std::size_t ConditionCount(const Clauses& clauses) {
  std::size_t count = 0;
  for (const Clause& clause : clauses) count += clause.size();
  return count;
}

class ConditionParser {
 public:
  ConditionParser(absl::string_view text, ConditionProblem& problem)
      : text_(text), problem_(problem) {}

  Clauses Parse() {
    std::optional<Clauses> clauses = ParseExpression(0);
    if (!clauses) return {};
    SkipSpaces();
    if (offset_ < text_.size()) {
      Fail("more after the end", "`and` or `or` between conditions");
      return {};
    }
    return *std::move(clauses);
  }

 private:
  std::optional<Clauses> Fail(std::string problem, std::string allowed) {
    return FailAt(offset_, std::move(problem), std::move(allowed));
  }

  std::optional<Clauses> FailAt(std::size_t offset, std::string problem,
                                std::string allowed) {
    problem_ = {offset, std::move(problem), std::move(allowed)};
    return std::nullopt;
  }

  void SkipSpaces() {
    while (offset_ < text_.size() && text_[offset_] == ' ') ++offset_;
  }

  // The word at the place, without going on.
  absl::string_view PeekWord() {
    SkipSpaces();
    std::size_t end = offset_;
    while (end < text_.size() && IsWordCharacter(text_[end])) ++end;
    return text_.substr(offset_, end - offset_);
  }

  bool Take(absl::string_view token) {
    SkipSpaces();
    if (text_.substr(offset_, token.size()) != token) return false;
    offset_ += token.size();
    return true;
  }

  std::optional<Clauses> ParseExpression(int depth) {
    if (depth > kDepthMax) {
      return Fail("parentheses nested too deep",
                  absl::StrCat("at most ", kDepthMax));
    }
    std::optional<Clauses> all = ParseTerm(depth);
    absl::string_view joined_by;
    while (all) {
      const absl::string_view word = PeekWord();
      if (word != "and" && word != "or") break;
      if (!joined_by.empty() && word != joined_by) {
        return Fail("`and` and `or` beside each other",
                    "parentheses around one of them");
      }
      joined_by = word;
      const std::size_t at = offset_;
      offset_ += word.size();
      const std::optional<Clauses> next = ParseTerm(depth);
      if (!next) return std::nullopt;
      all = word == "and" ? Both(*all, *next) : Either(*all, *next);
      if (all->size() > kClausesMax || ConditionCount(*all) > kConditionsMax) {
        return FailAt(at, "too many conditions",
                      absl::StrCat("at most ", kClausesMax, " clauses of ",
                                   kConditionsMax, " conditions in all"));
      }
    }
    return all;
  }

  static Clauses Both(Clauses a, const Clauses& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  }

  static Clauses Either(const Clauses& a, const Clauses& b) {
    Clauses all;
    for (const Clause& first : a) {
      for (const Clause& second : b) {
        Clause& clause = all.emplace_back(first);
        for (const Condition& condition : second) {
          if (std::find(clause.begin(), clause.end(), condition) ==
              clause.end()) {
            clause.push_back(condition);
          }
        }
      }
    }
    return all;
  }

  std::optional<Clauses> ParseTerm(int depth) {
    if (Take("(")) {
      std::optional<Clauses> inner = ParseExpression(depth + 1);
      if (inner && !Take(")"))
        return Fail("a parenthesis is not closed", "`)`");
      return inner;
    }
    const absl::string_view name = PeekWord();
    const std::size_t at = offset_;
    const MetricDefinition* metric = FindMetric(name);
    if (metric == nullptr) {
      return name.empty() ? Fail("no condition", "a metric, or `(`")
                          : Fail(absl::StrCat("unknown metric `", name, "`"),
                                 Siblings(name));
    }
    offset_ += name.size();
    const std::optional<Comparison> comparison = TakeComparison();
    if (!comparison) {
      return Fail(absl::StrCat("no comparison after ", name), "<, <=, >, >=");
    }
    const absl::string_view number = PeekWord();
    double threshold = 0;
    if (number.size() > kNumberLengthMax ||
        number.find_first_not_of("0123456789.-") != absl::string_view::npos ||
        !absl::SimpleAtod(number, &threshold) || !std::isfinite(threshold)) {
      return Fail(absl::StrCat("no threshold for ", name),
                  "a number such as 40, 0.25 or -0.33");
    }
    if (!CheckThreshold(*metric, *comparison, threshold)) return std::nullopt;
    if (++condition_count_ > kConditionsMax) {
      return FailAt(at, "too many conditions",
                    absl::StrCat("at most ", kConditionsMax));
    }
    offset_ += number.size();
    return Clauses{{{metric->name, *comparison, threshold}}};
  }

  std::optional<Comparison> TakeComparison() {
    if (Take("<=")) return Comparison::kAtMost;
    if (Take("<")) return Comparison::kLess;
    if (Take(">=")) return Comparison::kAtLeast;
    if (Take(">")) return Comparison::kGreater;
    return std::nullopt;
  }

  bool CheckThreshold(const MetricDefinition& metric, Comparison comparison,
                      double threshold) {
    const MetricRange range = RangeOf(metric.unit);
    const std::string allowed =
        absl::StrCat("from ", range.low, " to ", range.high);
    if (threshold < range.low || threshold > range.high) {
      Fail(absl::StrCat("the threshold of ", metric.name,
                        " is outside of its range"),
           allowed);
      return false;
    }
    const bool whole =
        metric.unit == MetricUnit::kCount || metric.unit == MetricUnit::kFlag;
    if (whole && threshold != std::floor(threshold)) {
      Fail(
          absl::StrCat("the threshold of ", metric.name, " is no whole number"),
          absl::StrCat("whole numbers ", allowed));
      return false;
    }
    const bool above =
        comparison == Comparison::kLess || comparison == Comparison::kAtLeast;
    if (threshold == (above ? range.low : range.high)) {
      Fail(
          absl::StrCat("the comparison of ", metric.name,
                       " always comes out the same"),
          absl::StrCat("a threshold ", above ? "above " : "below ", threshold));
      return false;
    }
    return true;
  }

  const absl::string_view text_;
  ConditionProblem& problem_;
  std::size_t offset_ = 0;
  std::size_t condition_count_ = 0;
};

}  // namespace

std::vector<Clause> ParseConditions(absl::string_view text,
                                    ConditionProblem& problem) {
  return ConditionParser(text, problem).Parse();
}

}  // namespace pulsetaker::assessment
