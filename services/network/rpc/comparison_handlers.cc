#include "services/network/rpc/comparison_handlers.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "services/network/domain/compare_waves.h"
#include "services/network/domain/introductions.h"
#include "services/network/rpc/call_work.h"
#include "services/network/rpc/comparison_to_proto.h"
#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

static_assert(static_cast<int>(KnownBy::kAnyNetwork) ==
              v1::KNOWN_BY_ANY_NETWORK);
static_assert(static_cast<int>(KnownBy::kAnyNetwork) == v1::KnownBy_MAX);

absl::StatusOr<RolePlace> ReadPlace(const v1::RolePlace& from,
                                    const std::string& field) {
  if (!v1::Role_IsValid(from.role())) {
    return rpc::InvalidField("PARAMETER_OUT_OF_RANGE",
                             absl::StrCat(field, ".role"), "is unknown");
  }
  return RolePlace{ToWire<Role>(from.role()), from.network_id()};
}

absl::StatusOr<IntroductionRequest> ReadRequest(
    const v1::SuggestIntroductionsRequest& from) {
  IntroductionRequest request;
  for (int i = 0; i < from.pairings_size(); ++i) {
    const v1::RolePairing& pairing = from.pairings(i);
    const std::string field = absl::StrCat("pairings[", i, "]");
    PT_ASSIGN_OR_RETURN(
        RolePlace first,
        ReadPlace(pairing.first(), absl::StrCat(field, ".first")));
    PT_ASSIGN_OR_RETURN(
        RolePlace second,
        ReadPlace(pairing.second(), absl::StrCat(field, ".second")));
    request.pairings.push_back({std::move(first), std::move(second)});
  }
  if (!v1::KnownBy_IsValid(from.known_by())) {
    return rpc::InvalidField("PARAMETER_OUT_OF_RANGE", "known_by",
                             "is unknown");
  }
  request.known_by = ToWire<KnownBy>(from.known_by());
  request.count = from.count();
  return request;
}

void ToProto(const RolePlace& from, v1::RolePlace& to) {
  to.set_role(ToWire<v1::Role>(from.role));
  to.set_network_id(from.network_id);
}

void ToProto(const Introduction& from, v1::Introduction& to) {
  to.set_person(from.person);
  to.set_other_person(from.other_person);
  if (from.reach_gained) to.set_reach_gained(*from.reach_gained);
  for (const IntroductionReason& reason : from.reasons) {
    v1::IntroductionReason& added = *to.add_reasons();
    ToProto(reason.first, *added.mutable_first());
    ToProto(reason.second, *added.mutable_second());
    if (reason.reach_gained) added.set_reach_gained(*reason.reach_gained);
  }
}

}  // namespace

absl::Status HandleCompareWaves(const AnalysisReader& reader,
                                const rpc::CallContext& call,
                                const v1::CompareWavesRequest& request,
                                v1::CompareWavesResponse& response) {
  return RunLongWork(call, [&](IsCancelled is_cancelled) -> absl::Status {
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName previous_name,
                        ParseAnalysisName(request.previous(), "previous"));
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName current_name,
                        ParseAnalysisName(request.current(), "current"));
    const WaveKey previous_key = ToKey(previous_name.wave);
    const WaveKey current_key = ToKey(current_name.wave);
    // Before two snapshots are read for nothing.
    if (const absl::Status in_order = CheckOrder(previous_key, current_key);
        !in_order.ok()) {
      return AboutField(in_order, "current");
    }
    PT_ASSIGN_OR_RETURN(const AnalyzedSnapshot previous,
                        ReadAnalyzed(reader, previous_name, is_cancelled));
    PT_ASSIGN_OR_RETURN(const AnalyzedSnapshot current,
                        ReadAnalyzed(reader, current_name, is_cancelled));
    PT_ASSIGN_OR_RETURN(
        const WaveComparison comparison,
        CompareWaves({previous.key, previous.wave, previous.result},
                     {current.key, current.wave, current.result}));
    network::ToProto(comparison, response);
    return absl::OkStatus();
  });
}

absl::Status HandleSuggestIntroductions(
    const AnalysisReader& reader, const rpc::CallContext& call,
    const v1::SuggestIntroductionsRequest& request,
    v1::SuggestIntroductionsResponse& response) {
  return RunLongWork(call, [&](IsCancelled is_cancelled) -> absl::Status {
    PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                        ParseAnalysisName(request.name(), "name"));
    PT_ASSIGN_OR_RETURN(const AnalyzedSnapshot analyzed,
                        ReadAnalyzed(reader, name, is_cancelled));
    PT_ASSIGN_OR_RETURN(const IntroductionRequest wanted, ReadRequest(request));
    PT_ASSIGN_OR_RETURN(const std::vector<Introduction> introductions,
                        SuggestIntroductions(analyzed.wave, analyzed.result,
                                             wanted, is_cancelled));
    for (const Introduction& introduction : introductions) {
      ToProto(introduction, *response.add_introductions());
    }
    return absl::OkStatus();
  });
}

}  // namespace pulsetaker::network
