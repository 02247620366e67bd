// Reads the entries of catalogue/findings.catalogue:
//
//   risk capacity_missing          a slug; or: recommendation R8
//     phases: design, mobilisation optional; without it, all phases
//     when: corner.authority >= 60 and arrow.a_c < 40
//                                  as condition_parser.h has it
//     sectors: excluded            optional; or: weak_or_detached
//     source: Transformers (2008), section 5.3, page 27
//                                  a work with its page, or: design choice
//     title.en: A few words        these two for every language, without
//     text.en: A sentence or two   numbers: those come with the evidence

#pragma once

#include "absl/status/statusor.h"
#include "services/assessment/domain/catalogue.h"
#include "services/assessment/domain/entry_reader.h"

namespace pulsetaker::assessment {

// INVALID_ARGUMENT, with the place and what is allowed: the first thing in the
// file that is not as above, an id that comes twice or is reserved, an unknown
// metric, phase or key, a threshold outside of its metric's range, a language
// or a source that is missing.
absl::StatusOr<Catalogue> ParseCatalogue(const CatalogueFile& file);

}  // namespace pulsetaker::assessment
