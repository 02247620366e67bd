// The parts of a place's page, in their order. Each writes itself to the page,
// or nothing where the findings have nothing for it.

#pragma once

#include <string>
#include <vector>

#include "cli/show/page.h"
#include "cli/show/place_page.h"

namespace pulsetaker::cli {

void WriteInShort(const PlaceFindings& findings, Page& page);
void WriteAnswers(const PlaceFindings& findings, Page& page);
void WriteNetworks(const PlaceFindings& findings, Page& page);
void WriteKeyPeople(const PlaceFindings& findings, Page& page);
void WriteCliqueRisk(const PlaceFindings& findings, Page& page);
void WriteLayers(const PlaceFindings& findings, Page& page);
void WriteTriangle(const PlaceFindings& findings, Page& page);
void WritePhase(const PlaceFindings& findings, Page& page);
void WriteChange(const PlaceFindings& findings, Page& page);
void WriteRisks(const PlaceFindings& findings, Page& page);
void WriteRecommendations(const PlaceFindings& findings, Page& page);
void WriteGaps(const PlaceFindings& findings, Page& page);

// The label of a network of the instrument, or its id.
std::string NetworkLabel(const PlaceFindings& findings,
                         const std::string& network_id);

// "Ada Abbot (ashby_001)", or the id where no name is known.
std::string PersonText(const PlaceFindings& findings, const std::string& id);

// "network 2", "networks 1, 3 and 7".
std::string NetworksText(const std::vector<std::string>& numbers);

// "1, 3 and 7".
std::string ListText(const std::vector<std::string>& parts);

}  // namespace pulsetaker::cli
