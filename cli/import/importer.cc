#include "cli/import/importer.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/import/import_wire.h"
#include "cli/import/text.h"
#include "cli/import/wave_sender.h"
#include "cli/rpc/parallel.h"
#include "cli/rpc/patient_call.h"
#include "common/base/status.h"
#include "google/protobuf/util/message_differencer.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;

constexpr std::size_t kDisplayNameBytesMax = 200;

// What is asked, with defaults filled in and without what the service says
// about it, of which later versions may say more.
v1::Instrument ContentOf(const v1::Instrument& from) {
  v1::Instrument instrument;
  instrument.set_display_name(from.display_name());
  instrument.set_language(from.language());
  *instrument.mutable_networks() = from.networks();
  *instrument.mutable_items() = from.items();
  *instrument.mutable_translations() = from.translations();
  for (v1::Network& network : *instrument.mutable_networks()) {
    network.set_weight_min(std::max(network.weight_min(), 1));
    network.set_weight_max(
        std::max(network.weight_max(), network.weight_min()));
  }
  return instrument;
}

std::string CutTo(absl::string_view text, std::size_t byte_count_max) {
  if (text.size() <= byte_count_max) return std::string(text);
  while (byte_count_max > 0 &&
         (static_cast<unsigned char>(text[byte_count_max]) & 0xC0U) == 0x80U) {
    --byte_count_max;
  }
  return std::string(text.substr(0, byte_count_max));
}

}  // namespace

Importer::Importer(Stub& stub, const ImportTarget& target,
                   const ImportPlan& plan)
    : stub_(stub), target_(target), plan_(plan) {}

absl::Time Importer::Deadline() const { return absl::Now() + target_.deadline; }

std::string Importer::InstrumentName() const {
  return absl::StrCat("tenants/", target_.tenant, "/instruments/",
                      target_.instrument_id);
}

std::string Importer::WaveName(const PlannedLocality& locality,
                               const PlannedWave& wave) const {
  return absl::StrCat("tenants/", target_.tenant, "/localities/", locality.id,
                      "/surveys/", target_.survey_id, "/waves/", wave.wave);
}

absl::Status Importer::Check(ProblemLog& problems) {
  PT_RETURN_IF_ERROR(CheckInstrument(problems));
  const std::size_t count = plan_.localities.size();
  std::vector<absl::Status> statuses(count);
  std::vector<std::vector<Problem>> found(count);
  actions_.assign(count, {});
  ForEachInParallel(count, target_.locality_parallelism, [&](std::size_t i) {
    statuses[i] = CheckLocality(plan_.localities[i], actions_[i], found[i]);
  });
  for (const absl::Status& status : statuses) PT_RETURN_IF_ERROR(status);
  for (std::vector<Problem>& of_locality : found) {
    for (Problem& problem : of_locality) problems.Add(std::move(problem));
  }
  return absl::OkStatus();
}

absl::Status Importer::CheckInstrument(ProblemLog& problems) {
  v1::GetInstrumentRequest request;
  request.set_name(InstrumentName());
  const absl::StatusOr<v1::Instrument> there =
      CallPatiently(stub_, &Stub::GetInstrument, request, Deadline());
  if (absl::IsNotFound(there.status())) return absl::OkStatus();
  PT_RETURN_IF_ERROR(there.status());
  instrument_revision_ = there->revision();
  if (there->state() == v1::Instrument::STATE_DRAFT) {
    problems.Add({ProblemKind::kInstrumentInvalid, "instrument", 0, "id",
                  target_.instrument_id, "is there as a draft only",
                  "it published, or another --instrument"});
    return absl::OkStatus();
  }
  if (!google::protobuf::util::MessageDifferencer::Equals(
          ContentOf(*there), ContentOf(target_.instrument))) {
    problems.Add({ProblemKind::kInstrumentInvalid, "instrument", 0, "id",
                  target_.instrument_id, "is there and asks something else",
                  "another --instrument"});
  }
  return absl::OkStatus();
}

absl::Status Importer::CheckLocality(const PlannedLocality& locality,
                                     std::vector<WaveAction>& actions,
                                     std::vector<Problem>& problems) {
  for (const PlannedWave& wave : locality.waves) {
    PT_ASSIGN_OR_RETURN(const WaveAction action,
                        CheckWave(locality, wave, problems));
    actions.push_back(action);
  }
  return absl::OkStatus();
}

absl::StatusOr<Importer::WaveAction> Importer::CheckWave(
    const PlannedLocality& locality, const PlannedWave& wave,
    std::vector<Problem>& problems) {
  v1::GetWaveRequest request;
  request.set_name(WaveName(locality, wave));
  const absl::StatusOr<v1::Wave> there =
      CallPatiently(stub_, &Stub::GetWave, request, Deadline());
  if (absl::IsNotFound(there.status())) return WaveAction::kCreate;
  PT_RETURN_IF_ERROR(there.status());
  const auto refuse = [&](std::string found, std::string want) {
    problems.push_back({ProblemKind::kWaveClosed, wave.first_file,
                        wave.first_line, "wave", absl::StrCat(wave.wave),
                        std::move(found), std::move(want)});
    return WaveAction::kRefuse;
  };
  const std::string where = Quoted(locality.display_name);
  if (there->instrument() != InstrumentName()) {
    return refuse(
        absl::StrCat("is there in ", where, " with another instrument, ",
                     there->instrument()),
        "another --survey, or --instrument");
  }
  if (there->instrument_revision() != instrument_revision_) {
    return refuse(absl::StrCat("is there in ", where, " with revision ",
                               there->instrument_revision(),
                               " of the instrument, which is not the latest"),
                  "another --survey, or --instrument");
  }
  if (there->state() != v1::Wave::STATE_CLOSED) return WaveAction::kSend;
  PT_ASSIGN_OR_RETURN(const bool is_same,
                      HoldsWave(stub_, {there->name(), target_.deadline}, wave,
                                /*exactly=*/true));
  if (is_same) return WaveAction::kNothing;
  if (target_.reopens_closed_waves) return WaveAction::kReopen;
  return refuse(
      absl::StrCat("is closed in ", where, " and holds other answers"),
      "an open wave, --reopen, or another --survey");
}

absl::StatusOr<std::vector<WaveOutcome>> Importer::Send(
    const OnProgress& on_progress) {
  PT_RETURN_IF_ERROR(EnsureInstrument());
  const std::size_t count = plan_.localities.size();
  std::vector<std::vector<WaveOutcome>> outcomes(count);
  std::atomic<std::int64_t> sent = 0;
  ForEachInParallel(count, target_.locality_parallelism, [&](std::size_t i) {
    SendLocality(i, outcomes[i],
                 [&](std::int64_t more) { on_progress(sent += more); });
  });
  std::vector<WaveOutcome> all;
  for (std::vector<WaveOutcome>& of_locality : outcomes) {
    std::move(of_locality.begin(), of_locality.end(), std::back_inserter(all));
  }
  return all;
}

void Importer::SendLocality(std::size_t index,
                            std::vector<WaveOutcome>& outcomes,
                            const OnProgress& on_more) {
  const PlannedLocality& locality = plan_.localities[index];
  absl::Status ensured;
  bool is_ensured = false;
  for (std::size_t i = 0; i < locality.waves.size(); ++i) {
    const PlannedWave& wave = locality.waves[i];
    const WaveAction action = actions_[index][i];
    if (action == WaveAction::kRefuse) continue;
    WaveOutcome& outcome = outcomes.emplace_back();
    outcome.locality = locality.id;
    outcome.wave = wave.wave;
    if (action == WaveAction::kNothing) {
      outcome.kind = WaveOutcome::Kind::kUnchanged;
      on_more(static_cast<std::int64_t>(wave.responses.size()));
      continue;
    }
    if (!is_ensured) {
      ensured = EnsureLocality(locality);
      if (ensured.ok()) ensured = EnsureSurvey(locality);
      is_ensured = true;
    }
    outcome.status = ensured;
    if (!ensured.ok()) continue;
    WaveSender sender(stub_,
                      {WaveName(locality, wave), InstrumentName(),
                       action == WaveAction::kReopen, target_.leaves_waves_open,
                       target_.deadline},
                      wave);
    outcome.status = sender.Send(outcome, on_more);
    if (!outcome.status.ok()) outcome.kind = WaveOutcome::Kind::kFailed;
  }
}

absl::Status Importer::EnsureInstrument() {
  v1::CreateInstrumentRequest request;
  request.set_parent(absl::StrCat("tenants/", target_.tenant));
  request.set_instrument_id(target_.instrument_id);
  *request.mutable_instrument() = target_.instrument;
  return Ensure(stub_, &Stub::CreateInstrument, request, Deadline());
}

absl::Status Importer::EnsureLocality(const PlannedLocality& locality) {
  v1::CreateLocalityRequest request;
  request.set_parent(absl::StrCat("tenants/", target_.tenant));
  request.set_locality_id(locality.id);
  request.mutable_locality()->set_display_name(locality.display_name);
  return Ensure(stub_, &Stub::CreateLocality, request, Deadline());
}

absl::Status Importer::EnsureSurvey(const PlannedLocality& locality) {
  v1::CreateSurveyRequest request;
  request.set_parent(
      absl::StrCat("tenants/", target_.tenant, "/localities/", locality.id));
  request.set_survey_id(target_.survey_id);
  v1::Survey& survey = *request.mutable_survey();
  survey.set_display_name(
      CutTo(target_.survey_display_name, kDisplayNameBytesMax));
  survey.set_innovation(target_.innovation);
  survey.set_service_field(target_.service_field);
  return Ensure(stub_, &Stub::CreateSurvey, request, Deadline());
}

}  // namespace pulsetaker::cli
