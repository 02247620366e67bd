#include "services/assessment/domain/release.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/string_view.h"
#include "common/base/fault.h"
#include "services/assessment/domain/cell_suppression.h"
#include "services/assessment/domain/linear_span.h"

namespace pulsetaker::assessment {
namespace {

// Numbers of contributors, ascending.
using Members = std::vector<std::size_t>;

// The contributors of all releases, each with a number.
class Contributors {
 public:
  // The members of a figure by their numbers.
  Members Number(const Release& release, const Figure& figure) {
    Members members;
    members.reserve(figure.members.size());
    for (const std::int32_t index : figure.members) {
      members.push_back(
          Number(release.contributors[static_cast<std::size_t>(index)]));
    }
    std::sort(members.begin(), members.end());
    return members;
  }

  // Whether a set is of someone, and of too few. A place counts once, with the
  // people of one of its snapshots.
  bool IsSmall(const Members& members) const {
    CellSize size;
    std::vector<std::size_t> seen;
    for (const std::size_t member : members) {
      const std::size_t place = places_[member];
      if (std::find(seen.begin(), seen.end(), place) != seen.end()) continue;
      seen.push_back(place);
      ++size.places;
      size.people += all_[member]->people;
      if (IsLargeEnough(size)) return false;
    }
    return !members.empty();
  }

  // The people of a set, of whose places each is there once.
  std::int64_t PeopleOf(const Members& members) const {
    std::int64_t people = 0;
    for (const std::size_t member : members) people += all_[member]->people;
    return people;
  }

 private:
  std::size_t Number(const Contributor& contributor) {
    const auto [it, is_new] =
        numbers_.try_emplace(std::pair<absl::string_view, absl::string_view>(
                                 contributor.place, contributor.snapshot),
                             all_.size());
    if (is_new) {
      all_.push_back(&contributor);
      places_.push_back(
          place_numbers_.try_emplace(contributor.place, place_numbers_.size())
              .first->second);
    }
    return it->second;
  }

  std::map<std::pair<absl::string_view, absl::string_view>, std::size_t>
      numbers_;
  std::map<absl::string_view, std::size_t> place_numbers_;
  std::vector<const Contributor*> all_;  // Of the releases.
  std::vector<std::size_t> places_;      // Of each, its number.
};

// The figures of one measure.
class Told {
 public:
  explicit Told(const Contributors& contributors)
      : contributors_(contributors) {}

  void AddEarlier(Members members) { earlier_.insert(std::move(members)); }
  void AddNext(std::size_t figure, bool fixed, Members members) {
    const std::int64_t people = contributors_.PeopleOf(members);
    next_.push_back({figure, fixed, people, std::move(members)});
  }

  std::optional<std::size_t> Revealing() const {
    std::optional<std::size_t> found = Differing();
    if (!found.has_value()) found = Nesting();
    if (!found.has_value()) found = Combining();
    return found;
  }

 private:
  struct Next {
    std::size_t figure = 0;
    bool fixed = false;
    std::int64_t people = 0;
    Members members;
  };

  // Of two that differ by few, both of `next`, or one.
  std::optional<std::size_t> Differing() const {
    for (std::size_t i = 0; i < next_.size(); ++i) {
      for (const Members& other : earlier_) {
        if (DifferByFew(next_[i].members, other)) return next_[i].figure;
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (!DifferByFew(next_[i].members, next_[j].members)) continue;
        return LeftOutBefore(next_[j], next_[i]) ? next_[j].figure
                                                 : next_[i].figure;
      }
    }
    return std::nullopt;
  }

  bool DifferByFew(const Members& a, const Members& b) const {
    Members difference;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(),
                                  std::back_inserter(difference));
    return contributors_.IsSmall(difference);
  }

  // A figure, of `next` or, where that is null, earlier.
  struct Any {
    const Members* members = nullptr;
    std::int64_t people = 0;
    const Next* next = nullptr;
  };

  // Of three of which two lie in the third, apart from each other, and leave
  // few of it.
  std::optional<std::size_t> Nesting() const {
    std::vector<Any> all;
    for (const Members& members : earlier_) {
      all.push_back({&members, contributors_.PeopleOf(members), nullptr});
    }
    for (const Next& next : next_) {
      all.push_back({&next.members, next.people, &next});
    }
    for (const Any& whole : all) {
      for (const Any& part : all) {
        if (whole.next == nullptr && part.next == nullptr) continue;
        if (part.members->size() >= whole.members->size() ||
            !Contains(whole, part)) {
          continue;
        }
        for (const Any& other : all) {
          if (!LeaveFew(whole, part, other)) continue;
          return FirstLeftOut({whole.next, part.next, other.next});
        }
      }
    }
    return std::nullopt;
  }

  static bool Contains(const Any& whole, const Any& part) {
    return std::includes(whole.members->begin(), whole.members->end(),
                         part.members->begin(), part.members->end());
  }

  // `part` lies in `whole`. Sizes decide it first: they cost least.
  static bool LeaveFew(const Any& whole, const Any& part, const Any& other) {
    const auto places = static_cast<std::int64_t>(whole.members->size()) -
                        static_cast<std::int64_t>(part.members->size()) -
                        static_cast<std::int64_t>(other.members->size());
    const std::int64_t people = whole.people - part.people - other.people;
    if (places <= 0 || IsLargeEnough({people, places})) return false;
    if (!Contains(whole, other)) return false;
    Members both;
    std::set_intersection(part.members->begin(), part.members->end(),
                          other.members->begin(), other.members->end(),
                          std::back_inserter(both));
    return both.empty();
  }

  static std::size_t FirstLeftOut(std::initializer_list<const Next*> figures) {
    const Next* first = nullptr;
    for (const Next* each : figures) {
      if (each == nullptr) continue;
      if (first == nullptr || LeftOutBefore(*each, *first)) first = each;
    }
    return first->figure;
  }

  // Of those that together come to the number of few: the first without which
  // they don't, else the first of all.
  std::optional<std::size_t> Combining() const {
    if (!ComeToFew(nullptr)) return std::nullopt;
    std::vector<const Next*> order;
    for (const Next& next : next_) order.push_back(&next);
    std::stable_sort(
        order.begin(), order.end(),
        [](const Next* a, const Next* b) { return LeftOutBefore(*a, *b); });
    for (const Next* next : order) {
      if (!next->fixed && !ComeToFew(next)) return next->figure;
    }
    return order.front()->figure;
  }

  // Whether the figures, but for `left_out`, come to the number of few.
  bool ComeToFew(const Next* left_out) const {
    std::vector<const Members*> figures;
    for (const Members& members : earlier_) figures.push_back(&members);
    for (const Next& next : next_) {
      if (&next != left_out) figures.push_back(&next.members);
    }
    // Contributors whom no figure tells apart are one column.
    std::map<std::size_t, std::vector<std::size_t>> figures_of;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      for (const std::size_t member : *figures[i]) {
        figures_of[member].push_back(i);
      }
    }
    std::map<std::vector<std::size_t>, Members> together;
    for (const auto& [member, of] : figures_of) together[of].push_back(member);
    std::vector<std::vector<std::size_t>> columns_of(figures.size());
    std::vector<const Members*> columns;
    for (const auto& [of, members] : together) {
      for (const std::size_t figure : of) {
        columns_of[figure].push_back(columns.size());
      }
      columns.push_back(&members);
    }
    LinearSpan span(columns.size());
    for (const auto& of_figure : columns_of) span.Add(of_figure);
    const std::vector<std::size_t> determined = span.Determined();
    return std::any_of(determined.begin(), determined.end(),
                       [&](std::size_t column) {
                         return contributors_.IsSmall(*columns[column]);
                       });
  }

  static bool LeftOutBefore(const Next& a, const Next& b) {
    return std::pair(a.fixed, a.people) < std::pair(b.fixed, b.people);
  }

  const Contributors& contributors_;
  std::set<Members> earlier_;
  std::vector<Next> next_;
};

}  // namespace

std::optional<std::size_t> RevealingFigure(absl::Span<const Release> earlier,
                                           const Release& next,
                                           const std::vector<bool>& fixed) {
  if (PT_PLANTED_BUG("release_ledger_ignored")) earlier = {};
  Contributors contributors;
  std::map<std::string, Told> told;
  const auto of_measure = [&](const std::string& measure) -> Told& {
    return told.try_emplace(measure, contributors).first->second;
  };
  for (std::size_t i = 0; i < next.figures.size(); ++i) {
    const Figure& figure = next.figures[i];
    of_measure(figure.measure)
        .AddNext(i, !fixed.empty() && fixed[i],
                 contributors.Number(next, figure));
  }
  for (const Release& release : earlier) {
    for (const Figure& figure : release.figures) {
      if (told.count(figure.measure) == 0) continue;
      of_measure(figure.measure)
          .AddEarlier(contributors.Number(release, figure));
    }
  }
  for (const auto& [measure, figures] : told) {
    const std::optional<std::size_t> revealing = figures.Revealing();
    if (revealing.has_value()) return revealing;
  }
  return std::nullopt;
}

}  // namespace pulsetaker::assessment
