#include "common/erasure/withdrawals.h"

#include <map>
#include <utility>

#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::erasure {

absl::StatusOr<std::set<std::string>> Withdrawals::Withdraw(
    const std::set<std::string>& localities,
    absl::FunctionRef<bool()> is_cancelled) {
  std::set<std::string> unfinished;
  for (const std::string& locality : localities) {
    if (is_cancelled()) return absl::CancelledError("the server stops");
    PT_ASSIGN_OR_RETURN(const auto kept, WithdrawIn(locality));
    PT_ASSIGN_OR_RETURN(
        const bool is_unfinished,
        operations_.Forget(locality, [&](absl::string_view result) {
          return kept.contains(result);
        }));
    if (is_unfinished) unfinished.insert(locality);
  }
  PT_RETURN_IF_ERROR(results_.Purge());
  return unfinished;
}

absl::StatusOr<std::set<std::string, std::less<>>> Withdrawals::WithdrawIn(
    absl::string_view locality) {
  PT_ASSIGN_OR_RETURN(std::vector<KeptResult> results,
                      results_.ListResults(locality));
  std::map<std::string, std::string> digests;
  std::set<std::string, std::less<>> kept;
  for (KeptResult& result : results) {
    const auto [digest, is_new] = digests.try_emplace(result.wave);
    if (is_new) {
      PT_ASSIGN_OR_RETURN(digest->second, digests_.CurrentDigest(result.wave));
    }
    const bool is_current =
        !digest->second.empty() && digest->second == result.snapshot_digest;
    const bool has_base =
        result.based_on.empty() || kept.contains(result.based_on);
    if ((is_current && has_base) || PT_PLANTED_BUG("results_not_withdrawn")) {
      kept.insert(std::move(result.name));
      continue;
    }
    PT_RETURN_IF_ERROR(results_.Withdraw(result));
    ++withdrawn_count_;
  }
  return kept;
}

}  // namespace pulsetaker::erasure
