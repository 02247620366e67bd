#include "services/network/rpc/analysis_results.h"

#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "common/rpc/resource_name.h"
#include "pulsetaker/network/v1/analysis.pb.h"

namespace pulsetaker::network {
namespace {

class AnalysisResults final : public erasure::ResultStore {
 public:
  explicit AnalysisResults(WithdrawableAnalyses& analyses)
      : analyses_(analyses) {}

  absl::StatusOr<std::vector<erasure::KeptResult>> ListResults(
      absl::string_view locality) const override {
    PT_ASSIGN_OR_RETURN(const rpc::LocalityName name,
                        rpc::ParseLocalityName(locality, "locality"));
    std::vector<erasure::KeptResult> results;
    PT_RETURN_IF_ERROR(analyses_.Visit(
        name.tenant, name.locality,
        [&](const WaveKey& key, const EncodedAnalysis& encoded) {
          return Add(key, encoded, results);
        }));
    return results;
  }

  absl::Status Withdraw(const erasure::KeptResult& result) override {
    PT_ASSIGN_OR_RETURN(
        const rpc::WaveChildName name,
        rpc::ParseWaveChildName(result.name, rpc::kAnalyses, "name"));
    return analyses_.Withdraw({name.wave.tenant, name.wave.locality,
                               name.wave.survey, name.wave.wave},
                              name.id);
  }

  absl::Status Purge() override { return analyses_.Purge(); }

 private:
  static absl::Status Add(const WaveKey& key, const EncodedAnalysis& encoded,
                          std::vector<erasure::KeptResult>& results) {
    v1::Analysis analysis;
    if (!analysis.ParseFromString(encoded.analysis)) {
      return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                       "a stored analysis is not one");
    }
    const rpc::WaveName wave = {key.tenant, key.locality, key.survey, key.wave};
    results.push_back(
        {.name = rpc::FormatName(rpc::WaveChildName{wave, encoded.id},
                                 rpc::kAnalyses),
         .wave = rpc::FormatName(wave),
         .snapshot_digest = std::move(*analysis.mutable_snapshot_digest()),
         .based_on = ""});
    return absl::OkStatus();
  }

  WithdrawableAnalyses& analyses_;
};

}  // namespace

std::unique_ptr<erasure::ResultStore> MakeAnalysisResults(
    WithdrawableAnalyses& analyses) {
  return std::make_unique<AnalysisResults>(analyses);
}

}  // namespace pulsetaker::network
