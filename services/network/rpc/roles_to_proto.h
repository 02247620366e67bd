#pragma once

#include "pulsetaker/network/v1/roles.pb.h"
#include "services/network/domain/role_findings.h"

namespace pulsetaker::network {

void ToProto(const RoleFinding& from, v1::RoleFinding& to);
void ToProto(const MissingRowsEffect& from, v1::MissingRowsEffect& to);
void ToProto(const RoleStability& from, v1::RoleStability& to);
void ToProto(const WithheldRole& from, v1::WithheldRole& to);
void ToProto(const PersonRoles& from, v1::PersonRoles& to);

}  // namespace pulsetaker::network
