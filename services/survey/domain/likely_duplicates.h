// Pairs of people whose names are so alike that they may be one person who was
// entered twice: docs/domain/people.md.

#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/base/pii.h"

namespace pulsetaker::survey {

// How alike the names of two people are, as folded_name.h folds them. The
// numbers are those of the API.
enum class Likeness : std::uint8_t {
  kSameName = 1,
  kSameWords = 2,  // In another order.
  // Of kOneLetterLengthMin letters or more each: one more, less or another, or
  // two next to each other swapped. Digits are no letters: the two names have
  // the same, in the same order.
  kOneLetter = 3,
};
inline constexpr std::size_t kOneLetterLengthMin = 8;

struct NamedPerson {
  std::string person;  // The id.
  PersonalText name;
};

// Ids of two people, the lesser one first.
using PairOfPeople = std::pair<std::string, std::string>;

struct LikelyDuplicate {
  std::string first;                        // The lesser id.
  std::string second;                       // The greater one.
  Likeness likeness = Likeness::kSameName;  // The first that holds.

  friend bool operator==(const LikelyDuplicate&,
                         const LikelyDuplicate&) = default;
};

// Which pairs to give, ascending by their ids.
struct DuplicatesWanted {
  PairOfPeople after = {};  // Only pairs above this one.
  std::size_t limit = 0;
  // Of whom it is known what they are to each other: never given.
  std::set<PairOfPeople> decided = {};
};

// The pairs among these people, each of whom is there once, in any order. A
// name without any letter is like no other.
//
// Cost: with n people and L letters in all their names, time O(L log L) and
// then what is looked at for the pairs that are given; memory O(L). Never all
// pairs: n people of one name are looked at one after the other.
std::vector<LikelyDuplicate> FindLikelyDuplicates(
    std::vector<NamedPerson> people, const DuplicatesWanted& wanted);

}  // namespace pulsetaker::survey
