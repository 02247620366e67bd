#include "common/kv/rocks_operation_store.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/mutex.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "common/kv/keys.h"
#include "common/kv/operation_row.pb.h"

namespace pulsetaker::kv {
namespace {

constexpr char kLayout = '\x01';
constexpr char kOperation = 'o';
constexpr char kRequest = 'r';
constexpr char kUnfinished = 'u';

std::string KeyOf(char kind, absl::string_view id) {
  std::string key = {kLayout, kind};
  absl::StrAppend(&key, id);
  return key;
}

std::string RequestKeyOf(const OperationRecord& operation) {
  std::string key = {kLayout, kRequest};
  AppendText(operation.scope, key);
  absl::StrAppend(&key, operation.request_id);
  return key;
}

std::string ToRow(const OperationRecord& operation) {
  storage::OperationRow row;
  row.set_kind(operation.kind);
  row.set_scope(operation.scope);
  row.set_request_id(operation.request_id);
  row.set_request(operation.request);
  row.set_traceparent(operation.traceparent);
  row.set_done(operation.state == OperationState::kDone);
  row.set_metadata(operation.metadata);
  row.set_response(operation.response);
  row.set_error(operation.error);
  row.set_attempt(operation.attempt);
  row.set_cancel_requested(operation.cancel_requested);
  row.set_create_time_micros(absl::ToUnixMicros(operation.create_time));
  row.set_update_time_micros(absl::ToUnixMicros(operation.update_time));
  return row.SerializeAsString();
}

absl::StatusOr<OperationRecord> FromRow(absl::string_view id,
                                        absl::string_view value) {
  const auto unreadable = [&](absl::string_view why) {
    return UnreadableError(absl::StrCat("operation ", id, ": ", why));
  };
  storage::OperationRow row;
  if (value.size() > std::numeric_limits<int>::max() ||
      !row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return unreadable("not an OperationRow");
  }
  if (!IsUuid(id) || row.kind().empty() || row.scope().empty() ||
      !IsUuid(row.request_id()) || row.attempt() < 0) {
    return unreadable("a field is missing or malformed");
  }
  // Done with one outcome, or not done with none.
  const int outcome_count =
      (row.response().empty() ? 0 : 1) + (row.error().empty() ? 0 : 1);
  if (outcome_count != (row.done() ? 1 : 0)) {
    return unreadable("state and outcome do not agree");
  }
  OperationRecord operation;
  operation.id = std::string(id);
  operation.kind = row.kind();
  operation.scope = row.scope();
  operation.request_id = row.request_id();
  operation.request = row.request();
  operation.traceparent = row.traceparent();
  operation.state =
      row.done() ? OperationState::kDone : OperationState::kRunning;
  operation.metadata = row.metadata();
  operation.response = row.response();
  operation.error = row.error();
  operation.attempt = row.attempt();
  operation.cancel_requested = row.cancel_requested();
  operation.create_time = absl::FromUnixMicros(row.create_time_micros());
  operation.update_time = absl::FromUnixMicros(row.update_time_micros());
  return operation;
}

class RocksOperationStore final : public OperationStore {
 public:
  explicit RocksOperationStore(Rocks& rocks)
      : rocks_(rocks), family_(rocks.family(kOperationsFamily)) {}

  absl::StatusOr<OperationRecord> Create(
      const OperationRecord& operation) override {
    MutexLock lock(mutex_);
    const std::string request_key = RequestKeyOf(operation);
    PT_ASSIGN_OR_RETURN(const auto known, rocks_.Get(family_, request_key));
    if (known.has_value()) return Replay(operation, *known);
    rocksdb::WriteBatch batch = NewBatch();
    batch.Put(family_, KeyOf(kOperation, operation.id), ToRow(operation));
    batch.Put(family_, request_key, operation.id);
    MarkUnfinished(operation, batch);
    PT_RETURN_IF_ERROR(rocks_.Commit(batch));
    return operation;
  }

  absl::StatusOr<OperationRecord> Get(absl::string_view id) const override {
    PT_ASSIGN_OR_RETURN(const auto row,
                        rocks_.Get(family_, KeyOf(kOperation, id)));
    if (row.has_value()) return FromRow(id, *row);
    return OperationNotFoundError();
  }

  absl::Status Update(const OperationRecord& operation) override {
    MutexLock lock(mutex_);
    PT_ASSIGN_OR_RETURN(const OperationRecord before, Get(operation.id));
    OperationRecord after = operation;
    after.kind = before.kind;
    after.scope = before.scope;
    after.request = before.request;
    after.request_id = before.request_id;
    after.traceparent = before.traceparent;
    rocksdb::WriteBatch batch = NewBatch();
    batch.Put(family_, KeyOf(kOperation, after.id), ToRow(after));
    MarkUnfinished(after, batch);
    return rocks_.Commit(batch);
  }

  absl::Status Delete(absl::string_view id) override {
    MutexLock lock(mutex_);
    PT_ASSIGN_OR_RETURN(const OperationRecord operation, Get(id));
    rocksdb::WriteBatch batch = NewBatch();
    batch.Delete(family_, KeyOf(kOperation, id));
    batch.Delete(family_, RequestKeyOf(operation));
    batch.Delete(family_, KeyOf(kUnfinished, id));
    return rocks_.Commit(batch);
  }

  absl::StatusOr<std::vector<OperationRecord>> ListUnfinished() const override {
    MutexLock lock(mutex_);  // No operation goes between key and row.
    const std::string prefix = KeyOf(kUnfinished, "");
    std::vector<OperationRecord> unfinished;
    const auto it = rocks_.NewPrefixIterator(family_, prefix);
    for (; it->Valid(); it->Next()) {
      const std::string id(it->key().substr(prefix.size()));
      PT_ASSIGN_OR_RETURN(OperationRecord operation, Get(id));
      unfinished.push_back(std::move(operation));
    }
    PT_RETURN_IF_ERROR(it->status());
    std::sort(unfinished.begin(), unfinished.end(),
              [](const OperationRecord& a, const OperationRecord& b) {
                return std::tie(a.create_time, a.id) <
                       std::tie(b.create_time, b.id);
              });
    return unfinished;
  }

  absl::StatusOr<std::vector<OperationRecord>> List(absl::string_view scope,
                                                    absl::string_view after_id,
                                                    int limit) const override {
    const std::string prefix = KeyOf(kOperation, "");
    std::vector<OperationRecord> page;
    const auto it = rocks_.NewPrefixIterator(family_, prefix);
    if (!after_id.empty()) {  // The first key above it.
      it->Seek(KeyOf(kOperation, after_id) + std::string(1, '\0'));
    }
    for (; it->Valid() && static_cast<int>(page.size()) < limit; it->Next()) {
      PT_ASSIGN_OR_RETURN(
          OperationRecord operation,
          FromRow(it->key().substr(prefix.size()), it->value()));
      if (scope.empty() || operation.scope == scope) {
        page.push_back(std::move(operation));
      }
    }
    PT_RETURN_IF_ERROR(it->status());
    return page;
  }

 private:
  absl::StatusOr<OperationRecord> Replay(const OperationRecord& again,
                                         absl::string_view id) const {
    PT_ASSIGN_OR_RETURN(OperationRecord first, Get(id));
    if (first.kind != again.kind || first.request != again.request) {
      return MakeError(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
                       "the request id came before with other content",
                       {{"field", "request_id"}});
    }
    return first;
  }

  void MarkUnfinished(const OperationRecord& operation,
                      rocksdb::WriteBatch& batch) const {
    const std::string key = KeyOf(kUnfinished, operation.id);
    if (operation.state == OperationState::kDone) {
      batch.Delete(family_, key);
    } else {
      batch.Put(family_, key, "");
    }
  }

  Rocks& rocks_;
  Rocks::Family* const family_;
  mutable Mutex mutex_;  // What was read still holds when it is written.
};

}  // namespace

std::unique_ptr<OperationStore> MakeRocksOperationStore(Rocks& rocks) {
  return std::make_unique<RocksOperationStore>(rocks);
}

}  // namespace pulsetaker::kv
