#include "tests/faults/script_outcome.h"

#include <utility>

namespace pulsetaker::testing {
namespace {

using Kind = ScriptStep::Kind;

bool IsError(const std::string& answer) {
  return answer == "WAVE_NOT_OPEN" || answer == "ETAG_MISMATCH" ||
         answer == "OFFSET_GAP";
}

// Whether `low` has something that `high` has not, or an older one.
bool HasMore(const StoreContent& low, const StoreContent& high) {
  for (const auto& [person, response] : low.responses) {
    const auto found = high.responses.find(person);
    if (found == high.responses.end() ||
        found->second.revision < response.revision) {
      return true;
    }
  }
  for (const auto& [id, upload] : low.uploads) {
    const auto found = high.uploads.find(id);
    if (found == high.uploads.end() ||
        found->second.committed_offset < upload.committed_offset) {
      return true;
    }
  }
  for (const auto& [person, participant] : low.people) {
    if (!high.people.contains(person)) return true;
  }
  const auto count = [](const StoreContent& content) {
    return content.locality.has_value() + content.instrument.has_value() +
           content.survey.has_value() + content.wave.has_value();
  };
  return count(low) > count(high) ||
         (low.wave.has_value() && high.wave.has_value() &&
          low.wave->revision > high.wave->revision);
}

}  // namespace

absl::string_view NameOf(Harm harm) {
  switch (harm) {
    case Harm::kNone:
      return "none";
    case Harm::kRefused:
      return "refused";
    case Harm::kLost:
      return "lost";
    case Harm::kPhantom:
      return "phantom";
    case Harm::kTwice:
      return "twice";
  }
  return "";
}

ScriptOutcome::ScriptOutcome(std::vector<ScriptStep> steps)
    : script(std::move(steps)) {
  contents.emplace_back();
  for (const ScriptStep& step : script) {
    StoreContent next = contents.back();
    answers.push_back(ApplyStep(step, next));
    contents.push_back(std::move(next));
  }
}

std::optional<std::size_t> ScriptOutcome::StepsOf(const StoreContent& content,
                                                  std::size_t acknowledged,
                                                  std::size_t submitted) const {
  for (std::size_t steps = acknowledged; steps <= submitted; ++steps) {
    if (contents[steps] == content) return steps;
  }
  return std::nullopt;
}

Harm ScriptOutcome::HarmOf(const StoreContent& content,
                           std::size_t acknowledged,
                           std::size_t submitted) const {
  if (HasMore(contents[acknowledged], content)) return Harm::kLost;
  if (HasMore(content, contents[submitted])) return Harm::kPhantom;
  return Harm::kTwice;
}

std::string ScriptOutcome::Repeat(std::size_t i, StoreContent& content) const {
  if (script[i].kind == Kind::kFrame || IsError(answers[i])) {
    return ApplyStep(script[i], content);
  }
  return answers[i];
}

}  // namespace pulsetaker::testing
