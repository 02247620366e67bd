// What tests of the service need beside the store of assessments.

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/kv/rocks.h"
#include "common/kv/rocks_operation_store.h"
#include "services/assessment/domain/comparer.h"
#include "services/assessment/domain/national_store.h"
#include "services/assessment/rpc/assessment_service.h"
#include "services/assessment/rpc/comparison_codec.h"
#include "services/assessment/rpc/place_reader.h"
#include "services/assessment/store/rocks_assessment_store.h"
#include "services/assessment/store/rocks_national_store.h"
#include "services/assessment/store/rocks_release_ledger.h"

namespace pulsetaker::assessment::testing {

inline std::vector<std::string> ServiceFamilies() {
  std::vector<std::string> families = AssessmentStoreFamilies();
  for (std::string& family : NationalStoreFamilies()) {
    families.push_back(std::move(family));
  }
  families.push_back(kv::kOperationsFamily);
  return families;
}

// National assessments and comparisons on a store. Both must outlive this.
class StoredParts {
 public:
  StoredParts(kv::Rocks& rocks, AssessmentStore& store)
      : store_(store),
        nationals_(MakeRocksNationalStore(rocks)),
        scan_(MakeRocksAssessmentScan(rocks)),
        ledger_(MakeRocksReleaseLedger(rocks)),
        reader_(MakeAssessmentReader()),
        codec_(MakeComparisonCodec()),
        comparer_({store, *scan_, *reader_, *ledger_, *codec_}) {}

  NationalStore& nationals() { return *nationals_; }
  ReleaseLedger& ledger() { return *ledger_; }
  Comparer& comparer() { return comparer_; }

  AssessmentServiceParts With(rpc::OperationRunner& runner,
                              BoundedExecutor& executor, Clock clock) {
    return {store_, *nationals_, comparer_, runner, executor, std::move(clock)};
  }

 private:
  AssessmentStore& store_;
  const std::unique_ptr<NationalStore> nationals_;
  const std::unique_ptr<AssessmentScan> scan_;
  const std::unique_ptr<ReleaseLedger> ledger_;
  const std::unique_ptr<AssessmentReader> reader_;
  const std::unique_ptr<ComparisonCodec> codec_;
  Comparer comparer_;
};

}  // namespace pulsetaker::assessment::testing
