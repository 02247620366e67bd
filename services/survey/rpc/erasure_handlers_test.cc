// Erasing people, and telling other services where, through the stubs.

#include <string>
#include <vector>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

using PeopleStub = v1::PeopleService::Stub;

class ErasureHandlersTest : public ServiceFixture {
 protected:
  ErasureHandlersTest() {
    MakeWaveAndAbove();
    ImportPeople();
  }

  absl::StatusOr<v1::ErasureReceipt> Erase(const std::string& person,
                                           int request) {
    v1::ErasePersonRequest message;
    message.set_name(absl::StrCat(kLocalityName, "/people/", person));
    message.set_request_id(Uuid(request));
    return rpc::Call(*people_stub_, &PeopleStub::ErasePerson, message,
                     Deadline());
  }

  absl::StatusOr<v1::ListErasuresResponse> List(const std::string& feed,
                                                std::int64_t offset,
                                                std::int32_t page_size = 0) {
    v1::ListErasuresRequest message;
    message.set_feed(feed);
    message.set_offset(offset);
    message.set_page_size(page_size);
    return rpc::Call(*people_stub_, &PeopleStub::ListErasures, message,
                     Deadline());
  }
};

TEST_F(ErasureHandlersTest, TellsWhereAndNotWhom) {
  const auto none = List("", 0);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_FALSE(none->feed().empty());
  EXPECT_EQ(none->erasures_size(), 0);
  EXPECT_EQ(none->next_offset(), 0);

  const auto receipt = Erase("nobody-knows", 501);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  const auto one = List(none->feed(), none->next_offset());
  ASSERT_TRUE(one.ok()) << one.status();
  ASSERT_EQ(one->erasures_size(), 1);
  EXPECT_EQ(one->erasures(0).locality(), kLocalityName);
  EXPECT_EQ(one->erasures(0).erase_time().seconds(),
            receipt->erase_time().seconds());
  EXPECT_EQ(one->next_offset(), 1);
  EXPECT_EQ(one->SerializeAsString().find("nobody-knows"), std::string::npos);
}

TEST_F(ErasureHandlersTest, GoesOnWhereAPageEnded) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Erase(absl::StrCat("x", i), 510 + i).ok());
  }
  ASSERT_TRUE(Erase("x0", 510).ok());
  ASSERT_TRUE(Erase("x0", 520).ok()) << "erased before";
  std::string feed;
  std::int64_t offset = 0;
  std::vector<int> pages;
  while (true) {
    const auto page = List(feed, offset, 2);
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->erasures_size() == 0) break;
    pages.push_back(page->erasures_size());
    feed = page->feed();
    offset = page->next_offset();
  }
  EXPECT_EQ(pages, (std::vector<int>{2, 2, 1})) << "each once";
  EXPECT_EQ(offset, 5);
}

TEST_F(ErasureHandlersTest, BeginsAnewForWhomFollowedAnotherRun) {
  ASSERT_TRUE(Erase("x", 501).ok());
  for (const char* feed : {"", "a former run"}) {
    for (const std::int64_t offset : {0, 1, 7, -1}) {
      const auto page = List(feed, offset);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_EQ(page->erasures_size(), 1) << feed << offset;
      EXPECT_EQ(page->next_offset(), 1);
    }
  }
  const std::string feed = List("", 0)->feed();
  EXPECT_EQ(List(feed, 1)->erasures_size(), 0);
  EXPECT_EQ(List(feed, 7)->erasures_size(), 0);
  EXPECT_EQ(List(feed, 7)->next_offset(), 7);
  EXPECT_EQ(List(feed, -1)->erasures_size(), 1);
}

TEST_F(ErasureHandlersTest, RefusesANegativePage) {
  EXPECT_EQ(ReasonOf(List("", 0, -1).status()), "PAGE_SIZE_NEGATIVE");
}

}  // namespace
}  // namespace pulsetaker::survey
