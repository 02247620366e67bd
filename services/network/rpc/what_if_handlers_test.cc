#include "services/network/rpc/what_if_handlers.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/network/domain/added_ties.h"
#include "services/network/domain/departures.h"
#include "services/network/rpc/analyzed_fixture_test.h"
#include "services/network/rpc/what_if_to_proto.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using DepartureRequest = v1::SimulateDeparturesRequest;
using Departed = v1::SimulateDeparturesResponse;
using TieRequest = v1::SimulateTiesRequest;
using Tied = v1::SimulateTiesResponse;

DepartureRequest Leaving(const std::string& name,
                         const std::vector<std::string>& persons) {
  DepartureRequest request;
  request.set_name(name);
  request.mutable_people();
  for (const std::string& id : persons)
    request.mutable_people()->add_persons(id);
  return request;
}

TieRequest Tying(const std::string& name, const std::vector<AddedTie>& ties) {
  TieRequest request;
  request.set_name(name);
  for (const AddedTie& tie : ties) {
    v1::AddedTie& added = *request.add_ties();
    added.set_person(tie.from);
    added.set_named_person(tie.to);
    added.set_network_id(tie.network_id);
  }
  return request;
}

class WhatIfTest : public AnalyzedFixture {
 protected:
  grpc::Status Depart(const DepartureRequest& request, Departed& response,
                      absl::Duration timeout = absl::Seconds(60)) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + timeout);
    return stub_->SimulateDepartures(&context, request, &response);
  }

  grpc::Status Tie(const TieRequest& request, Tied& response,
                   absl::Duration timeout = absl::Seconds(60)) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + timeout);
    return stub_->SimulateTies(&context, request, &response);
  }

  // That the call says what the domain says of the same.
  void ExpectDepartures(const DepartureRequest& request,
                        const Leavers& leavers) {
    const AnalyzedSnapshot analyzed = Read(request.name());
    Departed wanted;
    ToProto(SimulateDepartures(analyzed.wave, analyzed.result, leavers,
                               kNeverCancelled)
                .value(),
            wanted);
    Departed got;
    const grpc::Status status = Depart(request, got);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(got.SerializeAsString(), wanted.SerializeAsString());
  }
};

TEST_F(WhatIfTest, SimulatesTheDepartureOfNamedPeople) {
  const std::string name = Analyzed(Town());
  const DepartureRequest request = Leaving(name, {"p004", "p001", "p004"});
  ExpectDepartures(request, NamedPeople{{"p001", "p004"}});
  Departed got;
  ASSERT_TRUE(Depart(request, got).ok());
  EXPECT_THAT(got.persons(), ElementsAre("p001", "p004"));
  ASSERT_EQ(got.networks_size(), 4);
  const v1::DepartureEffect& told = got.networks(0).effect();
  EXPECT_EQ(got.networks(0).gate(), v1::GATE_ALL_ROLES);
  EXPECT_FALSE(told.has_not_measured());
  EXPECT_EQ(told.before().person_count(), kTownPeople);
  EXPECT_EQ(told.after().person_count(), kTownPeople - 2);
  EXPECT_TRUE(got.has_united());
}

TEST_F(WhatIfTest, SimulatesTheDepartureOfTheWorst) {
  const std::string name = Analyzed(Town());
  DepartureRequest request;
  request.set_name(name);
  request.mutable_worst()->set_network_id("n1");
  request.mutable_worst()->set_count(3);
  ExpectDepartures(request, WorstPeople{"n1", 3});
}

// A wave with a core of people who all name one another, in seven networks.
WaveSnapshot WithCore() {
  SnapshotBuilder builder(30);
  for (int network = 0; network < 7; ++network) {
    const std::string id = absl::StrCat("n", network);
    builder.AddNetwork(id);
    for (int person = 0; person < 30; ++person) {
      std::vector<int> named;
      for (int core = 0; core < 5; ++core) {
        if (core != person && (person < 5 || core == person % 5)) {
          named.push_back(core);
        }
      }
      builder.Answer(person, id, named);
    }
  }
  return builder.snapshot();
}

TEST_F(WhatIfTest, SimulatesTheDepartureOfTheCore) {
  const std::string name = Analyzed(WithCore());
  DepartureRequest request;
  request.set_name(name);
  request.mutable_pooled_core();
  ExpectDepartures(request, PooledCorePeople{});
  Departed got;
  ASSERT_TRUE(Depart(request, got).ok());
  EXPECT_THAT(got.persons(),
              ElementsAre("p000", "p001", "p002", "p003", "p004"));
  EXPECT_EQ(got.united().core_leaving_count(), 5);
  // Everybody else had nobody but them.
  ASSERT_GT(got.united().lost_paths_size(), 0);
  EXPECT_EQ(got.united().lost_paths(0).target(), v1::PATH_TARGET_ANYBODY);
  EXPECT_EQ(got.united().lost_paths(0).persons_size(), 25);
}

// What the gates forbid to say of persons is not said of what follows either.
TEST_F(WhatIfTest, WithholdsWhatTheGatesForbid) {
  const std::string name = Analyzed(Town());
  Departed departed;
  ASSERT_TRUE(Depart(Leaving(name, {"p001"}), departed).ok());
  const v1::NetworkDeparture& few = departed.networks(3);
  EXPECT_EQ(few.gate(), v1::GATE_GROUP_ONLY);
  EXPECT_EQ(few.effect().not_measured().reason(),
            v1::NotMeasured::REASON_RESPONSE_GATE);
  EXPECT_FALSE(few.effect().has_after());
  EXPECT_THAT(few.effect().lost_paths(), IsEmpty());
  EXPECT_THAT(few.roles(), IsEmpty());

  Tied tied;
  ASSERT_TRUE(
      Tie(Tying(name, {{"p000", "p001", "few"}, {"p000", "p030", "few"}}), tied)
          .ok());
  EXPECT_THAT(tied.outcomes(),
              ElementsAre(v1::TIE_OUTCOME_WITHHELD, v1::TIE_OUTCOME_WITHHELD));
  EXPECT_FALSE(tied.networks(3).effect().has_added_count());
  EXPECT_FALSE(tied.networks(3).effect().has_after());
  EXPECT_THAT(tied.networks(3).effect().gained_paths(), IsEmpty());
}

// Of a network that only hubs may be told of, no number of ties makes a group.
TEST_F(WhatIfTest, SimulatesTiesOnlyWhereAllRolesAreTold) {
  WaveSnapshot snapshot = Town();
  SnapshotBuilder hubs(kTownPeople);
  hubs.AddNetwork("some");
  for (int person = 0; person < 28; ++person) {
    hubs.Answer(person, "some", {(person + 1) % 28, (person + 3) % 28});
  }
  snapshot.networks.push_back(hubs.snapshot().networks[0]);
  for (Response& response : snapshot.responses) {
    for (const Response& more : hubs.snapshot().responses) {
      if (more.person != response.person) continue;
      response.answers.push_back(more.answers[0]);
    }
  }
  const std::string name = Analyzed(snapshot);
  Tied tied;
  const grpc::Status status = Tie(Tying(name, {{"p002", "p030", "some"},
                                               {"p031", "p032", "some"},
                                               {"p033", "p034", "some"},
                                               {"p002", "p030", "n0"}}),
                                  tied);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const v1::NetworkTieEffect& some = tied.networks(4);
  EXPECT_EQ(some.gate(), v1::GATE_HUBS_ONLY);
  EXPECT_EQ(some.effect().added_count(), 3);
  EXPECT_EQ(some.effect().not_measured().reason(),
            v1::NotMeasured::REASON_RESPONSE_GATE);
  EXPECT_FALSE(some.effect().has_after());
  EXPECT_THAT(some.effect().gained_paths(), IsEmpty());
  EXPECT_FALSE(tied.united().has_after());
  EXPECT_TRUE(tied.networks(0).effect().has_after());
}

TEST_F(WhatIfTest, SimulatesTies) {
  const std::string name = Analyzed(Town());
  const std::vector<AddedTie> ties = {
      {"p001", "p020", "n0"}, {"p001", "p020", "n0"}, {"p030", "p002", "n2"}};
  const AnalyzedSnapshot analyzed = Read(name);
  Tied wanted;
  ToProto(SimulateTies(analyzed.wave, analyzed.result, ties, kNeverCancelled)
              .value(),
          wanted);
  Tied got;
  const grpc::Status status = Tie(Tying(name, ties), got);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(got.SerializeAsString(), wanted.SerializeAsString());
  EXPECT_EQ(got.outcomes_size(), 3);
  EXPECT_EQ(got.outcomes(1), got.outcomes(0) == v1::TIE_OUTCOME_ADDED
                                 ? v1::TIE_OUTCOME_REPEATED
                                 : v1::TIE_OUTCOME_ALREADY_THERE);
}

TEST_F(WhatIfTest, RefusesDeparturesAsDocumented) {
  using grpc::StatusCode;
  const std::string name = Analyzed(Town());
  const auto error = [&](const DepartureRequest& request) {
    Departed response;
    return Depart(request, response);
  };
  const auto worst = [&](const std::string& network, int count) {
    DepartureRequest request;
    request.set_name(name);
    request.mutable_worst()->set_network_id(network);
    request.mutable_worst()->set_count(count);
    return error(request);
  };
  DepartureRequest none;
  none.set_name(AnalysisName(1));
  ExpectInvalid(error(none), "FIELD_REQUIRED", "leavers");
  ExpectInvalid(error(Leaving(name, {})), "NO_LEAVERS", "people.persons");
  for (const char* hidden : {"shy", "guest", "stranger", "nobody"}) {
    ExpectError(error(Leaving(name, {"p001", hidden})), StatusCode::NOT_FOUND,
                "PERSON_NOT_FOUND");
  }
  ExpectError(worst("none", 0), StatusCode::NOT_FOUND, "NETWORK_NOT_FOUND");
  ExpectInvalid(worst("few", 0), "PARAMETER_OUT_OF_RANGE", "worst.count");
  ExpectInvalid(worst("few", 21), "PARAMETER_OUT_OF_RANGE", "worst.count");
  ExpectError(worst("few", 20), StatusCode::FAILED_PRECONDITION,
              "RESPONSE_TOO_LOW");
  std::vector<std::string> nearly_all;
  for (int i = 1; i < kTownPeople; ++i) nearly_all.push_back(PersonId(i));
  ExpectInvalid(error(Leaving(name, nearly_all)), "TOO_FEW_STAY",
                "people.persons");
  DepartureRequest core;
  core.set_name(Analyzed(WithCore(), 5));
  for (Response& response : source_.waves[5].responses) {
    response.answers.clear();  // Not what was analysed, under the same digest.
  }
  core.mutable_pooled_core();
  ExpectError(error(core), StatusCode::FAILED_PRECONDITION, "RESPONSE_TOO_LOW");
}

TEST_F(WhatIfTest, RefusesTheDepartureOfNoCore) {
  SnapshotBuilder builder(12);
  builder.AddNetwork("work");
  for (int person = 0; person < 12; ++person)
    builder.Answer(person, "work", {});
  DepartureRequest request;
  request.set_name(Analyzed(builder.snapshot()));
  request.mutable_pooled_core();
  Departed response;
  ExpectError(Depart(request, response), grpc::StatusCode::FAILED_PRECONDITION,
              "NO_POOLED_CORE");
}

TEST_F(WhatIfTest, RefusesTiesAsDocumented) {
  using grpc::StatusCode;
  const std::string name = Analyzed(Town());
  const auto error = [&](const std::vector<AddedTie>& ties) {
    Tied response;
    return Tie(Tying(name, ties), response);
  };
  const AddedTie fine = {"p001", "p002", "n0"};
  ExpectInvalid(error({}), "NO_TIES", "ties");
  ExpectInvalid(error(std::vector<AddedTie>(1'001, fine)), "TOO_MANY_TIES",
                "ties");
  ExpectError(error({fine, {"p001", "shy", "none"}}), StatusCode::NOT_FOUND,
              "NETWORK_NOT_FOUND");
  ExpectError(error({fine, {"p001", "shy", "n0"}}), StatusCode::NOT_FOUND,
              "PERSON_NOT_FOUND");
  ExpectInvalid(error({fine, {"p001", "p001", "n0"}}), "SELF_TIE", "ties[1]");
}

TEST_F(WhatIfTest, DeparturesReportErrorsOfReading) {
  ExpectErrorsOfReading(
      [&](const std::string& name, absl::Duration timeout = absl::Seconds(60)) {
        Departed response;
        return Depart(Leaving(name, {"p001"}), response, timeout);
      });
}

TEST_F(WhatIfTest, TiesReportErrorsOfReading) {
  ExpectErrorsOfReading(
      [&](const std::string& name, absl::Duration timeout = absl::Seconds(60)) {
        Tied response;
        return Tie(Tying(name, {{"p001", "p002", "n0"}}), response, timeout);
      });
}

}  // namespace
}  // namespace pulsetaker::network
