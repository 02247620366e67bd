// A database in memory, and things to put into it, for tests of the store.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/digest.h"
#include "common/base/mutex.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {

inline absl::Time At(std::int64_t micros) {
  return absl::FromUnixMicros(1'700'000'000'000'000 + micros);
}

// The request with this number, that asks for `content`.
inline Request RequestOf(int number, absl::string_view content = "") {
  return {.id = absl::StrFormat("%08x-0000-4000-8000-000000000000", number),
          .digest = Sha256().UpdateText(content).Finish()};
}

inline Locality LocalityOf(const LocalityKey& key,
                           absl::string_view display_name = "Leeds") {
  return {.key = key,
          .display_name = std::string(display_name),
          .region = "Yorkshire",
          .population = 800'000,
          .profile = {{"rurality", "urban"}, {"deprivation", "4"}},
          .revision = 1,
          .create_time = At(1),
          .update_time = At(1)};
}

// Asks about two networks and two items.
inline Instrument InstrumentOf(const InstrumentKey& key) {
  Instrument instrument;
  instrument.key = key;
  instrument.display_name = "Standard";
  instrument.language = "en-GB";
  for (const char* id : {"advice", "trust"}) {
    instrument.networks.push_back({.network_id = id,
                                   .label = id,
                                   .wording = "Whom do you ask?",
                                   .provenance = Provenance::kDesign,
                                   .direction = Direction::kDirected,
                                   .direction_meaning = "i asks j",
                                   .weight_min = 1,
                                   .weight_max = 5,
                                   .nomination_cap = 10});
  }
  instrument.items.push_back({.item_id = "au1",
                              .wording = "The law allows it.",
                              .kind = ItemKind::kCorner,
                              .corner = Corner::kAuthority,
                              .arrow = std::nullopt,
                              .cluster = "law",
                              .external_resource = true,
                              .reverse_scored = true,
                              .scale_min = 0,
                              .scale_max = 10,
                              .source = "A book"});
  instrument.items.push_back(
      {.item_id = "a_c_1",
       .wording = "Permission brings means.",
       .kind = ItemKind::kArrow,
       .corner = Corner::kNone,
       .arrow = Arrow{.from = Corner::kAuthority, .to = Corner::kCapacity},
       .cluster = "",
       .external_resource = false,
       .reverse_scored = false,
       .scale_min = 1,
       .scale_max = 5,
       .source = ""});
  instrument.create_time = At(2);
  instrument.update_time = At(2);
  instrument.publish_time = At(2);
  instrument.content_digest = ContentDigest(instrument);
  return instrument;
}

inline Survey SurveyOf(const SurveyKey& key) {
  return {.key = key,
          .display_name = "Home care",
          .innovation = "Teams that run themselves",
          .service_field = "social care",
          .revision = 1,
          .create_time = At(3),
          .update_time = At(3)};
}

inline Wave WaveOf(const WaveKey& key) {
  Wave wave;
  wave.key = key;
  wave.display_name = "Spring";
  wave.instrument_id = "standard";
  wave.instrument_revision = 1;
  wave.revision = 1;
  wave.create_time = At(4);
  return wave;
}

inline Participant ParticipantOf(absl::string_view person,
                                 Invitation invitation = Invitation::kInvited) {
  return {.person = std::string(person),
          .display_name = PersonalText(absl::StrCat("Name of ", person)),
          .organisation = "Council",
          .sector = "health",
          .layer = Layer::kFrontline,
          .secondary_layers = {Layer::kSystemic, Layer::kPublic},
          .invitation = invitation,
          .attributes = {{"role", "nurse"}}};
}

// Canonical answers that differ with `content`.
inline Answers AnswersOf(std::int32_t content) {
  return {.networks = {{.network_id = "advice",
                        .state = AnswerState::kResponded,
                        .nominations = {{.person = "n1", .weight = 1},
                                        {.person = absl::StrCat("n2-", content),
                                         .weight = 1 + content % 5}}},
                       {.network_id = "trust",
                        .state = AnswerState::kRespondedNobody,
                        .nominations = {}}},
          .items = {{.item_id = "a_c_1",
                     .rating = std::nullopt,
                     .non_answer = NonAnswer::kDontKnow},
                    {.item_id = "au1",
                     .rating = content % 11,
                     .non_answer = NonAnswer::kNone}}};
}

inline FrameRow RowOf(
    absl::string_view person, std::int32_t content,
    std::optional<std::int64_t> expected_revision = std::nullopt) {
  return {.person = std::string(person),
          .answers = AnswersOf(content),
          .expected_revision = expected_revision};
}

// What a callback is called with, for a thread that waits.
template <typename T>
class Awaited {
 public:
  std::function<void(absl::StatusOr<T>)> callback() {
    return [this](absl::StatusOr<T> result) {
      MutexLock lock(mutex_);
      EXPECT_FALSE(result_.has_value()) << "called twice";
      result_ = std::move(result);
      came_.notify_one();
    };
  }

  absl::StatusOr<T> Wait() {
    MutexLock lock(mutex_);
    while (!result_.has_value()) lock.Wait(came_);
    return *result_;
  }

 private:
  Mutex mutex_;
  std::condition_variable came_;
  std::optional<absl::StatusOr<T>> result_;
};

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() { Reopen(); }

  void Reopen() {
    database_.reset();  // One process, one handle.
    auto opened = OpenSurveyDatabase({.path = "/db", .env = env_.get()});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
  }

  SurveyStore& store() { return database_->store(); }

  // Makes all that a wave needs, and the wave itself, in DRAFT.
  void MakeWave() {
    ASSERT_TRUE(
        store()
            .CreateLocality(LocalityOf({"north", "leeds"}), RequestOf(1))
            .ok());
    ASSERT_TRUE(
        database_->instruments()
            .CreateInstrument(InstrumentOf({"north", "standard"}), RequestOf(2))
            .ok());
    ASSERT_TRUE(
        store()
            .CreateSurvey(SurveyOf({"north", "leeds", "care"}), RequestOf(3))
            .ok());
    ASSERT_TRUE(store().CreateWave(WaveOf(wave_), RequestOf(4)).ok());
  }

  // The same, with a roster of p1 to p9, and OPEN.
  void MakeOpenWave() {
    MakeWave();
    std::vector<Participant> people;
    for (int i = 1; i <= 9; ++i) {
      people.push_back(ParticipantOf(absl::StrCat("p", i)));
    }
    ASSERT_TRUE(store().ImportRoster(wave_, RequestOf(5), people).ok());
    SetState(6, WaveState::kOpen);
  }

  void SetState(int request, WaveState state) {
    const auto updated =
        store().UpdateWave(wave_, RequestOf(request),
                           [&](const Wave& current) -> absl::StatusOr<Wave> {
                             Wave wave = current;
                             wave.state = state;
                             ++wave.revision;
                             return wave;
                           });
    ASSERT_TRUE(updated.ok()) << updated.status();
  }

  absl::StatusOr<FrameResult> Append(std::int64_t offset,
                                     std::vector<FrameRow> rows,
                                     absl::string_view upload = "u1") {
    Awaited<FrameResult> result;
    database_->log().AppendFrame({.upload = {wave_, std::string(upload)},
                                  .offset = offset,
                                  .rows = std::move(rows),
                                  .receive_time = At(100)},
                                 result.callback());
    return result.Wait();
  }

  absl::StatusOr<Response> Submit(
      int request, absl::string_view person, std::int32_t content,
      std::optional<std::int64_t> expected_revision = std::nullopt) {
    Awaited<Response> result;
    database_->log().Submit(
        {.key = {wave_, std::string(person)},
         .answers = AnswersOf(content),
         .expected_revision = expected_revision,
         .request = RequestOf(request, absl::StrCat(person, "=", content)),
         .receive_time = At(200)},
        result.callback());
    return result.Wait();
  }

  const WaveKey wave_ = {"north", "leeds", "care", 3};
  const std::unique_ptr<rocksdb::Env> env_{
      rocksdb::NewMemEnv(rocksdb::Env::Default())};
  std::unique_ptr<SurveyDatabase> database_;
};

}  // namespace pulsetaker::survey
