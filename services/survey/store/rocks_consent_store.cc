#include "services/survey/store/rocks_consent_store.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "services/survey/store/consent_rows.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"
#include "services/survey/store/request_results.h"

namespace pulsetaker::survey {
namespace {

// What a change holds in memory, about, besides its own text.
constexpr std::size_t kWorkBytes = 4096;

absl::Status TextNotFound() {
  return NotFound("CONSENT_TEXT_NOT_FOUND",
                  "the survey has no such version of its consent text");
}

class RocksConsentStore final : public ConsentStore {
 public:
  RocksConsentStore(const Tables& tables, Committer& committer)
      : tables_(tables), committer_(committer) {}

  absl::StatusOr<ConsentText> Publish(const ConsentText& text,
                                      const Request& request) override {
    ConsentText published;
    PT_RETURN_IF_ERROR(committer_.Run(
        kWorkBytes + ToRecord(text).ByteSizeLong(),
        [&](rocksdb::WriteBatch& batch) -> absl::Status {
          PT_ASSIGN_OR_RETURN(published, StagePublish(text, request, batch));
          return absl::OkStatus();
        }));
    return published;
  }

  absl::StatusOr<ConsentText> GetConsentText(
      const SurveyKey& survey, std::int32_t version) const override {
    const auto view = committer_.durable_view();
    return Require(survey, version, StoredReader(tables_, view->snapshot()));
  }

  absl::StatusOr<std::vector<ConsentText>> ListConsentTexts(
      const SurveyKey& survey, std::int32_t after,
      std::size_t limit) const override {
    const auto view = committer_.durable_view();
    std::vector<ConsentText> texts;
    if (limit == 0) return texts;
    const std::string prefix = keys::WavesPrefix(survey);
    const std::string start =
        after > 0 ? keys::ForConsentText(survey, after) + '\0' : prefix;
    PT_RETURN_IF_ERROR(
        StoredReader(tables_, view->snapshot())
            .Scan(tables_.consent_texts, prefix, start,
                  [&](absl::string_view key,
                      absl::string_view value) -> absl::StatusOr<bool> {
                    PT_ASSIGN_OR_RETURN(const std::int32_t version,
                                        keys::WaveOf(key, prefix));
                    PT_ASSIGN_OR_RETURN(
                        texts.emplace_back(),
                        ReadConsentText(survey, version, value));
                    return texts.size() < limit;
                  }));
    return texts;
  }

 private:
  absl::StatusOr<ConsentText> Require(const SurveyKey& survey,
                                      std::int32_t version,
                                      const StoredReader& reader) const {
    PT_ASSIGN_OR_RETURN(std::optional<ConsentText> text,
                        FindConsentText(tables_, reader, survey, version));
    if (!text.has_value()) return TextNotFound();
    return *std::move(text);
  }

  // The version of the newest text of the survey, 0 if there is none.
  absl::StatusOr<std::int32_t> NewestVersion(const StoredReader& now,
                                             const SurveyKey& survey) const {
    const std::string prefix = keys::WavesPrefix(survey);
    std::int32_t newest = 0;
    PT_RETURN_IF_ERROR(now.Scan(
        tables_.consent_texts, prefix, prefix,
        [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
          PT_ASSIGN_OR_RETURN(newest, keys::WaveOf(key, prefix));
          return true;
        }));
    return newest;
  }

  absl::StatusOr<ConsentText> StagePublish(const ConsentText& text,
                                           const Request& request,
                                           rocksdb::WriteBatch& batch) const {
    const StoredReader now(tables_, nullptr);
    const std::string request_key = RequestKey(text.survey.tenant, request);
    PT_ASSIGN_OR_RETURN(const auto before,
                        now.FindRequest(request_key, request));
    if (before.has_value()) {
      if (!before->has_consent_text()) return WrongKindOfRequest();
      return Require(text.survey, before->consent_text().version(), now);
    }
    PT_ASSIGN_OR_RETURN(const auto survey, now.FindSurvey(text.survey));
    if (!survey.has_value()) {
      return NotFound("SURVEY_NOT_FOUND", "the locality has no such survey");
    }
    ConsentText published = text;
    PT_ASSIGN_OR_RETURN(const std::int32_t newest,
                        NewestVersion(now, text.survey));
    published.version = newest + 1;
    batch.Put(tables_.consent_texts,
              keys::ForConsentText(text.survey, published.version),
              ToRecord(published).SerializeAsString());
    storage::RequestRecord record;
    record.set_digest(request.digest);
    record.mutable_consent_text()->set_version(published.version);
    batch.Put(tables_.request_ids, request_key, record.SerializeAsString());
    return published;
  }

  const Tables& tables_;
  Committer& committer_;
};

}  // namespace

std::unique_ptr<ConsentStore> MakeRocksConsentStore(const Tables& tables,
                                                    Committer& committer) {
  return std::make_unique<RocksConsentStore>(tables, committer);
}

}  // namespace pulsetaker::survey
