// Which method is carried out by whom, and on which thread.

#include "services/survey/rpc/survey_service.h"

#include "common/rpc/arena_messages.h"
#include "common/rpc/unary.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "services/survey/rpc/catalog_handlers.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/export_stream.h"
#include "services/survey/rpc/fieldwork_handlers.h"
#include "services/survey/rpc/instrument_handlers.h"
#include "services/survey/rpc/people_handlers.h"
#include "services/survey/rpc/response_stream.h"
#include "services/survey/rpc/snapshot_stream.h"
#include "services/survey/rpc/submit_response.h"

namespace pulsetaker::survey {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class SurveyServiceImpl final : public v1::SurveyService::CallbackService {
 public:
  explicit SurveyServiceImpl(const SurveyServiceParts& parts)
      : catalog_(parts.catalog, parts.store),
        instruments_(parts.instruments, parts.instrument_store),
        fieldwork_(parts.fieldwork, parts.store),
        people_(parts.people, parts.people_store),
        submitter_(parts.intake, parts.invitations, parts.quota,
                   parts.submissions_max),
        streams_(parts.streams),
        watches_(parts.watches),
        store_(parts.store),
        executor_(parts.executor) {
    SetMessageAllocatorFor_SubmitResponse(&submission_messages_);
  }

  Reactor* CreateLocality(Context* context,
                          const v1::CreateLocalityRequest* request,
                          v1::Locality* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* GetLocality(Context* context, const v1::GetLocalityRequest* request,
                       v1::Locality* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* ListLocalities(Context* context,
                          const v1::ListLocalitiesRequest* request,
                          v1::ListLocalitiesResponse* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* UpdateLocality(Context* context,
                          const v1::UpdateLocalityRequest* request,
                          v1::Locality* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* CreateInstrument(Context* context,
                            const v1::CreateInstrumentRequest* request,
                            v1::Instrument* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* GetInstrument(Context* context,
                         const v1::GetInstrumentRequest* request,
                         v1::Instrument* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* ListInstruments(Context* context,
                           const v1::ListInstrumentsRequest* request,
                           v1::ListInstrumentsResponse* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* UpdateInstrument(Context* context,
                            const v1::UpdateInstrumentRequest* request,
                            v1::Instrument* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* PublishInstrument(Context* context,
                             const v1::PublishInstrumentRequest* request,
                             v1::Instrument* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* DiscardInstrumentDraft(
      Context* context, const v1::DiscardInstrumentDraftRequest* request,
      v1::Instrument* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* ListInstrumentRevisions(
      Context* context, const v1::ListInstrumentRevisionsRequest* request,
      v1::ListInstrumentRevisionsResponse* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* CompareInstrumentRevisions(
      Context* context, const v1::CompareInstrumentRevisionsRequest* request,
      v1::CompareInstrumentRevisionsResponse* response) override {
    return Run(context, instruments_, request, response);
  }

  Reactor* CreateSurvey(Context* context,
                        const v1::CreateSurveyRequest* request,
                        v1::Survey* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* GetSurvey(Context* context, const v1::GetSurveyRequest* request,
                     v1::Survey* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* ListSurveys(Context* context, const v1::ListSurveysRequest* request,
                       v1::ListSurveysResponse* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* UpdateSurvey(Context* context,
                        const v1::UpdateSurveyRequest* request,
                        v1::Survey* response) override {
    return Run(context, catalog_, request, response);
  }

  Reactor* CreateWave(Context* context, const v1::CreateWaveRequest* request,
                      v1::Wave* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* GetWave(Context* context, const v1::GetWaveRequest* request,
                   v1::Wave* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* ListWaves(Context* context, const v1::ListWavesRequest* request,
                     v1::ListWavesResponse* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* OpenWave(Context* context, const v1::OpenWaveRequest* request,
                    v1::Wave* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* CloseWave(Context* context, const v1::CloseWaveRequest* request,
                     v1::Wave* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* ReopenWave(Context* context, const v1::ReopenWaveRequest* request,
                      v1::Wave* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* ImportRoster(Context* context,
                        const v1::ImportRosterRequest* request,
                        v1::ImportRosterResponse* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* GetParticipant(Context* context,
                          const v1::GetParticipantRequest* request,
                          v1::Participant* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* ListParticipants(Context* context,
                            const v1::ListParticipantsRequest* request,
                            v1::ListParticipantsResponse* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* GetResponse(Context* context, const v1::GetResponseRequest* request,
                       v1::Response* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* GetUpload(Context* context, const v1::GetUploadRequest* request,
                     v1::Upload* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* GetParticipation(Context* context,
                            const v1::GetParticipationRequest* request,
                            v1::Participation* response) override {
    return Run(context, fieldwork_, request, response);
  }

  Reactor* ListResponseRevisions(
      Context* context, const v1::ListResponseRevisionsRequest* request,
      v1::ListResponseRevisionsResponse* response) override {
    return Run(context, people_, request, response);
  }

  Reactor* WithdrawResponse(Context* context,
                            const v1::WithdrawResponseRequest* request,
                            v1::Withdrawal* response) override {
    return Run(context, people_, request, response);
  }

  Reactor* SubmitResponse(Context* context,
                          const v1::SubmitResponseRequest* request,
                          v1::Response* response) override {
    return submitter_.Submit(context, request, response);
  }

  grpc::ServerBidiReactor<v1::StreamResponsesRequest,
                          v1::StreamResponsesResponse>*
  StreamResponses(Context* context) override {
    return streams_.NewStream(*context);
  }

  grpc::ServerWriteReactor<v1::ExportWaveResponse>* ExportWave(
      Context* context, const v1::ExportWaveRequest* request) override {
    return NewExportStream(context, *request, store_, executor_);
  }

  grpc::ServerWriteReactor<v1::Participation>* WatchParticipation(
      Context* context, const v1::WatchParticipationRequest* request) override {
    return watches_.NewStream(*context, *request);
  }

  grpc::ServerWriteReactor<v1::StreamWaveSnapshotResponse>* StreamWaveSnapshot(
      Context* context, const v1::StreamWaveSnapshotRequest* request) override {
    return NewSnapshotStream(context, *request, store_, executor_);
  }

 private:
  template <typename Handlers, typename Request, typename Response>
  Reactor* Run(Context* context, const Handlers& handlers,
               const Request* request, Response* response) {
    return rpc::RunUnary(context, executor_, kErrorDomain,
                         [&handlers, request, response] {
                           return handlers.Handle(*request, *response);
                         });
  }

  const CatalogHandlers catalog_;
  const InstrumentHandlers instruments_;
  const FieldworkHandlers fieldwork_;
  const PeopleHandlers people_;
  rpc::ArenaMessages<v1::SubmitResponseRequest, v1::Response>
      submission_messages_;
  ResponseSubmitter submitter_;
  ResponseStreams& streams_;
  ParticipationStreams& watches_;
  const SurveyStore& store_;
  BoundedExecutor& executor_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSurveyService(
    const SurveyServiceParts& parts) {
  return std::make_unique<SurveyServiceImpl>(parts);
}

}  // namespace pulsetaker::survey
