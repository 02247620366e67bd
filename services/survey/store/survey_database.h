// The storage ports of the survey service on RocksDB. keys.h has the layout.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/maintained_store.h"
#include "common/base/metrics.h"
#include "common/crypto/root_key.h"
#include "rocksdb/env.h"
#include "services/survey/domain/backup.h"
#include "services/survey/domain/consent_store.h"
#include "services/survey/domain/erasure_ledger.h"
#include "services/survey/domain/instrument_store.h"
#include "services/survey/domain/invitation_store.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/domain/quality_store.h"
#include "services/survey/domain/response_log.h"
#include "services/survey/domain/retention_store.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/store/committer.h"

namespace pulsetaker::survey {

struct SurveyDatabaseOptions {
  std::string path;             // A directory; made if it is not there.
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
  Committer::Limits limits = {};
  std::string backup_dir = {};  // Where backups are kept; empty: nowhere.
  // People whose invitations are kept in memory; see RosterCache.
  std::size_t cached_people_max = 2'000'000;
  // Of each kind of row: what is kept in memory until it goes into a table
  // file.
  std::size_t write_buffer_bytes = std::size_t{64} << 20;
  // Writes are refused while the file system has less room; see RocksOptions.
  std::uint64_t disk_reserve_bytes = std::uint64_t{128} << 20;
  // Wraps the keys of tenants; nullptr: a key that lies in the database itself.
  // Opening with another one than before wraps them anew.
  std::shared_ptr<const crypto::RootKey> root_key = nullptr;
  // Further folders that have a copy of the erasure ledger, to be kept like the
  // others.
  std::vector<std::string> erasure_ledger_dirs = {};
};

// The ports, which share one committer.
class SurveyDatabase {
 public:
  // Carries out all that the committer took in, then closes.
  virtual ~SurveyDatabase() = default;

  virtual SurveyStore& store() = 0;
  virtual InstrumentStore& instruments() = 0;
  virtual ResponseLog& log() = 0;
  virtual BackupStore& backups() = 0;
  virtual InvitationStore& invitations() = 0;
  virtual ConsentStore& consents() = 0;
  virtual PeopleStore& people() = 0;
  virtual QualityStore& qualities() = 0;
  virtual ErasureLedger& erasure_ledger() = 0;
  virtual RetentionStore& retention() = 0;

  // What they all are in, for the operator.
  virtual MaintainedStore& maintained() = 0;

  // What RocksDB and the committer count, for a metrics page.
  virtual std::vector<MetricSample> CollectMetrics() const = 0;
};

// Replays the erasure ledger before it returns, and keeps it in `path` and, if
// there is one, in `backup_dir`: a file `erasures` in each, which no backup
// has.
//
// The errors of kv::OpenRocks, of OpenErasureLedger and of TenantKeys::Rewrap:
// FAILED_PRECONDITION, ROOT_KEY_UNKNOWN for a root key that does not unwrap
// what is there.
absl::StatusOr<std::unique_ptr<SurveyDatabase>> OpenSurveyDatabase(
    const SurveyDatabaseOptions& options);

}  // namespace pulsetaker::survey
