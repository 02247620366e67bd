#include "services/survey/store/rocks_retention_store.h"

#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "services/survey/store/key_reader.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/retention_rows.h"

namespace pulsetaker::survey {
namespace {

// What a change holds in memory, about.
constexpr std::size_t kWorkBytes = 1024;

class RocksRetentionStore final : public RetentionStore {
 public:
  RocksRetentionStore(const Tables& tables, Committer& committer)
      : tables_(tables), committer_(committer) {}

  absl::StatusOr<RetentionPolicy> GetPolicy(
      absl::string_view tenant) const override {
    const auto view = committer_.durable_view();
    return ReadRetentionPolicy(tables_, StoredReader(tables_, view->snapshot()),
                               tenant);
  }

  absl::StatusOr<std::vector<RetentionPolicy>> ListPolicies() const override {
    const auto view = committer_.durable_view();
    std::vector<RetentionPolicy> policies;
    PT_RETURN_IF_ERROR(
        StoredReader(tables_, view->snapshot())
            .Scan(tables_.retention_policies, "", "",
                  [&](absl::string_view key,
                      absl::string_view value) -> absl::StatusOr<bool> {
                    PT_ASSIGN_OR_RETURN(const std::string tenant,
                                        keys::ReadRetentionPolicyKey(key));
                    PT_ASSIGN_OR_RETURN(RetentionPolicy policy,
                                        DecodeRetentionPolicy(tenant, value));
                    policies.push_back(std::move(policy));
                    return true;
                  }));
    return policies;
  }

  absl::StatusOr<RetentionPolicy> UpdatePolicy(
      absl::string_view tenant,
      const Change<RetentionPolicy>& change) override {
    RetentionPolicy updated;
    PT_RETURN_IF_ERROR(committer_.Run(
        kWorkBytes, [&](rocksdb::WriteBatch& batch) -> absl::Status {
          PT_ASSIGN_OR_RETURN(
              const RetentionPolicy current,
              ReadRetentionPolicy(tables_, StoredReader(tables_, nullptr),
                                  tenant));
          PT_ASSIGN_OR_RETURN(updated, change(current));
          if (updated == current) return absl::OkStatus();
          batch.Put(tables_.retention_policies,
                    keys::ForRetentionPolicy(tenant),
                    ToRecord(updated).SerializeAsString());
          return absl::OkStatus();
        }));
    return updated;
  }

 private:
  const Tables& tables_;
  Committer& committer_;
};

}  // namespace

std::unique_ptr<RetentionStore> MakeRocksRetentionStore(const Tables& tables,
                                                        Committer& committer) {
  return std::make_unique<RocksRetentionStore>(tables, committer);
}

}  // namespace pulsetaker::survey
