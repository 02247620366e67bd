#include "services/network/domain/sector_standing.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/network/domain/test_snapshot.h"

namespace pulsetaker::network {
namespace {

using Status = SectorStanding::Status;

constexpr int kCore = 4;
constexpr int kSectorSize = 12;

// Four people of the core, and three sectors of twelve.
struct Scene {
  Scene() : builder(kCore + 3 * kSectorSize) {
    builder.AddNetwork("work");
    for (int person = 0; person < kCore + 3 * kSectorSize; ++person) {
      builder.person(person).sector =
          person < kCore
              ? "core"
              : std::string(1, static_cast<char>('a' + SectorOf(person)));
      named[person] = {};
    }
  }

  static int SectorOf(int person) { return (person - kCore) / kSectorSize; }
  static int Member(int sector, int i) {
    return kCore + sector * kSectorSize + i % kSectorSize;
  }

  // Each of the sector names `count` of the core.
  void ReachIn(int sector, int count) {
    for (int i = 0; i < kSectorSize; ++i) {
      for (int c = 0; c < count; ++c) {
        named[Member(sector, i)].push_back((i + c) % kCore);
      }
    }
  }

  // Each of the core names half of the sector.
  void AreRegarded(int sector) {
    for (int c = 0; c < kCore; ++c) {
      for (int i = 0; i < kSectorSize / 2; ++i) {
        named[c].push_back(Member(sector, 3 * c + i));
      }
    }
  }

  // Each of the sector names `count` of another one, or of its own.
  void Name(int sector, int other, int count) {
    for (int i = 0; i < kSectorSize; ++i) {
      for (int c = 1; c <= count; ++c) {
        named[Member(sector, i)].push_back(Member(other, i + c));
      }
    }
  }

  std::map<std::string, SectorStanding> Standings() {
    for (const auto& [person, others] : named) {
      if (silent.count(person) == 0) builder.Answer(person, "work", others);
    }
    auto wave = BuildWave(builder.snapshot());
    EXPECT_TRUE(wave.ok());
    CliqueObservation observation;
    observation.networks = {0};
    observation.pooled = {0, 1, 2, 3};
    observation.pooled_members =
        FlagsOf(observation.pooled, wave->node_count());
    observation.basis = basis;
    std::map<std::string, SectorStanding> by_sector;
    for (SectorStanding& standing :
         StandingsOf(*wave, observation, 199, Random(1))) {
      by_sector[standing.sector] = standing;
    }
    return by_sector;
  }

  SnapshotBuilder builder;
  std::map<int, std::vector<int>> named;
  std::map<int, bool> silent;
  CliqueRisk::ExclusivityBasis basis =
      CliqueRisk::ExclusivityBasis::kPooledCore;
};

TEST(SectorStandingTest, TellsIncludedExcludedAndDetached) {
  Scene scene;
  scene.ReachIn(0, 2);
  scene.AreRegarded(0);
  scene.ReachIn(1, 2);
  scene.Name(2, 2, 2);
  const auto standings = scene.Standings();
  EXPECT_EQ(standings.at("a").status, Status::kIncluded);
  EXPECT_EQ(standings.at("b").status, Status::kExcluded);
  EXPECT_EQ(standings.at("c").status, Status::kDetached);
  const SectorStanding& core = standings.at("core");
  EXPECT_EQ(core.status, Status::kIncluded);
  EXPECT_EQ(core.effort.not_measured.reason, NotMeasuredReason::kAllInCore);
  EXPECT_EQ(core.core_count, 4);
  EXPECT_DOUBLE_EQ(*core.representation_ratio.value, 10);
}

TEST(SectorStandingTest, TellsCourtedAndWeak) {
  Scene scene;
  scene.ReachIn(0, 2);
  scene.AreRegarded(0);
  scene.AreRegarded(1);
  scene.Name(1, 1, 2);
  scene.Name(2, 0, 5);
  const auto standings = scene.Standings();
  EXPECT_EQ(standings.at("b").status, Status::kCourted);
  EXPECT_EQ(standings.at("c").status, Status::kWeak);
}

TEST(SectorStandingTest, OwnTiesTellDetachedFromWeak) {
  Scene scene;
  scene.ReachIn(0, 2);
  scene.AreRegarded(0);
  scene.ReachIn(1, 2);
  scene.AreRegarded(1);
  scene.Name(2, 2, 5);
  EXPECT_EQ(scene.Standings().at("c").status, Status::kDetached);
}

TEST(SectorStandingTest, WhatWasNotMeasuredIsNotExcluded) {
  Scene scene;
  scene.ReachIn(1, 2);
  for (int i = 0; i < 7; ++i) scene.silent[Scene::Member(1, i)] = true;
  const SectorStanding below = scene.Standings().at("b");
  EXPECT_EQ(below.status, Status::kNotMeasured);
  EXPECT_EQ(below.not_measured->reason, NotMeasuredReason::kGroupResponseFloor);
  EXPECT_FALSE(below.representation_ratio.measured());

  Scene at_floor;
  at_floor.ReachIn(1, 2);
  at_floor.AreRegarded(0);
  for (int i = 0; i < 6; ++i) at_floor.silent[Scene::Member(1, i)] = true;
  EXPECT_NE(at_floor.Standings().at("b").status, Status::kNotMeasured);
}

TEST(SectorStandingTest, WhoWasNeverInvitedIsNotSurveyed) {
  Scene scene;
  scene.ReachIn(0, 2);
  Participant resident;
  resident.id = "resident";
  resident.sector = "residents";
  resident.invitation = Invitation::kNotInvited;
  scene.builder.snapshot().participants.push_back(resident);
  EXPECT_EQ(scene.Standings().at("residents").status, Status::kNotSurveyed);
}

TEST(SectorStandingTest, NeedsThreePeopleOutsideOfTheCore) {
  Scene scene;
  scene.ReachIn(0, 2);
  scene.AreRegarded(0);
  scene.builder.person(Scene::Member(1, 0)).sector = "d";
  scene.builder.person(Scene::Member(1, 1)).sector = "d";
  scene.builder.person(Scene::Member(1, 2)).sector = "e";
  scene.builder.person(Scene::Member(1, 3)).sector = "e";
  scene.builder.person(Scene::Member(1, 4)).sector = "e";
  scene.ReachIn(1, 1);
  const auto standings = scene.Standings();
  EXPECT_EQ(standings.at("d").not_measured->reason,
            NotMeasuredReason::kTooFewPeople);
  EXPECT_FALSE(standings.at("e").not_measured.has_value());
}

TEST(SectorStandingTest, NeedsACoreAndKnownSectors) {
  Scene scene;
  scene.basis = CliqueRisk::ExclusivityBasis::kOwnCores;
  EXPECT_EQ(scene.Standings().at("a").not_measured->reason,
            NotMeasuredReason::kNoCore);
  Scene unknown;  // 8 of 40 unknown is the share that is allowed.
  for (int i = 0; i < 8; ++i) {
    unknown.builder.person(Scene::Member(2, i)).sector.clear();
  }
  EXPECT_NE(unknown.Standings().at("a").not_measured->reason,
            NotMeasuredReason::kSectorUnknown);
  Scene more;
  for (int i = 0; i < 9; ++i) {
    more.builder.person(Scene::Member(2, i)).sector.clear();
  }
  EXPECT_EQ(more.Standings().at("a").not_measured->reason,
            NotMeasuredReason::kSectorUnknown);
}

}  // namespace
}  // namespace pulsetaker::network
