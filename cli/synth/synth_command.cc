#include "cli/synth/synth_command.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/synth/known_places.h"
#include "cli/synth/place_profile.h"
#include "cli/synth/survey_generator.h"

namespace pulsetaker::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kPlacesMax = 2'000;
constexpr std::int64_t kPeopleMax = 5'000;
constexpr int kWavesMax = 20;

struct SynthOptions {
  std::string out;
  std::uint64_t seed = 1;
  std::string preset = "sample";
  int places = 6;
  std::int64_t people = 80;
  int waves = 1;
};

ExitCode Fail(const std::string& problem) {
  std::fprintf(stderr, "pulsetaker synth: %s\n", problem.c_str());
  return ExitCode::kFailed;
}

// All files or none: the folder gets its name when it is complete.
ExitCode WriteFolder(
    const std::string& folder,
    const std::vector<std::pair<std::string, std::string>>& files) {
  const fs::path path = fs::path(folder).lexically_normal();
  const fs::path draft = path.string() + ".part";
  std::error_code error;
  if (fs::exists(path, error)) {
    std::fprintf(stderr,
                 "pulsetaker synth: --out %s is there already; want a folder "
                 "that is not\n",
                 folder.c_str());
    return ExitCode::kUsage;
  }
  fs::remove_all(draft, error);
  fs::create_directories(draft, error);
  if (error) return Fail("cannot make " + draft.string());
  for (const auto& [name, text] : files) {
    std::ofstream file(draft / name, std::ios::binary);
    file << text;
    if (!file.flush()) return Fail("cannot write " + (draft / name).string());
  }
  fs::rename(draft, path, error);
  if (error) return Fail("cannot name " + path.string());
  return ExitCode::kOk;
}

// `options.preset` is one of Presets().
std::vector<synth::PlaceProfile> PlacesOf(const SynthOptions& options) {
  if (options.preset == "sample") return synth::SamplePlaces();
  for (const synth::PlaceKind kind : synth::PlaceKinds()) {
    if (synth::PresetOf(kind) == options.preset) {
      return synth::KnownPlaces(kind, options.places, options.seed);
    }
  }
  return synth::RandomPlaces(options.places, options.people, options.waves,
                             options.seed);
}

std::vector<std::string> Presets() {
  std::vector<std::string> presets = {"sample", "random"};
  for (const synth::PlaceKind kind : synth::PlaceKinds()) {
    presets.emplace_back(synth::PresetOf(kind));
  }
  return presets;
}

ExitCode Run(const SynthOptions& options) {
  const std::vector<synth::PlaceProfile> places = PlacesOf(options);
  const synth::SyntheticSurvey survey =
      synth::GenerateSurvey(places, options.seed);
  const ExitCode written =
      WriteFolder(options.out, {{"people.csv", synth::PeopleCsv(survey)},
                                {"ties.csv", synth::TiesCsv(survey)},
                                {"items.csv", synth::ItemsCsv(survey)}});
  if (written != ExitCode::kOk) return written;
  std::fprintf(stderr,
               "%s: %zu places, %zu people, %zu nominations, %zu ratings; "
               "nobody in it exists\n",
               options.out.c_str(), places.size(), survey.people.size(),
               survey.ties.size(), survey.ratings.size());
  return ExitCode::kOk;
}

}  // namespace

void AddSynthCommand(CLI::App& app, Command& command) {
  const auto options = std::make_shared<SynthOptions>();
  CLI::App* synth =
      app.add_subcommand("synth",
                         "Write a synthetic survey into a folder: people.csv, "
                         "ties.csv, items.csv");
  synth->add_option("--out", options->out, "Folder to make")->required();
  synth->add_option("--seed", options->seed, "The same seed, the same survey")
      ->capture_default_str();
  synth
      ->add_option("--preset", options->preset,
                   "sample: six places that differ; random: places drawn from "
                   "the seed; each other one: places drawn from the seed that "
                   "are known to be in that phase or to have that leadership")
      ->check(CLI::IsMember(Presets()))
      ->capture_default_str();
  synth
      ->add_option("--places", options->places,
                   "Places, of each preset but sample")
      ->check(CLI::Range(1, kPlacesMax))
      ->capture_default_str();
  synth
      ->add_option("--people", options->people,
                   "People of a place, of --preset=random")
      ->check(CLI::Range(std::int64_t{10}, kPeopleMax))
      ->capture_default_str();
  synth->add_option("--waves", options->waves, "Waves, of --preset=random")
      ->check(CLI::Range(1, kWavesMax))
      ->capture_default_str();
  synth->callback([options, &command] {
    command.run = [options] { return Run(*options); };
  });
}

}  // namespace pulsetaker::cli
