#include "services/survey/domain/instrument_versions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/translation_check.h"

namespace pulsetaker::survey {
namespace {

absl::Status PreconditionError(absl::string_view reason,
                               absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message);
}

// The caller gave a good request; it is the draft that is not ready.
absl::Status AsPrecondition(const absl::Status& error) {
  return MakeError(absl::StatusCode::kFailedPrecondition, ReasonOf(error),
                   error.message(), MetadataOf(error));
}

}  // namespace

const Instrument& WorkedOn(const InstrumentVersions& versions) {
  return versions.draft.has_value() ? *versions.draft : versions.latest.value();
}

const Instrument& Shown(const InstrumentVersions& versions) {
  return versions.latest.has_value() ? *versions.latest
                                     : versions.draft.value();
}

std::string EtagOf(const Instrument& instrument) {
  if (!instrument.is_draft()) return absl::StrCat("r", instrument.revision);
  return absl::StrCat("d", instrument.revision, "-",
                      instrument.content_digest.substr(0, 32));
}

absl::Status CheckEtag(absl::string_view field, absl::string_view expected,
                       const InstrumentVersions& versions) {
  if (expected.empty() || expected == EtagOf(WorkedOn(versions))) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                   absl::StrCat(field, " is not the current one"),
                   {{"field", std::string(field)}});
}

absl::Status CheckHasDraft(const InstrumentVersions& versions) {
  if (versions.draft.has_value()) return absl::OkStatus();
  return PreconditionError("INSTRUMENT_DRAFT_NOT_FOUND",
                           "the instrument has no draft");
}

Instrument FirstDraft(Instrument content, absl::Time now) {
  content.state = InstrumentState::kDraft;
  content.revision = 0;
  content.create_time = content.update_time = now;
  content.publish_time = absl::Time();
  return content;
}

Instrument FirstRevision(Instrument content, absl::Time now) {
  content.state = InstrumentState::kPublished;
  content.revision = 1;
  content.create_time = content.update_time = content.publish_time = now;
  return content;
}

InstrumentVersions Drafted(const InstrumentVersions& versions,
                           Instrument content, absl::Time now) {
  InstrumentVersions next = versions;
  content.key = WorkedOn(versions).key;
  content.state = InstrumentState::kDraft;
  content.revision =
      versions.latest.has_value() ? versions.latest->revision : 0;
  content.create_time = WorkedOn(versions).create_time;
  content.update_time = now;
  content.publish_time = absl::Time();
  next.draft = std::move(content);
  return next;
}

absl::StatusOr<InstrumentVersions> Published(const InstrumentVersions& versions,
                                             absl::Time now) {
  Instrument revision = versions.draft.value();
  if (const absl::Status complete = CheckTranslationsComplete(revision);
      !complete.ok()) {
    return AsPrecondition(complete);
  }
  if (versions.latest.has_value() &&
      versions.latest->content_digest == revision.content_digest) {
    return PreconditionError("INSTRUMENT_UNCHANGED",
                             "the draft says what the latest revision says");
  }
  revision.state = InstrumentState::kPublished;
  ++revision.revision;
  revision.publish_time = now;
  return InstrumentVersions{.latest = std::move(revision),
                            .draft = std::nullopt};
}

InstrumentVersions Discarded(const InstrumentVersions& versions) {
  return {.latest = versions.latest, .draft = std::nullopt};
}

absl::StatusOr<std::int32_t> RevisionToAsk(const Instrument& shown,
                                           std::int32_t wanted) {
  if (shown.is_draft()) {
    return PreconditionError("INSTRUMENT_NOT_PUBLISHED",
                             "no revision of the instrument was published");
  }
  if (wanted > shown.revision) {
    return NoSuchRevision("wave.instrument_revision", wanted);
  }
  return wanted == 0 ? shown.revision : wanted;
}

absl::Status NoSuchRevision(absl::string_view field, std::int32_t revision) {
  return MakeError(absl::StatusCode::kNotFound, "INSTRUMENT_REVISION_NOT_FOUND",
                   absl::StrCat("the instrument has no revision ", revision),
                   {{"field", std::string(field)}});
}

}  // namespace pulsetaker::survey
