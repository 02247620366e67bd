// Waves, rosters and participation between the API and the domain.

#pragma once

#include <string>
#include <vector>

#include "pulsetaker/survey/v1/participant.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/participation.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// What the message says of the person, with nothing checked.
Participant FromProto(const std::string& person,
                      const v1::Participant& message);

void ToProto(const Wave& wave, v1::Wave& message);
void ToProto(const WaveKey& wave, const Participant& participant,
             v1::Participant& message);
// Without the personal name.
void ToProto(const Participant& participant, v1::SnapshotParticipant& message);
void ToProto(const Wave& wave,
             const std::vector<NetworkParticipation>& networks,
             v1::Participation& message);

}  // namespace pulsetaker::survey
