#include "cli/synth/standard_items.h"

#include <fstream>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli::synth {
namespace {

TEST(StandardItemsTest, AreThoseOfTheStandardInstrument) {
  std::ifstream file("instruments/standard.json");
  ASSERT_TRUE(file.good());
  const auto instrument = nlohmann::json::parse(file);
  const auto& items = instrument.at("items");
  ASSERT_EQ(items.size(), StandardItems().size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const StandardItem& ours = StandardItems()[i];
    SCOPED_TRACE(ours.id);
    EXPECT_EQ(items[i].at("itemId"), ours.id);
    EXPECT_EQ(items[i].value("reverseScored", false), ours.reverse);
    EXPECT_EQ(items[i].at("kind") == "KIND_CORNER",
              ours.kind == StandardItem::Kind::kCorner);
    EXPECT_EQ(items[i].at("kind") == "KIND_ARROW",
              ours.kind == StandardItem::Kind::kArrow);
  }
}

}  // namespace
}  // namespace pulsetaker::cli::synth
