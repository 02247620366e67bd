#include "services/survey/domain/likely_duplicates.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "absl/container/node_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/types/span.h"
#include "services/survey/domain/folded_name.h"

namespace pulsetaker::survey {
namespace {

// Of a person among all, ascending by id; or of a name among those that differ.
using Index = std::uint32_t;

bool IsDigit(char32_t letter) { return letter >= U'0' && letter <= U'9'; }

bool HaveSameDigits(const std::u32string& a, const std::u32string& b) {
  std::u32string digits[2];
  std::copy_if(a.begin(), a.end(), std::back_inserter(digits[0]), IsDigit);
  std::copy_if(b.begin(), b.end(), std::back_inserter(digits[1]), IsDigit);
  return digits[0] == digits[1];
}

// Whether the Damerau-Levenshtein distance is 1.
bool IsOneEdit(const std::u32string& a, const std::u32string& b) {
  if (a.size() > b.size()) return IsOneEdit(b, a);
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin());
  if (a.size() + 1 == b.size()) {
    return std::equal(left, a.end(), right + 1, b.end());
  }
  if (a.size() != b.size() || left == a.end()) return false;
  if (std::equal(left + 1, a.end(), right + 1, b.end())) return true;
  return left + 1 != a.end() && *left == *(right + 1) &&
         *(left + 1) == *right &&
         std::equal(left + 2, a.end(), right + 2, b.end());
}

// Those who share something, by what it is.
class Groups {
 public:
  // Which group `key` is. Members come ascending.
  Index Add(std::u32string key, Index member) {
    const auto [place, is_new] =
        index_of_.try_emplace(std::move(key), static_cast<Index>(keys_.size()));
    if (is_new) {
      keys_.push_back(&place->first);
      members_.emplace_back();
    }
    members_[place->second].push_back(member);
    return place->second;
  }

  std::size_t size() const { return keys_.size(); }
  const std::u32string& key(Index group) const { return *keys_[group]; }

  // The members above this one.
  absl::Span<const Index> Above(Index group, Index member) const {
    const std::vector<Index>& all = members_[group];
    const auto above = std::upper_bound(all.begin(), all.end(), member);
    return absl::MakeConstSpan(all).subspan(
        static_cast<std::size_t>(above - all.begin()));
  }

 private:
  // Its keys stay where they are.
  absl::node_hash_map<std::u32string, Index> index_of_;
  std::vector<const std::u32string*> keys_;
  std::vector<std::vector<Index>> members_;
};

// Finds names one letter apart. Two of them have the same letters left if one
// letter, or none, is taken out of each; so only names that share such a rest
// are compared, which rests of the same hash tell.
class Neighbours {
 public:
  explicit Neighbours(const Groups& names) : names_(names) {
    for (Index name = 0; name < names.size(); ++name) {
      ForEachRest(name,
                  [&](std::uint32_t hash) { rests_.push_back({hash, name}); });
    }
    std::sort(rests_.begin(), rests_.end());
    DropLonely();
  }

  // The names one letter from this one, ascending.
  std::vector<Index> Of(Index name) const {
    std::vector<Index> found;
    ForEachRest(name, [&](std::uint32_t hash) {
      auto rest =
          std::lower_bound(rests_.begin(), rests_.end(), Rest{hash, Index{0}});
      for (; rest != rests_.end() && rest->first == hash; ++rest) {
        if (rest->second != name) found.push_back(rest->second);
      }
    });
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    const std::u32string& letters = names_.key(name);
    const auto is_other = [&](Index other) {
      const std::u32string& others = names_.key(other);
      return !IsOneEdit(letters, others) || !HaveSameDigits(letters, others);
    };
    found.erase(std::remove_if(found.begin(), found.end(), is_other),
                found.end());
    return found;
  }

 private:
  using Rest = std::pair<std::uint32_t, Index>;  // Its hash, and the name.

  template <typename Visit>
  void ForEachRest(Index name, const Visit& visit) const {
    const std::u32string& letters = names_.key(name);
    if (letters.size() < kOneLetterLengthMin) return;
    visit(HashOf(letters));
    for (std::size_t i = 0; i < letters.size(); ++i) {
      // To take out the second of two that are the same gives the same.
      if (i > 0 && letters[i] == letters[i - 1]) continue;
      std::u32string rest = letters;
      rest.erase(i, 1);
      visit(HashOf(rest));
    }
  }

  // Half of it is enough: names of the same hash are compared anyway.
  static std::uint32_t HashOf(const std::u32string& letters) {
    return static_cast<std::uint32_t>(absl::Hash<std::u32string>()(letters));
  }

  // Almost all rests are of one name alone.
  void DropLonely() {
    std::vector<Rest> shared;
    for (std::size_t i = 0; i < rests_.size(); ++i) {
      const bool as_before = i > 0 && rests_[i - 1].first == rests_[i].first;
      const bool as_next =
          i + 1 < rests_.size() && rests_[i + 1].first == rests_[i].first;
      if (as_before || as_next) shared.push_back(rests_[i]);
    }
    rests_ = std::move(shared);
  }

  const Groups& names_;
  std::vector<Rest> rests_;
};

class Search {
 public:
  Search(std::vector<NamedPerson> people, const DuplicatesWanted& wanted)
      : wanted_(wanted) {
    std::sort(people.begin(), people.end(),
              [](const NamedPerson& a, const NamedPerson& b) {
                return a.person < b.person;
              });
    for (NamedPerson& named : people) {
      FoldedName folded = FoldName(named.name);
      if (folded.letters.empty()) continue;
      const auto index = static_cast<Index>(people_.size());
      const Index name = names_.Add(std::move(folded.letters), index);
      const Index words = words_.Add(std::move(folded.sorted_words), index);
      people_.push_back({std::move(named.person), name, words});
    }
  }

  std::vector<LikelyDuplicate> Run() const {
    std::vector<LikelyDuplicate> found;
    const Neighbours neighbours(names_);
    const auto begin = std::lower_bound(
        people_.begin(), people_.end(), wanted_.after.first,
        [](const Person& a, const std::string& id) { return a.id < id; });
    for (auto first = begin;
         first != people_.end() && found.size() < wanted_.limit; ++first) {
      AddPairsOf(static_cast<Index>(first - people_.begin()), neighbours,
                 found);
    }
    return found;
  }

 private:
  struct Person {
    std::string id;
    Index name;
    Index words;
  };
  struct Candidate {
    Index person;
    Likeness likeness;
  };

  void AddPairsOf(Index first, const Neighbours& neighbours,
                  std::vector<LikelyDuplicate>& found) const {
    const Person& person = people_[first];
    for (const Candidate& candidate : CandidatesOf(first, neighbours)) {
      if (found.size() == wanted_.limit) return;
      const PairOfPeople pair = {person.id, people_[candidate.person].id};
      if (pair <= wanted_.after || wanted_.decided.count(pair) > 0) continue;
      found.push_back({pair.first, pair.second, candidate.likeness});
    }
  }

  // Ascending, each once, with the first likeness that holds.
  std::vector<Candidate> CandidatesOf(Index first,
                                      const Neighbours& neighbours) const {
    std::vector<Candidate> candidates;
    const auto add = [&](absl::Span<const Index> people, Likeness likeness) {
      for (const Index other : people) candidates.push_back({other, likeness});
    };
    const Person& person = people_[first];
    add(names_.Above(person.name, first), Likeness::kSameName);
    add(words_.Above(person.words, first), Likeness::kSameWords);
    for (const Index name : neighbours.Of(person.name)) {
      add(names_.Above(name, first), Likeness::kOneLetter);
    }
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate& a, const Candidate& b) {
                return std::tie(a.person, a.likeness) <
                       std::tie(b.person, b.likeness);
              });
    candidates.erase(std::unique(candidates.begin(), candidates.end(),
                                 [](const Candidate& a, const Candidate& b) {
                                   return a.person == b.person;
                                 }),
                     candidates.end());
    return candidates;
  }

  const DuplicatesWanted& wanted_;
  std::vector<Person> people_;  // Ascending by id.
  Groups names_;                // By all letters.
  Groups words_;                // By sorted words.
};

}  // namespace

std::vector<LikelyDuplicate> FindLikelyDuplicates(
    std::vector<NamedPerson> people, const DuplicatesWanted& wanted) {
  return Search(std::move(people), wanted).Run();
}

}  // namespace pulsetaker::survey
