#pragma once

#include "pulsetaker/network/v1/roles.pb.h"
#include "services/network/domain/role_findings.h"

namespace pulsetaker::network {

// As roles_to_proto.h writes them.
RoleFinding FromProto(const v1::RoleFinding& from);
MissingRowsEffect FromProto(const v1::MissingRowsEffect& from);
RoleStability FromProto(const v1::RoleStability& from);
WithheldRole FromProto(const v1::WithheldRole& from);
PersonRoles FromProto(const v1::PersonRoles& from);

}  // namespace pulsetaker::network
