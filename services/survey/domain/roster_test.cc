// States of a wave, and what a roster may become in each.

#include <optional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

std::string FieldOf(const absl::Status& status) {
  for (const auto& [key, value] : MetadataOf(status)) {
    if (key == "field") return value;
  }
  return "";
}

Wave WaveIn(WaveState state) {
  Wave wave;
  wave.state = state;
  wave.revision = 7;
  wave.participant_count = 3;
  if (state == WaveState::kClosed) wave.snapshot_digest = "d";
  if (state != WaveState::kDraft) wave.open_time = kNow - absl::Hours(2);
  if (state == WaveState::kClosing || state == WaveState::kClosed) {
    wave.close_time = kNow - absl::Hours(1);
  }
  return wave;
}

constexpr WaveState kStates[] = {WaveState::kDraft, WaveState::kOpen,
                                 WaveState::kClosing, WaveState::kClosed};

// Every change of every state: what it leads to, or why not.
TEST(WaveTest, ChangesStateAsDrawn) {
  const struct {
    std::string name;
    absl::StatusOr<Wave> (*change)(const Wave&);
    std::string want[4];  // From the states above, in their order.
  } cases[] = {
      {"open",
       [](const Wave& w) { return Opened(w, kNow); },
       {"OPEN", "WAVE_NOT_DRAFT", "WAVE_NOT_DRAFT", "WAVE_NOT_DRAFT"}},
      {"close",
       [](const Wave& w) { return Closing(w, kNow); },
       {"WAVE_NOT_OPEN", "CLOSING", "CLOSING", "WAVE_NOT_OPEN"}},
      {"finish",
       [](const Wave& w) { return Closed(w, "digest"); },
       {"WAVE_NOT_OPEN", "WAVE_NOT_OPEN", "CLOSED", "WAVE_NOT_OPEN"}},
      {"reopen",
       [](const Wave& w) { return Reopened(w, kNow); },
       {"WAVE_NOT_CLOSED", "WAVE_NOT_CLOSED", "OPEN", "OPEN"}},
  };
  for (const auto& c : cases) {
    for (std::size_t i = 0; i < 4; ++i) {
      SCOPED_TRACE(c.name + " from " + std::string(NameOf(kStates[i])));
      const Wave before = WaveIn(kStates[i]);
      const auto after = c.change(before);
      if (!after.ok()) {
        EXPECT_EQ(after.status().code(), absl::StatusCode::kFailedPrecondition);
        EXPECT_EQ(ReasonOf(after.status()), c.want[i]);
        EXPECT_EQ(MetadataOf(after.status()),
                  (ErrorMetadata{{"state", std::string(NameOf(kStates[i]))}}));
        continue;
      }
      EXPECT_EQ(NameOf(after->state), c.want[i]);
      // A change has another etag; what stays the same keeps it.
      EXPECT_EQ(after->revision,
                before.revision + (after->state == before.state ? 0 : 1));
      EXPECT_EQ(after->snapshot_digest,
                after->state == WaveState::kClosed ? "digest" : "");
      EXPECT_EQ(after->close_time.has_value(),
                after->state != WaveState::kOpen);
      EXPECT_EQ(after->participant_count, before.participant_count);
    }
  }
}

TEST(WaveTest, TakesResponsesOnlyWhileOpen) {
  for (const WaveState state : kStates) {
    SCOPED_TRACE(NameOf(state));
    EXPECT_EQ(CheckOpen(WaveIn(state)).ok(), state == WaveState::kOpen);
    EXPECT_EQ(CheckClosed(WaveIn(state)).ok(), state == WaveState::kClosed);
  }
}

Participant Person(const std::string& id) {
  Participant person;
  person.person = id;
  person.invitation = Invitation::kInvited;
  return person;
}

// One row an error, each also wrong in the ways of the rows below it.
TEST(CanonicalRosterTest, ReportsTheFirstError) {
  const std::string long_name(kNameLengthMax + 1, 'x');
  Participant worst;
  worst.person = "P 1";
  worst.display_name = PersonalText(long_name);
  worst.organisation = long_name;
  worst.sector = long_name;
  worst.layer = Layer{5};
  worst.secondary_layers = {Layer::kPublic, Layer::kPublic};
  worst.attributes = {{"Age", ""}};
  const struct {
    std::string reason;
    std::string field;
    void (*change)(Participant&);
  } rows[] = {
      {"ID_MALFORMED", "name", [](Participant&) {}},
      {"PARTICIPANT_REPEATED", "name", [](Participant& p) { p.person = "p0"; }},
      {"TEXT_TOO_LONG", "display_name",
       [](Participant& p) { p.person = "p1"; }},
      {"TEXT_MALFORMED", "display_name",
       [](Participant& p) { p.display_name = PersonalText("\xff"); }},
      {"TEXT_TOO_LONG", "organisation",
       [](Participant& p) { p.display_name = PersonalText("Ann"); }},
      {"TEXT_MALFORMED", "organisation",
       [](Participant& p) { p.organisation = "\xff"; }},
      {"TEXT_TOO_LONG", "sector", [](Participant& p) { p.organisation = ""; }},
      {"TEXT_MALFORMED", "sector", [](Participant& p) { p.sector = "\xff"; }},
      {"LAYER_INVALID", "layer", [](Participant& p) { p.sector = "health"; }},
      {"LAYER_INVALID", "secondary_layers",
       [](Participant& p) { p.layer = Layer::kUnknown; }},
      {"LAYER_INVALID", "secondary_layers",
       [](Participant& p) { p.layer = Layer::kSystemic; }},
      {"LAYER_INVALID", "secondary_layers",
       [](Participant& p) { p.secondary_layers = {Layer::kSystemic}; }},
      {"LAYER_INVALID", "secondary_layers",
       [](Participant& p) { p.secondary_layers = {Layer::kUnknown}; }},
      {"LAYER_INVALID", "secondary_layers",
       [](Participant& p) { p.secondary_layers = {Layer{9}}; }},
      {"INVITATION_UNKNOWN", "invitation",
       [](Participant& p) { p.secondary_layers = {Layer::kPublic}; }},
      {"INVITATION_UNKNOWN", "invitation",
       [](Participant& p) { p.invitation = Invitation{4}; }},
      {"ID_MALFORMED", "attributes",
       [](Participant& p) { p.invitation = Invitation::kOptedOut; }},
  };
  Participant person = worst;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.reason + " " + row.field);
    row.change(person);
    const auto roster = CanonicalRoster({Person("p0"), person});
    EXPECT_EQ(roster.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(roster.status()), row.reason) << roster.status();
    EXPECT_EQ(FieldOf(roster.status()), "participants[1]." + row.field);
  }
}

TEST(CanonicalRosterTest, LimitsTheNumberOfPeople) {
  std::vector<Participant> people;
  EXPECT_EQ(ReasonOf(CanonicalRoster(people).status()),
            "PARTICIPANT_COUNT_INVALID");
  for (std::size_t i = 0; i < kImportCountMax; ++i) {
    people.push_back(Person("p" + std::to_string(i)));
  }
  EXPECT_TRUE(CanonicalRoster(people).ok());
  people.push_back(Person("q"));
  EXPECT_EQ(ReasonOf(CanonicalRoster(people).status()),
            "PARTICIPANT_COUNT_INVALID");
}

TEST(CanonicalRosterTest, ForgetsTheOrderOfLayers) {
  Participant person = Person("p1");
  person.layer = Layer::kSectoral;
  person.secondary_layers = {Layer::kPublic, Layer::kSystemic};
  const auto roster = CanonicalRoster({person});
  ASSERT_TRUE(roster.ok()) << roster.status();
  EXPECT_EQ((*roster)[0].secondary_layers,
            (std::vector{Layer::kSystemic, Layer::kPublic}));
}

TEST(PlanRosterImportTest, AllowsWhatTheStateAllows) {
  Participant changed = Person("p1");
  changed.sector = "health";
  const std::optional<Participant> same = Person("p0");
  const std::optional<Participant> other = Person("p1");
  const struct {
    std::string name;
    std::vector<Participant> people;
    std::vector<std::optional<Participant>> existing;
    RosterCounts counts;
    std::vector<std::size_t> writes;
    bool allowed[4];  // In the states above, in their order.
  } cases[] = {
      {"same", {*same}, {same}, {0, 0, 1}, {}, {true, true, true, true}},
      {"added",
       {*same, Person("p2")},
       {same, std::nullopt},
       {1, 0, 1},
       {1},
       {true, true, false, false}},
      {"changed",
       {*same, changed},
       {same, other},
       {0, 1, 1},
       {1},
       {true, false, false, false}},
  };
  for (const auto& c : cases) {
    for (std::size_t i = 0; i < 4; ++i) {
      SCOPED_TRACE(c.name + " in " + std::string(NameOf(kStates[i])));
      const auto plan =
          PlanRosterImport(WaveIn(kStates[i]), c.people, c.existing);
      if (!c.allowed[i]) {
        EXPECT_EQ(ReasonOf(plan.status()), "ROSTER_FIXED");
        EXPECT_EQ(FieldOf(plan.status()), "participants[1]");
        continue;
      }
      ASSERT_TRUE(plan.ok()) << plan.status();
      EXPECT_EQ(plan->counts, c.counts);
      EXPECT_EQ(plan->writes, c.writes);
    }
  }
}

TEST(PlanRosterImportTest, KeepsTheRosterWithinItsLimit) {
  Wave wave = WaveIn(WaveState::kOpen);
  wave.participant_count = kParticipantCountMax - 1;
  const std::vector<Participant> people = {Person("p1"), Person("p2")};
  EXPECT_TRUE(PlanRosterImport(wave, {people.data(), 1}, {std::nullopt}).ok());
  EXPECT_EQ(
      ReasonOf(PlanRosterImport(wave, people, {std::nullopt, std::nullopt})
                   .status()),
      "ROSTER_FULL");
}

}  // namespace
}  // namespace pulsetaker::survey
