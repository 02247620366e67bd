// The catalogue and the words that are built in: catalogue/findings.catalogue
// and catalogue/words.catalogue.

#pragma once

#include "services/assessment/domain/catalogue.h"
#include "services/assessment/domain/entry_reader.h"
#include "services/assessment/domain/phrases.h"

namespace pulsetaker::assessment {

// The files as they were at build time.
CatalogueFile StandardCatalogueFile();
CatalogueFile StandardWordsFile();

// What is in them, read at the first call, which the service makes at its
// start. Ends the process, saying where and why, if they are broken.
const Catalogue& StandardCatalogue();
const Phrasebook& StandardPhrasebook();

}  // namespace pulsetaker::assessment
