#include "services/survey/domain/instrument_versions.h"

#include <string>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/content_digest.h"

namespace pulsetaker::survey {
namespace {

absl::Time At(std::int64_t micros) { return absl::FromUnixMicros(micros); }

Instrument ContentOf(const std::string& display_name) {
  Instrument content;
  content.key = {"north", "standard"};
  content.display_name = display_name;
  content.language = "en";
  content.content_digest = ContentDigest(content);
  return content;
}

InstrumentVersions NewRevision(const std::string& display_name) {
  return {.latest = FirstRevision(ContentOf(display_name), At(1)),
          .draft = std::nullopt};
}

InstrumentVersions NewDraft(const std::string& display_name) {
  return {.latest = std::nullopt,
          .draft = FirstDraft(ContentOf(display_name), At(1))};
}

TEST(InstrumentVersionsTest, LeadsADraftToTheNextRevision) {
  const InstrumentVersions first = NewRevision("A");
  const InstrumentVersions drafted = Drafted(first, ContentOf("B"), At(2));
  EXPECT_EQ(drafted.latest, first.latest);
  ASSERT_TRUE(drafted.draft.has_value());
  EXPECT_TRUE(drafted.draft->is_draft());
  EXPECT_EQ(drafted.draft->create_time, At(1));
  EXPECT_EQ(drafted.draft->update_time, At(2));
  EXPECT_EQ(&Shown(drafted), &*drafted.latest);
  EXPECT_EQ(&WorkedOn(drafted), &*drafted.draft);
  EXPECT_EQ(Discarded(drafted), first);

  const auto second = Published(drafted, At(3));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_FALSE(second->draft.has_value());
  EXPECT_EQ(second->latest->revision, 2);
  EXPECT_EQ(second->latest->display_name, "B");
  EXPECT_FALSE(second->latest->is_draft());
  EXPECT_EQ(second->latest->create_time, At(1));
  EXPECT_EQ(second->latest->update_time, At(2));
  EXPECT_EQ(second->latest->publish_time, At(3));
  EXPECT_EQ(Drafted(*second, ContentOf("C"), At(4)).draft->revision, 2);
}

TEST(InstrumentVersionsTest, PublishesTheFirstDraftAsRevision1) {
  const InstrumentVersions drafted =
      Drafted(NewDraft("A"), ContentOf("B"), At(2));
  EXPECT_FALSE(drafted.latest.has_value());
  EXPECT_EQ(&Shown(drafted), &*drafted.draft);
  const auto published = Published(drafted, At(3));
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(published->latest->revision, 1);
  EXPECT_FALSE(Discarded(drafted).draft.has_value());
}

TEST(InstrumentVersionsTest, PublishesOnlyWhatIsReadyAndNew) {
  const InstrumentVersions same =
      Drafted(NewRevision("A"), ContentOf("A"), At(2));
  EXPECT_EQ(ReasonOf(Published(same, At(3)).status()), "INSTRUMENT_UNCHANGED");
  InstrumentVersions gaps = same;
  gaps.draft->translations.emplace_back().language = "cy";
  const absl::Status status = Published(gaps, At(3)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "TRANSLATION_INCOMPLETE");
  EXPECT_EQ(ReasonOf(CheckHasDraft(NewRevision("A"))),
            "INSTRUMENT_DRAFT_NOT_FOUND");
  EXPECT_TRUE(CheckHasDraft(gaps).ok());
}

TEST(InstrumentVersionsTest, KnowsWhatAnEtagIsOf) {
  const InstrumentVersions first = NewRevision("A");
  const std::string read = EtagOf(*first.latest);
  EXPECT_TRUE(CheckEtag("etag", read, first).ok());
  EXPECT_TRUE(CheckEtag("etag", "", first).ok());

  // Someone else made a draft meanwhile.
  const InstrumentVersions drafted = Drafted(first, ContentOf("B"), At(2));
  const absl::Status status = CheckEtag("etag", read, drafted);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  EXPECT_TRUE(CheckEtag("etag", EtagOf(*drafted.draft), drafted).ok());

  // A draft that says something else is another one, also after a discard.
  const InstrumentVersions other =
      Drafted(Discarded(drafted), ContentOf("C"), At(2));
  EXPECT_FALSE(CheckEtag("etag", EtagOf(*drafted.draft), other).ok());
  // So is one that says the same on top of another revision.
  const InstrumentVersions second = *Published(other, At(3));
  EXPECT_FALSE(CheckEtag("etag", EtagOf(*drafted.draft),
                         Drafted(second, ContentOf("B"), At(4)))
                   .ok());
  EXPECT_NE(EtagOf(*second.latest), read);
}

TEST(InstrumentVersionsTest, SaysWhatAWaveAsks) {
  Instrument third = *NewRevision("A").latest;
  third.revision = 3;
  const struct {
    Instrument shown;
    std::int32_t wanted;
    std::int32_t revision;
    std::string reason;
  } cases[] = {
      {third, 0, 3, ""},
      {third, 1, 1, ""},
      {third, 3, 3, ""},
      {third, 4, 0, "INSTRUMENT_REVISION_NOT_FOUND"},
      {*NewDraft("A").draft, 0, 0, "INSTRUMENT_NOT_PUBLISHED"},
      {*NewDraft("A").draft, 1, 0, "INSTRUMENT_NOT_PUBLISHED"},
  };
  for (const auto& c : cases) {
    const auto revision = RevisionToAsk(c.shown, c.wanted);
    EXPECT_EQ(ReasonOf(revision.status()), c.reason) << c.wanted;
    EXPECT_EQ(revision.value_or(0), c.revision);
  }
}

}  // namespace
}  // namespace pulsetaker::survey
