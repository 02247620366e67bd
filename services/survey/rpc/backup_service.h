// pulsetaker.survey.v1.BackupService.

#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "common/base/clock.h"
#include "grpcpp/impl/service_type.h"
#include "services/survey/domain/backup.h"

namespace pulsetaker::survey {

// `backups` and `executor` must outlive what is returned.
std::unique_ptr<grpc::Service> MakeBackupService(BackupStore& backups,
                                                 BoundedExecutor& executor,
                                                 Clock clock);

}  // namespace pulsetaker::survey
