// Any bytes as a catalogue of findings or as its words: an error with its
// place, or entries that can be decided and explained in every language.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/catalogue_parser.h"
#include "services/assessment/domain/explanation.h"
#include "services/assessment/domain/standard_catalogue.h"
#include "tests/fuzz/fuzz_target.h"

namespace assessment = pulsetaker::assessment;
using pulsetaker::testing::Require;

std::vector<std::string> pulsetaker::testing::Seeds() {
  const std::string texts =
      "  source: W, page 3\n"
      "  title.en: Do\n  text.en: Do\n    it.\n  title.de: Tun\n"
      "  text.de: Tun.\n  title.fr: Faire\n  text.fr: Faire.\n";
  return {
      "# All.\nrisk a\n  phases: latent, design\n  when: item.au1 < 40 and "
      "(corner.value >= 60 or network.hybridity <= 1)\n" +
          texts + "recommendation R1\n  when: item.au2 > 10\n" + texts,
      "phrase bound.less\n  en: below {threshold}\n  de: unter "
      "{threshold}\n  fr: moins de {threshold}\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const assessment::CatalogueFile file = {
      "f", absl::string_view(reinterpret_cast<const char*>(data), size)};
  const auto book = assessment::ParsePhrasebook(file);
  Require(book.ok() || absl::StartsWith(book.status().message(), "f:"));
  const auto catalogue = assessment::ParseCatalogue(file);
  if (!catalogue.ok()) {
    Require(absl::StartsWith(catalogue.status().message(), "f:"));
    return 0;
  }
  static const assessment::MetricTable metrics;
  const assessment::PhaseResult phase;
  for (const auto* list : {&catalogue->risks, &catalogue->recommendations}) {
    for (const assessment::FindingDefinition& definition : *list) {
      const assessment::Finding finding =
          assessment::Decide(definition, metrics, phase);
      Require(finding.status == assessment::FindingStatus::kNotMeasured);
      for (const assessment::Language language : assessment::kLanguages) {
        const assessment::Explanation explanation = assessment::ExplainFinding(
            finding, phase, "f",
            {*catalogue, assessment::StandardPhrasebook(), language});
        Require(explanation.language == language);
      }
    }
  }
  return 0;
}
