#include "services/survey/rpc/plain_answers.h"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "services/survey/rpc/response_messages.h"

namespace pulsetaker::survey {
namespace {

v1::Response OneOfEach() {
  v1::Response response;
  auto& network = *response.add_network_answers();
  network.set_network_id("advice");
  network.set_state(v1::NetworkAnswer::STATE_RESPONDED);
  auto& nomination = *network.add_nominations();
  nomination.set_person("p1");
  nomination.set_weight(300);
  network.add_nominations()->set_person("p2");
  auto& rated = *response.add_item_answers();
  rated.set_item_id("i1");
  rated.set_rating(0);
  auto& unrated = *response.add_item_answers();
  unrated.set_item_id("i2");
  unrated.set_non_answer(v1::ItemAnswer::NON_ANSWER_DONT_KNOW);
  return response;
}

TEST(PlainAnswersTest, ReadsWhatIsPlain) {
  const v1::Response response = OneOfEach();
  const auto plain = ReadPlainAnswers(response.SerializeAsString());
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(*plain, FromProto(response));
  EXPECT_EQ(plain->networks[0].nominations[1].weight, 1);
  EXPECT_EQ(ReadPlainAnswers(""), Answers{});
}

TEST(PlainAnswersTest, LeavesTheRestToProtobuf) {
  const struct {
    const char* what;
    std::function<void(v1::Response&)> change;
  } cases[] = {
      {"a name", [](v1::Response& r) { r.set_name("n"); }},
      {"a revision", [](v1::Response& r) { r.set_revision(1); }},
      {"an etag", [](v1::Response& r) { r.set_etag("r1"); }},
      {"text beyond ASCII",
       [](v1::Response& r) {
         r.mutable_network_answers(0)->set_network_id("\xc3\xa9");
       }},
      {"a negative number",
       [](v1::Response& r) { r.mutable_item_answers(0)->set_rating(-1); }},
  };
  for (const auto& c : cases) {
    v1::Response response = OneOfEach();
    c.change(response);
    EXPECT_FALSE(ReadPlainAnswers(response.SerializeAsString()).has_value())
        << c.what;
  }
  const struct {
    const char* what;
    std::string bytes;
  } broken[] = {
      {"a field twice", "\x12\x04\x10\x01\x10\x02"},
      {"a rating and a non-answer", "\x1a\x04\x10\x01\x18\x01"},
      {"an unknown field", "\x3a\x01x"},
      {"an unknown field of an answer", "\x12\x03\x22\x01x"},
      {"another wire type", std::string("\x12\x05\x15\x01\0\0\0", 7)},
      {"a length beyond the end", "\x12\x05\x10\x01"},
      {"a number that does not end", "\x12\x02\x10\x80"},
      {"a number above 2^31 - 1", "\x12\x06\x10\xff\xff\xff\xff\x0f"},
      {"a tag of two bytes", "\x92\x01\x02\x10\x01"},
      {"a field 0", std::string("\0\x01", 2)},
  };
  for (const auto& c : broken) {
    EXPECT_FALSE(ReadPlainAnswers(c.bytes).has_value()) << c.what;
  }
}

// A response as a stranger may send it.
v1::Response RandomResponse(std::mt19937& random) {
  const auto below = [&](int end) {
    return static_cast<int>(random() % static_cast<unsigned>(end));
  };
  const auto text = [&] {
    return std::string(static_cast<std::size_t>(below(140)),
                       below(50) == 0 ? '\x7f' : 'a');
  };
  v1::Response response;
  for (int i = below(4); i > 0; --i) {
    auto& network = *response.add_network_answers();
    network.set_network_id(text());
    network.set_state(static_cast<v1::NetworkAnswer::State>(below(6)));
    for (int j = below(6); j > 0; --j) {
      auto& nomination = *network.add_nominations();
      nomination.set_person(text());
      nomination.set_weight(below(3) == 0 ? below(1 << 30) : below(4));
    }
  }
  for (int i = below(4); i > 0; --i) {
    auto& item = *response.add_item_answers();
    item.set_item_id(text());
    if (below(3) != 0) {
      item.set_rating(below(200));
    } else {
      item.set_non_answer(static_cast<v1::ItemAnswer::NonAnswer>(below(5)));
    }
  }
  return response;
}

// What is damaged may still be plain, but then says what protobuf says.
TEST(PlainAnswersTest, AgreesWithProtobuf) {
  constexpr unsigned kSeed = 7;
  constexpr int kRounds = 20'000;
  std::mt19937 random(kSeed);
  int damaged_but_plain = 0;
  int damaged = 0;
  for (int round = 0; round < kRounds; ++round) {
    const v1::Response response = RandomResponse(random);
    std::string bytes = response.SerializeAsString();
    const auto whole = ReadPlainAnswers(bytes);
    ASSERT_TRUE(whole.has_value()) << "seed " << kSeed << ", round " << round;
    ASSERT_EQ(*whole, FromProto(response))
        << "seed " << kSeed << ", round " << round;
    if (bytes.empty()) continue;
    ++damaged;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const auto plain = ReadPlainAnswers(bytes);
    if (!plain.has_value()) continue;
    ++damaged_but_plain;
    v1::Response read;
    ASSERT_TRUE(read.ParseFromString(bytes))
        << "seed " << kSeed << ", round " << round;
    ASSERT_EQ(*plain, FromProto(read))
        << "seed " << kSeed << ", round " << round;
  }
  EXPECT_GT(damaged_but_plain, kRounds / 20);
  std::printf(
      "%d responses read as protobuf does; %d damaged ones, of which %d were "
      "read, too\n",
      kRounds, damaged, damaged_but_plain);
}

}  // namespace
}  // namespace pulsetaker::survey
