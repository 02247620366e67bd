#pragma once

#include <memory>

#include "common/rpc/retry.h"
#include "grpcpp/channel.h"
#include "services/assessment/domain/report/report_source.h"

namespace pulsetaker::assessment {

// Titles from a survey service, analyses and drawings from a network service.
std::unique_ptr<report::ReportSource> MakeReportSource(
    std::shared_ptr<grpc::Channel> survey,
    std::shared_ptr<grpc::Channel> network,
    const rpc::RetryOptions& retry = {});

}  // namespace pulsetaker::assessment
