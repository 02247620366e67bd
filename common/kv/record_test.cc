#include "common/kv/record.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace pulsetaker::kv {
namespace {

enum class Colour { kRed, kGreen, kBlue };

struct Point {
  std::int32_t x = 7;
  std::optional<double> y;

  friend bool operator==(const Point&, const Point&) = default;
};

constexpr auto FieldsOf(const Point*) {
  return std::tuple(Field(1, &Point::x), Field(2, &Point::y));
}

struct Shape {
  std::string name;
  Colour colour = Colour::kRed;
  std::optional<Colour> border;
  std::vector<Colour> palette;
  std::int64_t area = 0;
  bool filled = false;
  double angle = 0;
  Point centre;
  std::optional<Point> focus;
  std::vector<Point> corners;
  std::vector<std::string> labels;
  std::vector<std::int32_t> counts;
  std::vector<double> lengths;
  std::array<double, 2> axes{};

  friend bool operator==(const Shape&, const Shape&) = default;
};

constexpr auto FieldsOf(const Shape*) {
  return std::tuple(Field(1, &Shape::name),
                    Field(2, &Shape::colour, Colour::kBlue),
                    Field(3, &Shape::border, Colour::kBlue),
                    Field(4, &Shape::palette, Colour::kBlue),
                    Field(5, &Shape::area), Field(6, &Shape::filled),
                    Field(7, &Shape::angle), Field(9, &Shape::centre),
                    Field(10, &Shape::focus), Field(11, &Shape::corners),
                    Field(12, &Shape::labels), Field(13, &Shape::counts),
                    Field(14, &Shape::lengths), Field(15, &Shape::axes));
}

Shape Full() {
  Shape shape;
  shape.name = std::string("a\0b", 3);
  shape.colour = Colour::kBlue;
  shape.border = Colour::kRed;
  shape.palette = {Colour::kGreen, Colour::kRed};
  shape.area = std::numeric_limits<std::int64_t>::min();
  shape.filled = true;
  shape.angle = -0.0;
  shape.centre = {-1, 0.5};
  shape.focus = Point{};
  shape.corners = {{1, {}}, {2, 0.0}};
  shape.labels = {"", "x"};
  shape.counts = {-1, 0, 300};
  shape.lengths = {1.5};
  shape.axes = {1, 2};
  return shape;
}

// These bytes are on disk. If this test fails, the code is wrong, not the test.
TEST(RecordTest, HasTheBytesThatAreOnDisk) {
  EXPECT_EQ(absl::BytesToHexString(EncodeRecord(Point{1, 1.0})),
            "0801"
            "11000000000000f03f");
  EXPECT_EQ(absl::BytesToHexString(EncodeRecord(Point{-1, {}})),
            "08ffffffffffffffffff01");
  EXPECT_EQ(absl::BytesToHexString(EncodeRecord(Shape{})),
            "0a00"
            "1000"
            "2800"
            "3000"
            "390000000000000000"
            "4a020807"
            "7a1000000000000000000000000000000000");
  EXPECT_EQ(absl::BytesToHexString(EncodeRecord(Full())),
            "0a03610062"
            "1002"
            "1800"
            "22020100"
            "2880808080808080808001"
            "3001"
            "390000000000000080"
            "4a1408ffffffffffffffffff0111000000000000e03f"
            "52020807"
            "5a020801"
            "5a0b0802110000000000000000"
            "6200"
            "620178"
            "6a0dffffffffffffffffff0100ac02"
            "7208000000000000f83f"
            "7a10000000000000f03f0000000000000040");
}

TEST(RecordTest, ReadsWhatItWrote) {
  for (const Shape& shape : {Shape{}, Full()}) {
    Shape read;
    ASSERT_TRUE(DecodeRecord(EncodeRecord(shape), read));
    EXPECT_EQ(read, shape);
    EXPECT_EQ(EncodeRecord(read), EncodeRecord(shape));
  }
}

TEST(RecordTest, TakesNothingElse) {
  const auto refuses = [](absl::string_view hex) {
    Point point;
    return !DecodeRecord(absl::HexStringToBytes(hex), point);
  };
  EXPECT_FALSE(refuses("0801"));
  EXPECT_TRUE(refuses(""));                        // x is missing.
  EXPECT_TRUE(refuses("11000000000000f03f"));      // The same.
  EXPECT_TRUE(refuses("08"));                      // Cut short.
  EXPECT_TRUE(refuses("08010801"));                // Twice.
  EXPECT_TRUE(refuses("08011800"));                // Number 3 is unknown.
  EXPECT_TRUE(refuses("11000000000000f03f0801"));  // Out of order.
  EXPECT_TRUE(refuses("088100"));                  // 1, spelled in two bytes.
  EXPECT_TRUE(refuses("0a0101"));                  // Of another kind.
  EXPECT_TRUE(refuses("080111000000000000f0"));    // Cut short.
  EXPECT_TRUE(refuses("088080808008"));            // 2^31 is no int32.
  EXPECT_TRUE(refuses("08ffffffffffffffffff02"));  // More than 64 bits.
}

TEST(RecordTest, RefusesValuesThatTheTypeHasNot) {
  std::string bytes = EncodeRecord(Shape{});
  Shape shape;
  bytes[3] = 3;  // Past Colour::kBlue.
  EXPECT_FALSE(DecodeRecord(bytes, shape));
  bytes = EncodeRecord(Shape{});
  bytes[7] = 2;  // Neither true nor false.
  shape = {};
  EXPECT_FALSE(DecodeRecord(bytes, shape));
}

// Whatever is on disk, reading it ends with an answer, and what it accepts is
// what it would write.
TEST(RecordTest, SurvivesDamage) {
  const std::string whole = EncodeRecord(Full());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Shape shape;
    EXPECT_FALSE(DecodeRecord(whole.substr(0, size), shape)) << size;
  }
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    std::mt19937 random(seed);
    std::string damaged = whole;
    const auto changes = 1 + random() % 3;
    for (unsigned long i = 0; i < changes; ++i) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    Shape shape;
    if (DecodeRecord(damaged, shape)) {
      EXPECT_EQ(EncodeRecord(shape), damaged) << seed;
    }
  }
}

}  // namespace
}  // namespace pulsetaker::kv
