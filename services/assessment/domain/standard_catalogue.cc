#include "services/assessment/domain/standard_catalogue.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/base/status.h"
#include "services/assessment/domain/catalogue_parser.h"

namespace pulsetaker::assessment {
namespace {

template <typename T>
T Require(absl::StatusOr<T> parsed) {
  if (!parsed.ok()) FailStop(parsed.status().message());
  return *std::move(parsed);
}

}  // namespace

const Catalogue& StandardCatalogue() {
  static const Catalogue catalogue =
      Require(ParseCatalogue(StandardCatalogueFile()));
  return catalogue;
}

const Phrasebook& StandardPhrasebook() {
  static const Phrasebook book = Require(ParsePhrasebook(StandardWordsFile()));
  return book;
}

}  // namespace pulsetaker::assessment
