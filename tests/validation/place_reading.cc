#include "tests/validation/place_reading.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/import/import_wire.h"
#include "cli/import/planner.h"
#include "cli/synth/survey_generator.h"
#include "common/base/status.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "pulsetaker/survey/v1/survey_service.pb.h"
#include "services/assessment/clients/findings_from_proto.h"
#include "services/assessment/clients/wave_builder.h"
#include "services/network/clients/snapshot_builder.h"
#include "services/network/domain/analyze.h"
#include "services/network/rpc/analysis_encoder.h"

namespace pulsetaker::validation {
namespace {

namespace wire = survey::v1;
using Piece = wire::StreamWaveSnapshotResponse;

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (!result.ok()) FailStop(result.status().ToString());
  return *std::move(result);
}

cli::PlannedLocality Planned(const cli::synth::PlaceProfile& place,
                             std::uint64_t seed) {
  const cli::synth::SyntheticSurvey survey =
      cli::synth::GenerateSurvey({place}, seed);
  cli::PlanOptions options;
  options.standard_instrument = cli::ToSpec(cli::StandardInstrument());
  cli::PlanResult result = cli::PlanImport(
      {cli::TextFile("people.csv", cli::synth::PeopleCsv(survey)),
       cli::TextFile("ties.csv", cli::synth::TiesCsv(survey)),
       cli::TextFile("items.csv", cli::synth::ItemsCsv(survey)),
       {}},
      options);
  if (!result.problems.empty() || result.plan.localities.size() != 1 ||
      result.plan.instrument_source != cli::InstrumentSource::kStandard) {
    FailStop(absl::StrCat("the import refuses ", place.id));
  }
  return std::move(result.plan.localities[0]);
}

Piece HeaderOf(const cli::PlannedWave& wave, const std::string& name) {
  Piece piece;
  wire::SnapshotHeader& header = *piece.mutable_header();
  header.mutable_wave()->set_name(name);
  header.mutable_wave()->set_snapshot_digest(cli::ContentDigest(wave));
  header.set_snapshot_digest(header.wave().snapshot_digest());
  *header.mutable_instrument() = cli::StandardInstrument();
  header.mutable_instrument()->set_content_digest(std::string(64, '0'));
  header.set_participant_count(static_cast<std::int64_t>(wave.roster.size()));
  header.set_response_count(static_cast<std::int64_t>(wave.responses.size()));
  return piece;
}

Piece RosterOf(const cli::PlannedWave& wave) {
  Piece piece;
  for (const cli::PlannedPerson& person : wave.roster) {
    const wire::Participant from = cli::ToParticipant(person, "");
    wire::SnapshotParticipant& to =
        *piece.mutable_participants()->add_participants();
    to.set_person(person.id);
    to.set_organisation(from.organisation());
    to.set_sector(from.sector());
    to.set_layer(from.layer());
    to.set_invitation(from.invitation());
  }
  return piece;
}

Piece ResponsesOf(const cli::PlannedWave& wave) {
  Piece piece;
  for (const cli::PlannedResponse& response : wave.responses) {
    wire::Response from = cli::ToResponse(response);
    wire::SnapshotResponse& to = *piece.mutable_responses()->add_responses();
    to.set_person(response.person);
    to.mutable_network_answers()->Swap(from.mutable_network_answers());
    to.mutable_item_answers()->Swap(from.mutable_item_answers());
  }
  return piece;
}

template <typename Builder>
auto Built(const std::string& name, const std::vector<Piece>& pieces) {
  Builder builder(name);
  for (const Piece& piece : pieces) {
    if (const absl::Status taken = builder.Take(piece); !taken.ok()) {
      FailStop(taken.ToString());
    }
  }
  return OrDie(builder.Finish());
}

assessment::NetworkFindings FindingsOf(const network::AnalysisResult& result) {
  const std::string bytes =
      network::MakeAnalysisEncoder()->Encode({}, "", result).analysis;
  network::v1::Analysis analysis;
  if (!analysis.ParseFromString(bytes)) FailStop("an analysis is none");
  return assessment::FromProto(analysis).findings;
}

}  // namespace

std::vector<ReadWave> ReadPlace(const cli::synth::PlaceProfile& place,
                                std::uint64_t seed) {
  std::vector<ReadWave> waves;
  for (const cli::PlannedWave& wave : Planned(place, seed).waves) {
    const std::string name = absl::StrCat("tenants/t/localities/", place.id,
                                          "/surveys/s/waves/", wave.wave);
    const std::vector<Piece> pieces = {HeaderOf(wave, name), RosterOf(wave),
                                       ResponsesOf(wave)};
    waves.push_back({Built<network::SnapshotBuilder>(name, pieces),
                     Built<assessment::WaveBuilder>(name, pieces)});
  }
  return waves;
}

network::AnalysisResult Analyzed(const ReadWave& wave,
                                 const network::AnalysisParameters& draws) {
  network::NoObserver observer;
  return OrDie(
      network::AnalyzeWave(wave.network, draws, observer, /*thread_count=*/1));
}

std::vector<assessment::Assessment> Assessed(
    const std::vector<ReadWave>& waves,
    const std::vector<network::AnalysisResult>& analyses, int replicates) {
  std::vector<assessment::NetworkFindings> findings(waves.size());
  for (std::size_t i = 0; i < analyses.size(); ++i) {
    findings[i] = FindingsOf(analyses[i]);
  }
  std::vector<assessment::Assessment> assessments;
  for (std::size_t i = 0; i < waves.size(); ++i) {
    assessment::AssessmentInputs inputs;
    inputs.wave = waves[i].assessment;
    inputs.network = findings[i];
    inputs.parameters.replicate_count = replicates;
    if (i > 0) {
      const assessment::Assessment& before = assessments.back();
      inputs.previous = assessment::PreviousWave{
          waves[i - 1].assessment, findings[i - 1], before.name, std::nullopt};
      if (before.phase.verdict != assessment::PhaseVerdict::kNotMeasured) {
        inputs.previous->posterior = before.phase.posterior;
      }
    }
    assessments.push_back(OrDie(assessment::AssessWave(std::move(inputs))));
  }
  return assessments;
}

}  // namespace pulsetaker::validation
