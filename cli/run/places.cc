#include "cli/run/places.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/rpc/parallel.h"
#include "cli/rpc/patient_call.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;
using Stub = v1::SurveyService::StubInterface;

constexpr int kParallelism = 8;
constexpr std::int32_t kPageSize = 1'000;

absl::StatusOr<std::vector<v1::Locality>> ListLocalities(
    const SelectionSource& source) {
  std::vector<v1::Locality> localities;
  v1::ListLocalitiesRequest request;
  request.set_parent(absl::StrCat("tenants/", source.tenant));
  request.set_page_size(kPageSize);
  do {
    PT_ASSIGN_OR_RETURN(const v1::ListLocalitiesResponse page,
                        CallPatiently(source.stub, &Stub::ListLocalities,
                                      request, absl::Now() + source.deadline));
    localities.insert(localities.end(), page.localities().begin(),
                      page.localities().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return localities;
}

absl::StatusOr<std::vector<v1::Locality>> GetLocalities(
    const SelectionSource& source, const Selection& selection) {
  if (selection.all) return ListLocalities(source);
  std::vector<v1::Locality> localities;
  for (const std::string& id : selection.localities) {
    v1::GetLocalityRequest request;
    request.set_name(
        absl::StrCat("tenants/", source.tenant, "/localities/", id));
    absl::StatusOr<v1::Locality> locality =
        CallPatiently(source.stub, &Stub::GetLocality, request,
                      absl::Now() + source.deadline);
    if (absl::IsNotFound(locality.status())) {
      return absl::NotFoundError(absl::StrCat("there is no locality ", id));
    }
    PT_RETURN_IF_ERROR(locality.status());
    localities.push_back(*std::move(locality));
  }
  return localities;
}

struct Found {
  // The wave that is asked for, or the latest closed one.
  std::optional<v1::Wave> wave;
  bool has_survey = false;  // There is any wave of the survey.
};

absl::StatusOr<Found> FindWave(const SelectionSource& source,
                               const Selection& selection,
                               const std::string& locality) {
  Found found;
  const std::string survey =
      absl::StrCat(locality, "/surveys/", selection.survey);
  const std::string wanted = absl::StrCat(survey, "/waves/", selection.wave);
  v1::ListWavesRequest request;
  request.set_parent(survey);
  request.set_page_size(kPageSize);
  do {
    PT_ASSIGN_OR_RETURN(const v1::ListWavesResponse page,
                        CallPatiently(source.stub, &Stub::ListWaves, request,
                                      absl::Now() + source.deadline));
    for (const v1::Wave& wave : page.waves()) {
      const bool is_wanted = selection.wave == 0
                                 ? wave.state() == v1::Wave::STATE_CLOSED
                                 : wave.name() == wanted;
      if (is_wanted) found.wave = wave;  // In the order of their numbers.
      found.has_survey = true;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return found;
}

std::string IdOf(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

absl::Status NoWave(const Selection& selection, const std::string& locality) {
  const std::string what = selection.wave == 0
                               ? std::string("closed wave")
                               : absl::StrCat("wave ", selection.wave);
  return absl::NotFoundError(
      locality.empty() ? absl::StrCat("no place has a ", what, " of survey ",
                                      selection.survey)
                       : absl::StrCat("locality ", locality, " has no ", what,
                                      " of survey ", selection.survey));
}

}  // namespace

void AddSelectionOptions(CLI::App& sub, Selection& selection) {
  sub.add_option("--survey", selection.survey, "Id of the survey")
      ->type_name("ID")
      ->required();
  auto* places = sub.add_option_group("Places", "One or more, or all");
  places
      ->add_option("--locality", selection.localities,
                   "Id of a place; several with commas or by repeating")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("ID");
  places->add_flag("--all", selection.all,
                   "Every place that has a closed wave of the survey");
  places->require_option(1);
  sub.add_option("--wave", selection.wave,
                 "Number of the wave; the latest closed one if not given")
      ->check(CLI::Range(1, 2'147'483'647))
      ->type_name("NUMBER");
}

absl::StatusOr<SelectedWaves> SelectWaves(const SelectionSource& source,
                                          const Selection& selection) {
  PT_ASSIGN_OR_RETURN(std::vector<v1::Locality> localities,
                      GetLocalities(source, selection));
  std::sort(localities.begin(), localities.end(),
            [](const v1::Locality& a, const v1::Locality& b) {
              return a.name() < b.name();
            });
  std::vector<absl::StatusOr<Found>> found(localities.size());
  ForEachInParallel(localities.size(), kParallelism, [&](std::size_t i) {
    found[i] = FindWave(source, selection, localities[i].name());
  });
  SelectedWaves selected;
  for (std::size_t i = 0; i < localities.size(); ++i) {
    PT_RETURN_IF_ERROR(found[i].status());
    const std::string id = IdOf(localities[i].name());
    const std::optional<v1::Wave>& wave = found[i]->wave;
    const bool is_closed =
        wave.has_value() && wave->state() == v1::Wave::STATE_CLOSED;
    if (is_closed) {
      selected.waves.push_back({localities[i], *wave});
    } else if (selection.all) {
      if (found[i]->has_survey) selected.passed_over.push_back(id);
    } else if (!wave.has_value()) {
      return NoWave(selection, id);
    } else {
      return absl::FailedPreconditionError(absl::StrCat(
          "wave ", selection.wave, " of locality ", id, " is not closed"));
    }
  }
  if (selected.waves.empty()) return NoWave(selection, "");
  return selected;
}

}  // namespace pulsetaker::cli
