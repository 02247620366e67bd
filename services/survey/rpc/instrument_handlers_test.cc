// Instruments, their drafts and their revisions, through the stub.

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "google/protobuf/descriptor.h"
#include "services/survey/domain/instrument_comparison.h"
#include "services/survey/rpc/instrument_messages.h"
#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kAborted = absl::StatusCode::kAborted;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class InstrumentHandlersTest : public ServiceFixture {
 protected:
  // InstrumentMessage, with a translation that is complete.
  static v1::Instrument TranslatedMessage(const std::string& language = "cy") {
    v1::Instrument instrument = InstrumentMessage();
    v1::InstrumentTranslation& translation = *instrument.add_translations();
    translation.set_language(language);
    translation.set_display_name("Safonol");
    for (const v1::Network& network : instrument.networks()) {
      v1::NetworkTexts& texts = *translation.add_networks();
      texts.set_network_id(network.network_id());
      texts.set_label("Gwaith");
      texts.set_wording("Gyda phwy?");
    }
    for (const v1::Item& item : instrument.items()) {
      v1::ItemTexts& texts = *translation.add_items();
      texts.set_item_id(item.item_id());
      texts.set_wording("Cytunwn.");
    }
    return instrument;
  }

  v1::Instrument MakeDraft(const std::string& id = "standard") {
    v1::CreateInstrumentRequest request;
    request.set_parent(kTenantName);
    request.set_instrument_id(id);
    *request.mutable_instrument() = InstrumentMessage();
    request.set_draft(true);
    request.set_request_id(NextUuid());
    return Must(&Stub::CreateInstrument, request);
  }

  v1::UpdateInstrumentRequest UpdateRequest(v1::Instrument content,
                                            const std::string& etag = "") {
    v1::UpdateInstrumentRequest request;
    content.set_name(kInstrumentName);
    content.set_etag(etag);
    *request.mutable_instrument() = content;
    request.set_request_id(NextUuid());
    return request;
  }

  v1::Instrument Update(const v1::Instrument& content) {
    return Must(&Stub::UpdateInstrument, UpdateRequest(content));
  }

  // Request is that of PublishInstrument or DiscardInstrumentDraft.
  template <typename Request>
  Request DraftRequest(const std::string& etag = "") {
    Request request;
    request.set_name(kInstrumentName);
    request.set_etag(etag);
    request.set_request_id(NextUuid());
    return request;
  }

  v1::Instrument Publish() {
    return Must(&Stub::PublishInstrument,
                DraftRequest<v1::PublishInstrumentRequest>());
  }

  v1::Instrument PublishNamed(const std::string& display_name) {
    v1::Instrument content = InstrumentMessage();
    content.set_display_name(display_name);
    Update(content);
    return Publish();
  }

  absl::StatusOr<v1::Instrument> Get(std::int32_t revision, bool draft = false,
                                     const char* name = kInstrumentName) {
    v1::GetInstrumentRequest request;
    request.set_name(name);
    request.set_revision(revision);
    request.set_draft(draft);
    return Call(&Stub::GetInstrument, request);
  }

  v1::SnapshotHeader ReadHeader() {
    v1::StreamWaveSnapshotRequest request;
    request.set_name(kWaveName);
    grpc::ClientContext context;
    const auto stream = stub_->StreamWaveSnapshot(&context, request);
    v1::StreamWaveSnapshotResponse message;
    EXPECT_TRUE(stream->Read(&message));
    const v1::SnapshotHeader header = message.header();
    while (stream->Read(&message)) {
    }
    EXPECT_TRUE(stream->Finish().ok());
    return header;
  }
};

TEST_F(InstrumentHandlersTest, CreatesAnInstrumentThatItThenGets) {
  const v1::Instrument created = MakeInstrument();
  EXPECT_EQ(created.name(), kInstrumentName);
  EXPECT_EQ(created.content_digest().size(), 64u);
  EXPECT_EQ(created.networks(0).weight_min(), 1);  // Defaults, made explicit.
  EXPECT_EQ(created.networks(1).weight_max(), 1);
  v1::Instrument content = created;
  content.clear_name();
  content.clear_content_digest();
  content.clear_create_time();
  EXPECT_EQ(content.state(), v1::Instrument::STATE_PUBLISHED);
  EXPECT_EQ(content.revision(), 1);
  EXPECT_EQ(content.publish_time().seconds(), 1'700'000'000);
  content.clear_state();
  content.clear_revision();
  content.clear_etag();
  content.clear_publish_time();
  content.clear_update_time();
  v1::Instrument given = InstrumentMessage();
  given.mutable_networks(0)->set_weight_min(1);
  given.mutable_networks(1)->set_weight_min(1);
  given.mutable_networks(1)->set_weight_max(1);
  EXPECT_EQ(content.DebugString(), given.DebugString());

  v1::GetInstrumentRequest get;
  get.set_name(kInstrumentName);
  EXPECT_EQ(Must(&Stub::GetInstrument, get).DebugString(),
            created.DebugString());
  EXPECT_EQ(MakeInstrument("other").content_digest(), created.content_digest());
  v1::ListInstrumentsRequest list;
  list.set_parent(kTenantName);
  list.set_page_size(1);
  const auto page = Must(&Stub::ListInstruments, list);
  ASSERT_EQ(page.instruments_size(), 1);
  EXPECT_EQ(page.instruments(0).name(), "tenants/north/instruments/other");
  list.set_page_token(page.next_page_token());
  const auto last = Must(&Stub::ListInstruments, list);
  ASSERT_EQ(last.instruments_size(), 1);
  EXPECT_EQ(last.instruments(0).name(), kInstrumentName);
  EXPECT_TRUE(last.next_page_token().empty());
}

// The rules themselves have a test in the domain; here, that every number that
// the wire can carry gets to them.
TEST_F(InstrumentHandlersTest, RefusesInstrumentsAsDocumented) {
  MakeInstrument();
  using Request = v1::CreateInstrumentRequest;
  Request request;
  request.set_parent(kTenantName);
  request.set_instrument_id("mine");
  *request.mutable_instrument() = TranslatedMessage();
  request.set_request_id(NextUuid());
  const auto network = [](Request& r) {
    return r.mutable_instrument()->mutable_networks(1);
  };
  const auto item = [](Request& r) {
    return r.mutable_instrument()->mutable_items(1);
  };
  const auto translation = [](Request& r) {
    return r.mutable_instrument()->mutable_translations(0);
  };
  ExpectRefusals<Request>(
      &Stub::CreateInstrument, request,
      {{kAlreadyExists, v1::ERROR_REASON_INSTRUMENT_EXISTS, "",
        [](Request& r) { r.set_instrument_id("standard"); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Request& r) {
          r.set_request_id(Uuid(1));
          r.mutable_instrument()->set_display_name("Mine");
        }},
       {kInvalid, v1::ERROR_REASON_TRANSLATION_INCOMPLETE,
        "instrument.translations[0].items",
        [&](Request& r) { translation(r)->mutable_items(1)->clear_wording(); }},
       {kInvalid, v1::ERROR_REASON_ID_REPEATED,
        "instrument.translations[0].items[1].item_id",
        [&](Request& r) {
          translation(r)->mutable_items(1)->set_item_id("au1");
        }},
       {kInvalid, v1::ERROR_REASON_TRANSLATION_UNKNOWN,
        "instrument.translations[0].networks[0].network_id",
        [&](Request& r) {
          translation(r)->mutable_networks(0)->set_network_id("none");
        }},
       {kInvalid, v1::ERROR_REASON_TEXT_MALFORMED,
        "instrument.translations[0].display_name",
        [&](Request& r) { translation(r)->set_display_name("\x01"); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG,
        "instrument.translations[0].display_name",
        [&](Request& r) {
          translation(r)->set_display_name(std::string(201, 'x'));
        }},
       {kInvalid, v1::ERROR_REASON_LANGUAGE_REPEATED,
        "instrument.translations[0].language",
        [&](Request& r) { translation(r)->set_language("EN"); }},
       {kInvalid, v1::ERROR_REASON_LANGUAGE_MALFORMED,
        "instrument.translations[0].language",
        [&](Request& r) { translation(r)->clear_language(); }},
       {kInvalid, v1::ERROR_REASON_TRANSLATIONS_TOO_LARGE,
        "instrument.translations",
        [](Request& r) {
          while (r.instrument().translations_size() <= 50) {
            r.mutable_instrument()->add_translations();
          }
        }},
       {kInvalid, v1::ERROR_REASON_SCALE_INVALID,
        "instrument.items[1].scale_max",
        [&](Request& r) { item(r)->set_scale_max(257); }},
       {kInvalid, v1::ERROR_REASON_CORNER_INVALID, "instrument.items[1].arrow",
        [&](Request& r) {
          item(r)->mutable_arrow()->set_to_corner(static_cast<v1::Corner>(258));
        }},
       {kInvalid, v1::ERROR_REASON_CORNER_INVALID, "instrument.items[1].corner",
        [&](Request& r) { item(r)->set_corner(v1::CORNER_VALUE); }},
       {kInvalid, v1::ERROR_REASON_ITEM_KIND_UNKNOWN,
        "instrument.items[1].kind",
        [&](Request& r) {
          item(r)->set_kind(static_cast<v1::Item::Kind>(257));
        }},
       {kInvalid, v1::ERROR_REASON_ID_REPEATED, "instrument.items[1].item_id",
        [&](Request& r) { item(r)->set_item_id("au1"); }},
       {kInvalid, v1::ERROR_REASON_NUMBER_OUT_OF_RANGE,
        "instrument.networks[1].nomination_cap",
        [&](Request& r) { network(r)->set_nomination_cap(-1); }},
       {kInvalid, v1::ERROR_REASON_WEIGHT_RANGE_INVALID,
        "instrument.networks[1].weight_min",
        [&](Request& r) { network(r)->set_weight_min(-1); }},
       {kInvalid, v1::ERROR_REASON_DIRECTION_UNKNOWN,
        "instrument.networks[1].direction",
        [&](Request& r) { network(r)->clear_direction(); }},
       {kInvalid, v1::ERROR_REASON_PROVENANCE_UNKNOWN,
        "instrument.networks[1].provenance",
        [&](Request& r) {
          network(r)->set_provenance(static_cast<v1::Network::Provenance>(-1));
        }},
       {kInvalid, v1::ERROR_REASON_TOO_MANY_ITEMS, "instrument.items",
        [](Request& r) {
          while (r.instrument().items_size() <= 500) {
            r.mutable_instrument()->add_items();
          }
        }},
       {kInvalid, v1::ERROR_REASON_NETWORK_COUNT_INVALID, "instrument.networks",
        [](Request& r) { r.mutable_instrument()->clear_networks(); }},
       {kInvalid, v1::ERROR_REASON_LANGUAGE_MALFORMED, "instrument.language",
        [](Request& r) { r.mutable_instrument()->set_language("-"); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "instrument.display_name",
        [](Request& r) { r.mutable_instrument()->clear_display_name(); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.set_request_id("1"); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "instrument_id",
        [](Request& r) { r.clear_instrument_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.set_parent(kLocalityName); }}});
}

TEST_F(InstrumentHandlersTest, LeadsADraftToRevisions) {
  const v1::Instrument made = MakeDraft();
  EXPECT_EQ(made.state(), v1::Instrument::STATE_DRAFT);
  EXPECT_EQ(made.revision(), 0);
  EXPECT_FALSE(made.has_publish_time());
  EXPECT_EQ(Get(0)->DebugString(), made.DebugString());
  EXPECT_EQ(Get(0, true)->DebugString(), made.DebugString());

  now_micros_ += 1'000'000;
  const v1::Instrument first = Publish();
  EXPECT_EQ(first.state(), v1::Instrument::STATE_PUBLISHED);
  EXPECT_EQ(first.revision(), 1);
  EXPECT_EQ(first.create_time().seconds(), 1'700'000'000);
  EXPECT_EQ(first.update_time().seconds(), 1'700'000'000);
  EXPECT_EQ(first.publish_time().seconds(), 1'700'000'001);
  EXPECT_EQ(first.content_digest(), made.content_digest());

  now_micros_ += 1'000'000;
  v1::Instrument content = TranslatedMessage();
  content.set_revision(77);  // Not the caller's to say.
  const v1::Instrument drafted = Update(content);
  EXPECT_EQ(drafted.state(), v1::Instrument::STATE_DRAFT);
  EXPECT_EQ(drafted.revision(), 0);
  EXPECT_EQ(drafted.translations(0).DebugString(),
            content.translations(0).DebugString());
  EXPECT_NE(drafted.content_digest(), first.content_digest());
  EXPECT_EQ(Get(0)->DebugString(), first.DebugString());

  const v1::Instrument second = Publish();
  EXPECT_EQ(second.revision(), 2);
  EXPECT_EQ(second.content_digest(), drafted.content_digest());
  EXPECT_EQ(Get(0)->DebugString(), second.DebugString());
  EXPECT_EQ(Get(2)->DebugString(), second.DebugString());
  EXPECT_EQ(Get(1)->DebugString(), first.DebugString());

  v1::ListInstrumentsRequest list;
  list.set_parent(kTenantName);
  const auto listed = Must(&Stub::ListInstruments, list);
  ASSERT_EQ(listed.instruments_size(), 1);
  EXPECT_EQ(listed.instruments(0).DebugString(), second.DebugString());
}

TEST_F(InstrumentHandlersTest, KeepsGapsInADraftAndOutOfARevision) {
  MakeInstrument();
  v1::Instrument content = TranslatedMessage();
  content.mutable_translations(0)->mutable_items()->RemoveLast();
  EXPECT_EQ(Update(content).translations(0).items_size(), 1);
  const absl::Status status = Call(&Stub::PublishInstrument,
                                   DraftRequest<v1::PublishInstrumentRequest>())
                                  .status();
  EXPECT_EQ(status.code(), kPrecondition);
  EXPECT_EQ(ReasonOf(status), "TRANSLATION_INCOMPLETE");
  EXPECT_EQ(FieldOf(status), "instrument.translations[0].items");
  Update(TranslatedMessage());
  EXPECT_EQ(Publish().revision(), 2);
}

TEST_F(InstrumentHandlersTest, RepeatsItsAnswers) {
  MakeInstrument();
  const auto update = UpdateRequest(TranslatedMessage());
  const auto drafted = Must(&Stub::UpdateInstrument, update);
  const auto publish = DraftRequest<v1::PublishInstrumentRequest>();
  const auto published = Must(&Stub::PublishInstrument, publish);
  Update(InstrumentMessage());
  const auto discard = DraftRequest<v1::DiscardInstrumentDraftRequest>();
  const auto discarded = Must(&Stub::DiscardInstrumentDraft, discard);
  EXPECT_EQ(discarded.translations_size(), 0);
  PublishNamed("Third");
  now_micros_ += 1'000'000;
  EXPECT_EQ(Must(&Stub::UpdateInstrument, update).DebugString(),
            drafted.DebugString());
  EXPECT_EQ(Must(&Stub::PublishInstrument, publish).DebugString(),
            published.DebugString());
  EXPECT_EQ(Must(&Stub::DiscardInstrumentDraft, discard).DebugString(),
            discarded.DebugString());
  EXPECT_EQ(Get(0)->revision(), 3);
  EXPECT_EQ(ReasonOf(Get(0, true).status()), "INSTRUMENT_DRAFT_NOT_FOUND");
}

TEST_F(InstrumentHandlersTest, RefusesToGetAsDocumented) {
  MakeInstrument();
  EXPECT_EQ(ReasonOf(Get(0, true).status()), "INSTRUMENT_DRAFT_NOT_FOUND");
  using Request = v1::GetInstrumentRequest;
  Request request;
  request.set_name(kInstrumentName);
  ExpectRefusals<Request>(
      &Stub::GetInstrument, request,
      {{kNotFound, v1::ERROR_REASON_INSTRUMENT_REVISION_NOT_FOUND, "revision",
        [](Request& r) { r.set_revision(2); }},
       {kNotFound, v1::ERROR_REASON_INSTRUMENT_NOT_FOUND, "",
        [](Request& r) { r.set_name("tenants/south/instruments/standard"); }},
       {kInvalid, v1::ERROR_REASON_REVISION_AMBIGUOUS, "revision",
        [](Request& r) { r.set_draft(true); }},
       {kInvalid, v1::ERROR_REASON_NUMBER_OUT_OF_RANGE, "revision",
        [](Request& r) { r.set_revision(-1); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](Request& r) { r.set_name(kTenantName); }}});
}

TEST_F(InstrumentHandlersTest, RefusesUpdatesAsDocumented) {
  const std::string old_etag = MakeInstrument().etag();
  const std::string etag = Update(TranslatedMessage()).etag();
  EXPECT_NE(etag, old_etag);
  EXPECT_TRUE(
      Call(&Stub::UpdateInstrument, UpdateRequest(TranslatedMessage(), etag))
          .ok());
  using Request = v1::UpdateInstrumentRequest;
  ExpectRefusals<Request>(
      &Stub::UpdateInstrument, UpdateRequest(TranslatedMessage("br")),
      {{kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "instrument.etag",
        [&](Request& r) { r.mutable_instrument()->set_etag(old_etag); }},
       {kNotFound, v1::ERROR_REASON_INSTRUMENT_NOT_FOUND, "",
        [](Request& r) {
          r.mutable_instrument()->set_name("tenants/north/instruments/none");
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Request& r) { r.set_request_id(Uuid(2)); }},
       {kInvalid, v1::ERROR_REASON_TRANSLATION_UNKNOWN,
        "instrument.translations[0].items[0].item_id",
        [](Request& r) {
          r.mutable_instrument()
              ->mutable_translations(0)
              ->mutable_items(0)
              ->set_item_id("none");
        }},
       {kInvalid, v1::ERROR_REASON_NETWORK_COUNT_INVALID, "instrument.networks",
        [](Request& r) { r.mutable_instrument()->clear_networks(); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "instrument.name",
        [](Request& r) { r.mutable_instrument()->clear_name(); }}});
}

TEST_F(InstrumentHandlersTest, RefusesPublicationsAsDocumented) {
  const std::string old_etag = MakeInstrument().etag();
  Update(InstrumentMessage());
  using Request = v1::PublishInstrumentRequest;
  const Request request = DraftRequest<Request>();
  ExpectRefusals<Request>(
      &Stub::PublishInstrument, request,
      {{kPrecondition, v1::ERROR_REASON_INSTRUMENT_UNCHANGED, "",
        [](Request&) {}},
       {kPrecondition, v1::ERROR_REASON_TRANSLATION_INCOMPLETE,
        "instrument.translations[0].items",
        [&](Request&) {
          v1::Instrument gaps = TranslatedMessage();
          gaps.mutable_translations(0)->clear_items();
          Update(gaps);
        }},
       {kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "etag",
        [&](Request& r) { r.set_etag(old_etag); }},
       {kPrecondition, v1::ERROR_REASON_INSTRUMENT_DRAFT_NOT_FOUND, "",
        [&](Request&) {
          Must(&Stub::DiscardInstrumentDraft,
               DraftRequest<v1::DiscardInstrumentDraftRequest>());
        }},
       {kNotFound, v1::ERROR_REASON_INSTRUMENT_NOT_FOUND, "",
        [](Request& r) { r.set_name("tenants/north/instruments/none"); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Request& r) { r.set_request_id(Uuid(1)); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.set_request_id("x"); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](Request& r) { r.set_name(kTenantName); }}});
}

TEST_F(InstrumentHandlersTest, RefusesDiscardsAsDocumented) {
  const std::string old_etag = MakeInstrument().etag();
  Update(TranslatedMessage());
  using Request = v1::DiscardInstrumentDraftRequest;
  ExpectRefusals<Request>(
      &Stub::DiscardInstrumentDraft, DraftRequest<Request>(),
      {{kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "etag",
        [&](Request& r) { r.set_etag(old_etag); }},
       {kPrecondition, v1::ERROR_REASON_INSTRUMENT_DRAFT_NOT_FOUND, "",
        [&](Request&) {
          Must(&Stub::DiscardInstrumentDraft, DraftRequest<Request>());
        }},
       {kNotFound, v1::ERROR_REASON_INSTRUMENT_NOT_FOUND, "",
        [](Request& r) { r.set_name("tenants/north/instruments/none"); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [](Request& r) { r.set_request_id(Uuid(1)); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.set_request_id("x"); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](Request& r) { r.set_name(kTenantName); }}});
}

TEST_F(InstrumentHandlersTest, ListsRevisionsInPages) {
  MakeInstrument();
  for (const char* name : {"R2", "R3", "R4"}) PublishNamed(name);
  Update(InstrumentMessage());  // A draft is no revision.
  v1::ListInstrumentRevisionsRequest request;
  request.set_name(kInstrumentName);
  for (const int page_size : {1, 2, 3, 4, 0}) {
    SCOPED_TRACE(page_size);
    request.set_page_size(page_size);
    std::vector<std::int32_t> revisions;
    do {
      const auto page = Must(&Stub::ListInstrumentRevisions, request);
      ASSERT_GT(page.instruments_size(), 0);
      for (const auto& i : page.instruments()) {
        revisions.push_back(i.revision());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(revisions, (std::vector<std::int32_t>{1, 2, 3, 4}));
  }

  request.set_page_size(1);
  const std::string token =
      Must(&Stub::ListInstrumentRevisions, request).next_page_token();
  using Request = v1::ListInstrumentRevisionsRequest;
  ExpectRefusals<Request>(
      &Stub::ListInstrumentRevisions, request,
      {{kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
        [](Request& r) { r.set_page_token("2"); }},
       {kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
        [&](Request& r) {
          r.set_page_token(token);
          r.set_name("tenants/north/instruments/other");
        }},
       {kInvalid, v1::ERROR_REASON_PAGE_SIZE_NEGATIVE, "page_size",
        [](Request& r) { r.set_page_size(-1); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](Request& r) { r.clear_name(); }}});
  Request none;
  none.set_name("tenants/north/instruments/none");
  EXPECT_EQ(Must(&Stub::ListInstrumentRevisions, none).instruments_size(), 0);
}

TEST_F(InstrumentHandlersTest, AsksTheRevisionThatAWavePins) {
  MakeWaveAndAbove();
  ImportPeople();
  EXPECT_EQ(GetWave().instrument_revision(), 1);
  const v1::Instrument first = *Get(1);

  v1::Instrument content = InstrumentMessage();
  content.mutable_networks()->RemoveLast();  // Nobody is asked for `social`.
  Update(content);
  const v1::Instrument second = Publish();
  EXPECT_EQ(GetWave().instrument_revision(), 1);
  EXPECT_EQ(MakeWave("4").instrument_revision(), 2);

  Open();
  Submit(ResponseOf("p1", {"p2"}));
  v1::GetParticipationRequest participation;
  participation.set_name(kWaveName);
  EXPECT_EQ(Must(&Stub::GetParticipation, participation).networks_size(), 2);
  Close();
  const v1::SnapshotHeader header = ReadHeader();
  EXPECT_EQ(header.instrument().DebugString(), first.DebugString());
  EXPECT_EQ(header.wave().instrument_revision(), 1);

  // The other wave asks the other revision.
  const std::string other = absl::StrCat(kSurveyName, "/waves/4");
  v1::ImportRosterRequest roster;
  roster.set_parent(other);
  v1::Participant person = Person("p1");
  person.set_name(absl::StrCat(other, "/participants/p1"));
  *roster.add_participants() = person;
  roster.set_request_id(NextUuid());
  Must(&Stub::ImportRoster, roster);
  v1::OpenWaveRequest open = WaveRequest<v1::OpenWaveRequest>();
  open.set_name(other);
  Must(&Stub::OpenWave, open);
  v1::Response response = ResponseOf("p1", {"p2"});
  response.set_name(absl::StrCat(other, "/responses/p1"));
  EXPECT_EQ(
      ReasonOf(Call(&Stub::SubmitResponse, SubmitRequest(response)).status()),
      "NETWORK_UNKNOWN");
  response.mutable_network_answers()->RemoveLast();
  Submit(response);
}

TEST_F(InstrumentHandlersTest, PinsOnlyRevisionsThatAreThere) {
  MakeLocality();
  MakeSurvey();
  MakeDraft();
  using Request = v1::CreateWaveRequest;
  Request request;
  request.set_parent(kSurveyName);
  request.set_wave_id("3");
  request.mutable_wave()->set_instrument(kInstrumentName);
  request.set_request_id(NextUuid());
  EXPECT_EQ(ReasonOf(Call(&Stub::CreateWave, request).status()),
            "INSTRUMENT_NOT_PUBLISHED");
  Publish();
  PublishNamed("R2");
  request.mutable_wave()->set_instrument_revision(1);
  EXPECT_EQ(Must(&Stub::CreateWave, request).instrument_revision(), 1);
  Request other = request;
  other.set_wave_id("4");
  other.set_request_id(NextUuid());
  ExpectRefusals<Request>(
      &Stub::CreateWave, other,
      {{kNotFound, v1::ERROR_REASON_INSTRUMENT_REVISION_NOT_FOUND,
        "wave.instrument_revision",
        [](Request& r) { r.mutable_wave()->set_instrument_revision(3); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) {
          r = request;
          r.mutable_wave()->set_instrument_revision(2);
        }},
       {kInvalid, v1::ERROR_REASON_NUMBER_OUT_OF_RANGE,
        "wave.instrument_revision",
        [](Request& r) { r.mutable_wave()->set_instrument_revision(-1); }}});
}

TEST_F(InstrumentHandlersTest, SaysWhatStayedComparable) {
  const v1::Instrument first = MakeInstrument();
  v1::Instrument content = TranslatedMessage();
  content.mutable_translations()->Clear();
  content.mutable_networks(0)->set_nomination_cap(5);
  content.mutable_networks(1)->set_direction(v1::Network::DIRECTION_UNDIRECTED);
  content.mutable_items(1)->set_item_id("a_c_2");
  const v1::Instrument draft = Update(content);
  v1::CompareInstrumentRevisionsRequest request;
  request.set_name(kInstrumentName);
  request.set_to_draft(true);
  const auto compared = Must(&Stub::CompareInstrumentRevisions, request);
  EXPECT_EQ(compared.from_revision(), 1);
  EXPECT_EQ(compared.to_revision(), 0);
  EXPECT_EQ(compared.from_content_digest(), first.content_digest());
  EXPECT_EQ(compared.to_content_digest(), draft.content_digest());
  EXPECT_EQ(compared.changes_size(), 0);
  ASSERT_EQ(compared.networks_size(), 2);
  EXPECT_EQ(compared.networks(0).question_id(), "work");
  EXPECT_EQ(compared.networks(0).presence(),
            v1::QuestionComparison::PRESENCE_BOTH);
  EXPECT_EQ(compared.networks(0).comparability(), v1::COMPARABILITY_WITH_CARE);
  ASSERT_EQ(compared.networks(0).changes_size(), 1);
  EXPECT_EQ(compared.networks(0).changes(0).part(),
            v1::InstrumentChange::PART_NOMINATION_CAP);
  EXPECT_EQ(compared.networks(1).comparability(), v1::COMPARABILITY_NOT);
  ASSERT_EQ(compared.items_size(), 3);
  EXPECT_EQ(compared.items(0).comparability(), v1::COMPARABILITY_COMPARABLE);
  EXPECT_EQ(compared.items(1).presence(),
            v1::QuestionComparison::PRESENCE_ADDED);
  EXPECT_EQ(compared.items(1).to_position(), 2);
  EXPECT_EQ(compared.items(2).question_id(), "a_c_1");
  EXPECT_EQ(compared.items(2).presence(),
            v1::QuestionComparison::PRESENCE_REMOVED);
  EXPECT_EQ(compared.items(2).from_position(), 2);
}

TEST_F(InstrumentHandlersTest, RefusesToCompareAsDocumented) {
  MakeInstrument();
  using Request = v1::CompareInstrumentRevisionsRequest;
  Request request;
  request.set_name(kInstrumentName);
  ExpectRefusals<Request>(
      &Stub::CompareInstrumentRevisions, request,
      {{kNotFound, v1::ERROR_REASON_INSTRUMENT_DRAFT_NOT_FOUND, "",
        [](Request& r) { r.set_to_draft(true); }},
       {kNotFound, v1::ERROR_REASON_INSTRUMENT_REVISION_NOT_FOUND,
        "from_revision", [](Request& r) { r.set_from_revision(2); }},
       {kNotFound, v1::ERROR_REASON_INSTRUMENT_NOT_FOUND, "",
        [](Request& r) { r.set_name("tenants/north/instruments/none"); }},
       {kInvalid, v1::ERROR_REASON_REVISION_AMBIGUOUS, "to_revision",
        [](Request& r) { r.set_to_revision(1); }},
       {kInvalid, v1::ERROR_REASON_NUMBER_OUT_OF_RANGE, "to_revision",
        [](Request& r) { r.set_to_revision(-1); }},
       {kInvalid, v1::ERROR_REASON_REVISION_AMBIGUOUS, "from_revision",
        [](Request& r) { r.set_from_draft(true); }},
       {kInvalid, v1::ERROR_REASON_NUMBER_OUT_OF_RANGE, "from_revision",
        [](Request& r) { r.set_from_revision(-1); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](Request& r) { r.clear_name(); }}});
}

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Gives the field another value, without a thought of whether it is valid.
void Spoil(Message& message, const FieldDescriptor& field) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(&message, &field,
                           reflection.GetString(message, &field) + "x");
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection.SetInt32(&message, &field,
                          reflection.GetInt32(message, &field) + 1);
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection.SetBool(&message, &field,
                         !reflection.GetBool(message, &field));
      return;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int other = reflection.GetEnumValue(message, &field) == 1 ? 2 : 1;
      reflection.SetEnumValue(&message, &field, other);
      return;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message& inner = *reflection.MutableMessage(&message, &field);
      Spoil(inner, *inner.GetDescriptor()->field(0));
      return;
    }
    default:
      ADD_FAILURE() << "teach this test fields such as " << field.full_name();
  }
}

InstrumentComparison Compare(const v1::Instrument& from,
                             const v1::Instrument& to) {
  return CompareInstruments(FromProto({"north", "i"}, from),
                            FromProto({"north", "i"}, to));
}

// A field that someone adds to a network or an item and that is not compared
// fails here, and one that is compared without a conversion, too.
TEST(InstrumentMessagesTest, EveryFieldOfAQuestionHasAPart) {
  v1::Instrument before;
  v1::Network& network = *before.add_networks();
  network.set_network_id("n");
  network.set_weight_min(1);
  network.set_weight_max(1);
  before.add_items()->set_item_id("i");
  int fields = 0;
  const auto check = [&](Message& (*question_of)(v1::Instrument&),
                         bool is_network) {
    v1::Instrument base = before;
    const auto& descriptor = *question_of(base).GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      if (field.name() == "network_id" || field.name() == "item_id") continue;
      SCOPED_TRACE(field.full_name());
      ++fields;
      v1::Instrument after = before;
      Spoil(question_of(after), field);
      const InstrumentComparison compared = Compare(before, after);
      const QuestionComparison& question =
          is_network ? compared.networks.at(0) : compared.items.at(0);
      ASSERT_EQ(question.changes.size(), 1u);
      EXPECT_EQ(v1::InstrumentChange::Part_Name(
                    static_cast<int>(question.changes[0].part)),
                "PART_" + absl::AsciiStrToUpper(field.name()));
    }
  };
  check([](v1::Instrument& i) -> Message& { return *i.mutable_networks(0); },
        true);
  check([](v1::Instrument& i) -> Message& { return *i.mutable_items(0); },
        false);
  EXPECT_EQ(fields, 8 + 10);
  EXPECT_EQ(PartRules().size() + 1,
            static_cast<std::size_t>(
                v1::InstrumentChange::Part_descriptor()->value_count()));
}

TEST(InstrumentMessagesTest, EveryTextOfATranslationIsCompared) {
  v1::Instrument before;
  before.add_networks()->set_network_id("n");
  before.add_items()->set_item_id("i");
  v1::InstrumentTranslation& translation = *before.add_translations();
  translation.set_language("cy");
  translation.add_networks()->set_network_id("n");
  translation.add_items()->set_item_id("i");
  const std::vector<InstrumentChange> retranslated = {
      {Part::kTranslatedText, "cy", Comparability::kWithCare}};
  for (int i = 1; i < v1::NetworkTexts::descriptor()->field_count(); ++i) {
    v1::Instrument after = before;
    Spoil(*after.mutable_translations(0)->mutable_networks(0),
          *v1::NetworkTexts::descriptor()->field(i));
    EXPECT_EQ(Compare(before, after).networks.at(0).changes, retranslated) << i;
  }
  for (int i = 1; i < v1::ItemTexts::descriptor()->field_count(); ++i) {
    v1::Instrument after = before;
    Spoil(*after.mutable_translations(0)->mutable_items(0),
          *v1::ItemTexts::descriptor()->field(i));
    EXPECT_EQ(Compare(before, after).items.at(0).changes, retranslated) << i;
  }
}

}  // namespace
}  // namespace pulsetaker::survey
