#include "services/network/rpc/analysis_encoder.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/network/rpc/full_analysis_testing.h"

namespace pulsetaker::network {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const WaveKey kWave = {"north", "ashby", "care", 3};
constexpr char kId[] = "0123456789abcdef0123456789abcdef";

// Names of the fields that are set in the message or in those within it.
void CollectSetFields(const Message& message, std::set<std::string>& names) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    names.insert(field->full_name());
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      CollectSetFields(reflection->GetMessage(message, field), names);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      CollectSetFields(reflection->GetRepeatedMessage(message, field, i),
                       names);
    }
  }
}

// Names of all fields of the message and of those within it.
void CollectFields(const Descriptor* type, std::set<std::string>& names) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    // The order of a map's entries is not fixed: no equal bytes.
    EXPECT_FALSE(field->is_map()) << field->full_name();
    if (!names.insert(field->full_name()).second) continue;
    if (field->message_type() != nullptr) {
      CollectFields(field->message_type(), names);
    }
  }
}

TEST(AnalysisEncoderTest, LeavesNoFieldOut) {
  const EncodedAnalysis encoded =
      MakeAnalysisEncoder()->Encode(kWave, kId, FullResult());
  EXPECT_EQ(encoded.id, kId);
  v1::Analysis analysis;
  ASSERT_TRUE(analysis.ParseFromString(encoded.analysis));
  ASSERT_EQ(encoded.persons.size(), 2u);
  EXPECT_EQ(encoded.persons[1].person, "bob");
  v1::PersonRoles person;
  ASSERT_TRUE(person.ParseFromString(encoded.persons[0].roles));

  std::set<std::string> all;
  CollectFields(v1::Analysis::descriptor(), all);
  CollectFields(v1::PersonRoles::descriptor(), all);
  std::set<std::string> set;
  CollectSetFields(analysis, set);
  CollectSetFields(person, set);
  EXPECT_EQ(set, all);
}

TEST(AnalysisEncoderTest, SaysWhatTheDomainSays) {
  const AnalysisResult result = FullResult();
  const EncodedAnalysis encoded =
      MakeAnalysisEncoder()->Encode(kWave, kId, result);
  v1::Analysis analysis;
  ASSERT_TRUE(analysis.ParseFromString(encoded.analysis));
  EXPECT_EQ(analysis.name(),
            "tenants/north/localities/ashby/surveys/care/waves/3/analyses/"
            "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(analysis.parameters().pulsetaker_rule(), v1::ROLE_RULE_CLOSENESS);
  EXPECT_EQ(analysis.participants().responded_any(), 4);
  const v1::NetworkFindings& network = analysis.networks(0);
  EXPECT_EQ(network.gate(), v1::GATE_HUBS_ONLY);
  EXPECT_EQ(network.responses().nonresponse(), 4);
  EXPECT_EQ(network.left_out().self(), 5);
  EXPECT_EQ(network.roles(0).role(), v1::ROLE_PULSETAKER);
  EXPECT_EQ(network.density().value(),
            result.analysis.networks[0].density.value.value());
  EXPECT_EQ(network.density().interval().level(), 0.95);
  EXPECT_EQ(network.density().null_comparison().model(),
            v1::NullComparison::MODEL_DEGREES_KEPT);
  const v1::LayerCell& cell = analysis.layer_links().vertical(1);
  EXPECT_EQ(cell.lower(), v1::LAYER_PUBLIC);
  EXPECT_EQ(cell.descent().outcome_case(), v1::Measure::kNotMeasured);
  EXPECT_EQ(cell.descent().not_measured().reason(),
            v1::NotMeasured::REASON_COMPONENT_NOT_MEASURED);
  EXPECT_EQ(analysis.layer_links().person_counts(4), 5);
  EXPECT_EQ(analysis.clique_risk().network_count(), 2);
  EXPECT_EQ(analysis.clique_risk().bands().exclusivity(),
            result.analysis.thresholds.exclusivity_band);
}

// What is withheld, or was not measured, does not arrive as a zero.
TEST(AnalysisEncoderTest, LeavesAbsentWhatIsAbsent) {
  AnalysisResult result;
  result.analysis.networks.resize(1);
  result.analysis.networks[0].withheld_roles.resize(1);
  PersonNetworkMeasures& network =
      result.persons.emplace_back().networks.emplace_back();
  network.network_id = "work";
  const EncodedAnalysis encoded =
      MakeAnalysisEncoder()->Encode(kWave, kId, result);
  v1::Analysis analysis;
  ASSERT_TRUE(analysis.ParseFromString(encoded.analysis));
  EXPECT_FALSE(analysis.networks(0).density().has_value());
  EXPECT_TRUE(analysis.networks(0).density().has_not_measured());
  EXPECT_FALSE(analysis.networks(0).withheld_roles(0).has_person_count());
  EXPECT_FALSE(analysis.layer_links().has_not_measured());

  v1::PersonRoles person;
  ASSERT_TRUE(person.ParseFromString(encoded.persons[0].roles));
  EXPECT_FALSE(person.has_core_network_count());
  std::set<std::string> set;
  CollectSetFields(person.networks(0), set);
  EXPECT_EQ(set, std::set<std::string>{
                     "pulsetaker.network.v1.PersonNetworkMeasures.network_id"});
}

TEST(AnalysisEncoderTest, GivesTheSameBytesAgain) {
  const auto encoder = MakeAnalysisEncoder();
  EXPECT_EQ(encoder->Encode(kWave, kId, FullResult()),
            encoder->Encode(kWave, kId, FullResult()));
}

TEST(AnalysisEncoderTest, ReadsParameters) {
  v1::AnalysisParameters parameters;
  parameters.set_seed(7);
  parameters.set_null_draw_count(20);
  parameters.set_replicate_count(30);
  parameters.set_role_share(0.125);
  parameters.set_pulsetaker_rule(v1::ROLE_RULE_CLOSENESS);
  v1::SectorDistance& pair = *parameters.add_sector_distances();
  pair.set_sector("a");
  pair.set_other_sector("b");
  pair.set_distance(0.5);
  EXPECT_EQ(FromProto(parameters),
            (AnalysisParameters{.seed = 7,
                                .null_draw_count = 20,
                                .replicate_count = 30,
                                .role_share = 0.125,
                                .pulsetaker_rule = RoleRule::kCloseness,
                                .sector_distances = {{"a", "b", 0.5}}}));
  // 261 is 5, a known rule, in the byte that the domain keeps it in.
  parameters.set_pulsetaker_rule(static_cast<v1::RoleRule>(261));
  EXPECT_FALSE(Canonical(FromProto(parameters)).ok());
}

}  // namespace
}  // namespace pulsetaker::network
