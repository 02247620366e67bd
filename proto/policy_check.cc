// A plugin of protoc that refuses services with a method that has no policy, so
// that none is ever built. Generates nothing.
//
//   protoc --plugin=protoc-gen-policy=policy_check --policy_out=FOLDER ...

#include <cstdint>
#include <string>

#include "common/rpc/policy.h"
#include "google/protobuf/compiler/code_generator.h"
#include "google/protobuf/compiler/plugin.h"
#include "google/protobuf/descriptor.h"

namespace pulsetaker {
namespace {

class PolicyCheck final : public google::protobuf::compiler::CodeGenerator {
 public:
  std::uint64_t GetSupportedFeatures() const override {
    return FEATURE_PROTO3_OPTIONAL;
  }

  bool Generate(const google::protobuf::FileDescriptor* file,
                const std::string& /*parameter*/,
                google::protobuf::compiler::GeneratorContext* /*context*/,
                std::string* error) const override {
    for (int i = 0; i < file->service_count(); ++i) {
      const auto& service = *file->service(i);
      for (int j = 0; j < service.method_count(); ++j) {
        const auto policy = rpc::PolicyOf(*service.method(j));
        if (policy.ok()) continue;
        *error = std::string(policy.status().message());
        return false;
      }
    }
    return true;
  }
};

}  // namespace
}  // namespace pulsetaker

int main(int argc, char** argv) {
  const pulsetaker::PolicyCheck check;
  return google::protobuf::compiler::PluginMain(argc, argv, &check);
}
