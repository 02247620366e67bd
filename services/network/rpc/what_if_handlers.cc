#include "services/network/rpc/what_if_handlers.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "services/network/domain/added_ties.h"
#include "services/network/domain/departures.h"
#include "services/network/rpc/call_work.h"
#include "services/network/rpc/what_if_to_proto.h"

namespace pulsetaker::network {
namespace {

using Request = v1::SimulateDeparturesRequest;

absl::StatusOr<Leavers> ReadLeavers(const Request& request) {
  switch (request.leavers_case()) {
    case Request::kPeople:
      return NamedPeople{{request.people().persons().begin(),
                          request.people().persons().end()}};
    case Request::kPooledCore:
      return PooledCorePeople{};
    case Request::kWorst:
      return WorstPeople{request.worst().network_id(), request.worst().count()};
    case Request::LEAVERS_NOT_SET:
      break;
  }
  return rpc::CheckPresent("leavers", false);
}

// The error of the domain, about the field that is to blame.
absl::Status OfDepartures(const Request& request, const absl::Status& error) {
  switch (request.leavers_case()) {
    case Request::kPeople:
      return AboutField(error, "people.persons");
    case Request::kWorst:
      return AboutField(WithinField(error, "worst"), "worst.count");
    default:
      return AboutField(error, "leavers");
  }
}

// The error of the domain, about the tie that is to blame, if it is one.
absl::Status OfTies(const absl::Status& error) {
  for (const auto& [key, value] : MetadataOf(error)) {
    if (key == "index")
      return AboutField(error, absl::StrCat("ties[", value, "]"));
  }
  return AboutField(error, "ties");
}

}  // namespace

absl::Status HandleSimulateDepartures(
    const AnalysisReader& reader, const rpc::CallContext& call,
    const v1::SimulateDeparturesRequest& request,
    v1::SimulateDeparturesResponse& response) {
  return RunLongWork(call, [&](IsCancelled is_cancelled) -> absl::Status {
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                        ParseAnalysisName(request.name(), "name"));
    PT_ASSIGN_OR_RETURN(const Leavers leavers, ReadLeavers(request));
    PT_ASSIGN_OR_RETURN(const AnalyzedSnapshot analyzed,
                        ReadAnalyzed(reader, name, is_cancelled));
    const auto departures = SimulateDepartures(analyzed.wave, analyzed.result,
                                               leavers, is_cancelled);
    if (!departures.ok()) return OfDepartures(request, departures.status());
    ToProto(*departures, response);
    return absl::OkStatus();
  });
}

absl::Status HandleSimulateTies(const AnalysisReader& reader,
                                const rpc::CallContext& call,
                                const v1::SimulateTiesRequest& request,
                                v1::SimulateTiesResponse& response) {
  return RunLongWork(call, [&](IsCancelled is_cancelled) -> absl::Status {
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                        ParseAnalysisName(request.name(), "name"));
    PT_ASSIGN_OR_RETURN(const AnalyzedSnapshot analyzed,
                        ReadAnalyzed(reader, name, is_cancelled));
    std::vector<AddedTie> ties;
    for (const v1::AddedTie& tie : request.ties()) {
      ties.push_back({tie.person(), tie.named_person(), tie.network_id()});
    }
    const auto simulation =
        SimulateTies(analyzed.wave, analyzed.result, ties, is_cancelled);
    if (!simulation.ok()) return OfTies(simulation.status());
    ToProto(*simulation, response);
    return absl::OkStatus();
  });
}

}  // namespace pulsetaker::network
