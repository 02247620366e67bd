#include "services/survey/domain/instruments.h"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/translation_check.h"

namespace pulsetaker::survey {
namespace {

// Valid content, in its one form and with its digest.
absl::StatusOr<Instrument> Checked(Instrument content) {
  PT_RETURN_IF_ERROR(CheckInstrument(content));
  CanonicalTranslations(content);
  content.content_digest = ContentDigest(content);
  return content;
}

Request ToRequest(absl::string_view method, const DraftAction& action) {
  return {.id = action.request_id,
          .digest =
              RequestDigest(method).Add(action.key).Add(action.etag).Finish()};
}

absl::Status CheckSelector(const InstrumentSelector& selector) {
  PT_RETURN_IF_ERROR(
      CheckNumber(selector.field, selector.revision,
                  {0, std::numeric_limits<std::int32_t>::max()}));
  if (selector.draft && selector.revision != 0) {
    return FieldError("REVISION_AMBIGUOUS", selector.field,
                      absl::StrCat("is ", selector.revision,
                                   ", want 0 where the draft is asked for"));
  }
  return absl::OkStatus();
}

}  // namespace

Instruments::Instruments(InstrumentStore& store, Clock clock)
    : store_(store), clock_(std::move(clock)) {}

absl::Time Instruments::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
}

absl::StatusOr<Instrument> Instruments::Create(Instrument content,
                                               const std::string& request_id) {
  PT_ASSIGN_OR_RETURN(content, Checked(std::move(content)));
  PT_RETURN_IF_ERROR(CheckTranslationsComplete(content));
  const Request request = {.id = request_id,
                           .digest = RequestDigest("CreateInstrument")
                                         .Add(content.key)
                                         .Add(content.content_digest)
                                         .Finish()};
  return store_.CreateInstrument(FirstRevision(std::move(content), Now()),
                                 request);
}

absl::StatusOr<Instrument> Instruments::CreateDraft(
    Instrument content, const std::string& request_id) {
  PT_ASSIGN_OR_RETURN(content, Checked(std::move(content)));
  const Request request = {.id = request_id,
                           .digest = RequestDigest("CreateInstrumentDraft")
                                         .Add(content.key)
                                         .Add(content.content_digest)
                                         .Finish()};
  return store_.CreateInstrument(FirstDraft(std::move(content), Now()),
                                 request);
}

absl::StatusOr<Instrument> Instruments::Update(Instrument content,
                                               const std::string& etag,
                                               const std::string& request_id) {
  PT_ASSIGN_OR_RETURN(content, Checked(std::move(content)));
  const Request request = {.id = request_id,
                           .digest = RequestDigest("UpdateInstrument")
                                         .Add(content.key)
                                         .Add(content.content_digest)
                                         .Add(etag)
                                         .Finish()};
  const absl::Time now = Now();
  return store_.UpdateInstrument(
      content.key, request,
      [&](const InstrumentVersions& current) -> absl::StatusOr<InstrumentStep> {
        PT_RETURN_IF_ERROR(CheckEtag("instrument.etag", etag, current));
        InstrumentVersions next = Drafted(current, content, now);
        Instrument told = next.draft.value();
        return InstrumentStep{std::move(next), std::move(told)};
      });
}

absl::StatusOr<Instrument> Instruments::Publish(const DraftAction& action) {
  const absl::Time now = Now();
  return store_.UpdateInstrument(
      action.key, ToRequest("PublishInstrument", action),
      [&](const InstrumentVersions& current) -> absl::StatusOr<InstrumentStep> {
        PT_RETURN_IF_ERROR(CheckHasDraft(current));
        PT_RETURN_IF_ERROR(CheckEtag("etag", action.etag, current));
        PT_ASSIGN_OR_RETURN(InstrumentVersions next, Published(current, now));
        Instrument told = next.latest.value();
        return InstrumentStep{std::move(next), std::move(told)};
      });
}

absl::StatusOr<Instrument> Instruments::Discard(const DraftAction& action) {
  return store_.UpdateInstrument(
      action.key, ToRequest("DiscardInstrumentDraft", action),
      [&](const InstrumentVersions& current) -> absl::StatusOr<InstrumentStep> {
        PT_RETURN_IF_ERROR(CheckHasDraft(current));
        PT_RETURN_IF_ERROR(CheckEtag("etag", action.etag, current));
        return InstrumentStep{Discarded(current), current.draft.value()};
      });
}

absl::StatusOr<Instrument> Instruments::Get(
    const InstrumentKey& key, const InstrumentSelector& selector) const {
  PT_RETURN_IF_ERROR(CheckSelector(selector));
  PT_ASSIGN_OR_RETURN(std::vector<Instrument> found,
                      store_.GetInstruments(key, {selector}));
  return std::move(found.front());
}

absl::StatusOr<ComparedInstruments> Instruments::Compare(
    const InstrumentKey& key, const InstrumentSelector& from,
    const InstrumentSelector& to) const {
  PT_RETURN_IF_ERROR(CheckSelector(from));
  PT_RETURN_IF_ERROR(CheckSelector(to));
  PT_ASSIGN_OR_RETURN(std::vector<Instrument> found,
                      store_.GetInstruments(key, {from, to}));
  InstrumentComparison comparison = CompareInstruments(found[0], found[1]);
  return ComparedInstruments{.from = std::move(found[0]),
                             .to = std::move(found[1]),
                             .comparison = std::move(comparison)};
}

}  // namespace pulsetaker::survey
