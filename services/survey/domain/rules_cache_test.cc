#include "services/survey/domain/rules_cache.h"

#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

WaveKey Key(int wave) {
  return {.tenant = "t", .locality = "l", .survey = "s", .wave = wave};
}

std::shared_ptr<const WaveRules> Rules(int wave) {
  return std::make_shared<const WaveRules>(Key(wave), Instrument(), 0);
}

TEST(RulesCacheTest, FindsWhatItWasGiven) {
  RulesCache cache(2);
  EXPECT_EQ(cache.Find(Key(1)), nullptr);
  const auto rules = Rules(1);
  cache.Put(rules);
  cache.Put(Rules(1));  // The first stays.
  EXPECT_EQ(cache.Find(Key(1)), rules);
  EXPECT_EQ(cache.Find(Key(2)), nullptr);
  WaveKey of_another_tenant = Key(1);
  of_another_tenant.tenant = "u";
  EXPECT_EQ(cache.Find(of_another_tenant), nullptr);
}

TEST(RulesCacheTest, MakesRoomByWhatWasNotUsedForLongest) {
  RulesCache cache(2);
  cache.Put(Rules(1));
  cache.Put(Rules(2));
  EXPECT_NE(cache.Find(Key(1)), nullptr);
  cache.Put(Rules(3));
  EXPECT_NE(cache.Find(Key(1)), nullptr);
  EXPECT_EQ(cache.Find(Key(2)), nullptr);
  EXPECT_NE(cache.Find(Key(3)), nullptr);
}

}  // namespace
}  // namespace pulsetaker::survey
