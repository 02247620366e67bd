#include "services/survey/domain/erasure.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/base/digest.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kKeyIdLength = 16;

}  // namespace

std::string ContentOf(const ErasureReceipt& receipt) {
  const ErasureCounts& counts = receipt.counts;
  return absl::StrCat("pulsetaker erasure receipt: 1\n",  //
                      "id: ", receipt.id, "\n",           //
                      "erase_time: ",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ",
                                       receipt.erase_time, absl::UTCTimeZone()),
                      "\n",                                             //
                      "roster_entries: ", counts.roster_entries, "\n",  //
                      "responses: ", counts.responses, "\n",            //
                      "nominations: ", counts.nominations, "\n",        //
                      "invitations: ", counts.invitations, "\n",        //
                      "findings: ", counts.findings, "\n",              //
                      "merges: ", counts.merges, "\n");
}

std::string DigestOf(const ErasureReceipt& receipt) {
  return Sha256Hex(ContentOf(receipt));
}

std::string KeyIdOf(const ErasureReceipt& receipt) {
  return Sha256Hex(receipt.public_key).substr(0, kKeyIdLength);
}

std::int64_t RemoveNominations(const IsErased& is_erased, Answers& answers) {
  std::int64_t removed = 0;
  for (NetworkAnswer& answer : answers.networks) {
    const auto end = std::remove_if(
        answer.nominations.begin(), answer.nominations.end(),
        [&](const Nomination& named) { return is_erased(named.person); });
    const auto count = std::distance(end, answer.nominations.end());
    answer.nominations.erase(end, answer.nominations.end());
    answer.hidden.opted_out += static_cast<std::int32_t>(count);
    removed += count;
  }
  return removed;
}

}  // namespace pulsetaker::survey
