#include "tests/support/made_up_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/crc32.h"

namespace pulsetaker::testing {
namespace {

using survey::v1::SurveyService;

constexpr char kSurvey[] = "tenants/north/localities/leeds/surveys/care";
constexpr int kNetworkCount = 2;
constexpr int kNominationCount = 5;
constexpr int kItemCount = 9;
constexpr int kImportCount = 5'000;

// SplitMix64: spreads consecutive numbers over all others.
std::uint64_t Mix(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

survey::v1::Instrument MakeInstrument() {
  survey::v1::Instrument instrument;
  instrument.set_display_name("Made up");
  instrument.set_language("en");
  for (int i = 0; i < kNetworkCount; ++i) {
    auto& network = *instrument.add_networks();
    network.set_network_id(absl::StrCat("network-", i));
    network.set_label("Advice");
    network.set_wording("Whom do you ask?");
    network.set_provenance(survey::v1::Network::PROVENANCE_DESIGN);
    network.set_direction(survey::v1::Network::DIRECTION_DIRECTED);
    network.set_weight_max(5);
  }
  for (int i = 0; i < kItemCount; ++i) {
    auto& item = *instrument.add_items();
    item.set_item_id(absl::StrCat("item-", i));
    item.set_wording("It helps.");
    item.set_kind(survey::v1::Item::KIND_CORNER);
    item.set_corner(survey::v1::CORNER_VALUE);
    item.set_scale_max(10);
  }
  return instrument;
}

// Calls a method of the stub, and says which one failed.
template <typename Request, typename Response>
grpc::Status Call(SurveyService::Stub& stub,
                  grpc::Status (SurveyService::Stub::*method)(
                      grpc::ClientContext*, const Request&, Response*),
                  const Request& request) {
  grpc::ClientContext context;
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (status.ok()) return status;
  return grpc::Status(
      status.error_code(),
      absl::StrCat(request.GetTypeName(), ": ", status.error_message()));
}

// The wave's own requests are of the wave, so all waves use the same ids.
grpc::Status ImportRoster(SurveyService::Stub& stub, const std::string& wave,
                          const std::vector<std::string>& people) {
  std::int64_t number = 100;
  for (std::size_t begin = 0; begin < people.size(); begin += kImportCount) {
    survey::v1::ImportRosterRequest request;
    request.set_parent(wave);
    request.set_request_id(UuidOf(++number));
    const std::size_t end = std::min(people.size(), begin + kImportCount);
    for (std::size_t i = begin; i < end; ++i) {
      auto& participant = *request.add_participants();
      participant.set_name(absl::StrCat(wave, "/participants/", people[i]));
      participant.set_invitation(survey::v1::Participant::INVITATION_INVITED);
    }
    const grpc::Status status =
        Call(stub, &SurveyService::Stub::ImportRoster, request);
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

}  // namespace

std::string UuidOf(std::int64_t number) {
  return absl::StrFormat("%08x-0000-4000-8000-000000000000", number);
}

grpc::Status MakeSurvey(SurveyService::Stub& stub) {
  survey::v1::CreateLocalityRequest locality;
  locality.set_parent("tenants/north");
  locality.set_locality_id("leeds");
  locality.mutable_locality()->set_display_name("Leeds");
  locality.set_request_id(UuidOf(1));
  survey::v1::CreateInstrumentRequest instrument;
  instrument.set_parent("tenants/north");
  instrument.set_instrument_id("made-up");
  *instrument.mutable_instrument() = MakeInstrument();
  instrument.set_request_id(UuidOf(2));
  survey::v1::CreateSurveyRequest survey;
  survey.set_parent("tenants/north/localities/leeds");
  survey.set_survey_id("care");
  survey.mutable_survey()->set_display_name("Care");
  survey.set_request_id(UuidOf(3));

  grpc::Status status =
      Call(stub, &SurveyService::Stub::CreateLocality, locality);
  if (status.ok()) {
    status = Call(stub, &SurveyService::Stub::CreateInstrument, instrument);
  }
  if (status.ok()) {
    status = Call(stub, &SurveyService::Stub::CreateSurvey, survey);
  }
  return status;
}

std::string WaveName(int number) {
  return absl::StrCat(kSurvey, "/waves/", number);
}

grpc::Status MakeOpenWave(SurveyService::Stub& stub, int number,
                          const std::vector<std::string>& people) {
  survey::v1::CreateWaveRequest wave;
  wave.set_parent(kSurvey);
  wave.set_wave_id(absl::StrCat(number));
  wave.mutable_wave()->set_instrument("tenants/north/instruments/made-up");
  wave.set_request_id(UuidOf(1'000 + number));
  survey::v1::OpenWaveRequest open;
  open.set_name(WaveName(number));
  open.set_request_id(UuidOf(5));

  grpc::Status status = Call(stub, &SurveyService::Stub::CreateWave, wave);
  if (status.ok()) status = ImportRoster(stub, WaveName(number), people);
  if (status.ok()) status = Call(stub, &SurveyService::Stub::OpenWave, open);
  return status;
}

// All lists are in the order in which the server gives them back.
survey::v1::Response ResponseOf(std::int64_t content) {
  survey::v1::Response response;
  for (int i = 0; i < kNetworkCount; ++i) {
    auto& answer = *response.add_network_answers();
    answer.set_network_id(absl::StrCat("network-", i));
    answer.set_state(survey::v1::NetworkAnswer::STATE_RESPONDED);
    for (int j = 0; j < kNominationCount; ++j) {
      auto& nomination = *answer.add_nominations();
      nomination.set_person(
          absl::StrFormat("n%d-%06d", j, content % 1'000'000));
      nomination.set_weight(1 + j);
    }
  }
  for (int i = 0; i < kItemCount; ++i) {
    auto& answer = *response.add_item_answers();
    answer.set_item_id(absl::StrCat("item-", i));
    answer.set_rating(static_cast<std::int32_t>((content + i) % 11));
  }
  return response;
}

std::string RowSource::PersonId(std::int64_t person) const {
  return absl::StrCat(prefix_, person);
}

std::int64_t RowSource::PersonOf(std::int64_t row) const {
  const std::uint64_t count = static_cast<std::uint64_t>(people_count_);
  return static_cast<std::int64_t>(Mix(static_cast<std::uint64_t>(row)) %
                                   count);
}

std::int64_t RowSource::ContentOf(std::int64_t row) const {
  return static_cast<std::int64_t>(Mix(static_cast<std::uint64_t>(~row)) % 3);
}

bool RowSource::IsSpoiled(std::int64_t row) const {
  return spoiled_every_ > 0 &&
         Mix(Mix(static_cast<std::uint64_t>(row))) %
                 static_cast<std::uint64_t>(spoiled_every_) ==
             0;
}

survey::v1::UploadRow RowSource::MakeRow(std::int64_t row) const {
  survey::v1::UploadRow made;
  made.set_person(PersonId(PersonOf(row)));
  made.set_response(ResponseOf(ContentOf(row)).SerializeAsString());
  made.set_crc32(Crc32(made.response()) ^ (IsSpoiled(row) ? 1 : 0));
  return made;
}

void RowModel::AdvanceTo(std::int64_t end_row) {
  for (std::int64_t row = end(); row < end_row; ++row) {
    if (source_.IsSpoiled(row)) {
      verdicts_.push_back(survey::v1::ROW_VERDICT_REJECTED);
      ++counts_[survey::v1::ROW_VERDICT_REJECTED];
      continue;
    }
    Person& person = people_[static_cast<std::size_t>(source_.PersonOf(row))];
    const std::int64_t content = source_.ContentOf(row);
    survey::v1::RowVerdict verdict = survey::v1::ROW_VERDICT_SUPERSEDED;
    if (person.revision == 0) {
      verdict = survey::v1::ROW_VERDICT_STORED;
    } else if (person.content == content) {
      verdict = survey::v1::ROW_VERDICT_UNCHANGED;
    }
    verdicts_.push_back(verdict);
    ++counts_[static_cast<std::size_t>(verdict)];
    if (verdict == survey::v1::ROW_VERDICT_UNCHANGED) continue;
    person.content = content;
    ++person.revision;
  }
}

std::int64_t RowModel::CountVerdicts(survey::v1::RowVerdict verdict,
                                     std::int64_t end_row) const {
  if (end_row == end()) return counts_[static_cast<std::size_t>(verdict)];
  return std::count(verdicts_.begin(), verdicts_.begin() + end_row, verdict);
}

}  // namespace pulsetaker::testing
